"""What may be quoted: the numbers, times and days of answers and questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chocolib.assistant.figures import Clock, Date, Kind, Number, Written, figures
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
    "EUR/kWh": "price",
    "EUR": "money",
    "C": "heat",
    "%": "percent",
    "kg": "mass",
    "kWh": "energy",
    "kW": "power",
    "h": "hours",
    "points": "points",
}
#: A name with letters and digits: "conche-1", "5279X", "1121-S2".
_NAMED = re.compile(r"[\w.+-]*\d[\w.+-]*")
#: What binary numbers lose.
_CRUMB = 1e-9


@dataclass(slots=True)
class Known:
    """Numbers by kind, Madrid times of day, days, and names with digits."""

    numbers: list[tuple[float, Kind | None]] = field(default_factory=list)
    clocks: set[Clock] = field(default_factory=set)
    days: set[Date] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def has(self, written: Written) -> bool:
        """Whether a figure of a text is among them."""
        means = written.means
        if isinstance(means, Clock):
            return means in self.clocks
        if isinstance(means, Date):
            return any(_is_same(means, one) for one in self.days)
        return any(_fits(means, value, kind) for value, kind in self.numbers)

    def learn(self, value: Any, name: str = "") -> None:
        """Take a value of an answer, with all that is in it.

        Args:
            name: of the field, which tells the unit; lists are counted too.
        """
        if isinstance(value, Mapping):
            unit = str(value.get("unit", ""))
            for key, part in value.items():
                self.learn(part, f"unit:{unit}" if key == "value" and unit in _UNITS else str(key))
        elif isinstance(value, Sequence) and not isinstance(value, str):
            self.numbers.append((float(len(value)), None))
            for part in value:
                self.learn(part, name)
        else:
            self._learn_one(value, name)

    def _learn_one(self, value: Any, name: str) -> None:
        if isinstance(value, datetime):
            here = value.astimezone(MADRID)
            self.clocks.add(Clock(here.hour, here.minute))
            self.days.add(Date(here.month, here.day, here.year))
            self.numbers += [(float(here.hour), "hours"), (float(here.year), None)]
        elif isinstance(value, date):
            self.days.add(Date(value.month, value.day, value.year))
            self.numbers.append((float(value.year), None))
        elif isinstance(value, str):
            self.learn_text(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.numbers.append((float(value), _kind(name)))

    def learn_text(self, text: str) -> None:
        """Take what is written in a text."""
        for written in figures(text):
            means = written.means
            if isinstance(means, Clock):
                self.clocks.add(means)
            elif isinstance(means, Date):
                self.days.add(means)
            else:
                self.numbers += [(value, means.kind) for value, _half in means.readings]
        named = _NAMED.findall(text)
        self.names |= {one for one in named if any(letter.isalpha() for letter in one)}


def _is_same(means: Date, day: Date) -> bool:
    """Whether they may be one day: a year that is not written is any."""
    years = {means.year, day.year} - {None}
    return (means.month, means.day) == (day.month, day.day) and len(years) <= 1


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
