"""What a page shows, gathered before anything is drawn: `app` fills it, `ui` draws it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.core.bottlenecks import bottleneck_said
from chocolib.core.i18n import Lang, t
from chocolib.core.results import Forecast, Plan
from chocolib.core.time import HOUR


@dataclass(frozen=True, slots=True)
class TodayView:
    """Everything on the "today" page. Missing is missing: nothing here has a default price.

    Attributes:
        as_of: the moment the page stands at, UTC.
        lang: language of the page.
        prices: published PVPC of today and tomorrow (Madrid days), EUR/kWh, UTC
            hours; hours that are not known are simply not in it; may be empty.
        newest_price: start of the newest stored hour, UTC; `None` when there is none.
        forecast: the newest forecast, or `None`.
        plan: the newest plan, or `None`.
        typical: 25th and 75th percentile of the trailing 30 days, EUR/kWh, what
            "cheap" and "expensive" mean on this page; `None` says neither word.
        synthetic: some of it is demonstration data.
        replay: `as_of` is a past moment that is being replayed.
        problems: sentences, already in `lang`, that deserve a banner.
    """

    as_of: pd.Timestamp
    lang: Lang
    prices: pd.Series
    newest_price: pd.Timestamp | None = None
    forecast: Forecast | None = None
    plan: Plan | None = None
    typical: tuple[float, float] | None = None
    synthetic: bool = False
    replay: bool = False
    problems: tuple[str, ...] = ()

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
