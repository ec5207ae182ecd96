"""Daily weather of SIAR, the agroclimatic network of the Ministerio de Agricultura.

Format: CSV as its web site exports it: UTF-16LE without byte order mark, CRLF, `;`,
decimal comma, DD/MM/YYYY, one header, one row a day, an empty cell where a value is
missing. Copies saved again as UTF-8 are read too.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.time import MADRID, as_utc, next_morning
from chocolib.sources.documents import YEARS, shown
from chocolib.sources.files import files_at, read_bytes, refuse_cut_tail, text_of

T = TypeVar("T")

# Plain column name -> field and unit. The hours of the extremes are not stored.
_FIELDS = {
    "tempmedia": ("temperature_c", "c"),
    "tempmax": ("temperature_max_c", "c"),
    "tempminima": ("temperature_min_c", "c"),
    "humedadmedia": ("humidity_pct", "%"),
    "humedadmax": ("humidity_max_pct", "%"),
    "humedadmin": ("humidity_min_pct", "%"),
    "velviento": ("wind_ms", "m/s"),
    "dirviento": ("wind_direction_deg", ""),
    "velvientomax": ("wind_max_ms", "m/s"),
    "dirvientovelmax": ("wind_max_direction_deg", ""),
    "radiacion": ("radiation_mj_m2", "mj/m2"),
    "precipitacion": ("precipitation_mm", "mm"),
    "pepmon": ("effective_precipitation_mm", "mm"),
    "etpmon": ("et0_mm", "mm"),
}
_ALSO_CALLED = {"tempmin": "tempminima", "tempmaxima": "tempmax"}
_KEYS = ("idprovincia", "idestacion", "fecha")
_NUMBER = re.compile(r"-?\d+(,\d+)?", re.ASCII)
_COUNT = re.compile(r"\d{1,4}", re.ASCII)
_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)


def siar_files(paths: Iterable[Path]) -> list[Path]:
    """The files to read: files as given, and the `*.csv` of folders; see `files_at`."""
    return files_at(paths, (".csv",), "SIAR files")


def read_siar(path: Path) -> pd.DataFrame:
    """Daily weather from one SIAR file.

    Returns:
        A frame of `siar_daily`: `station` ("J09": J is Jaen, province 23; other
        provinces as "14-03"), 14 numbers with NaN where a cell is empty, `source` "siar",
        `available_at` the next day at 10:00 in Madrid. The UTC index `time` is Madrid
        midnight of the day. One row for each line of the file, empty ones too.

    Raises:
        DataError: anything that is not such a file: missing, empty, cut off, columns
            or units that are not SIAR's, a row with too few or too many cells, a cell
            that is no number or date; with the line where there is one.
    """
    table = _table(_text(path), path)
    days = pd.DatetimeIndex(table.read("fecha", _day, "a date like 31/01/2025"))
    provinces = table.read("idprovincia", _count, "a number like 23")
    stations = table.read("idestacion", _count, "a number like 9")
    fields = {
        field: np.array(table.read(name, _number, "a number like 25,63"))
        for name, (field, _) in _FIELDS.items()
    }
    time = as_utc(days.tz_localize(MADRID)).rename("time")
    return pd.DataFrame(
        {
            "station": list(map(_station, provinces, stations)),
            **fields,
            "source": "siar",
            "available_at": next_morning(time),
        },
        index=time,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Cells as text, by plain column name, and the line each row stands in."""

    path: Path
    lines: Sequence[int]
    columns: dict[str, tuple[str, ...]]

    def read(self, name: str, cell: Callable[[str], T], expected: str) -> list[T]:
        """A column, cell by cell; DataError with the line of the first that does not fit."""
        values: list[T] = []
        try:
            for text in self.columns[name]:
                values.append(cell(text))
        except ValueError:
            what = f"{name}: expected {expected}, found {shown(text)}"
            raise DataError(what, path=str(self.path), line=self.lines[len(values)]) from None
        return values


def _table(text: str, path: Path) -> _Table:
    lines = enumerate(re.split("\r?\n", text), 1)
    split = [(i, line.split(";")) for i, line in lines if line.strip()]
    if not split:
        raise DataError("the file is empty", path=str(path))
    (first, header), rows = split[0], split[1:]
    names = _names(header, path, first)
    for line, cells in rows:
        if len(cells) != len(names):
            what = f"expected {len(names)} columns, found {len(cells)}"
            raise DataError(what, path=str(path), line=line)
    if not rows:
        raise DataError("there is a header and not a single day", path=str(path))
    columns = list(zip(*(cells for _, cells in rows), strict=True))
    refuse_cut_tail(text, columns[-1][-1], ["0,00", *columns[-1]], path)
    return _Table(path, [line for line, _ in rows], dict(zip(names, columns, strict=True)))


def _names(header: list[str], path: Path, line: int) -> list[str]:
    """Plain names of the columns, once all that we need are there in our units."""
    names, units = zip(*map(_plain, header), strict=True)
    lost = [name for name in (*_KEYS, *_FIELDS) if names.count(name) != 1]
    if lost:
        what = "expected the columns of a SIAR file (IdProvincia;IdEstacion;Fecha;...)"
        raise DataError(f"{what}, found {shown(';'.join(header))}", path=str(path), line=line)
    for name, unit, column in zip(names, units, header, strict=True):
        expected = _FIELDS.get(name, ("", unit))[1]
        if unit not in {"", expected}:
            what = f"expected the unit {expected or 'degrees'}, found {shown(column)}"
            raise DataError(what, path=str(path), line=line)
    return list(names)


def _plain(column: str) -> tuple[str, str]:
    """Name and unit without accents, spaces, degrees, capitals: ("tempminima", "c")."""
    flat = unicodedata.normalize("NFKD", re.sub("[º°]", "", column)).casefold()
    name, _, unit = "".join(c for c in flat if not unicodedata.combining(c)).partition("(")
    name = re.sub("[^a-z]", "", name)
    return _ALSO_CALLED.get(name, name), unit.strip(" )")


def _text(path: Path) -> str:
    """UTF-16LE without a mark as SIAR writes it, UTF-16 with one, or UTF-8."""
    data = read_bytes(path)
    with_mark = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not with_mark and data[1:2] != b"\0":
        return text_of(data, path)
    try:
        return data.decode("utf-16" if with_mark else "utf-16-le")
    except UnicodeDecodeError:
        raise DataError("UTF-16 text cut in the middle or damaged", path=str(path)) from None


def _station(province: int, station: int) -> str:
    return f"J{station:02d}" if province == 23 else f"{province}-{station:02d}"


def _count(text: str) -> int:
    if _COUNT.fullmatch(text):
        return int(text)
    raise ValueError(text)


def _number(text: str) -> float:
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    if text.strip():
        raise ValueError(text)
    return math.nan


def _day(text: str) -> datetime:
    match = _DAY.fullmatch(text.strip())
    if not match or int(match[3]) not in YEARS:
        raise ValueError(text)
    return datetime(int(match[3]), int(match[2]), int(match[1]))
