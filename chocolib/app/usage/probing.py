"""A look at every part of the house, once a minute, in the worker's process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pandas as pd

from chocolib.app.context import real_store
from chocolib.app.jobs.health import only_sign
from chocolib.app.logs import scheduler as log
from chocolib.app.newest import newest_step
from chocolib.app.probe_settings import OFF
from chocolib.app.settings import Settings
from chocolib.core.errors import ChocolibError
from chocolib.core.facts import Fact
from chocolib.core.gaps import freshness
from chocolib.core.ports import Store
from chocolib.core.remarks import Remark
from chocolib.core.schema import ENERGY_PRICES, WEATHER_DATA
from chocolib.core.usage import Probe
from chocolib.sources.knocking import knock
from chocolib.store.usage import probes
from chocolib.store.usage.file import UsageFile

#: Before that nobody ran this: a machine without a clock says 1970 until somebody tells it.
_FIRST = pd.Timestamp("2026-01-01T00:00Z")
#: Why a door gave no answer, by its words in the catalogue.
_NO_ANSWER = {"silent": "usage.probe.silent", "slow": "usage.probe.slow"}


def probe(settings: Settings, *, now: pd.Timestamp) -> list[Probe]:
    """Look at every part once; never raises for what it finds.

    What stands in a probe names no address, folder or person. A door that the settings turn off
    has none.
    """
    return [
        *_door("dashboards", settings.dash_probe_url),
        *_door("api", settings.api_probe_url),
        *_store_and_sources(settings, now),
        _worker(settings, now),
    ]


def keep(settings: Settings, *, now: pd.Timestamp) -> list[Probe]:
    """Look, and keep what was found as that of the minute.

    A minute that was probed before, by a clock that was set back since, is that of the newer look.

    Returns:
        What was found; nothing is kept, or looked at, by a clock that cannot be right.

    Raises:
        DataError: it cannot be kept.
    """
    if now < _FIRST:
        return []
    found = probe(settings, now=now)
    with UsageFile.usage(settings.home) as file:
        probes.add(file, now.floor("min"), found)
    return found


def kept(settings: Settings, *, now: pd.Timestamp, said: str) -> str:
    """Look and keep; what is wrong with that goes to the log, once.

    Args:
        said: what was wrong the last time.

    Returns:
        What is wrong now; "" when all is well.
    """
    try:
        keep(settings, now=now)
    except ChocolibError as error:
        if error.message != said:
            log.error("probes are not kept", extra={"why": error.message})
        return error.message
    return ""


def _door(part: str, url: str) -> Iterator[Probe]:
    if url == OFF:
        return
    came = knock(url)
    if came.well:
        yield Probe(part, ok=True, ms=came.ms)
    elif came.wrong:
        yield Probe(part, ok=False, why=Remark(_NO_ANSWER[came.wrong]))
    else:
        yield Probe(part, ok=False, why=Remark("usage.probe.status", {"status": came.status}))


def _store_and_sources(settings: Settings, now: pd.Timestamp) -> list[Probe]:
    """Whether the store opens and tells a revision, and whether the newest data are there."""
    began = time.perf_counter()
    try:
        with closing(real_store(settings, existing=True)) as store:
            store.revision(ENERGY_PRICES.name)
            took = time.perf_counter() - began
            sources = _sources(store, now)
    except ChocolibError:
        return [Probe("store", ok=False, why=Remark("usage.probe.store"))]
    return [Probe("store", ok=True, ms=int(took * 1000) + 1), sources]


def _sources(store: Store, now: pd.Timestamp) -> Probe:
    statuses = {
        kind.name: freshness(newest_step(store, kind), kind, now).status
        for kind in (ENERGY_PRICES, WEATHER_DATA)
    }
    behind = [name for name, status in statuses.items() if status in ("stale", "no data")]
    if not behind:
        return Probe("sources", ok=True)
    what = Fact(", ".join(behind), "name")
    return Probe("sources", ok=False, why=Remark("usage.probe.sources", {"what": what}))


def _worker(settings: Settings, now: pd.Timestamp) -> Probe:
    if only_sign("worker", settings, now=now).ok:
        return Probe("worker", ok=True)
    return Probe("worker", ok=False, why=Remark("usage.probe.worker"))
