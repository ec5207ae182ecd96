"""What a plan pays besides energy, what stops it, and when it is late."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Halt
from chocolib.core.plans import Plan
from chocolib.core.schedule import Task
from chocolib.core.time import HOUR
from chocolib.plan.assign import NoMachine, assign
from chocolib.plan.evaluate import check, costs
from chocolib.plan.planning import plan
from chocolib.plan.underway import taken_over
from tests.plan.factories import MONDAY_TO_FRIDAY, factory, hourly

MONDAY = date(2025, 6, 16)
START = time.midnight(MONDAY)
FIRST = "2025-06-15T22:00"
ROAST = {"name": "roast", "hours": {"milk": 2}, "power_kw": 5.0}
ONE_BATCH = {"kg": {"mon": 10}, "mix": {"milk": 1.0}, "month_factor": {}, "made_ahead_days": 0}


def made(spec: FactorySpec, values: list[float], **given: Any) -> Plan:
    known = {"as_of": START, "first_day": MONDAY, "days": 1, "gap": 1e-6}
    return plan(spec, hourly(FIRST, values), **(known | given))


def local_start(task: Task) -> str:
    return f"{time.local(task.start):%a %H:%M}"


def rules(schedule: Any, spec: FactorySpec, **given: Any) -> set[str]:
    found = check(schedule, spec, first_day=MONDAY, days=1, **given)
    return {violation.rule for violation in found}


FLAT = [0.1] * 24 * 40


def test_a_room_that_is_too_warm_stops_its_stage_and_the_plan_says_why() -> None:
    spec = factory([ROAST], demand=ONE_BATCH)
    cheap = FLAT.copy()
    cheap[10:12] = [0.0, 0.0]
    noon = Halt("roast", START + 10 * HOUR, START + 11 * HOUR, "temperature", 25.0, 24.0)
    free, halted = made(spec, cheap), made(spec, cheap, halts=[noon])
    assert local_start(free.best.tasks[0]) == "Mon 10:00"
    assert local_start(halted.best.tasks[0]) == "Mon 11:00"
    assert halted.to_dict()["halts"][0]["reason"] == "temperature"
    assert rules(free.best, spec, halts=[noon]) == {"climate"}
    assert rules(halted.best, spec, halts=[noon]) == set()
    soft = replace(noon, eur_h=0.4)
    assert local_start(made(spec, cheap, halts=[soft]).best.tasks[0]) == "Mon 10:00"
    dear = made(spec, cheap, halts=[replace(noon, eur_h=1.2)])
    assert local_start(dear.best.tasks[0]) == "Mon 11:00"


def test_a_service_keeps_its_machine_free() -> None:
    service = {"stage": "roast", "every": "day", "start": 9.0, "hours": 1}
    spec = factory([ROAST], demand=ONE_BATCH, maintenance=[service])
    cheap = FLAT.copy()
    cheap[8:10] = [0.0, 0.0]
    without = made(spec.model_copy(update={"maintenance": ()}), cheap)
    assert local_start(without.best.tasks[0]) == "Mon 08:00"
    assert rules(without.best, spec) == {"service"}
    assert rules(made(spec, cheap).best, spec) == set()


def test_setting_up_and_cleaning_keep_the_machine() -> None:
    stage = ROAST | {"setup_h": 1, "setup_kw": 1.0, "cleaning_h": 1, "cleaning_kw": 2.0}
    spec = factory([stage])
    result = made(spec, FLAT)
    first, second = result.best.tasks
    assert second.start - first.end == 2 * HOUR or time.local(second.start).day == 17
    assert rules(result.best, spec) == set()
    close = replace(second, start=first.end + HOUR, end=first.end + 3 * HOUR)
    assert "machines" in rules(replace(result.best, tasks=(first, close)), spec)
    assert result.best.energy_kwh == pytest.approx(2 * (10 + 1 + 2))


def test_a_night_shift_is_called_in_where_it_is_worth_its_wage() -> None:
    night = {"enabled": True, "people": 1, "eur_person_h": 1.0}
    spec = factory([ROAST], demand=ONE_BATCH, night_shift=night)
    cheap = FLAT.copy()
    cheap[26:28] = [-0.15, -0.15]
    paid = made(spec, cheap)
    assert local_start(paid.best.tasks[0]) == "Tue 02:00"
    assert paid.costs is not None
    assert paid.costs.labour == 2.0
    assert paid.costs.total == pytest.approx(2.0 - 1.5)
    cheap[26:28] = [0.0, 0.0]
    assert made(spec, cheap).costs.labour == 0  # type: ignore[union-attr]


def test_a_priced_peak_keeps_machines_apart() -> None:
    spec = factory([ROAST | {"machines": 2}])
    cheap = FLAT.copy()
    cheap[8:10] = [0.05, 0.05]
    together = made(spec, cheap)
    assert len({task.start for task in together.best.tasks}) == 1
    priced = spec.model_copy(
        update={"priced": spec.priced.model_copy(update={"peak_eur_kw": 1.0, "peak_free_kw": 5.0})}
    )
    apart = made(priced, cheap)
    assert apart.costs is not None
    assert apart.costs.peak == 0
    assert costs(together.best, hourly(FIRST, cheap), priced).peak == 5.0


def test_stock_serves_the_first_orders() -> None:
    spec = factory([ROAST], stock={"milk": 1})
    result = made(spec, FLAT)
    assert (result.best.batches, result.as_usual.batches, result.best.kg) == (1, 1, 10)
    assert rules(result.best, spec) == set()
    assert "demand" in rules(result.best, spec, stock={})


def test_what_cannot_be_ready_in_time_is_late_as_little_as_can_be_and_named() -> None:
    spec = factory(
        [ROAST | {"hours": {"milk": 6}}],
        demand=ONE_BATCH | {"kg": {"mon": 40}},
        priced={"late_eur_batch_h": 3.0},
    )
    result = made(spec, FLAT)
    assert rules(result.best, spec) == {"due"}
    late = {late.batch: late.hours for late in result.late_batches}
    assert late == {"0616-M3": 22.0, "0616-M4": 46.0}
    assert result.costs is not None
    assert result.costs.lateness == 3.0 * 68
    assert result.bottleneck == "roast"
    assert result.notes[0].text("en") == (
        "not everything can be ready in time: roast: 24 h of machine time needed by "
        "Tue 17 Jun, 14:00, 16 h available. Of 40 kg at least 20 kg (50%) can be made in time."
    )
    assert result.notes[0].text("es") == (
        "no todo puede estar a tiempo: roast: hacen falta 24 h de máquina antes del "
        "mar 17 jun, 14:00 y hay 16 h. De 40 kg pueden estar a tiempo al menos 20 kg (50 %)."
    )
    document = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert document["notes"][0]["values"]["why"]["values"]["asked"] == {"value": 40, "unit": "kg"}
    assert Plan.from_json(json.dumps(document)).notes == result.notes
    assert document["late_batches"][0]["text"] == (
        "0616-M3: ready on Wed 18 Jun, 12:00, 22 h late (due: Tue 17 Jun, 14:00)"
    )
    assert result.status == "optimal"


def test_phases_are_paid_where_they_fall() -> None:
    phases = [{"kw": 9.0, "hours": 1}, {"kw": 1.0}]
    spec = factory([ROAST | {"phases": phases, "power_kw": 9.0}], demand=ONE_BATCH)
    values = FLAT.copy()
    values[7], values[8] = 0.09, 1.0
    result = made(spec, values)
    assert local_start(result.best.tasks[0]) == "Mon 06:00"
    assert result.best.cost_eur == pytest.approx(9 * 0.1 + 1 * 0.09)
    assert result.best.energy_kwh == 10


def test_intervals_get_machines_that_are_not_in_service() -> None:
    hours = pd.date_range(FIRST, periods=30, freq="h", tz="UTC")
    tasks = [(hours[0], hours[4]), (hours[1], hours[9]), (hours[5], hours[8])]
    service = {1: [(hours[5], hours[8])]}
    assert assign("conche", tasks, 3, service)[1:] == [2, 3]
    assert len(set(assign("conche", tasks[:2], 2, service))) == 2
    with pytest.raises(NoMachine, match="conche"):
        assign("conche", [(hours[3], hours[7])], 2, {1: [(hours[5], hours[9])], 2: [tasks[0]]})


def test_a_plan_on_a_week_of_shifts_survives_its_json() -> None:
    spec = factory([ROAST], shifts=[{"days": MONDAY_TO_FRIDAY, "start": 6, "end": 22}])
    document = made(spec, FLAT, step=HOUR / 4).to_dict()
    assert document["step_minutes"] == 15
    assert document["bound_eur"] <= document["costs"]["total"] + 1e-6


def test_a_search_without_time_is_never_dearer_than_as_usual_and_proves_nothing(
    real_prices: pd.Series,
) -> None:
    day, spec = date(2025, 11, 17), FactorySpec.default()
    asked = {"as_of": time.midnight(day), "first_day": day, "days": 7}
    short = plan(spec, real_prices, **asked, time_limit_s=0)
    assert short.best.cost_eur <= short.as_usual.cost_eur + 1e-9
    assert short.bound_eur is None
    assert Plan.from_json(json.dumps(short.to_dict())).bound_eur is None


def test_a_plan_carries_the_halts_of_its_own_hours_only() -> None:
    spec = factory([ROAST], demand=ONE_BATCH)
    noon, later = (
        Halt("roast", at, at + HOUR, "temperature", 25.0, 24.0)
        for at in (START + 12 * HOUR, START + 20 * time.DAY)
    )
    assert made(spec, FLAT, halts=[noon, later]).halts == (noon,)


def test_a_machine_that_is_being_set_up_goes_on_with_its_batch() -> None:
    spec = factory([ROAST | {"setup_h": 2, "setup_kw": 1.0}], demand=ONE_BATCH)
    first = made(spec, FLAT)
    (task,) = first.best.tasks
    idle = taken_over(first, spec, task.start - 3 * HOUR)
    busy = taken_over(first, spec, task.start - HOUR)
    assert idle is not None
    assert idle.tasks == ()
    assert busy is not None
    assert busy.tasks == (task,)
    halt = Halt("roast", task.start, task.end, "temperature", 25.0, 24.0)
    assert rules(first.best, spec, halts=[halt], since=task.start - 3 * HOUR) == {"climate"}
    assert rules(first.best, spec, halts=[halt], since=task.start - HOUR) == set()
