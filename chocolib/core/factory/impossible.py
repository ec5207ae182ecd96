"""Factories that can be written down but never work; a file with one is refused.

The rules also take a factory that `contradictions` find fault with.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chocolib.core.factory.calendar import Calendar
from chocolib.core.factory.units import WEEKDAYS
from chocolib.core.time import HOUR, day_window
from chocolib.core.toml.faults import Contradiction

if TYPE_CHECKING:
    from chocolib.core.factory.contradictions import Rule
    from chocolib.core.factory.spec import FactorySpec
    from chocolib.core.toml.lines import KeyPath

Found = Iterator[Contradiction]
#: A Monday of a fortnight without a change of the clocks.
_MONDAY = date(2025, 6, 2)


def impossible(spec: FactorySpec) -> Found:
    """What no plan could ever get around."""
    for rule in RULES:
        yield from rule(spec)


def shifts(spec: FactorySpec) -> Found:
    """Every shift has days and ends after it begins."""
    for number, shift in enumerate(spec.shifts):
        path: KeyPath = ("shifts", number)
        if shift.end <= shift.start:
            hint = "over midnight they are two shifts: one to 24, one from 0"
            found = f"{shift.end}, not after its start at {shift.start}"
            beside = ((*path, "start"),)
            yield Contradiction((*path, "end"), found, "a later hour", hint, beside)
        if not shift.days:
            yield Contradiction((*path, "days"), "no day", "at least one weekday")


def somebody(spec: FactorySpec) -> Found:
    """Where something is asked for, somebody works."""
    asked = sum(spec.demand.kg.values())
    if asked and not any(shift.days and shift.end > shift.start for shift in spec.shifts):
        found = f"nobody ever works, {asked:g} kg a week are asked for"
        yield Contradiction(("shifts",), found, "at least one shift", beside=(("demand", "kg"),))


def open_days(spec: FactorySpec) -> Found:
    """No year is closed from end to end, and no closed date has an order of its own."""
    path = ("calendar", "closed")
    for year in sorted({day.year for day in spec.calendar.closed}):
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
        if spec.shifts and not any(spec.is_working(day) for day in days):
            yield Contradiction(path, f"all working days of {year}", "some of them open")
    for number, order in enumerate(spec.demand.orders):
        if order.day in spec.calendar.closed:
            place = ("demand", "orders", number, "day")
            yield Contradiction(place, f"{order.day} is closed", "an open date", beside=(path,))


def contract(spec: FactorySpec) -> Found:
    """One machine alone never draws more than the contract gives at its best."""
    most = max(spec.power_limit_kw.values(), default=math.inf)
    for number, stage in enumerate(spec.stages):
        for name in ("power_kw", "setup_kw", "cleaning_kw"):
            draw = getattr(stage, name)
            if draw > most:
                yield Contradiction(
                    ("stages", number, name),
                    f"{draw:g} kW for one machine",
                    f"at most the {most:g} kW of power_limit_kw",
                    beside=(("power_limit_kw",),),
                )


def handed_on(spec: FactorySpec) -> Found:
    """What may not wait finds machines in the next stage."""
    for number, (stage, after) in enumerate(zip(spec.stages, spec.stages[1:], strict=False)):
        if not stage.hold_max_h and not after.machines:
            yield Contradiction(
                ("stages", number + 1, "machines"),
                f"no machine, and after {stage.name} nothing may wait",
                f"a machine, or a hold after {stage.name}",
                beside=(("stages", number, "hold_max_h"),),
            )


def attended(spec: FactorySpec) -> Found:
    """A stage that needs staff all along is no longer than people ever stay."""
    longest = _longest_staffed(spec)
    for number, stage in enumerate(spec.stages):
        for product in spec.demand.mix:
            hours = stage.hours.get(product, 0)
            if stage.attended == "whole" and longest and hours > longest:
                yield Contradiction(
                    ("stages", number, "hours", product),
                    f"{hours:g} h with staff all along, and people stay {longest:g} h at most",
                    f"at most {longest:g} h",
                    'or attended = "start"',
                    (("shifts",), ("stages", number, "attended"), ("night_shift",)),
                )


def _longest_staffed(spec: FactorySpec) -> float:
    """Hours of the longest unbroken presence of staff in an ordinary fortnight."""
    start, end = day_window(_MONDAY).start, day_window(_MONDAY + timedelta(days=13)).end
    hours = pd.date_range(start, end, freq=HOUR, inclusive="left")
    on = spec.model_copy(update={"calendar": Calendar()}).staffed(hours)
    edges = np.flatnonzero(np.diff(on.astype(int), prepend=0, append=0))
    return float((edges[1::2] - edges[::2]).max(initial=0))


def whole_batches(spec: FactorySpec) -> Found:
    """What is asked for comes to at least one batch somewhere in the week."""
    most = max(spec.demand.kg.values(), default=0.0)
    factor = max(spec.demand.month_factor.values(), default=1.0)
    if 0 < most * max(factor, 1.0) <= spec.batch_kg / 2:
        yield Contradiction(
            ("demand", "kg"),
            f"{most:g} kg on the largest of the {len(WEEKDAYS)} days, half a batch at most",
            f"more than half of batch_kg = {spec.batch_kg:g}, or nothing is ever made",
            beside=(("batch_kg",), ("demand", "month_factor")),
        )


def humidity(spec: FactorySpec) -> Found:
    """No limit of the room's humidity is one that air never keeps."""
    limits = spec.thresholds.climate
    places: KeyPath = ("thresholds", "climate")
    named: list[tuple[KeyPath, float | None]] = [
        ((*places, "stages", number, "humidity_most_pct"), room.humidity_most_pct)
        for number, room in enumerate(limits.stages)
    ]
    for path, most in ((*places, "humidity_pause_pct"), limits.humidity_pause_pct), *named:
        if most == 0:
            yield Contradiction(path, "0 %: air is never so dry", "a humidity above 0 %")


def temperature(spec: FactorySpec) -> Found:
    """The room's set point keeps the limits of every stage that the factory has."""
    held, limits = spec.thresholds.indoor.set_point_c, spec.thresholds.climate
    set_point: KeyPath = ("thresholds", "indoor", "set_point_c")
    names = {stage.name for stage in spec.stages}
    for number, room in enumerate(limits.stages):
        most = room.temperature_most_c
        if room.stage in names and most is not None and most < held:
            limit: KeyPath = ("thresholds", "climate", "stages", number, "temperature_most_c")
            found = f"{most:g} C for {room.stage}, in a room that is held at {held:g} C"
            given = "stages" in limits.model_fields_set  # else the limit is not in the file
            path, beside = (limit, (set_point,)) if given else (set_point, ())
            wanted = "a limit at or above the room's set point"
            yield Contradiction(path, found, wanted, beside=beside)


RULES: tuple[Rule, ...] = (
    shifts,
    somebody,
    open_days,
    contract,
    handed_on,
    attended,
    whole_batches,
    humidity,
    temperature,
)
