"""Asking sources: one for a window, several in turn until one delivers, and the whole round."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from chocolib.app.admission import admit
from chocolib.app.feeds import forecast_sources, price_sources, weather_sources
from chocolib.app.runs import Run, keep_run
from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError, SourceError
from chocolib.core.gaps import expected_until
from chocolib.core.ports import Source, Store
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import DAY, HOUR, Window, end_of_tomorrow, known_until, local, parse_as_of
from chocolib.sources.http import Manners

#: What a first forecast needs, with room for its replays.
FIRST_FETCH = 200 * DAY
#: With a part day at either end this stays within the 28 days of one question.
CHUNK = 27 * DAY
#: Observations of so long ago are asked again in every round: the station's last day.
RECENT = DAY
#: How far ahead weather is forecast: the horizon of the prices, and the rest of a day.
AHEAD = 8 * DAY
#: REE may be asked for tomorrow from this time of day in Madrid on.
EARLIEST_NEWS = pd.Timedelta(hours=20, minutes=10)

#: Told of every part that was asked: its run so far, the part, and what came of it.
Tell = Callable[[Run, Window, Written], None]


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


def ask(
    store: Store, source: Source, window: Window, *, now: pd.Timestamp, tell: Tell
) -> tuple[Run, Window | None]:
    """Fetch a window part by part, oldest first, and store what passes the gate.

    What has been stored stays when a later part fails.

    Returns:
        The finished run, kept in the store, and the part of the window that failed
        (None: none did).
    """
    run = Run(source.measurement, source.name, window, now)
    rest = None
    for part in window.split(CHUNK):
        try:
            frame = source.fetch(part)
        except (SourceError, SettingsError) as error:
            run.error = error
            rest = Window(part.start, window.end)
            break
        written = admit(store, source.measurement, frame, received_at=now, origin=source.name)
        run.written += written
        tell(run, part, written)
    return keep_run(store, run), rest


def ask_in_turn(
    store: Store, sources: Sequence[Source], window: Window, *, now: pd.Timestamp, tell: Tell
) -> list[Run]:
    """Ask one source after the other until one delivers; the next is asked for the rest.

    A source delivers when it answers and has rows, or nothing was due.
    """
    runs = []
    rest: Window | None = window
    for source in sources:
        part = overlap(rest, source.reach(now)) if rest else None
        if part is None:
            continue
        run, failed = ask(store, source, part, now=now, tell=tell)
        runs.append(run)
        if delivered(run, now=now):
            break
        rest = failed or part
    return runs


def delivered(run: Run, *, now: pd.Timestamp) -> bool:
    """Whether a run answered what was asked."""
    if run.error:
        return False
    due = expected_until(MEASUREMENTS[run.measurement], now)
    return run.written.read > 0 or (due is not None and due <= run.window.start)


def overlap(one: Window, other: Window) -> Window | None:
    """What two windows share, or None."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Window(start, end) if start < end else None


def ingest_prices(
    store: Store,
    settings: Settings,
    window: Window,
    *,
    now: pd.Timestamp,
    tell: Tell,
    manners: Manners | None = None,
) -> list[Run]:
    """Prices from REE, or from ESIOS where REE does not deliver."""
    return ask_in_turn(store, price_sources(settings, manners=manners), window, now=now, tell=tell)


def ingest_weather(
    store: Store,
    settings: Settings,
    *,
    now: pd.Timestamp,
    tell: Tell,
    manners: Manners | None = None,
) -> list[Run]:
    """The last day's observations: AEMET or OpenWeatherMap by the hour, else Open-Meteo."""
    sources = weather_sources(settings, now, manners=manners)
    return ask_in_turn(store, sources, Window(now - RECENT, now), now=now, tell=tell)


def ingest_forecasts(
    store: Store,
    settings: Settings,
    *,
    now: pd.Timestamp,
    tell: Tell,
    manners: Manners | None = None,
) -> list[Run]:
    """The weather ahead, from every source that forecasts it."""
    ahead = Window(now.floor("h"), now.floor("h") + AHEAD)
    runs = []
    for source in forecast_sources(settings, manners=manners):
        part = overlap(ahead, source.reach(now))
        if part:
            runs.append(ask(store, source, part, now=now, tell=tell)[0])
    return runs


def ingest_all(
    store: Store,
    settings: Settings,
    *,
    now: pd.Timestamp,
    tell: Tell,
    manners: Manners | None = None,
) -> list[Run]:
    """The whole round; a source that fails stops nobody else."""
    window = missing_window(store, now=now)
    return [
        *ingest_prices(store, settings, window, now=now, tell=tell, manners=manners),
        *ingest_weather(store, settings, now=now, tell=tell, manners=manners),
        *ingest_forecasts(store, settings, now=now, tell=tell, manners=manners),
    ]


def not_delivered(runs: Sequence[Run], *, now: pd.Timestamp) -> list[str]:
    """Measurements that no source delivered."""
    asked = dict.fromkeys(run.measurement for run in runs)
    good = {run.measurement for run in runs if delivered(run, now=now)}
    return [name for name in asked if name not in good]
