"""Foreign documents: JSON from bytes, sound numbers, moments and lists, and how to show them.

`Malformed` says what was expected and what was found; whoever knows the file or
the address turns it into a `DataError` or a `SourceChanged`.
"""

from __future__ import annotations

import json
import math
import re
import reprlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from chocolib.core.errors import SourceChanged

#: Outside these years nothing we read can be true, and calendars get strange.
YEARS = range(1990, 2101)
#: Reanalysed weather begins earlier; its hours are UTC, which has no calendar to get strange.
_YEARS_IN_UTC = range(1940, YEARS.stop)
_YEAR_S = 365.2425 * 86_400
#: Control and direction characters, line separators and halves of characters.
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202f-\ud7ff\ue000-\ufffd]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_AS_TEXT = re.compile(r"[+-]?\d+([.,]\d+)?", re.ASCII)


class Malformed(ValueError):
    """A document that is not what its format says."""


@contextmanager
def as_changed(source: str) -> Iterator[None]:
    """Whatever is malformed inside becomes a `SourceChanged` of `source`."""
    try:
        yield
    except Malformed as error:
        raise SourceChanged(str(error), source=source) from None


def json_of(body: bytes) -> object:
    """The JSON document in some bytes, in UTF-8 or 16, or else in ISO-8859-15 as AEMET's.

    What a Content-Type says plays no part: AEMET's is often wrong.

    Raises:
        ValueError: not JSON; a `json.JSONDecodeError` where it knows the line.
    """
    try:
        try:
            return json.loads(body)
        except UnicodeDecodeError:
            return json.loads(body.decode("iso-8859-15"))
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None


def number(value: object, where: str) -> float:
    """A finite JSON number.

    Raises:
        Malformed: anything else, named with `where`.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            found = float(value)
        except OverflowError:
            found = math.inf
        if math.isfinite(found):
            return found
    raise Malformed(f"{where}: expected a number, found {shown(value)}")


def measured(value: object, where: str) -> float:
    """A measured number: JSON's own, or text with a decimal comma or point.

    Returns:
        The number; NaN where nothing was measured (null or empty text).

    Raises:
        Malformed: anything else, named with `where`.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return math.nan
    if isinstance(value, str) and _AS_TEXT.fullmatch(value.strip()):
        return number(float(value.strip().replace(",", ".")), where)
    return number(value, where)


def moment(value: object, where: str) -> datetime:
    """An ISO 8601 time with a zone, in UTC.

    Raises:
        Malformed: anything else, named with `where`.
    """
    try:
        stamp = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        stamp = None
    if stamp is None or stamp.tzinfo is None or stamp.year not in YEARS:
        raise Malformed(
            f"{where}: expected a time like 2025-01-31T00:00+01:00, found {shown(value)}"
        )
    return stamp.astimezone(UTC)


def utc_moment(value: object, where: str) -> datetime:
    """An ISO 8601 date and time that is UTC unless it names another zone, in UTC.

    Raises:
        Malformed: anything else, named with `where`.
    """
    try:
        fits = isinstance(value, str) and _TIME.fullmatch(value.strip())
        stamp = datetime.fromisoformat(str(value).strip()) if fits else None
    except ValueError:
        stamp = None
    if stamp is None or stamp.year not in _YEARS_IN_UTC:
        raise Malformed(f"{where}: expected a time like 2025-01-31T07:00, found {shown(value)}")
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


def unix_moment(value: object, where: str) -> datetime:
    """A moment given as seconds since 1970, in UTC.

    Raises:
        Malformed: anything else, named with `where`.
    """
    seconds = number(value, where)
    if int(1970 + seconds / _YEAR_S) in _YEARS_IN_UTC:
        return datetime.fromtimestamp(seconds, UTC)
    raise Malformed(f"{where}: expected seconds since 1970, found {shown(value)}")


def items(value: object, where: str) -> list[Mapping[str, object]]:
    """A JSON list of objects.

    Raises:
        Malformed: anything else, named with `where`.
    """
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    raise Malformed(f"{where}: expected a list of objects, found {shown(value)}")


def mapping(value: object, where: str) -> Mapping[str, object]:
    """A JSON object.

    Raises:
        Malformed: anything else, named with `where`.
    """
    if isinstance(value, dict):
        return value
    raise Malformed(f"{where}: expected a JSON object, found {shown(value)}")


def shown(value: object, longest: int = 60) -> str:
    """A value as it may stand in a message: short and on one line."""
    text = value if isinstance(value, str) else reprlib.repr(value)
    text = _UNPRINTABLE.sub(" ", text[: longest + 140])
    return f'"{text[: longest - 3]}..."' if len(text) > longest else f'"{text}"'
