"""Random small factories with everything a specification can say, and what must hold of them.

`judge(seed)` plans one, judges the plan by `check` (and, where the factory is plain, by the
second opinion of `document_checks`), re-plans it at a random moment with other prices, and
judges that too. The same seed is the same case.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import pandas as pd

from chocolib.core import time
from chocolib.core.bottlenecks import bottleneck_said
from chocolib.core.errors import ChocolibError, PlanInfeasible
from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Halt
from chocolib.core.plans import Plan
from chocolib.core.time import HOUR
from chocolib.plan.answer import MOST_LATE
from chocolib.plan.evaluate import check
from chocolib.plan.model import build
from chocolib.plan.notes import LIMITS_ASIDE
from chocolib.plan.planning import plan
from chocolib.plan.search import search
from chocolib.plan.underway import Underway, taken_over
from tests.plan.document_checks import faults
from tests.plan.factories import factory

FIRST_DAYS = (date(2025, 3, 29), date(2025, 10, 25), date(2025, 5, 3), date(2025, 6, 16))
#: Seconds for each search; what is not proven by then is counted.
LIMIT_S = 20.0
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
SHIFTS = (
    [{"days": WORKDAYS, "start": 6, "end": 22}],
    [{"days": [*WORKDAYS, "sat"], "start": 0, "end": 24}],
    [{"days": ["mon", "tue", "wed"], "start": 6, "end": 14}],
)


@dataclass(frozen=True)
class Case:
    """One question to the planner."""

    spec: FactorySpec
    first_day: date
    days: int
    prices: pd.Series
    halts: tuple[Halt, ...]
    step: pd.Timedelta
    plain: bool


def case(seed: int) -> Case:
    """The case of a seed: two in five are plain, the others have all there is."""
    random = Random(seed)
    plain = random.random() < 0.4
    stages = [_stage(random, number, plain) for number in range(random.randint(1, 4))]
    spec = factory(stages, **_plant(random, stages, plain))
    first_day, days = random.choice(FIRST_DAYS), random.randint(1, 3)
    hours = pd.date_range(time.midnight(first_day), periods=24 * 45, freq="h", name="time")
    values = [random.randint(-50, 600) / 1000 for _ in range(len(hours))]
    prices = pd.Series(values, index=hours)
    halts = () if plain else tuple(_halts(random, stages, first_day))
    step = HOUR if plain else random.choice([HOUR, HOUR, HOUR / 4])
    return Case(spec, first_day, days, prices, halts, step, plain)


def _stage(random: Random, number: int, plain: bool) -> dict[str, Any]:
    stage: dict[str, Any] = {
        "name": f"stage{number}",
        "machines": random.randint(1, 2),
        "power_kw": random.choice([0.0, 1.2, 2.5, 4.0]),
        "hours": {"milk": random.randint(1, 3), "dark": random.randint(1, 8)},
        "attended": random.choice(["whole", "start"]),
        "hold_max_h": random.choice([0, 0, 1, 3, 30]),
        "tank_batches": random.choice([None, 1, 2]),
    }
    if plain:
        return stage
    if random.random() < 0.3:
        stage["hours"] = {"milk": random.choice([0.5, 1.5]), "dark": random.choice([0.75, 4])}
    if random.random() < 0.3:
        stage |= {"setup_h": random.choice([0.25, 1]), "setup_kw": random.choice([0.0, 1.5])}
        stage |= {"setup_attended": random.random() < 0.5}
    if random.random() < 0.3:
        stage |= {"cleaning_h": random.choice([0.5, 1]), "cleaning_kw": random.choice([0.0, 0.8])}
        stage |= {"cleaning_attended": random.random() < 0.5}
    if random.random() < 0.3:
        stage |= {"phases": [{"kw": 3.0, "hours": 0.25}, {"kw": 1.0}], "power_kw": 3.0}
    if random.random() < 0.2:
        stage["attended"] = "no"
    return stage


def _plant(random: Random, stages: list[dict[str, Any]], plain: bool) -> dict[str, Any]:
    plant: dict[str, Any] = {
        "shifts": random.choice(SHIFTS),
        "power_limit_kw": {p: random.choice([4.0, 5.2, 8.0, 30.0]) for p in ("P1", "P2", "P3")},
        "demand": {
            "kg": {day: random.choice([0, 10, 30]) for day in ("sat", "sun", "mon")},
            "mix": {"milk": 0.6, "dark": 0.4},
            "month_factor": {},
            "made_ahead_days": random.randint(0, 2),
        },
    }
    if plain:
        return plant
    plant["priced"] = {
        "late_eur_batch_h": random.choice([0.0, 2.0, 50.0]),
        "peak_eur_kw": random.choice([0.0, 0.3]),
        "peak_free_kw": random.choice([0.0, 2.0]),
    }
    plant["night_shift"] = {"enabled": random.random() < 0.4, "people": 1, "eur_person_h": 2.0}
    plant["stock"] = {"milk": random.choice([0, 0, 1])}
    plant["maintenance"] = [
        {
            "stage": random.choice(stages)["name"],
            "machines": [1],
            "every": random.choice(["day", "week"]),
            "weekday": random.choice(["sat", "mon", "tue"]),
            "start": random.choice([5.5, 9.0, 13.25, 21.0]),
            "hours": random.choice([0.5, 2, 8]),
        }
        for _ in range(random.randint(0, 2))
    ]
    return plant


def _halts(random: Random, stages: list[dict[str, Any]], first_day: date) -> list[Halt]:
    halts = []
    for stage in stages:
        for day in range(-1, 5):
            if random.random() < 0.25:
                start = time.at(first_day + timedelta(days=day), random.randint(10, 18))
                soft = random.choice([None, None, 0.5])
                end = start + random.randint(1, 5) * HOUR
                halts.append(Halt(stage["name"], start, end, "temperature", 25.0, 24.0, soft))
    return halts


def judge(seed: int) -> str:
    """Plan and re-plan the case of a seed; says what became of it.

    Raises:
        AssertionError: something that must hold does not.
    """
    asked = case(seed)
    try:
        made = _made(asked, as_of=time.midnight(asked.first_day))
    except PlanInfeasible as refusal:
        _sound_refusal(asked, refusal)
        return f"refused: {refusal.bottleneck}"
    except ChocolibError as stopped:
        return _out_of_time(stopped)
    _sound(asked, made, asked.prices)
    _replanned(asked, made, Random(seed + 1))
    if made.status != "optimal":
        return f"not proven in {LIMIT_S:g} s"
    return "late" if made.late_batches else "planned" if made.best.tasks else "nothing to plan"


def _made(asked: Case, **changes: Any) -> Plan:
    known = {"first_day": asked.first_day, "days": asked.days, "halts": asked.halts}
    given = {"prices": asked.prices, "step": asked.step, "time_limit_s": LIMIT_S} | known | changes
    return plan(asked.spec, **given)


def _sound_refusal(asked: Case, refusal: PlanInfeasible) -> None:
    assert refusal.message.startswith(f"{bottleneck_said(refusal.bottleneck).text('en')}: ")
    assert 0 <= refusal.facts["possible_kg"] <= refusal.facts["asked_kg"]
    known = {"first_day": asked.first_day, "days": asked.days, "halts": asked.halts}
    problem = build(asked.spec, asked.prices, step=asked.step, **known)
    assert search(problem, gap=1.0, time_limit_s=LIMIT_S).infeasible


def _sound(asked: Case, made: Plan, prices: pd.Series, since: pd.Timestamp | None = None) -> None:
    demand: dict[str, Any] = {"first_day": made.first_day, "days": made.made_days}
    known = demand | {"stock": made.stock, "since": since}
    late = bool(made.late_batches)
    warm = LIMITS_ASIDE in made.notes
    halts = () if warm else asked.halts
    assert check(made.best, asked.spec, **known, on_time=not late, halts=halts) == []
    usual = check(made.as_usual, asked.spec, **known, on_time=False, halts=asked.halts)
    assert usual == []
    assert not late or made.bottleneck
    assert made.best.energy_kwh - made.as_usual.energy_kwh < 1e-6
    assert (made.status == "optimal") == (made.gap <= 1e-3)
    assert made.bound_eur is None or made.bound_eur <= made.costs.total + 1e-6
    document = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert Plan.from_json(json.dumps(document)).to_dict() == document
    if asked.plain:
        by_hour = {time.iso(hour): price for hour, price in prices.items()}
        assert faults(document, asked.spec.model_dump(), by_hour, **demand) == []
        if not since and made.late == 0 and made.status == "optimal":
            slack = 1e-3 * abs(made.best.cost_eur) + 1e-6
            assert made.best.cost_eur <= made.as_usual.cost_eur + slack


def _replanned(asked: Case, made: Plan, random: Random) -> None:
    """At a random moment, with other prices from there on: what has begun is untouched."""
    now = made.window.start + random.randint(0, 60) * HOUR / 2
    underway = taken_over(made, asked.spec, now)
    if underway is None:
        return
    prices = asked.prices.where(asked.prices.index < now, asked.prices[::-1].to_numpy())
    longer = {"as_of": now, "prices": prices, "days": asked.days + 1, "underway": underway}
    try:
        again = _made(asked, before=made.best.tasks, **longer)
    except ChocolibError as stopped:  # the day more may be too much, where nothing may be late
        if not isinstance(stopped, PlanInfeasible):
            _out_of_time(stopped)
        else:
            assert not _possible(asked, underway, prices, late=bool(_late_price(asked)))
        return
    _sound(asked, again, prices, since=now)
    assert again.frozen == tuple(underway.batches)
    places = {_place(task) for task in again.best.tasks}
    assert {_place(task) for task in underway.tasks} <= places
    begun = {_place(t) for t in made.best.tasks if t.start <= now and t.batch in underway.batches}
    assert begun <= places
    new = places - {_place(task) for task in underway.tasks}
    assert all(start >= now for *_, start, _ in new)


def _out_of_time(stopped: ChocolibError) -> str:
    if "no plan was found" not in stopped.message:
        raise stopped
    return f"no plan in {LIMIT_S:g} s"


def _late_price(asked: Case) -> float:
    return asked.spec.priced.late_eur_batch_h


def _possible(asked: Case, underway: Underway, prices: pd.Series, *, late: bool) -> bool:
    first = underway.first_day or asked.first_day
    last = asked.first_day + timedelta(days=asked.days)
    problem = build(
        asked.spec,
        prices,
        first_day=first,
        days=(max(last, underway.last_day or last) - first).days + 1,
        step=asked.step,
        underway=underway,
        halts=asked.halts,
        slack=MOST_LATE if late else None,
    )
    return not search(problem, gap=1.0, time_limit_s=LIMIT_S).infeasible


def _place(task: Any) -> tuple[Any, ...]:
    return (task.batch, task.stage, task.machine, task.start, task.end)
