"""Prices of Madrid days looked back on and explained: statistics, tolls, what was forecast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import kept_forecast, prices
from chocolib.app.expected import expected_prices
from chocolib.app.hindsight import missed
from chocolib.core.errors import NotEnoughData
from chocolib.core.measurement import OUTLIER
from chocolib.core.results import Forecast
from chocolib.core.tariff import tariff_period
from chocolib.core.time import DAY, Window, at, day_window, local_date, midnight, published_at
from chocolib.core.views import Missed
from chocolib.models.baselines import WeeklyNaive
from chocolib.models.daygrid import day_grid
from chocolib.models.market import market_of
from chocolib.models.tolls import WINDOW

#: What a day is compared with: so many days before it, and so many of its weekday.
TRAILING_DAYS, WEEKDAYS = 30, 4


@dataclass(frozen=True, slots=True)
class Explained:
    """The prices of a Madrid day beside those before it; EUR/kWh.

    Attributes:
        hours: UTC hours x `price`, `known` (bool: published), as far as there are any.
        trailing: prices of the `TRAILING_DAYS` days before it.
        weekday: those of the `WEEKDAYS` same weekdays before it.
        toll: mean of what tolls and charges add on the day over P3, and `usual_toll` on
            the days before, as the prices of the last months show it (`models.tolls`); None
            where too few are known.
        forecast: what its unpublished hours are of; None: all are published.
    """

    day: date
    hours: pd.DataFrame
    trailing: pd.Series
    weekday: pd.Series
    toll: float | None
    usual_toll: float | None
    forecast: Forecast | None


def prices_of(context: Context, since: date, until: date) -> pd.Series:
    """Published EUR/kWh of Madrid days, the last included, by UTC hour.

    Raises:
        NotEnoughData: no hour of them is known; says which days there are.
    """
    found = prices(context, Window(midnight(since), at(until, 24)))["price_eur_kwh"].dropna()
    if len(found):
        return found
    told = context.store.coverage("energy_prices")
    newest = context.store.latest("energy_prices", as_of=context.as_of).index[-1]
    raise NotEnoughData(
        f"no price from {since} to {until} is known at {context.as_of:%Y-%m-%d %H:%M} UTC",
        hint=f"prices are known from {local_date(told['first'].min())} to {local_date(newest)}",
    )


def explained(context: Context, day: date | None = None) -> Explained:
    """A day's prices beside those before it.

    Args:
        day: Madrid date; default tomorrow.

    Raises:
        NotEnoughData: no price of the day is published or expected, or none before it.
    """
    asked = day or local_date(context.as_of) + timedelta(days=1)
    hours, made = _hours(context, asked)
    begin = midnight(asked)
    first = midnight(asked - timedelta(days=WINDOW + TRAILING_DAYS))
    frame = prices(context, Window(first, begin))
    before = frame["price_eur_kwh"].dropna()
    trailing = before[before.index >= midnight(asked - timedelta(days=TRAILING_DAYS))]
    if trailing.empty:
        raise NotEnoughData(
            f"no price of the {TRAILING_DAYS} days before {asked} is known",
            hint="chocolib backfill energy_prices fetches them",
        )
    toll, usual_toll = _tolls(frame, pd.DatetimeIndex(hours.index), trailing)
    return Explained(asked, hours, trailing, _same_days(trailing, asked), toll, usual_toll, made)


def _hours(context: Context, day: date) -> tuple[pd.DataFrame, Forecast | None]:
    window = day_window(day)
    known = prices(context, window)["price_eur_kwh"].reindex(window.hours())
    if known.notna().all() or window.end <= context.as_of:
        made = None
        seen = known
    else:
        made = expected_prices(context)
        seen = known.combine_first(made.frame["q50"].reindex(window.hours()))
    frame = pd.DataFrame({"price": seen, "known": known.notna()}).dropna(subset=["price"])
    if frame.empty:
        raise NotEnoughData(
            f"no price of {day} is published or expected at {context.as_of:%Y-%m-%d %H:%M} UTC",
            hint="a forecast reaches a week; chocolib coverage says which prices there are",
        )
    return frame, made


def _same_days(trailing: pd.Series, day: date) -> pd.Series:
    """The prices of the same weekday before, the newest of them."""
    days = {day - timedelta(days=7 * n) for n in range(1, WEEKDAYS + 1)}
    return trailing[[local_date(hour) in days for hour in trailing.index]]


def _tolls(
    frame: pd.DataFrame, hours: pd.DatetimeIndex, trailing: pd.Series
) -> tuple[float | None, float | None]:
    """Mean toll over P3 of these hours and of the trailing ones, EUR/kWh."""
    whole = frame["price_eur_kwh"][(frame["flag"] != OUTLIER).to_numpy()].dropna()
    try:
        steps = market_of(day_grid(whole)).steps[-1]
    except NotEnoughData:
        return None, None
    if not steps.any():
        return None, None
    toll = dict(zip(("P1", "P2", "P3"), (*steps, 0.0), strict=True))
    here, usual = (
        float(np.mean([toll[period] for period in tariff_period(index)]))
        for index in (hours, pd.DatetimeIndex(trailing.index))
    )
    return here, usual


@dataclass(frozen=True, slots=True)
class Deviation:
    """What was forecast of a day before it was published, beside what came.

    Attributes:
        made: the last forecast that did not know it.
        hours: UTC hours x `q10`, `q50`, `q90`, `actual` (EUR/kWh).
        figures: how far it missed, see `app.hindsight`.
    """

    day: date
    made: Forecast
    hours: pd.DataFrame
    figures: Missed


def deviation(context: Context, day: date | None = None) -> Deviation:
    """The published prices of a day beside the last forecast made before their publication.

    Args:
        day: Madrid date; default the newest with published prices.

    Raises:
        NotEnoughData: the day is not published, or no forecast of it was kept.
    """
    newest = context.store.latest("energy_prices", as_of=context.as_of).index
    asked = day or (local_date(newest[-1]) if len(newest) else local_date(context.as_of))
    window = day_window(asked)
    came = prices(context, window)["price_eur_kwh"].dropna()
    if came.empty:
        raise NotEnoughData(
            f"no price of {asked} is published at {context.as_of:%Y-%m-%d %H:%M} UTC",
            hint="prices of a day are published the evening before",
        )
    publication = pd.Timestamp(published_at(pd.DatetimeIndex(came.index[:1]))[0])
    then = replace(context, as_of=min(context.as_of, publication - pd.Timedelta("1s")))
    made = kept_forecast(then)
    figures = _figures(then, made, came) if made else ()
    if made is None or not figures:
        raise NotEnoughData(
            f"no forecast of {asked} was kept before it was published",
            hint="chocolib daily keeps one each time it runs, also with --as-of for past days",
        )
    bands = made.frame.reindex(columns=["q10", "q50", "q90"]).reindex(came.index)
    hours = bands.astype(float).assign(actual=came).dropna(subset=["q50"])
    return Deviation(asked, made, hours, figures[0])


def _figures(then: Context, made: Forecast, came: pd.Series) -> tuple[Missed, ...]:
    reach = Window(made.origin - WeeklyNaive.learns_from, made.origin + 2 * DAY)
    return missed(made, prices(then, reach)["price_eur_kwh"].dropna(), came)
