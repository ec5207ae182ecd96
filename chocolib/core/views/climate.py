"""What the "climate" page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.core.plan_parts import Halt
from chocolib.core.views.view import View


@dataclass(frozen=True, slots=True)
class Observed:
    """The newest weather that a station of the site observed.

    Attributes:
        hour: start of its hour, UTC.
        source: who measured it, as the store names it.
        temperature_c, humidity_pct: of the air outside at the end of the hour.
        room_temperature_c, room_humidity_pct: of the room, by its model.
        fresh: new enough to stand for now.
    """

    hour: pd.Timestamp
    source: str
    station: str
    temperature_c: float
    humidity_pct: float
    room_temperature_c: float
    room_humidity_pct: float
    fresh: bool


@dataclass(frozen=True, slots=True)
class Air:
    """The air outside and in the room at a moment; `way` is what it rests on, as in `hours`."""

    way: str
    temperature_c: float
    humidity_pct: float
    room_temperature_c: float
    room_humidity_pct: float


_NUMBERS = ("temperature_c", "humidity_pct", "room_temperature_c", "room_humidity_pct")


@dataclass(frozen=True, slots=True)
class ClimateView(View):
    """Everything on the "climate" page.

    Attributes:
        observed: the newest observation, or `None` when there is none at all.
        hours: the air outside (`temperature_c`, `humidity_pct`), the room by its model
            (`room_temperature_c`, `room_humidity_pct`) and what each hour is (`weather`:
            "observed", "forecast", "persistence", "climatology", "none") by UTC hour: today
            from its midnight and the days to come.
        halts: where a hard limit stops a stage in the hours to come.
        limits: the hard limits of the room by stage: (stage, C or `None`, % or `None`).
        pause_pct: the humidity that stops everything.
        aim: the room of the most delicate stage: from, to, C.
        year: highest and lowest temperature (`high`, `low`, C) of the days of this year
            that are known, on naive Madrid dates, and `station`; may be empty.
        usual: the document of `app.climate_usual`, or `None` without a SIAR day.
    """

    hours: pd.DataFrame
    observed: Observed | None = None
    halts: tuple[Halt, ...] = ()
    limits: tuple[tuple[str, float | None, float | None], ...] = ()
    pause_pct: float | None = None
    aim: tuple[float | None, float | None] = (None, None)
    year: pd.DataFrame | None = None
    usual: dict[str, Any] | None = None

    @property
    def now(self) -> Air | None:
        """The air of now: the newest observation while it is fresh, else what is expected.

        `None` when nothing is known.
        """
        seen = self.observed
        if seen is not None and seen.fresh:
            room = (seen.room_temperature_c, seen.room_humidity_pct)
            return Air("observed", seen.temperature_c, seen.humidity_pct, *room)
        rows = self.hours[self.hours.index == self.as_of.floor("h")]
        if rows.empty or rows["weather"].iloc[0] == "none":
            return None
        numbers = (float(rows[name].iloc[0]) for name in _NUMBERS)
        return Air(str(rows["weather"].iloc[0]), *numbers)

    def ahead(self) -> pd.DataFrame:
        """The hours from the current one on."""
        return self.hours[self.hours.index >= self.as_of.floor("h")]
