"""A small plan made by hand: two batches, one of them late, a room that is too humid."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from chocolib.core.plan_parts import Costs, Halt, Late
from chocolib.core.results import Plan, Schedule
from chocolib.core.time import HOUR, Window
from tests.ui.samples_to_draw import NOW, a_batch

START = NOW.floor("h") - 3 * HOUR


def a_plan(**changes: object) -> Plan:
    """One batch that has begun, one that begins in two hours, and what it costs."""
    tasks = [*a_batch("1120-S1", START, 1, 0.1), *a_batch("1120-S2", START + 6 * HOUR, 2, 0.12)]
    best = Schedule("optimal", tuple(tasks), 100.0)
    usual = Schedule("as-usual", tuple(replace(t, cost_eur=t.cost_eur * 1.2) for t in tasks), 100.0)
    made = Plan(
        as_of=START - HOUR,
        window=Window(START, START + 24 * HOUR),
        days=1,
        status="optimal",
        gap=0.0,
        seconds=0.1,
        best=best,
        as_usual=usual,
        costs=Costs({"P1": 10.0, "P2": 8.0, "P3": 6.0}, lateness=50.0),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def late_plan() -> Plan:
    """The same with its second batch an hour late."""
    due = START + 17 * HOUR
    return a_plan(late_batches=(Late("1120-S2", due, due + HOUR, 1.0),))


def halted_plan() -> Plan:
    """The same with a room too humid to mould for three hours."""
    halt = Halt("mould", START + 13 * HOUR, START + 16 * HOUR, "humidity", 78.0, 70.0)
    return a_plan(halts=(halt,))


def prices() -> pd.Series:
    """EUR/kWh of its hours."""
    return pd.Series(0.1, index=Window(START, START + 24 * HOUR).hours())
