"""Cheap windows and the weekly map, from the newest forecast made at `as_of`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import forecast, prices
from chocolib.app.site_weather import outside
from chocolib.core.errors import SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.core.results import Forecast
from chocolib.core.time import DAY, HOUR, Window, at, iso, local_date, midnight, origin_of
from chocolib.insights.heatmap import heat_map
from chocolib.insights.score import price_rank, rate
from chocolib.insights.windows import CheapWindow, cheap_windows
from chocolib.models.registry import DEFAULT_MODEL

MOST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Windows:
    """The cheapest hours of some days, and what they were asked with."""

    made: Forecast
    hours: int
    load_kw: float
    scattered: bool
    days: tuple[CheapWindow, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `chocolib windows --json`."""
        return {
            "as_of": iso(self.made.as_of),
            "model": self.made.model,
            "synthetic": self.made.synthetic,
            "hours": self.hours,
            "load_kw": self.load_kw,
            "scattered": self.scattered,
            "windows": [window.to_dict() for window in self.days],
        }


def windows(
    context: Context,
    *,
    hours: int = 3,
    days: int = 2,
    load_kw: float | None = None,
    scattered: bool = False,
    model: str = DEFAULT_MODEL,
    made: Forecast | None = None,
) -> Windows:
    """The cheapest hours of each of the `days` Madrid days from the next full hour on.

    Args:
        load_kw: default the draw of the machine that uses most of a batch's energy.
        made: the forecast to look in; default one made now by `model`.

    Raises:
        NotEnoughData: no forecast can be made.
        SettingsError: too many days, or hours or a load that cannot be placed.
    """
    if not 1 <= days <= MOST_DAYS:
        raise SettingsError(f"windows are for 1 to {MOST_DAYS} days, not {days}")
    load = usual_load_kw(context.factory) if load_kw is None else load_kw
    origin = origin_of(context.as_of)
    first = local_date(origin)
    end = at(first + timedelta(days=days - 1), 24)
    made = made or forecast(context, horizon=int((end - origin) / HOUR) + 24, model=model)
    ahead = made.frame[made.frame.index >= origin]
    gone = prices(context, Window(midnight(first), origin))["price_eur_kwh"]
    found = cheap_windows(ahead, hours=hours, load_kw=load, scattered=scattered, gone=gone)
    asked = tuple(window for window in found if midnight(window.day) < end)
    return Windows(made, hours, load, scattered, asked)


def usual_load_kw(factory: FactorySpec) -> float:
    """The draw of one machine of the stage that uses most of a batch's energy, kW."""
    mix = factory.demand.mix

    def energy(n: int) -> float:
        stage = factory.stages[n]
        return sum(share * stage.process_kwh(product) for product, share in mix.items())

    return factory.stages[max(range(len(factory.stages)), key=energy)].power_kw


def week_map(context: Context, *, days: int = 7, model: str = DEFAULT_MODEL) -> pd.DataFrame:
    """The cells of the weekly map from the day of `as_of` on; see `insights.heatmap`.

    Published hours of the first day that are gone are in it; ranks and classes stand
    where their past prices and the weather are known.

    Raises:
        NotEnoughData: no forecast can be made.
        SettingsError: too many days.
    """
    if not 1 <= days <= MOST_DAYS:
        raise SettingsError(f"a map is of 1 to {MOST_DAYS} days, not {days}")
    first = local_date(context.as_of)
    end = at(first + timedelta(days=days - 1), 24)
    origin = origin_of(context.as_of)
    made = forecast(context, horizon=max(1, int((end - origin) / HOUR)), model=model)
    trailing = context.factory.thresholds.score.price_window_days + 1
    history = prices(context, Window(midnight(first) - trailing * DAY, end))["price_eur_kwh"]
    gone = history[(history.index >= midnight(first)) & (history.index < origin)]
    seen = pd.concat([gone.to_frame("q50").assign(known=True), made.frame[["q50", "known"]]])
    rated = rate(
        seen["q50"],
        history=history,
        weather=outside(context, Window(midnight(first), end)),
        thresholds=context.factory.thresholds,
        stages=[stage.name for stage in context.factory.stages],
    )
    rank = price_rank(seen["q50"], history, context.factory.thresholds.score)
    return heat_map(seen, first_day=first, days=days, rank=rank, classes=rated["class"])
