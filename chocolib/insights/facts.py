"""Facts with their units, and sentences made of them in either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from chocolib.core.i18n import Lang, day, moment, number, t
from chocolib.core.time import iso

Unit = Literal["EUR/kWh", "EUR", "h", "days", "min", "C", "%", "", "time", "day", "key"]
_DECIMALS: dict[str, int] = {"EUR/kWh": 3, "EUR": 2, "C": 1, "%": 1}
_SHOWN: dict[str, str] = {
    "EUR/kWh": "unit.eur_kwh",
    "EUR": "unit.eur",
    "h": "unit.h",
    "days": "unit.days",
    "min": "unit.min",
    "C": "unit.c",
    "%": "unit.pct",
}
#: Names of the plant that the catalogue has words for.
WORDS = {
    "mix": "ui.stage.mix",
    "refine": "ui.stage.refine",
    "conche": "ui.stage.conche",
    "temper": "ui.stage.temper",
    "mould": "ui.stage.mould",
    "all": "alert.all_stages",
    "energy_prices": "alert.series.energy_prices",
    "weather_data": "alert.series.weather_data",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and its unit.

    Attributes:
        value: a number; a UTC time for "time" and "day"; a name for "key" (shown in
            words where the catalogue has them, with commas between several).
    """

    value: float | str | pd.Timestamp
    unit: Unit = ""

    def shown(self, lang: Lang) -> str:
        """As people read it: "0,213 €/kWh", "vie 21 nov, 21:00", "Templado"."""
        if isinstance(self.value, pd.Timestamp):
            return day(self.value, lang) if self.unit == "day" else moment(self.value, lang)
        if isinstance(self.value, str):
            names = self.value.split(", ")
            return ", ".join(t(WORDS[n], lang) if n in WORDS else n for n in names)
        decimals = 0 if self.unit == "%" and self.value % 1 == 0 else _DECIMALS.get(self.unit, 0)
        amount = number(self.value, lang, decimals)
        return t(_SHOWN[self.unit], lang, amount=amount) if self.unit in _SHOWN else amount

    def to_dict(self) -> dict[str, Any]:
        """Value and unit; times as ISO UTC."""
        if isinstance(self.value, pd.Timestamp):
            return {"value": iso(self.value), "unit": self.unit}
        value = self.value if isinstance(self.value, str) else round(float(self.value), 6)
        return {"value": value, "unit": self.unit}


Facts = Mapping[str, Fact]


def sentence(key: str, facts: Facts, lang: Lang) -> str:
    """The catalogue's text of `key` with the facts filled in."""
    return t(key, lang, **{name: fact.shown(lang) for name, fact in facts.items()})
