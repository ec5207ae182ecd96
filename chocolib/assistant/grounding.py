"""Which figures of a reply nobody told: each is looked for in the answers and in the question.

Units are converted (EUR/kWh, cents and EUR/MWh; shares and percent), numbers may be rounded, times
are Madrid's. Sums and differences are not made: what a tool did not say is unmatched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd

from chocolib.assistant.figures import Clock, Date, Kind, Number, Written, figures
from chocolib.assistant.parts import Consulted
from chocolib.core.time import MADRID

#: Ends of the names of fields -> what they are of.
_NAMES: tuple[tuple[str, Kind], ...] = (
    (r"eur_(?:per_)?kwh$", "price"),
    (r"(?:^|_)eur$|_eur_", "money"),
    (r"_pct$|^pct$", "percent"),
    (r"(?:^|_)kwh(?:_per_kg)?$", "energy"),
    (r"(?:^|_)kw$", "power"),
    (r"(?:^|_)kg$", "mass"),
    (r"_c$", "heat"),
    (r"_h$|^hours$", "hours"),
    (r"score$|points$", "points"),
)
_UNITS: Mapping[str, Kind] = {
    "EUR/kWh": "price", "EUR": "money", "C": "heat", "%": "percent",
    "kg": "mass", "kWh": "energy", "kW": "power", "h": "hours", "points": "points",
}  # fmt: skip
#: What binary numbers lose.
_CRUMB = 1e-9


@dataclass(slots=True)
class Known:
    """What answers say: numbers by kind, Madrid times of day, days, and names with digits."""

    numbers: list[tuple[float, Kind | None]] = field(default_factory=list)
    clocks: set[Clock] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def has(self, written: Written) -> bool:
        """Whether a figure of a text is among them."""
        means = written.means
        if isinstance(means, Clock):
            return means in self.clocks
        if isinstance(means, Date):
            return any(_is_of(means, one) for one in self.days)
        return any(_fits(means, value, kind) for value, kind in self.numbers)


def unmatched(
    text: str, consulted: Iterable[Consulted], question: str, as_of: pd.Timestamp
) -> tuple[str, ...]:
    """The figures of a reply that neither an answer nor the question has, as written, once each.

    Args:
        as_of: the moment of the answers; its own day and time are known.
    """
    known = known_of(consulted, question, as_of)
    bare = _without_names(text, known.names)
    return tuple(dict.fromkeys(one.text for one in figures(bare) if not known.has(one)))


def known_of(consulted: Iterable[Consulted], question: str, as_of: pd.Timestamp) -> Known:
    """Everything that a reply may quote."""
    known = Known()
    _add(known, as_of.to_pydatetime(), "")
    _add_text(known, question)
    for one in consulted:
        _add(known, dict(one.arguments), "")
        if one.answer is not None:
            _add(known, one.answer.model_dump(), "")
        _add_text(known, one.problem)
    return known


def _add(known: Known, value: Any, name: str) -> None:
    if isinstance(value, Mapping):
        unit = str(value.get("unit", ""))
        for key, part in value.items():
            _add(known, part, f"unit:{unit}" if key == "value" and unit in _UNITS else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        known.numbers.append((float(len(value)), None))
        for part in value:
            _add(known, part, name)
    else:
        _add_one(known, value, name)


def _add_one(known: Known, value: Any, name: str) -> None:
    if isinstance(value, datetime):
        here = value.astimezone(MADRID)
        known.clocks.add(Clock(here.hour, here.minute))
        known.days.add(here.date())
        known.numbers += [(float(here.hour), "hours"), (float(here.year), None)]
    elif isinstance(value, date):
        known.days.add(value)
        known.numbers.append((float(value.year), None))
    elif isinstance(value, str):
        _add_text(known, value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        known.numbers.append((float(value), _kind(name)))


def _add_text(known: Known, text: str) -> None:
    """What is written in a text that came is known as well."""
    for written in figures(text):
        means = written.means
        if isinstance(means, Clock):
            known.clocks.add(means)
        elif isinstance(means, Date):
            known.days |= _days_of(means)
        else:
            known.numbers += [(value, means.kind) for value, _half in means.readings]
    known.names |= {one for one in re.findall(r"[\w.+-]*\d[\w.+-]*", text) if re.search("[^\\W\\d]", one)}


def _days_of(means: Date) -> set[date]:
    """A day that is written without a year is known for every year: leap years have them all."""
    try:
        return {date(means.year or 2000, means.month, means.day)}
    except ValueError:
        return set()


def _is_of(means: Date, day: date) -> bool:
    same = (means.month, means.day) == (day.month, day.day)
    return same and means.year in (None, day.year)


def _kind(name: str) -> Kind | None:
    if name.startswith("unit:"):
        return _UNITS[name.removeprefix("unit:")]
    return next((kind for end, kind in _NAMES if re.search(end, name)), None)


def _fits(means: Number, value: float, kind: Kind | None) -> bool:
    return any(
        abs(abs(value) * factor - written) <= half * (1 + 1e-6) + _CRUMB
        for factor in _factors(means.kind, kind)
        for written, half in means.readings
    )


def _factors(written: Kind | None, known: Kind | None) -> tuple[float, ...]:
    """By what a known number may be multiplied to be the written one; none: other kinds."""
    if written == "percent" and known is None:
        return (1.0, 100.0)
    if written is None and known == "price":
        return (1.0, 100.0, 1000.0)
    same = written is None or known is None or written == known
    return (1.0,) if same else ()


def _without_names(text: str, names: Iterable[str]) -> str:
    """The text without the names that came in the answers and have digits: "conche-1", "5279X"."""
    bare = text
    for name in sorted(names, key=len, reverse=True):
        bare = re.sub(rf"(?<![\w]){re.escape(name)}(?![\w])", " ", bare)
    return bare
