"""What is configured, reachable, stale or missing, and what to do about it."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from chocolib.app.context import clock, reading_store, real_store
from chocolib.app.keys import Key, keys_of, where
from chocolib.app.live import ask_ree
from chocolib.app.newest import newest_step
from chocolib.app.quarantine import quarantined
from chocolib.app.settings import Settings, read_settings
from chocolib.core.errors import ChocolibError
from chocolib.core.gaps import freshness
from chocolib.core.measurement import Measurement
from chocolib.core.ports import Store
from chocolib.core.schema import ENERGY_PRICES, MEASUREMENTS, WEATHER_DATA
from chocolib.core.time import DAY, iso, parse_as_of

Status = Literal["ok", "not set", "missing", "stale", "unreachable", "demo", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `do` says what would mend it (empty when all is well)."""

    what: str
    status: Status
    detail: str
    do: str = ""

    def to_dict(self) -> dict[str, str]:
        """As it stands in `chocolib doctor --json`."""
        return asdict(self)


def diagnose() -> list[Finding]:
    """Look at settings, store, data and the network; never raises for what it finds."""
    try:
        settings = read_settings()
    except ChocolibError as error:
        return [Finding("settings", "error", error.message, error.hint)]
    home = _home(settings)
    if home.status == "error":
        return [home]
    try:
        store, real = reading_store(settings), real_store(settings)
    except ChocolibError as error:
        return [home, Finding("store", "error", error.message, error.hint)]
    now = clock()
    found = looked_at(settings, store, now, real=real)
    return [home, *found, _ree(settings, now)]


def looked_at(
    settings: Settings, store: Store, now: pd.Timestamp, *, real: Store | None = None
) -> list[Finding]:
    """What can be found out without the network: the store, its data, settings and keys.

    Args:
        real: the store that rows are held back from, where `store` is the demonstration.
    """
    return [
        _store(store),
        *_data(store, now, real or store),
        _moment(settings, now),
        *_keys(settings),
    ]


def _data(store: Store, now: pd.Timestamp, real: Store) -> list[Finding]:
    """What is stored, and how fresh it is."""
    try:
        return [
            _prices(store, now),
            _weather(store, now),
            _quarantine(real),
            _kept(store, "price_forecast", now),
            _kept(store, "production_plan", now),
        ]
    except ChocolibError as error:
        return [Finding("data", "error", error.message, error.hint)]


def _home(settings: Settings) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding("home", "error", f"{settings.home}: {error.strerror}", "set CHOCOLIB_HOME")
    if not os.access(settings.home, os.W_OK):
        return Finding("home", "error", f"{settings.home} cannot be written", "set CHOCOLIB_HOME")
    return Finding("home", "ok", str(settings.home))


def _store(store: Store) -> Finding:
    if store.synthetic:
        return Finding("store", "demo", "demonstration data", "chocolib ingest ree for real prices")
    return Finding("store", "ok", f"real data at {store.address}")


def _prices(store: Store, now: pd.Timestamp) -> Finding:
    do = "chocolib ingest prices, or chocolib import pvpc FILE"
    return _series(store, "prices", ENERGY_PRICES, now, do)


def _weather(store: Store, now: pd.Timestamp) -> Finding:
    return _series(store, "weather", WEATHER_DATA, now, "chocolib ingest weather")


def _series(store: Store, what: str, kind: Measurement, now: pd.Timestamp, do: str) -> Finding:
    """How far a series reaches, in the words of `core.gaps.freshness`."""
    newest = newest_step(store, kind)
    if newest is None:
        return Finding(what, "missing", f"no {what} stored", do)
    found = freshness(newest, kind, now)
    until = f"known until {iso(found.until)}" if found.until else "never"
    behind = f", {found.lag / DAY:.1f} days behind what should be there" if found.lag else ""
    stale = found.status == "stale"
    return Finding(what, "stale" if stale else "ok", until + behind, do if stale else "")


def _quarantine(store: Store) -> Finding:
    held = len(quarantined(store))
    if not held:
        return Finding("quarantine", "ok", "empty")
    return Finding("quarantine", "ok", f"{held} rows held", "chocolib quarantine list")


def _kept(store: Store, measurement: str, now: pd.Timestamp) -> Finding:
    what = measurement.replace("_", " ")
    last = store.latest(measurement)
    if last.empty:
        return Finding(what, "missing", "none is kept", "chocolib daily")
    made = pd.Timestamp(last["available_at"].max())
    stale = now - made > (MEASUREMENTS[measurement].stale_after or now - made)
    return Finding(
        what, "stale" if stale else "ok", f"made for {iso(made)}", "chocolib daily" if stale else ""
    )


def _ree(settings: Settings, now: pd.Timestamp) -> Finding:
    try:
        rows = ask_ree(settings, now=now)
    except ChocolibError as error:
        do = error.hint or "check the network"
        return Finding("REE apidatos", "unreachable", error.message, do)
    return Finding("REE apidatos", "ok", f"answered with {rows} hours")


def _moment(settings: Settings, now: pd.Timestamp) -> Finding:
    what = "CHOCOLIB_AS_OF"
    if settings.as_of is None:
        return Finding(what, "not set", "pages and commands stand at now")
    try:
        moment = parse_as_of(settings.as_of, now=now)
    except ChocolibError as error:
        return Finding(what, "error", error.message, error.hint)
    return Finding(what, "ok", f"everything is replayed as of {iso(moment)}")


def _keys(settings: Settings) -> list[Finding]:
    """Which keys are missing; never what one is."""
    return [
        Finding("keys", "ok", f"come from {where(settings)}"),
        *(_key(key) for key in keys_of(settings)),
    ]


def _key(key: Key) -> Finding:
    if key.present:
        return Finding(key.name, "ok", "set")
    if key.needed:
        return Finding(key.name, "missing", key.without, f"set it, or {key.name}_FILE")
    return Finding(key.name, "not set", key.without)
