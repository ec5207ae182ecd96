"""Which day, hour and how many: the times of a question, on Madrid's calendar."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.assistant.tokens import is_nearly
from chocolib.core.time import HOUR, local

#: "Was" and "were" look back for a weekday that is named alone.
_BACK = re.compile(r"\b(fue|era|hubo|costo|costaba|estuvo|estaba|was|were|did|had)\b")
_LAST = re.compile(r"\b(pasad[oa]|ultim[oa]|last|past)\b")
_NEXT = re.compile(r"\b(next|que\s+viene|proxim[oa])\b")
_EVENING = 12
_WEEK = timedelta(days=7)
#: How far a day is from today: "hace 3 días", "2 weeks ago", "dentro de un mes".
_UNITS = {"d": "days", "s": "weeks", "w": "weeks", "m": "months", "a": "years", "y": "years"}
_LONG = r"(\d{1,4}\s+(?:dias?|days?|semanas?|weeks?)|\d{1,2}\s+(?:mes(?:es)?|months?|anos?|years?))"
_COUNTED = "hora|dia|semana|mese?|ano|hour|day|week|month|year"
_YEAR = r"\b(?:en|de|in|of|during|for|ano|year)\s+(?:el\s+ano\s+)?((?:19|20)\d{2})\b"
#: "Dentro de 2 horas", "in 2 hours", "2 hours from now".
_SOON = (
    r"\b(?:dentro\s+de|de\s+aqui\s+a|in)\s+(\d{1,3})\s*(?:horas?|hours?|h)\b"
    r"|\b(\d{1,3})\s*(?:hours?|h)\s+from\s+now\b"
)
_AWAY = (
    (rf"\bhace\s+(?:unos\s+)?{_LONG}\b|\b{_LONG}\s+ago\b", -1),
    (rf"\b(?:dentro\s+de|en|in)\s+{_LONG}\b", 1),
)


@dataclass(slots=True)
class When:
    """The times of a question.

    Attributes:
        day: the Madrid day it names.
        marks: what kind of time it names: now, today, ahead, past, day, week, at, month, ...
        numbers: `at` (hour of the day), `hours`, `days`, `month`, `year`, `batch`.
        rest: the plain text without what was read here.
    """

    rest: str
    day: date | None = None
    marks: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)

    def take(self, pattern: str | re.Pattern[str]) -> re.Match[str] | None:
        """The first place of a pattern, which is then taken out of the rest."""
        found = re.search(pattern, self.rest)
        if found:
            self.rest = self.rest[: found.start()] + " , " + self.rest[found.end() :]
        return found


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("days.toml").read_text(encoding="utf-8"))


def when(text: str, today: date, now: pd.Timestamp | None = None) -> When:
    """The times that a plain text names.

    Args:
        today: the asker's day in Madrid.
        now: the asker's moment, UTC; without it hours from now are a number of hours.
    """
    found = When(_spelled_out(_put_right(text)))
    back = bool(_BACK.search(text))
    if now is not None:
        _soon(found, now)
    for read in (_hour, _away, _lengths, _marks, _written_day):
        read(found, today)
    if found.day is None:
        found.day = _relative(found, today) or _weekday(found, today, back)
    _month(found, today)
    _year(found, today)
    _relation(found, today)
    return found


def _put_right(text: str) -> str:
    """The names of days with their slips of the pen mended."""
    names: list[str] = _table()["spelling"]

    def mended(word: re.Match[str]) -> str:
        near = (name for name in names if is_nearly(word[0], name))
        return word[0] if word[0] in names else next(near, word[0])

    return re.sub(r"[a-z]{5,}", mended, text)


def _spelled_out(text: str) -> str:
    """Small numbers in figures, where something is counted: "tres horas" is "3 horas"."""
    for language in _table()["number"].values():
        for value, word in enumerate(language):
            text = re.sub(
                rf"\b{word}(?=\s+({_COUNTED})s?\b)",
                str(value),
                text,
            )
            text = re.sub(rf"\b(a\s+las?|at)\s+{word}\b", rf"\g<1> {value}", text)
            text = re.sub(rf"\b(lote|batch)\s+(numero\s+|number\s+)?{word}\b", rf"\1 {value}", text)
    text = re.sub(r"\ba(?=\s+(day|week|month|year)\s+ago\b)", "1", text)
    return re.sub(r"\buna(?=\s+(hora|semana)\b)|\ban(?=\s+hour\b)", "1", text)


def _soon(found: When, now: pd.Timestamp) -> None:
    """The day and hour that is so many hours from now."""
    if said := found.take(_SOON):
        then = local(now + int(said[1] or said[2]) * HOUR)
        found.day, found.numbers["at"] = then.date(), then.hour
        found.marks.add("at")


def _hour(found: When, _today: date) -> None:
    said = found.take(
        r"\b(?:a\s+las?|at|sobre\s+las?|desde\s+las?|around)\s+(\d{1,2})(?:[:.h](\d{2}))?\s*"
        r"(am|pm|a\.m\.|p\.m\.|h\b|horas\b|de\s+la\s+(?:manana|tarde|noche))?"
    ) or found.take(r"\b(\d{1,2})(?:[:h](\d{2})|(?::(\d{2}))?\s*(?:am|pm)\b)()")
    if said is None:
        return
    hour = int(said[1])
    late = re.search(r"pm|p\.m|tarde|noche", said[0])
    hour += _EVENING if late and hour < _EVENING else 0
    if hour < 24:
        found.numbers["at"] = hour
        found.marks.add("at")


def _away(found: When, today: date) -> None:
    """The day that is so many days, weeks, months or years from today."""
    for pattern, way in _AWAY:
        said = found.take(pattern)
        if said:
            count, unit = next(filter(None, said.groups())).split()
            lengths: dict[str, Any] = {_UNITS[unit[0]]: way * int(count)}
            away = pd.DateOffset(**lengths)
            found.day = (pd.Timestamp(today) + away).date()
            return


def _lengths(found: When, _today: date) -> None:
    for name, words in (("hours", "horas?|hours?|h"), ("days", "dias?|days?")):
        said = found.take(rf"\b(\d{{1,5}})\s*(?:{words})\b")
        if said:
            found.numbers[name] = int(said[1])
            found.marks.add(name)
    batch = re.search(r"\b(?:lote|batch)\s+(?:numero\s+|number\s+|n\s*)?(\d{1,3})\b", found.rest)
    if batch:
        found.numbers["batch"] = int(batch[1])


def _marks(found: When, _today: date) -> None:
    table = _table()
    for pattern, later in table["part"].items():
        if not re.search(r"\besta\s+manana|this\s+morning", found.rest) and found.take(pattern):
            found.marks.add("afternoon" if later else "morning")
            if later and found.numbers.get("at", 24) < _EVENING:
                found.numbers["at"] += _EVENING
    for name in ("past_week", "past_month", "this_month", "this_year", "weekend", "week", "now"):
        if found.take(table["marker"][name]):
            found.marks.add(name)


def _written_day(found: When, today: date) -> None:
    months = "|".join(_table()["month"])
    readers: tuple[tuple[str, Callable[[re.Match[str]], date | None]], ...] = (
        (r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", lambda m: _day(int(m[1]), int(m[2]), int(m[3]))),
        (
            rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?({months})\b(?:\s+(?:de\s+|del\s+)?(\d{{4}}))?",
            lambda m: _nearest(int(m[1]), _number_of(m[2]), m[3], today),
        ),
        (
            rf"\b({months})\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*,?\s*(\d{{4}}))?",
            lambda m: _nearest(int(m[2]), _number_of(m[1]), m[3], today),
        ),
        (
            r"\b(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?\b",
            lambda m: _nearest(int(m[1]), int(m[2]), m[3], today),
        ),
        (
            r"\b(?:el\s+dia|dia|el)\s+(\d{1,2})\b",
            lambda m: _nearest(int(m[1]), today.month, None, today),
        ),
    )
    for pattern, of in readers:
        said = re.search(pattern, found.rest)
        if said and found.day is None:
            found.day = of(said)
            if found.day is None:
                found.marks.add("no_such_day")
            found.take(pattern)
            return


def _number_of(month: str) -> int:
    numbers: dict[str, int] = _table()["month"]
    return next(n for names, n in numbers.items() if month in names.split("|"))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(day: int, month: int, year: str | None, today: date) -> date | None:
    """The day in the year that is named, else in the one that brings it nearest to today."""
    if year:
        return _day(int(year), month, day)
    near = [_day(today.year + more, month, day) for more in (-1, 0, 1)]
    return min((d for d in near if d), key=lambda d: abs(d - today), default=None)


def _relative(found: When, today: date) -> date | None:
    for pattern, days in _table()["relative"].items():
        if found.take(pattern):
            return today + timedelta(days=days)
    return None


def _weekday(found: When, today: date, back: bool) -> date | None:
    for names, number in _table()["weekday"].items():
        said = re.search(rf"\b(?:{names})\b", found.rest)
        if said is None:
            continue
        around = found.rest[max(0, said.start() - 12) : said.end() + 12]
        found.take(rf"\b(?:{names})\b")
        ahead = (number - today.weekday()) % 7
        if _LAST.search(around) or (back and not _NEXT.search(around)):
            return today - timedelta(days=(-ahead) % 7 or 7)
        is_next_week = _NEXT.search(around) and ahead == 0
        return today + timedelta(days=ahead) + (_WEEK if is_next_week else timedelta())
    return None


def _month(found: When, today: date) -> None:
    if found.day or "no_such_day" in found.marks:
        return
    months = "|".join(_table()["month"])
    said = found.take(
        rf"\b(?:(?:en|de|in|of|during|for|last)\s+)({months})\b(?:\s+(?:de\s+)?(\d{{4}}))?"
    )
    if said:
        found.numbers["month"] = _number_of(said[1])
        found.marks.add("month")
        if said[2]:
            found.numbers["year"] = int(said[2])
    elif "this_month" in found.marks:
        found.numbers |= {"month": today.month, "year": today.year}


def _year(found: When, today: date) -> None:
    """A year that is named alone; of one to come no day is known, its first one stands for it."""
    if found.day or "month" in found.numbers or "no_such_day" in found.marks:
        return
    named = found.take(_YEAR)
    if named:
        year = int(named[1])
    elif found.take(_table()["marker"]["past_year"]):
        year = today.year - 1
    elif "this_year" in found.marks:
        year = today.year
    else:
        return
    if year > today.year:
        found.day = date(year, 1, 1)
        return
    found.numbers["year"] = year
    found.marks |= {"year", "past"}


def _relation(found: When, today: date) -> None:
    """Whether the day lies behind, ahead, or is today."""
    if found.day:
        found.marks |= {"day", _side(found.day, today)}
    if (
        found.marks & {"past_week", "past_month", "month", "this_month"}
        and "now" not in found.marks
    ):
        found.marks.add("past")
    if found.marks & {"weekend"}:
        found.marks.add("week")


def _side(day: date, today: date) -> str:
    return "past" if day < today else "today" if day == today else "ahead"
