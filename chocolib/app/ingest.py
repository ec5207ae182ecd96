"""Files into the store, through the gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from chocolib.app.admission import admit
from chocolib.app.runs import Run, begin_run, keep_run, log_run
from chocolib.core.errors import ChocolibError
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS, WEATHER_FORECAST
from chocolib.core.time import HOUR, MADRID, Window
from chocolib.sources.any_file import read_any
from chocolib.sources.pvpc_files import read_pvpc
from chocolib.sources.siar import read_siar
from chocolib.sources.weather_files import read_weather


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file: what was written, or why nothing was.

    Attributes:
        series: rows read per tag and local year, for example {("J09", 2001): 365}.
    """

    path: Path
    written: Written
    series: dict[tuple[str, int], int]
    error: ChocolibError | None = None
    measurement: str = ""
    window: Window | None = None


Reader = Callable[[Path], tuple[str, pd.DataFrame]]


def import_files(
    store: Store, paths: Iterable[Path], read: Reader, *, received_at: pd.Timestamp
) -> Iterator[Imported]:
    """Store the rows of files; a bad file is reported and leaves nothing behind.

    Args:
        read: gives the measurement and the rows of a file; see `READERS`.
    """
    for path in paths:
        run = Run("", "file", Window(received_at, received_at), received_at, origin=path.name)
        done = _import_file(store, path, read, received_at)
        run.measurement, run.written, run.error = done.measurement, done.written, done.error
        run.window = done.window or run.window
        if run.measurement:
            keep_run(store, begin_run(store, run))
        else:
            log_run(run)
        yield done


def _prices(path: Path) -> tuple[str, pd.DataFrame]:
    return "energy_prices", read_pvpc(path)


def _siar(path: Path) -> tuple[str, pd.DataFrame]:
    return "siar_daily", read_siar(path)


#: How each kind of file is read: to its measurement and rows.
READERS: dict[str, Reader] = {
    "pvpc": _prices,
    "siar": _siar,
    "weather": read_weather,
    "any": read_any,
}


def import_pvpc(
    store: Store, paths: Iterable[Path], *, received_at: pd.Timestamp
) -> Iterator[Imported]:
    """Store the prices of files; a bad file is reported and leaves nothing behind."""
    return import_files(store, paths, READERS["pvpc"], received_at=received_at)


def import_siar(
    store: Store, paths: Iterable[Path], *, received_at: pd.Timestamp
) -> Iterator[Imported]:
    """Store the daily weather of SIAR files; a bad file leaves nothing behind."""
    return import_files(store, paths, READERS["siar"], received_at=received_at)


def _import_file(store: Store, path: Path, read: Reader, received_at: pd.Timestamp) -> Imported:
    try:
        measurement, frame = read(path)
        saved = _saved_at(path, received_at) if measurement == WEATHER_FORECAST.name else None
        written = admit(
            store,
            measurement,
            frame,
            received_at=saved or received_at,
            origin=path.name,
            as_versions=saved is not None,
        )
    except ChocolibError as error:
        return Imported(path, Written(), {}, error)
    tag = MEASUREMENTS[measurement].tags[0].name
    years = pd.DatetimeIndex(frame.index).tz_convert(MADRID).year
    series = Counter(zip(frame[tag].astype(str), years.tolist(), strict=True))
    return Imported(path, written, dict(series), None, measurement, _span(frame))


def _saved_at(path: Path, received_at: pd.Timestamp) -> pd.Timestamp:
    """When a forecast was saved: a newer one that is stored stays the current one."""
    saved = pd.Timestamp(path.stat().st_mtime, unit="s", tz="UTC").floor("s")
    return min(saved, received_at)


def _span(frame: pd.DataFrame) -> Window | None:
    """From the first hour of a frame to the end of the last; None without one."""
    times = pd.DatetimeIndex(frame.index).dropna()
    return Window(times.min(), times.max() + HOUR) if len(times) else None
