"""PVPC from a file: our CSV, or a saved answer of ESIOS. Whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from chocolib.core.errors import DataError
from chocolib.sources.documents import YEARS, Malformed, shown
from chocolib.sources.esios import parse_archive, parse_indicator
from chocolib.sources.files import read_bytes, refuse_cut_tail, text_of
from chocolib.sources.prices import price_frame

TIME_COLUMN, PRICE_COLUMN = "timestamp", "price_eur_kwh"
EXPECTED = f"expected a CSV with the columns {TIME_COLUMN} (with a zone) and {PRICE_COLUMN}"

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)


def read_pvpc(path: Path) -> pd.DataFrame:
    """Hourly PVPC from one file, plain or gzip; its content says which kind it is.

    - CSV, UTF-8, comma: `timestamp` (ISO 8601 with Z or offset, start of the hour) and
      `price_eur_kwh`, in any order, other columns ignored. Source "csv".
    - ESIOS `indicators/1001` as JSON. Source "esios-1001".
    - ESIOS `archives/70` as JSON. Source "esios-archive-70".

    Returns:
        A frame of `energy_prices` (see `prices.price_frame`), rows in file order.
        Repeated and off-hour rows of a CSV are kept: `gate.check` judges them.

    Raises:
        DataError: anything else, with the line where there is one: a missing, empty,
            damaged or differently encoded file, other columns or units, a row with too
            few or too many cells, a time without zone, a price that is no number.
    """
    text = text_of(read_bytes(path), path)
    start = text.lstrip()[:1]
    if start == "<":
        raise DataError(f"{EXPECTED} or a JSON of ESIOS, found a web page", path=str(path))
    return _read_json(text, path) if start in {"{", "["} else _read_csv(text, path)


def _read_json(text: str, path: Path) -> pd.DataFrame:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        what = f"damaged or cut JSON: {error.msg}"
        raise DataError(what, path=str(path), line=error.lineno) from None
    except (ValueError, RecursionError):
        raise DataError("JSON that cannot be read", path=str(path)) from None
    try:
        frame = _parsed(document)
    except Malformed as error:
        raise DataError(str(error), path=str(path)) from None
    if frame.empty:
        raise DataError("expected prices, found none that is published", path=str(path))
    return frame


def _parsed(document: object) -> pd.DataFrame:
    if isinstance(document, dict) and "indicator" in document:
        return parse_indicator(document)
    if isinstance(document, dict) and "PVPC" in document:
        return parse_archive(document)
    found = ", ".join(document) if isinstance(document, dict) else document
    raise Malformed(f"expected indicator 1001 or archive 70 of ESIOS, found {shown(found)}")


def _read_csv(text: str, path: Path) -> pd.DataFrame:
    lines: list[int] = []
    last_cells: list[str] = []
    stamps: list[str] = []
    prices: list[float] = []
    rows = _csv_rows(text, path)
    _, header = next(rows)
    at_time, at_price = _places(header, path)
    for line, row in rows:
        if len(row) != len(header):
            what = f"expected {len(header)} columns, found {len(row)}"
            raise DataError(what, path=str(path), line=line)
        last_cells.append(row[-1])
        lines.append(line)
        stamps.append(_zoned(row[at_time], path, line))
        prices.append(_price(row[at_price], path, line))
    if not prices:
        raise DataError("there is a header and not a single price", path=str(path))
    refuse_cut_tail(text, row[-1], last_cells, path)
    return price_frame(pd.Series(prices, index=_times(stamps, lines, path)), "csv")


def _csv_rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise DataError(
            f"not a CSV ({error})", path=str(path), line=max(reader.line_num, 1)
        ) from None


def _places(header: list[str], path: Path) -> tuple[int, int]:
    names = [name.strip() for name in header]
    if names.count(TIME_COLUMN) == 1 and names.count(PRICE_COLUMN) == 1:
        return names.index(TIME_COLUMN), names.index(PRICE_COLUMN)
    hint = ""
    if any("mwh" in name.lower() for name in names):
        hint = "prices in EUR/MWh: divide them by 1000 and name the column price_eur_kwh"
    elif "IdEstacion" in header[0]:
        hint = "this looks like a SIAR file: daily weather, not prices"
    found = shown(", ".join(names))
    raise DataError(f"{EXPECTED}, found {found}", path=str(path), line=1, hint=hint)


def _zoned(text: str, path: Path, line: int) -> str:
    if _ZONED.fullmatch(text) or _ZONED.fullmatch(text.strip()):
        return text.strip()
    what = f"expected a time with its zone, like 2025-01-31T00:00:00Z, found {shown(text)}"
    raise DataError(what, path=str(path), line=line)


def _price(text: str, path: Path, line: int) -> float:
    price = float(text) if _NUMBER.fullmatch(text.strip()) else math.nan
    if math.isfinite(price):
        return price
    what = f"expected a price in EUR/kWh, like 0.12345, found {shown(text)}"
    raise DataError(
        what,
        path=str(path),
        line=line,
        hint="" if text.strip() else "leave out the row of an hour without price",
    )


def _times(stamps: list[str], lines: list[int], path: Path) -> pd.DatetimeIndex:
    times = pd.to_datetime(pd.Index(stamps), format="ISO8601", utc=True, errors="coerce")
    wrong = times.isna() | (times.year < YEARS[0]) | (times.year > YEARS[-1])
    if wrong.any():
        i = int(wrong.argmax())
        what = f"expected a time that exists, found {shown(stamps[i])}"
        raise DataError(what, path=str(path), line=lines[i])
    return times
