"""How the forecasts that were issued have done: read from the store, judged, logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.app.logs import ml_training
from chocolib.core.errors import NotEnoughData
from chocolib.core.time import DAY, Window, iso, known_until
from chocolib.models.baselines import WeeklyNaive
from chocolib.models.monitor import BEFORE_DAYS, health, issued
from chocolib.models.registry import DEFAULT_MODEL

#: A forecast is judged up to a week after its origin.
_REACH = 8 * DAY


@dataclass(frozen=True, slots=True)
class Monitored:
    """What the issued forecasts of the last weeks came to.

    Attributes:
        as_of: UTC.
        days: how many count as now.
        models: see `models.monitor.health`.
        frame: every judged hour, see `models.monitor.issued`.
    """

    as_of: pd.Timestamp
    days: int
    models: list[dict[str, Any]]
    frame: pd.DataFrame

    @property
    def alert(self) -> dict[str, Any] | None:
        """The default model's figures when it loses to the weekly naive, else None."""
        mine = next((one for one in self.models if one["model"] == DEFAULT_MODEL), None)
        return mine if mine and mine["loses_to_naive"] else None

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `chocolib models monitor --json`."""
        return {
            "as_of": iso(self.as_of),
            "days": self.days,
            "unit": "EUR/kWh",
            "models": self.models,
            "alert": "loses_to_naive" if self.alert else None,
        }


def monitor(context: Context, *, days: int | None = None) -> Monitored:
    """Judge the forecasts issued before `as_of` by the prices known at `as_of`.

    Args:
        days: that count as now; default the `drift_days` of the alerts.

    Raises:
        NotEnoughData: no forecast was kept in that time; says how they come to be.
    """
    days = days or context.factory.thresholds.alerts.drift_days
    frame = judged(context, days=days + BEFORE_DAYS)
    found = Monitored(context.as_of, days, health(frame, as_of=context.as_of, days=days), frame)
    if found.alert:
        ml_training.warning("the champion loses to the weekly naive", extra=found.to_dict())
    return found


def judged(context: Context, *, days: int) -> pd.DataFrame:
    """Forecasts issued before `as_of` beside the prices known at it; see `models.monitor.issued`.

    Args:
        days: how far back hours are judged.

    Raises:
        NotEnoughData: no forecast was kept in that time; says how they come to be.
    """
    since = context.as_of - days * DAY
    window = Window(since - _REACH, context.as_of)
    rows = context.store.history("price_forecast", window)
    rows = rows[rows["available_at"] <= context.as_of]
    if rows.empty:
        raise NotEnoughData(
            f"no forecast was kept between {window.start:%Y-%m-%d} and {window.end:%Y-%m-%d}",
            hint="chocolib daily keeps one each time it runs, also with --as-of for past days",
        )
    reach = Window(window.start - WeeklyNaive.learns_from, known_until(context.as_of))
    return issued(rows, prices(context, reach)["price_eur_kwh"])
