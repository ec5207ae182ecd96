"""Where a first run gets its prices: live, from files, from the store, or synthetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from chocolib.app.collect import missing_window
from chocolib.app.context import clock, demo_store, real_store
from chocolib.app.ingest import import_pvpc
from chocolib.app.live import ask_ree, fill_demo, ingest_ree
from chocolib.app.runs import Run
from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError, SourceError
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.time import DAY, Window, iso, known_until, local, published_at
from chocolib.sources.http import Manners

#: Prices older than this are replayed at their own time instead of being called "now".
STALE = 3 * DAY

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Supply:
    """The store to work on, and the moment to work at (None: now)."""

    store: Store
    as_of: str | None


def supply(
    settings: Settings, files: Sequence[Path], *, say: Say, manners: Manners | None = None
) -> Supply:
    """Bring prices in, by the best way there is, and say which it was.

    Files that were given are always imported; then REE is asked; where neither
    brings a price and none is stored, the demonstration is used.

    Raises:
        DataError: a given file is not what it claims to be.
    """
    now = clock()
    real = real_store(settings)
    for done in import_pvpc(real, files, received_at=now):
        if done.error:
            raise done.error
        say(f"  {done.path.name}: {done.written}")
    _ask_ree(real, settings, now, say, manners)
    newest = real.latest("energy_prices")
    if newest.empty:
        demo = demo_store(settings)
        say(f"  no real prices here: demonstration data ({fill_demo(demo, now=now)})")
        return Supply(demo, None)
    return Supply(real, _replay_moment(pd.DatetimeIndex(newest.index)[-1:], now, say))


def _ask_ree(
    store: Store, settings: Settings, now: pd.Timestamp, say: Say, manners: Manners | None
) -> None:
    def tell(_: Run, part: Window, written: Written) -> None:
        say(f"  {part.start:%Y-%m-%d} to {part.end:%Y-%m-%d}: {written}")

    try:
        ask_ree(settings, now=now)
        window = missing_window(store, now=now)
        ingest_ree(store, settings, window, clock=clock, tell=tell, manners=manners)
    except (SourceError, SettingsError) as error:
        say(f"  REE cannot be reached, going on without: {error.message}")


def _replay_moment(newest: pd.DatetimeIndex, now: pd.Timestamp, say: Say) -> str | None:
    """When the newest price became known, if that is too long ago to call it now."""
    if known_until(now) - newest[-1] <= STALE:
        return None
    moment = published_at(newest)[0]
    say(f"  the newest price is of {newest[-1]:%Y-%m-%d}: replaying {local(moment):%Y-%m-%d %H:%M}")
    return iso(moment)
