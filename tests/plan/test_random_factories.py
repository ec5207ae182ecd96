from __future__ import annotations

import json
from datetime import date

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from chocolib.core import time
from chocolib.core.errors import ChocolibError, PlanInfeasible
from chocolib.core.factory import FactorySpec
from chocolib.plan.as_usual import as_usual
from chocolib.plan.evaluate import check
from chocolib.plan.model import build
from chocolib.plan.search import search
from chocolib.plan.solve import plan
from tests.plan.document_checks import faults
from tests.plan.factories import factory, hourly

stages = st.fixed_dictionaries(
    {
        "machines": st.integers(1, 2),
        "power_kw": st.sampled_from([0.0, 1.2, 2.5, 4.0]),
        "hours": st.fixed_dictionaries({"milk": st.integers(1, 3), "dark": st.integers(1, 8)}),
        "attended": st.sampled_from(["whole", "start"]),
        "hold_max_h": st.sampled_from([0, 0, 1, 3, 30]),
        "tank_batches": st.sampled_from([None, 1, 2]),
    }
)
shifts = st.sampled_from(
    [
        [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": 6, "end": 22}],
        [{"days": ["mon", "tue", "wed", "thu", "fri", "sat"], "start": 0, "end": 24}],
        [{"days": ["mon", "tue", "wed"], "start": 6, "end": 14}],
    ]
)


@st.composite
def factories(draw: st.DrawFn) -> FactorySpec:
    drawn = draw(st.lists(stages, min_size=1, max_size=4))
    kw = st.sampled_from([4.0, 5.2, 8.0, 30.0])
    return factory(
        [{"name": f"stage{n}"} | stage for n, stage in enumerate(drawn)],
        shifts=draw(shifts),
        power_limit_kw={period: draw(kw) for period in ("P1", "P2", "P3")},
        demand={
            "kg": {day: draw(st.sampled_from([0, 10, 30])) for day in ("sat", "sun", "mon")},
            "mix": {"milk": 0.6, "dark": 0.4},
            "month_factor": {},
            "made_ahead_days": draw(st.integers(0, 2)),
        },
    )


@given(
    spec=factories(),
    first_day=st.sampled_from([date(2025, 3, 29), date(2025, 10, 25), date(2025, 5, 3)]),
    days=st.integers(1, 3),
    thousandths=st.lists(st.integers(-50, 600), min_size=30, max_size=30),
)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_small_factory_gets_a_sound_plan_or_a_sound_refusal(
    spec: FactorySpec, first_day: date, days: int, thousandths: list[int]
) -> None:
    values = [n / 1000 for n in thousandths * 40]
    prices = hourly(time.iso(time.midnight(first_day))[:16], values)
    asked = {"first_day": first_day, "days": days}
    try:
        usual = as_usual(spec, prices, **asked)
    except ChocolibError:
        usual = None
    punctual = usual is not None and not check(usual, spec, **asked)
    try:
        result = plan(spec, prices, as_of=time.midnight(first_day), **asked)
    except PlanInfeasible as refusal:
        event(f"refused for {refusal.bottleneck}")
        result, kg = None, refusal.facts
    if result is None:
        assert not punctual
        assert 0 <= kg["possible_kg"] < kg["asked_kg"]
        assert search(build(spec, prices, **asked), gap=1.0, time_limit_s=9).infeasible
        return
    event("planned" if result.best.tasks else "nothing to plan")
    document = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    by_hour = {time.iso(hour): price for hour, price in prices.items()}
    assert faults(document, spec.model_dump(), by_hour, **asked) == []
    assert faults(document["as_usual"], spec.model_dump(), by_hour, **asked, late=True) == []
    assert check(result.best, spec, **asked) == []
    assert check(result.as_usual, spec, **asked, on_time=False) == []
    if punctual:
        slack = 1e-3 * abs(result.best.cost_eur) + 1e-6
        assert result.best.cost_eur <= result.as_usual.cost_eur + slack
