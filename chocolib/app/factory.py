"""Checking a factory file: its faults, how busy a usual week is, whether plans exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from chocolib.app.settings import read_settings
from chocolib.core import time
from chocolib.core.errors import ChocolibError, DataError, FactoryFaults, PlanInfeasible
from chocolib.core.factory import WEEKDAYS, FactorySpec
from chocolib.core.factory.reading import located
from chocolib.core.factory.usage import MONDAY, Use, Week, usual, week, week_of

DEFAULT = Path("factory")
#: Days of the plans that are tried, and seconds for each and for all of them.
DAYS = 7
_EACH_S, _ALL_S = 2.5, 15.0
#: A plan from the last day on ends at its last due time; as usual may take longer.
_PRICED_DAYS = 60
_LATE = "not tried: those before took too long"


@dataclass(frozen=True, slots=True)
class Start:
    """Whether a week's demand can be planned from an empty factory on one weekday.

    Attributes:
        feasible: every batch in time; None where the time was not enough to say.
        why: what stands in the way, or "".
    """

    weekday: str
    feasible: bool | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class OrderWeek:
    """A week with dated orders: how busy it is, and whether it can be made.

    Attributes:
        first_day: its Monday.
        orders: batches that dated orders ask for in it.
        use: as in `report`; see `core.factory.usage.week_of` for what its loads mean.
        feasible: every batch in time, the factory empty `made_ahead_days` before; None
            where the time was not enough to say.
        why: what stands in the way, or "".
    """

    first_day: date
    orders: int
    use: dict[str, Any]
    feasible: bool | None
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib factory check --json`; `fits` is whether it is planned."""
        said = {"first_day": self.first_day.isoformat(), "orders": self.orders}
        loads = {name: value for name, value in self.use.items() if name != "fits"}
        return said | loads | {"feasible": self.feasible, "why": self.why}


def in_use(path: Path | None) -> Path:
    """The factory file a command means: its own, `CHOCOLIB_FACTORY`, or the default's.

    Raises:
        SettingsError: a setting that cannot be used.
    """
    return located(path or read_settings().factory or DEFAULT)


def faults(path: Path) -> list[dict[str, Any]]:
    """What is wrong with a factory file: line, key, unit, found, wanted and hint of each."""
    try:
        FactorySpec.read(path)
    except FactoryFaults as error:
        return [fault.to_dict() for fault in error.faults]
    except DataError as error:
        said = {"key": "", "unit": "", "found": error.message, "wanted": "a factory in TOML"}
        return [{"line": error.line, **said, "hint": error.hint}]
    return []


def report(spec: FactorySpec) -> dict[str, Any]:
    """A usual week and the busiest month's: hours, energy, loads and the bottleneck.

    Loads are needed over available, None where nothing is available; see
    `core.factory.usage` for what counts as available.
    """
    factors = spec.demand.month_factor
    month = max(factors, key=lambda number: factors[number], default=None)
    found: dict[str, Any] = {"week": _week(week(spec)), "products": _products(spec)}
    if month is not None and factors[month] > 1:
        busiest = week(spec, factor=factors[month])
        found["busiest_month"] = {"month": month, **_week(busiest)}
    return found


def _week(made: Week) -> dict[str, Any]:
    return {
        "batches": made.batches,
        "kg": made.kg,
        "energy_kwh": round(made.energy_kwh, 3),
        "kwh_kg": round(made.energy_kwh / made.kg, 3) if made.kg else None,
        "uses": [_use(use) for use in made.uses],
        "bottleneck": made.bottleneck.of if made.kg else None,
        "fits": all(use.load <= 1 for use in made.uses),
    }


def _use(use: Use) -> dict[str, Any]:
    return {
        "of": use.of,
        "unit": use.unit,
        "machines": use.machines,
        "needed": round(use.needed, 3),
        "available": round(use.available, 3),
        "load": round(use.load, 4) if use.available or not use.needed else None,
    }


def _products(spec: FactorySpec) -> list[dict[str, Any]]:
    """Energy and other costs of every product that all stages can make."""
    names = [p for p in spec.stages[0].hours if all(p in stage.hours for stage in spec.stages)]
    return [
        {
            "product": name,
            "kwh_batch": round(spec.energy_kwh(name), 3),
            "kwh_kg": round(spec.energy_kwh(name) / spec.batch_kg, 3),
            "eur_kg_besides_energy": round(spec.costs_eur_kg.of(name), 2),
        }
        for name in names
    ]


def starts(spec: FactorySpec) -> Iterator[Start]:
    """Try a week's plan from each weekday of a usual week, the factory empty, at one price.

    Starts lie on whole hours, and nothing may be late. Takes some 15 seconds at most: a
    day that is not reached in them is left undecided.
    """
    began, ordinary = perf_counter(), _punctual(usual(spec))
    for number, weekday in enumerate(WEEKDAYS):
        if perf_counter() - began > _ALL_S:
            yield Start(weekday, None, _LATE)
        else:
            tried = _tried(ordinary, MONDAY + timedelta(days=number), DAYS)
            yield Start(weekday, *tried)


def order_weeks(spec: FactorySpec) -> Iterator[OrderWeek]:
    """Every week with dated orders, in order, each planned at one price.

    The plan has the calendar and the demand of those days, from an empty factory
    `made_ahead_days` before the Monday on; nothing may be late. Takes some 15 seconds at
    most: a week that is not reached in them is left undecided.
    """
    began, punctual = perf_counter(), _punctual(spec)
    asked: Counter[date] = Counter()
    for order in spec.demand.orders:
        asked[order.day - timedelta(days=order.day.weekday())] += order.batches
    for monday in sorted(day for day, batches in asked.items() if batches):
        use = _week(week_of(spec, monday))
        if perf_counter() - began > _ALL_S:
            yield OrderWeek(monday, asked[monday], use, None, _LATE)
            continue
        ahead = spec.demand.made_ahead_days
        tried = _tried(punctual, monday - timedelta(days=ahead), DAYS + ahead)
        yield OrderWeek(monday, asked[monday], use, *tried)


def _punctual(spec: FactorySpec) -> FactorySpec:
    """The factory with nothing in stock, where lateness has no price and so is refused."""
    priced = spec.priced.model_copy(update={"late_eur_batch_h": 0.0})
    return spec.model_copy(update={"priced": priced, "stock": {}})


def _tried(spec: FactorySpec, first_day: date, days: int) -> tuple[bool | None, str]:
    """Whether the days can be planned from an empty factory, and what stands in the way."""
    from chocolib.plan.planning import plan

    begin = time.midnight(first_day)
    prices = pd.Series(0.1, pd.date_range(begin, periods=24 * _PRICED_DAYS, freq="h"))
    asked = partial(plan, gap=1.0, time_limit_s=_EACH_S)
    try:
        asked(spec, prices, as_of=begin, first_day=first_day, days=days)
    except PlanInfeasible as error:
        return False, error.message
    except ChocolibError as error:
        return None, error.message
    return True, ""
