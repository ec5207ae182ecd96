"""What the "plan" page shows."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from chocolib.core.results import Forecast, Plan
from chocolib.core.views.view import View


def _nothing() -> pd.DataFrame:
    hours = pd.DatetimeIndex([], tz="UTC", name="time")
    return pd.DataFrame({"kw": [], "limit_kw": []}, index=hours, dtype=float)


@dataclass(frozen=True, slots=True)
class PlanView(View):
    """Everything on the "plan" page.

    Attributes:
        plan: the newest plan, unless its last batch is done; `None`: there is none.
        prices: EUR/kWh by UTC hour of its span, published where they are, else the median
            of the forecast; hours of which neither is known are not in it.
        draw: UTC hours of its span x `kw` (the highest draw of the hour) and `limit_kw`
            (contracted), kW.
        next_batch: the next batch that begins, and `why`, sentences in `lang` that say why
            then; "" and () where nothing is left to begin or it cannot be said.
        newest_price: start of the newest stored hour, UTC; `None` when there is none.
        forecast: the newest forecast, or `None`.
    """

    plan: Plan | None = None
    prices: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    draw: pd.DataFrame = field(default_factory=_nothing)
    next_batch: str = ""
    why: tuple[str, ...] = ()
    newest_price: pd.Timestamp | None = None
    forecast: Forecast | None = None
