"""What the "today" page shows, and the words of a plan that cannot be."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.core.bottlenecks import bottleneck_said
from chocolib.core.i18n import Lang, t
from chocolib.core.results import Forecast, Plan
from chocolib.core.time import HOUR
from chocolib.core.views.view import View


@dataclass(frozen=True, slots=True)
class TodayView(View):
    """Everything on the "today" page.

    Attributes:
        prices: published PVPC of today and tomorrow (Madrid days), EUR/kWh, UTC
            hours; hours that are not known are simply not in it; may be empty.
        newest_price: start of the newest stored hour, UTC; `None` when there is none.
        forecast: the newest forecast, or `None`.
        plan: the newest plan, or `None`.
        typical: 25th and 75th percentile of the trailing 30 days, EUR/kWh, what
            "cheap" and "expensive" mean on this page; `None` says neither word.
    """

    prices: pd.Series
    newest_price: pd.Timestamp | None = None
    forecast: Forecast | None = None
    plan: Plan | None = None
    typical: tuple[float, float] | None = None

    @property
    def price_now(self) -> float | None:
        """The published price of the current hour, EUR/kWh, or `None` when not known."""
        return price_at(self.prices, self.as_of)


def price_at(prices: pd.Series, moment: pd.Timestamp) -> float | None:
    """The price of the hour `moment` falls in, or `None` when that hour is missing.

    Args:
        prices: EUR/kWh by UTC hour.
        moment: UTC.
    """
    value = prices.get(moment.floor(HOUR))
    return None if value is None or pd.isna(value) else float(value)


def no_plan(bottleneck: str, lang: Lang) -> str:
    """The sentence for `TodayView.problems` that says why there is no plan.

    Args:
        bottleneck: as `PlanInfeasible` names it; a name the catalogue does not know
            (a stage of another factory) stands in the sentence as it is.
        lang: language of the sentence.
    """
    return t("problem.infeasible", lang, bottleneck=bottleneck_said(bottleneck).text(lang))
