"""What the "today" page shows, and the words of a plan that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from chocolib.core.bottlenecks import bottleneck_said
from chocolib.core.i18n import Lang, t
from chocolib.core.results import Forecast, Plan
from chocolib.core.time import HOUR
from chocolib.core.views.view import View


@dataclass(frozen=True, slots=True)
class RoomNow:
    """The newest weather, and the room that it makes.

    Attributes:
        hour: start of its hour, UTC: of the newest observation while that is fresh, else
            the current hour.
        source: what the weather is: "observed", "forecast", "persistence", "climatology".
        outside_c, outside_pct: of the air outside, C and %.
        room_c, room_pct: of the room by its declared model.
        halted: stages whose hard limit the room passes; `None` when only the usual
            weather of the date is known, which foretells no extreme.
        beside: stages that run outside their aim, a warning.
        newest: start of the newest observed hour, UTC; `None`: never observed.
    """

    hour: pd.Timestamp
    source: str
    outside_c: float
    outside_pct: float
    room_c: float
    room_pct: float
    halted: tuple[str, ...] | None
    beside: tuple[str, ...]
    newest: pd.Timestamp | None = None


@dataclass(frozen=True, slots=True)
class NextWindow:
    """The next cheap hours in a row, UTC; prices EUR/kWh.

    Attributes:
        published: all of its hours are published; else it is expected.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    mean_eur_kwh: float
    day_mean_eur_kwh: float
    published: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """What the kept plans saved against as usual so far, at the prices they were made with.

    Attributes:
        since: first local day that counts.
        batches: finished batches of which both costs are known.
        saving_eur, usual_eur: sums over them.
        made_at: when the newest of the plans was made, UTC.
    """

    since: date
    batches: int
    saving_eur: float
    usual_eur: float
    made_at: pd.Timestamp


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert as the page says it, already in its language.

    Attributes:
        level: "critical", "warning" or "info".
    """

    level: str
    title: str
    evidence: str
    todo: str


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
        room: weather and room now, or `None` when nothing is known of them.
        window: the next cheap hours, or `None`.
        saved: what was saved so far this month, or `None` where no kept plan tells.
        notices: alerts of the moment, the worst first; `None`: nobody judged it.
        unjudged: rules that lacked what they judge.
    """

    prices: pd.Series
    newest_price: pd.Timestamp | None = None
    forecast: Forecast | None = None
    plan: Plan | None = None
    typical: tuple[float, float] | None = None
    room: RoomNow | None = None
    window: NextWindow | None = None
    saved: Saved | None = None
    notices: tuple[Notice, ...] | None = None
    unjudged: int = 0

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
