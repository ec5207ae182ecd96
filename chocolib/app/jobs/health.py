"""Whether what runs unattended is well: the worker, the jobs, the data, the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.app.backup.signs import drilled
from chocolib.app.context import real_store
from chocolib.app.jobs.moment import standing
from chocolib.app.jobs.place import Place
from chocolib.app.newest import newest_step
from chocolib.app.settings import Settings
from chocolib.core.errors import ChocolibError, DataError, SettingsError
from chocolib.core.gaps import freshness
from chocolib.core.jobs.decide import Moment
from chocolib.core.jobs.state import failing, late
from chocolib.core.ports import Store
from chocolib.core.schema import ENERGY_PRICES, WEATHER_DATA
from chocolib.core.time import HOUR, iso
from chocolib.store.usage.file import USAGE_FILE, UsageFile
from chocolib.store.usage.logs import read_at
from chocolib.store.usage.troubles import troubles

#: A worker shows itself every minute; after three it is not well.
QUIET = pd.Timedelta(minutes=3)
#: Below this nothing is begun, and what is written may not fit.
LEAST_FREE_MB = 100


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at; `do` says what would mend it."""

    what: str
    ok: bool
    detail: str
    do: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib health --json`."""
        return asdict(self)


def look(settings: Settings, *, now: pd.Timestamp, store: Store | None = None) -> list[Sign]:
    """Look at everything; never raises for what it finds.

    Args:
        store: whose jobs and data are looked at; default the one of real rows.
    """
    signs = [_worker(Place.of(settings), now), _disk(settings.home), _drill(settings, now)]
    signs += _usage(settings.home)
    try:
        store = store or real_store(settings)
        moment = standing(settings, store, now=now)
    except ChocolibError as error:
        return [*signs, Sign("jobs", ok=False, detail=error.message, do=error.hint)]
    return [*signs, *_jobs(moment), *_data(store, now)]


def only_sign(name: str, settings: Settings, *, now: pd.Timestamp) -> Sign:
    """One of the signs that are told without the store, as a container's health check asks.

    Raises:
        SettingsError: there is no such sign, or it needs the store.
    """
    match name:
        case "worker":
            return _worker(Place.of(settings), now)
        case "disk":
            return _disk(settings.home)
    raise SettingsError(f"there is no sign {name!r} by itself", hint="one of: worker, disk")


def free_mb(folder: Path) -> float:
    """Room on the disk of a folder, or of the nearest one around it that is there, MB."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free / 1e6


def _worker(place: Place, now: pd.Timestamp) -> Sign:
    beat = place.heartbeat()
    start = "chocolib jobs start"
    if not beat:
        return Sign("worker", ok=False, detail="there never was one", do=start)
    quiet = now - pd.Timestamp(beat["at"])
    if quiet > QUIET:
        return Sign("worker", ok=False, detail=f"not seen since {beat['at']}", do=start)
    if beat.get("problem"):
        return Sign("worker", ok=False, detail=beat["problem"], do="chocolib jobs check")
    return Sign("worker", ok=True, detail=f"process {beat['pid']} awake at {beat['at']}")


def _disk(home: Path) -> Sign:
    free = free_mb(home)
    detail = f"{free:.0f} MB free"
    if free < LEAST_FREE_MB:
        return Sign("disk", ok=False, detail=detail, do=f"make room for {home}")
    return Sign("disk", ok=True, detail=detail)


def _drill(settings: Settings, now: pd.Timestamp) -> Sign:
    ok, detail = drilled(settings, now)
    return Sign("restore drill", ok=ok, detail=detail, do="" if ok else "chocolib backup drill")


def _usage(home: Path) -> Iterator[Sign]:
    """How far the access log was read; what is wrong with it keeps nobody from their work."""
    if not (home / USAGE_FILE).exists():
        return
    try:
        with UsageFile.usage(home) as file:
            at, wrong = read_at(file), len(troubles(file))
    except DataError as error:
        yield Sign("usage", ok=False, detail=error.message, do=error.hint)
        return
    detail = f"access log read at {iso(at)}" if at else "no access log was read yet"
    if wrong:
        yield Sign("usage", True, f"{detail}, wrong: {wrong}", "chocolib usage status")
    else:
        yield Sign("usage", True, detail)


def _jobs(moment: Moment) -> Iterator[Sign]:
    behind, bad = list(late(moment)), list(failing(moment.schedule, moment.history))
    for one in behind:
        detail = f"due {iso(one.due)}, firings waiting: {one.firings}"
        yield Sign(f"job {one.job}", ok=False, detail=detail, do="chocolib jobs start")
    for wrong in bad:
        detail = f"failed since {iso(wrong.since)}: {wrong.error}"
        yield Sign(
            f"job {wrong.job}", ok=False, detail=detail, do=f"chocolib jobs logs {wrong.job}"
        )
    if not behind and not bad:
        yield Sign("jobs", ok=True, detail=f"{len(moment.schedule.jobs)}, none late or failing")


def _data(store: Store, now: pd.Timestamp) -> Iterator[Sign]:
    for what, kind in (("prices", ENERGY_PRICES), ("weather", WEATHER_DATA)):
        newest = newest_step(store, kind)
        if newest is None:
            yield Sign(what, ok=False, detail="none stored", do=f"chocolib ingest {what}")
            continue
        found = freshness(newest, kind, now)
        detail = f"{found.lag / HOUR:.0f} h behind what should be there"
        do = "" if found.status != "stale" else f"chocolib ingest {what}"
        yield Sign(what, ok=found.status != "stale", detail=detail, do=do)
