"""What the "history" page shows: what was known at a moment, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from chocolib.core.results import Forecast, Plan
from chocolib.core.time import HOUR
from chocolib.core.views.view import View

#: Why nothing is said of what a plan cost: its hours have not all come, or it is foreign.
Unpriced = Literal["", "to come", "other factory"]


@dataclass(frozen=True, slots=True)
class Missed:
    """How far a forecast missed the hours that were not published when it was made.

    Attributes:
        day: the Madrid date of these hours; `None`: all of them together.
        hours: how many have come.
        mae, bias: mean absolute error, and mean of what came less the median, EUR/kWh.
        naive_mae: of the weekly naive of that moment, EUR/kWh; `None` where there is none.
        inside: share of the hours that lay in the 80 % band; `None` without a band.
    """

    day: date | None
    hours: int
    mae: float
    bias: float
    naive_mae: float | None
    inside: float | None


@dataclass(frozen=True, slots=True)
class PlanCame:
    """A plan at the prices that came, had it been followed to its end, EUR of energy.

    Attributes:
        expected, as_usual_expected: as they stood in the plan.
        came, as_usual_came: at the prices that came; `None` where they cannot be told.
        unpriced: why they cannot.
    """

    expected: float
    as_usual_expected: float
    came: float | None = None
    as_usual_came: float | None = None
    unpriced: Unpriced = ""

    @property
    def saved(self) -> float | None:
        """What it saved against as usual at the prices that came, EUR, or `None`."""
        if self.came is None or self.as_usual_came is None:
            return None
        return self.as_usual_came - self.came


@dataclass(frozen=True, slots=True)
class HistoryView(View):
    """Everything on the "history" page; what came later is as known at `now`.

    Attributes:
        now: the clock when the page was made, UTC.
        first: the first moment there is a price of, UTC; `None` without prices.
        hours: from the midnight of the moment's day, UTC hours x `known` (bool: its price was
            public then), `q10`, `q50`, `q90` (what was known or expected then, EUR/kWh) and
            `actual` (the price that came); missing is missing. May be empty.
        forecast, plan: the newest that were kept at the moment, or `None`.
        missed: over all hours that have come, then by day; empty where nothing has come.
        cost: what the plan came to, or `None` without a plan.
    """

    now: pd.Timestamp
    hours: pd.DataFrame
    first: pd.Timestamp | None = None
    forecast: Forecast | None = None
    plan: Plan | None = None
    missed: tuple[Missed, ...] = ()
    cost: PlanCame | None = None

    @property
    def public_until(self) -> pd.Timestamp | None:
        """End of the hours whose price was public at the moment, UTC."""
        if not len(self.hours) or not self.hours["known"].any():
            return None
        return pd.Timestamp(self.hours.index[self.hours["known"]][-1]) + HOUR
