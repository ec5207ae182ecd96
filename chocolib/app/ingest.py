"""Files into the store, through the gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from chocolib.app.admission import admit
from chocolib.app.logs import data_ingestion
from chocolib.core.errors import ChocolibError
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import MADRID
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


Reader = Callable[[Path], tuple[str, pd.DataFrame]]


def import_files(
    store: Store, paths: Iterable[Path], read: Reader, *, received_at: pd.Timestamp
) -> Iterator[Imported]:
    """Store the rows of files; a bad file is reported and leaves nothing behind.

    Args:
        read: gives the measurement and the rows of a file; see `READERS`.
    """
    for path in paths:
        done = _import_file(store, path, read, received_at)
        said = {"file": path.name, "read": done.written.read, **asdict(done.written)}
        problem = {"error": done.error.message} if done.error else {}
        data_ingestion.log(30 if done.error else 20, "file imported", extra=said | problem)
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
        written = admit(store, measurement, frame, received_at=received_at, origin=path.name)
    except ChocolibError as error:
        return Imported(path, Written(), {}, error)
    tag = MEASUREMENTS[measurement].tags[0].name
    years = pd.DatetimeIndex(frame.index).tz_convert(MADRID).year
    series = Counter(zip(frame[tag].astype(str), years.tolist(), strict=True))
    return Imported(path, written, dict(series), measurement=measurement)
