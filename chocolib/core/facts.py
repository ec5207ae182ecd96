"""Facts with their units, and sentences made of them in either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from chocolib.core.i18n import Lang, clock, day, moment, number, t
from chocolib.core.time import iso

Unit = Literal[
    "EUR/kWh",
    "EUR",
    "h",
    "days",
    "min",
    "C",
    "%",
    "kWh",
    "kW",
    "kg",
    "",
    "time",
    "clock",
    "day",
    "key",
    "name",
]
_DECIMALS: dict[str, int] = {"EUR/kWh": 3, "EUR": 2, "C": 1}
#: Units of exact amounts: decimals only where there are any, at most so many.
_EXACT: dict[str, int] = {"h": 2, "kWh": 1, "kW": 1, "kg": 1, "%": 1}
_SHOWN: dict[str, str] = {
    "EUR/kWh": "unit.eur_kwh",
    "EUR": "unit.eur",
    "h": "unit.h",
    "days": "unit.days",
    "min": "unit.min",
    "C": "unit.c",
    "%": "unit.pct",
    "kWh": "unit.kwh",
    "kW": "unit.kw",
    "kg": "unit.kg",
}
#: Names of the plant that the catalogue has words for.
WORDS = {
    "mix": "ui.stage.mix",
    "refine": "ui.stage.refine",
    "conche": "ui.stage.conche",
    "temper": "ui.stage.temper",
    "mould": "ui.stage.mould",
    "standard": "ui.product.standard",
    "premium": "ui.product.premium",
    "ultra": "ui.product.ultra",
    "all": "alert.all_stages",
    "energy_prices": "alert.series.energy_prices",
    "weather_data": "alert.series.weather_data",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and its unit.

    Attributes:
        value: a number; a UTC time for "time", "day" and "clock"; a name for "key" (shown in
            words where the catalogue has them, with commas between several), which inside
            a sentence is a "name".
    """

    value: float | str | pd.Timestamp
    unit: Unit = ""

    def shown(self, lang: Lang) -> str:
        """As people read it: "0,213 €/kWh", "vie 21 nov, 21:00", "Templado"."""
        if isinstance(self.value, pd.Timestamp):
            return _time(self.value, self.unit, lang)
        if isinstance(self.value, str):
            return ", ".join(_word(name, self.unit, lang) for name in self.value.split(", "))
        amount = number(self.value, lang, _decimals(self.value, self.unit))
        return t(_SHOWN[self.unit], lang, amount=amount) if self.unit in _SHOWN else amount

    def to_dict(self) -> dict[str, Any]:
        """Value and unit; times as ISO UTC."""
        if isinstance(self.value, pd.Timestamp):
            return {"value": iso(self.value), "unit": self.unit}
        value = self.value if isinstance(self.value, str) else round(float(self.value), 6)
        return {"value": value, "unit": self.unit}

    @classmethod
    def from_dict(cls, item: Mapping[str, Any]) -> Fact:
        """The inverse of `to_dict`."""
        value, unit = item["value"], item["unit"]
        return cls(pd.Timestamp(value) if unit in ("time", "clock", "day") else value, unit)


def _time(value: pd.Timestamp, unit: Unit, lang: Lang) -> str:
    if unit == "clock":
        return clock(value)
    return day(value, lang) if unit == "day" else moment(value, lang)


def _word(name: str, unit: Unit, lang: Lang) -> str:
    if name not in WORDS:
        return name
    text = t(WORDS[name], lang)
    return text.lower() if unit == "name" else text


def _decimals(value: float, unit: Unit) -> int:
    """Those of the unit; of an exact amount as many as it has."""
    most = _EXACT.get(unit)
    if most is None:
        return _DECIMALS.get(unit, 0)
    return next((n for n in range(most) if round(value, n) == round(value, most)), most)


Facts = Mapping[str, Fact]


def sentence(key: str, facts: Facts, lang: Lang) -> str:
    """The catalogue's text of `key` with the facts filled in."""
    return t(key, lang, **{name: fact.shown(lang) for name, fact in facts.items()})
