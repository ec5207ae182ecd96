"""The state of the house for those who run it: series, sources, what the last round left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.newest import newest_step
from chocolib.app.settings import Settings
from chocolib.core.gaps import freshness, missing, of_site
from chocolib.core.measurement import Measurement
from chocolib.core.quarantine import HELD
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import DAY, Window
from chocolib.core.views import GAP_DAYS, RUN_DAYS, Feed, Series
from chocolib.store.sqlite import SqliteStore

#: What stands in the place of a key or a path in the text of an error.
_HIDDEN = "…"
_LONGEST_ERROR = 160
#: Rows may lie this far ahead: prices of the next day.
_AHEAD = 3 * DAY


def series_of(context: Context) -> Iterator[Series]:
    """How fresh and whole each observed measurement with a cadence is, as known at `as_of`."""
    rows = context.store.read("quarantine", as_of=context.as_of)
    held = rows["measurement"][(rows["state"] == HELD).to_numpy()].value_counts()
    for kind in MEASUREMENTS.values():
        if kind.observed and kind.cadence:
            yield _series(context, kind, int(held.get(kind.name, 0)))


def _series(context: Context, kind: Measurement, held: int) -> Series:
    there = context.store.coverage(kind.name)
    there = there[there[kind.key[1]].isin(kind.pool)] if kind.pool else there
    first = pd.Timestamp(there["first"].min()) if len(there) else None
    newest = newest_step(context.store, kind, as_of=context.as_of)
    fresh = freshness(newest, kind, context.as_of)
    lacking = _lacking(context, kind, first)
    lacking = lacking[lacking < fresh.until] if fresh.until is not None else lacking
    absent = context.store.read(
        "absences", tags={"measurement": kind.name}, as_of=context.as_of
    ).index
    return Series(
        measurement=kind.name,
        status=fresh.status,
        until=fresh.until,
        lag=fresh.lag,
        missing=len(lacking),
        not_available=int(lacking.isin(absent).sum()),
        held=held,
        rows=int(there["rows"].sum()),
        first=first,
    )


def _lacking(context: Context, kind: Measurement, first: pd.Timestamp | None) -> pd.DatetimeIndex:
    """Steps that lack in the last days; before the first row there is no gap."""
    start = (context.as_of - GAP_DAYS * DAY).floor("D")
    if first is None:
        return missing(pd.DatetimeIndex([], tz="UTC"), kind, as_of=context.as_of)
    window = Window(start, context.as_of + _AHEAD)
    rows = of_site(context.store.read(kind.name, window, as_of=context.as_of), kind)
    return missing(pd.DatetimeIndex(rows.index), kind, as_of=context.as_of, since=max(start, first))


def feeds_of(context: Context) -> list[Feed]:
    """Every source that was asked in the last days, the newest run first."""
    window = Window(context.as_of - RUN_DAYS * DAY, context.as_of + DAY)
    rows = context.store.read("ingest_runs", window, as_of=context.as_of)
    found = [
        _feed(context.settings, str(measurement), str(feed), runs)
        for (measurement, feed), runs in rows.groupby(["measurement", "feed"])
    ]
    return sorted(found, key=lambda one: one.began, reverse=True)


def _feed(settings: Settings, measurement: str, feed: str, runs: pd.DataFrame) -> Feed:
    last = runs.sort_index().iloc[-1]
    failed = runs["error"].fillna("") != ""
    return Feed(
        measurement=measurement,
        feed=feed,
        began=pd.Timestamp(pd.DatetimeIndex(runs.index).max()),
        rows_new=int(last["rows_new"]),
        rows_refused=int(last["rows_quarantined"]),
        error=discreet(_text(last["error"]), settings, _text(last["origin"])),
        runs=len(runs),
        failures=int(failed.sum()),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def discreet(text: str, settings: Settings, origin: str = "") -> str:
    """An error's text without keys and without folders of this machine, cut to a line."""
    for secret in settings.secrets():
        text = text.replace(secret, _HIDDEN)
    places = [origin, str(settings.home), str(Path.home())]
    for place in filter(None, places):
        shown = Path(place).name if place == origin else _HIDDEN
        text = text.replace(place, shown)
    first = text.partition("\n")[0]
    return first if len(first) <= _LONGEST_ERROR else first[: _LONGEST_ERROR - 1] + _HIDDEN


def traces(context: Context) -> dict[str, pd.Timestamp | None]:
    """When each step of the daily round last left something, as known at `as_of`, UTC."""
    runs = context.store.latest("ingest_runs", as_of=context.as_of)
    return {
        "ingest": pd.Timestamp(runs.index[-1]) if len(runs) else None,
        "forecast": _made(context, "price_forecast"),
        "plan": _made(context, "production_plan"),
        "report": _report(context),
    }


def _made(context: Context, measurement: str) -> pd.Timestamp | None:
    rows = context.store.latest(measurement, as_of=context.as_of)
    return pd.Timestamp(rows["available_at"].max()) if len(rows) else None


def _report(context: Context) -> pd.Timestamp | None:
    """When the newest report was written; those of after `as_of` do not count."""
    written = [
        pd.Timestamp(path.stat().st_mtime, unit="s", tz="UTC").floor("s")
        for path in context.settings.reports.glob("*.html")
    ]
    return max((moment for moment in written if moment <= context.as_of), default=None)


def size_bytes(context: Context) -> int | None:
    """Bytes of the store's file and of its log; None where the store is no file."""
    if not isinstance(context.store, SqliteStore):
        return None
    path = context.store.path
    files = [path, path.with_name(f"{path.name}-wal")]
    return sum(file.stat().st_size for file in files if file.exists())
