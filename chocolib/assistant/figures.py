"""Figures as people write them in a text: numbers with their unit, times, dates."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from chocolib.assistant.tokens import plain

#: What a number is of; each written one in the unit that answers use.
Kind = Literal["price", "money", "percent", "mass", "energy", "power", "heat", "hours", "points"]

#: Unit as written -> kind, and what one of it is in the unit of answers.
_UNITS: tuple[tuple[str, Kind, float], ...] = (
    (r"(?:eur|euros?|€)\s*(?:/|por|per|el|a)\s*mwh", "price", 0.001),
    (
        r"(?:c€|ct|cents?|cts?|centimos?)(?:\s*(?:de euro)?\s*(?:/|por|per|el|a)\s*kwh)?\b",
        "price",
        0.01,
    ),
    (r"(?:eur|euros?|€)\s*(?:/|por|per|el|a)\s*kwh", "price", 1.0),
    (r"%|por ciento|per ?cent", "percent", 1.0),
    (r"€|eur\b|euros?\b", "money", 1.0),
    (r"mwh\b", "energy", 1000.0),
    (r"kwh\b", "energy", 1.0),
    (r"kw\b", "power", 1.0),
    (r"kg\b|kilos?\b|kilogram\w*", "mass", 1.0),
    (r"[°º]\s*c?\b|grados?\b|degrees?\b|c\b", "heat", 1.0),
    (r"h\b|horas?\b|hours?\b", "hours", 1.0),
    (r"puntos?\b|points?\b", "points", 1.0),
)
_NUMBER = r"\d{1,3}(?:[.,\u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_FIGURE = re.compile(
    rf"(?<![\w.,/:-])(?P<before>€\s*)?(?P<number>{_NUMBER})"
    rf"(?:\s*(?:{'|'.join(f'(?P<u{n}>{unit})' for n, (unit, _k, _f) in enumerate(_UNITS))}))?"
    r"(?![\w]|[:/]\d)"
)
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4])[:h]([0-5]\d)(?!\d)")
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?=\b|t)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\d/])")
#: What is no figure: list marks, names of tariffs and of days, a day's 24 hours, small counts of
#: things that only the text has.
_NO_FIGURE = re.compile(
    r"^\s*(?:[-*]\s*)?\d{1,2}[.)]\s|\b2[.,]0\s?td\b|\bp[1-6]\b|\bd\+1\b|\b24\s?(?:h|horas|hours)\b|\b24/7\b"
    r"|\b[1-9]\s+(?:opcion\w*|options?|formas?|ways?|cosas?|things?|pasos?|steps?|preguntas?|"
    r"questions?|motivos?|reasons?|consejos?|tips?)\b",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, Madrid."""

    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class Date:
    """A day of a month, and the year where it is written."""

    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number and what it is of.

    Attributes:
        readings: its values with how exactly each is written (half of its last digit): "1.234" is
            a thousand or one and a bit. In the unit that answers use.
        kind: `None`: no unit is written.
    """

    readings: tuple[tuple[float, float], ...]
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class Written:
    """A figure and how it stands in the text."""

    text: str
    means: Clock | Date | Number


def figures(text: str) -> Iterator[Written]:
    """Every figure of a text, as written: days, then times, then numbers."""
    rest = _blanked(plain(text), _NO_FIGURE)
    named = ((pattern, _named) for pattern in _named_days())
    for pattern, of in ((_ISO_DAY, _iso), *named, (_SLASHED, _slashed)):
        for found in pattern.finditer(rest):
            yield Written(text[found.start() : found.end()], of(found))
        rest = _blanked(rest, pattern)
    for found in _CLOCK.finditer(rest):
        told = Clock(int(found[1]) % 24, int(found[2]))
        yield Written(text[found.start() : found.end()], told)
    rest = _blanked(rest, _CLOCK)
    for found in _FIGURE.finditer(rest):
        yield Written(text[found.start() : found.end()].strip(), _number(found))


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda found: " " * len(found[0]), text)


@cache
def _months() -> dict[str, int]:
    path = Path(__file__).with_name("days.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))["month"]
    whole = {name: n for names, n in table.items() for name in names.split("|")}
    return {name[:3]: n for name, n in whole.items()} | whole | {"sept": 9}


@cache
def _named_days() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of 25 nov 2025 and of Nov 25, 2025: in this order, for mar 25 nov is a Tuesday."""
    names = "|".join(sorted(_months(), key=len, reverse=True))
    return (
        re.compile(
            rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?(?P<m>{names})\b"
            rf"(?:,?\s+(?:de\s+|del\s+)?(?P<y>\d{{4}})\b)?"
        ),
        re.compile(
            rf"\b(?P<m>{names})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)"
            rf"(?:,?\s+(?P<y>\d{{4}})\b)?"
        ),
    )


def _iso(found: re.Match[str]) -> Date:
    return Date(int(found[2]), int(found[3]), int(found[1]))


def _named(found: re.Match[str]) -> Date:
    year = found["y"]
    return Date(_months()[found["m"]], int(found["d"]), int(year) if year else None)


def _slashed(found: re.Match[str]) -> Date:
    return Date(int(found[2]), int(found[1]), int(found[3]) if found[3] else None)


def _number(found: re.Match[str]) -> Number:
    unit = next((n for n in range(len(_UNITS)) if found[f"u{n}"]), None)
    kind, one = (None, 1.0) if unit is None else _UNITS[unit][1:]
    if kind is None and found["before"]:
        kind = "money"
    readings = tuple((value * one, half * one) for value, half in _readings(found["number"]))
    return Number(readings, kind)


def _readings(written: str) -> Iterator[tuple[float, float]]:
    """The values a number may have, with half of its last digit's worth."""
    bare = re.sub(r"[\u00a0\u202f]", "", written)
    marks = re.findall(r"[.,]", bare)
    if not marks:
        yield float(bare), 0.5
        return
    last = marks[-1]
    whole, _, part = bare.rpartition(last)
    if len(marks) == 1 or marks[0] != last:
        yield float(f"{re.sub('[.,]', '', whole)}.{part}"), 0.5 * 10.0 ** -len(part)
    if len(part) == 3 and len(set(marks)) == 1 and not bare.startswith("0"):
        yield float(re.sub("[.,]", "", bare)), 0.5
