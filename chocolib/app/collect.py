"""The rounds that look ahead: new prices, weather and forecasts, sources covering for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from chocolib.app.asking import Asking, Clock, Tell, asking
from chocolib.app.feeds import forecast_sources, price_sources, weather_sources
from chocolib.app.runs import Run
from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError
from chocolib.core.gaps import expected_until, steps
from chocolib.core.ports import Source, Store
from chocolib.core.schema import MEASUREMENTS, WEATHER_FORECAST
from chocolib.core.time import DAY, HOUR, Window, end_of_tomorrow, known_until, local, parse_as_of
from chocolib.sources.http import Manners

#: What a first forecast needs, with room for its replays.
FIRST_FETCH = 200 * DAY
#: Observations of so long ago are asked again in every round: the station's last day.
RECENT = DAY
#: How far ahead weather is forecast: the horizon of the prices, and the rest of a day.
AHEAD = 8 * DAY
#: REE may be asked for tomorrow from this time of day in Madrid on.
EARLIEST_NEWS = pd.Timedelta(hours=20, minutes=10)


def missing_window(
    store: Store, *, now: pd.Timestamp, since: str | None = None, until: str | None = None
) -> Window:
    """The prices to fetch: what was asked for, else from where the store ends to D+1.

    Raises:
        SettingsError: the bounds cannot be read or are in the wrong order.
    """
    last = store.latest("energy_prices")
    follows = pd.Timestamp(last.index[-1]) + HOUR if len(last) else now - FIRST_FETCH
    start = parse_as_of(since, now=min(follows, now.floor("D")))
    end = parse_as_of(until, now=asked_until(now))
    if end <= start:
        raise SettingsError(
            f"nothing lies between {start} and {end}", hint="--since must be before --until"
        )
    return Window(start, end)


def asked_until(now: pd.Timestamp) -> pd.Timestamp:
    """End of the prices worth asking for at `now`: tomorrow's from ten past eight on."""
    here = local(now)
    early = here >= (here.normalize().tz_localize(None) + EARLIEST_NEWS).tz_localize(here.tz)
    return end_of_tomorrow(now) if early else known_until(now)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round brought of one measurement.

    Attributes:
        runs: the sources that were asked, in that order.
        delivered: a source answered, and nothing is missing at the end that should be
            there by now.
    """

    measurement: str
    runs: tuple[Run, ...]
    delivered: bool


def collect(
    store: Store, sources: Sequence[Source], window: Window, *, clock: Clock, tell: Tell
) -> Outcome | None:
    """Ask the first source for a window, and the others for what is still missing of it.

    As long as nobody answers, each source is asked for all that it reaches.

    Returns:
        None when there is no source to ask.
    """
    if not sources:
        return None
    kind = MEASUREMENTS[sources[0].measurement]
    with asking(store, kind, clock=clock, tell=tell) as this:
        wanted = steps(kind, window)
        published = wanted[kind.due(wanted) <= this.now] if kind.due else wanted
        for source in sources:
            missing = this.lacking(published if this.answered() else wanted)
            if this.answered() and missing.empty:
                break
            reached = window.overlap(source.reach(this.now))
            if reached and this.runs and len(missing):
                this.fill(source, missing)
            elif reached:
                this.whole(source, reached)
        good = this.answered() and _is_there(this, window)
        return Outcome(kind.name, tuple(this.runs.values()), good)


def _is_there(this: Asking, window: Window) -> bool:
    """Whether the last step of a window that should be there by now is."""
    due = expected_until(this.kind, this.now)
    end = min(window.end, due) if due else window.start
    last = steps(this.kind, Window(min(window.start, end), end))[-1:]
    return this.lacking(last).empty


def ingest_prices(
    store: Store,
    settings: Settings,
    window: Window,
    *,
    clock: Clock,
    tell: Tell,
    manners: Manners | None = None,
) -> list[Outcome]:
    """Prices from REE, and from ESIOS what REE does not deliver."""
    found = collect(store, price_sources(settings, manners=manners), window, clock=clock, tell=tell)
    return [found] if found else []


def ingest_weather(
    store: Store, settings: Settings, *, clock: Clock, tell: Tell, manners: Manners | None = None
) -> list[Outcome]:
    """The last day's observations: AEMET or OpenWeatherMap by the hour, else Open-Meteo."""
    now = clock()
    sources = weather_sources(settings, now, manners=manners)
    found = collect(store, sources, Window(now - RECENT, now), clock=clock, tell=tell)
    return [found] if found else []


def ingest_forecasts(
    store: Store, settings: Settings, *, clock: Clock, tell: Tell, manners: Manners | None = None
) -> list[Outcome]:
    """The weather ahead, from every source that forecasts it."""
    sources = forecast_sources(settings, manners=manners)
    with asking(store, WEATHER_FORECAST, clock=clock, tell=tell) as this:
        start = this.now.floor("h")
        for source in sources:
            part = Window(start, start + AHEAD).overlap(source.reach(this.now))
            if part:
                this.whole(source, part)
        runs = tuple(this.runs.values())
    good = any(run.written.read > run.written.quarantined for run in runs)
    return [Outcome(WEATHER_FORECAST.name, runs, good)] if runs else []


def ingest_all(
    store: Store, settings: Settings, *, clock: Clock, tell: Tell, manners: Manners | None = None
) -> list[Outcome]:
    """The whole round; a source that fails stops nobody else."""
    window = missing_window(store, now=clock())
    return [
        *ingest_prices(store, settings, window, clock=clock, tell=tell, manners=manners),
        *ingest_weather(store, settings, clock=clock, tell=tell, manners=manners),
        *ingest_forecasts(store, settings, clock=clock, tell=tell, manners=manners),
    ]
