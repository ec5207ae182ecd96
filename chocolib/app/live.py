"""Prices from outside into a store: live from REE, or the demonstration."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from chocolib.app.ingest import admit, fetch_into
from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.time import DAY, HOUR, Window, known_until, parse_as_of
from chocolib.sources.demo import Demo, DemoWeather
from chocolib.sources.http import Manners
from chocolib.sources.ree import Ree

#: What a first forecast needs, with room for its replays.
FIRST_FETCH = 200 * DAY
#: With a part day at either end this stays within the 28 days of one question.
CHUNK = 27 * DAY


def missing_window(
    store: Store, *, now: pd.Timestamp, since: str | None = None, until: str | None = None
) -> Window:
    """The window to fetch: what was asked for, else from where the store ends to D+1.

    Raises:
        SettingsError: the bounds cannot be read or are in the wrong order.
    """
    last = store.latest("energy_prices")
    follows = pd.Timestamp(last.index[-1]) + HOUR if len(last) else now - FIRST_FETCH
    start = parse_as_of(since, now=min(follows, now.floor("D")))
    end = parse_as_of(until, now=known_until(now))
    if end <= start:
        raise SettingsError(
            f"nothing lies between {start} and {end}", hint="--since must be before --until"
        )
    return Window(start, end)


def ask_ree(settings: Settings, *, now: pd.Timestamp) -> int:
    """How many hours of yesterday REE answers with: one quick question, asked once.

    Raises:
        SourceUnavailable, SourceChanged: REE does not answer, or not as documented.
    """
    once = Manners(connect_s=3, read_s=8, total_s=10, attempts=1)
    day = Window(now.floor("D") - DAY, now.floor("D"))
    return len(Ree(base_url=settings.ree_url, manners=once).fetch(day))


def ingest_ree(
    store: Store,
    settings: Settings,
    window: Window,
    *,
    now: pd.Timestamp,
    say: Callable[[str], None],
    manners: Manners | None = None,
) -> Written:
    """Fetch and store a window from REE, oldest part first, telling each part.

    What has been stored stays when a later part fails; the next run goes on there.

    Raises:
        SourceUnavailable, SourceChanged: REE did not deliver.
    """
    source = Ree(base_url=settings.ree_url, manners=manners)
    total = Written()
    for part in window.split(CHUNK):
        written = fetch_into(store, source, part, received_at=now)
        say(f"  {part.start:%Y-%m-%d} to {part.end:%Y-%m-%d}: {written}")
        total += written
    return total


def fill_demo(store: Store, *, now: pd.Timestamp) -> Written:
    """Demonstration prices to the end of D+1 as published, and weather until now."""
    prices = Demo().fetch(Window(now - FIRST_FETCH, known_until(now)))
    weather = DemoWeather().fetch(Window(now - FIRST_FETCH, now))
    weather = weather[weather["available_at"] <= now]
    written = admit(store, "energy_prices", prices, received_at=now, origin="demo")
    return written + admit(store, "weather_data", weather, received_at=now, origin="demo")
