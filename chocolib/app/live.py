"""Prices for a first run: live from REE, or the demonstration."""

from __future__ import annotations

import pandas as pd

from chocolib.app.admission import admit
from chocolib.app.asking import Clock, Tell, asking
from chocolib.app.collect import FIRST_FETCH
from chocolib.app.settings import Settings
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.schema import ENERGY_PRICES
from chocolib.core.time import DAY, Window, known_until
from chocolib.sources.demo import Demo, DemoWeather
from chocolib.sources.http import Manners
from chocolib.sources.ree import Ree


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
    clock: Clock,
    tell: Tell,
    manners: Manners | None = None,
) -> Written:
    """Fetch and store a window from REE alone, oldest part first.

    What has been stored stays when a later part fails; the next run goes on there.

    Raises:
        SourceUnavailable, SourceChanged: REE did not deliver.
    """
    source = Ree(base_url=settings.ree_url, manners=manners)
    with asking(store, ENERGY_PRICES, clock=clock, tell=tell) as this:
        this.whole(source, window)
    run = this.runs[source.name]
    if run.error:
        raise run.error
    return run.written


def fill_demo(store: Store, *, now: pd.Timestamp) -> Written:
    """Demonstration prices to the end of D+1 as published, and weather until now."""
    prices = Demo().fetch(Window(now - FIRST_FETCH, known_until(now)))
    weather = DemoWeather().fetch(Window(now - FIRST_FETCH, now))
    weather = weather[weather["available_at"] <= now]
    written = admit(store, "energy_prices", prices, received_at=now, origin="demo")
    return written + admit(store, "weather_data", weather, received_at=now, origin="demo")
