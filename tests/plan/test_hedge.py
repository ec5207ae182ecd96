"""Plans against dear price paths: what is told of them, and that it is the least there is."""

from __future__ import annotations

import itertools
import json
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.factory import FactorySpec
from chocolib.core.plans import Plan
from chocolib.core.risk import Risk
from chocolib.core.time import HOUR, midnight
from chocolib.plan.answer import Question, against, answered
from chocolib.plan.energy import by_hour
from chocolib.plan.evaluate import check, cost
from chocolib.plan.first import first_columns
from chocolib.plan.hedge import Hedge, hedged
from chocolib.plan.model import build
from chocolib.plan.notes import NOT_WEIGHED
from chocolib.plan.planning import plan
from chocolib.plan.tail import cvar
from chocolib.plan.underway import Underway, taken_over
from tests.plan.factories import factory, hourly, with_stage
from tests.plan.paths import foretold, hedge_of

SPEC = FactorySpec.default()
THURSDAY = date(2025, 11, 20)
MONDAY, FIRST = date(2025, 6, 16), "2025-06-15T22:00"
WEEKENDS = [
    pytest.param(date(2025, 3, 29), id="a Sunday of 23 hours"),
    pytest.param(date(2025, 10, 25), id="a Sunday of 25 hours"),
]


def asked_for(
    prices: pd.Series,
    first: date,
    weight: float,
    *,
    days: int = 2,
    known: int = 24,
    count: int = 10,
    **more: Any,
) -> tuple[Plan, Hedge]:
    """A plan from the paths of a forecast made at the midnight before."""
    expected = foretold(prices, midnight(first), known=known)
    hedge = hedge_of(expected, prices, weight, count=count)
    past = prices[prices.index < expected.origin].iloc[-48:]
    joined = pd.concat([past, expected.frame["q50"]])
    asked: dict[str, Any] = {"as_of": midnight(first), "first_day": first, "days": days} | more
    return plan(SPEC, joined, hedge=hedge, **asked), hedge


def told(made: Plan) -> Risk:
    assert made.risk is not None
    return made.risk


def by_hand(document: dict[str, Any], paths: pd.DataFrame) -> list[float]:
    """EUR of a schedule's energy on each path, in plain Python over its JSON."""
    kw = {stage["name"]: stage["power_kw"] for stage in SPEC.model_dump()["stages"]}
    sums = []
    for path in paths:
        price = {hour.isoformat(): value for hour, value in paths[path].items()}
        total = 0.0
        for task in document["batches"]:
            hour = datetime.fromisoformat(task["start"])
            while hour < datetime.fromisoformat(task["end"]):
                total += kw[task["stage"]] * price[hour.isoformat()]
                hour += timedelta(hours=1)
        sums.append(total)
    return sums


@pytest.mark.parametrize(
    ("alpha", "costs", "expected"),
    [
        (0.9, range(1, 11), 10.0),
        (0.9, range(1, 31), 29.0),
        (0.9, range(1, 16), (15 + 14 / 2) / 1.5),
        (0.5, [4.0, 1.0, 3.0, 2.0], 3.5),
        (0.0, [4.0, 1.0, 3.0, 2.0], 2.5),
        (0.9, [7.0], 7.0),
    ],
)
def test_the_cvar_is_the_mean_of_the_dearest(
    alpha: float, costs: list[float], expected: float
) -> None:
    assert cvar(np.array(costs, dtype=float), alpha) == pytest.approx(expected)


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_the_risk_told_is_that_of_the_tasks_hour_by_hour(
    real_prices: pd.Series, weight: float
) -> None:
    made, hedge = asked_for(real_prices, THURSDAY, weight, count=30)
    document, risk = json.loads(json.dumps(made.to_dict(), allow_nan=False)), told(made)
    ours, theirs = by_hand(document, hedge.paths), by_hand(document["as_usual"], hedge.paths)
    for spread, sums in ((risk.plan, ours), (risk.as_usual, theirs)):
        assert spread.mean == pytest.approx(sum(sums) / 30)
        assert spread.cvar == pytest.approx(sum(sorted(sums)[-3:]) / 3)
        assert sorted(sums)[2] <= spread.q10 <= sorted(sums)[3]
        assert sorted(sums)[26] <= spread.q90 <= sorted(sums)[27]
    assert risk.cheaper == sum(a < b for a, b in zip(ours, theirs, strict=True)) / 30
    assert (risk.weight, risk.tail, risk.paths) == (weight, 0.1, 30)
    assert check(made.best, SPEC, first_day=THURSDAY, days=2) == []


def test_telling_the_risk_does_not_change_the_plan(real_prices: pd.Series) -> None:
    made, _ = asked_for(real_prices, THURSDAY, 0.0, days=1)
    expected = foretold(real_prices, midnight(THURSDAY))
    past = real_prices[real_prices.index < expected.origin].iloc[-48:]
    joined = pd.concat([past, expected.frame["q50"]])
    plain = plan(SPEC, joined, as_of=made.as_of, first_day=THURSDAY, days=1)
    assert made.best == plain.best
    assert made.bound_eur == plain.bound_eur
    assert plain.risk is None
    assert plain.to_dict()["risk"] is None


@pytest.mark.parametrize("first", WEEKENDS)
def test_counting_the_dearest_paths_never_makes_them_dearer(
    real_prices: pd.Series, first: date
) -> None:
    risks = [told(asked_for(real_prices, first, w, known=0, gap=1e-5)[0]) for w in (0.0, 0.5, 1.0)]
    plain, half, whole = (risk.plan for risk in risks)
    assert whole.cvar <= half.cvar * (1 + 1e-5)
    assert half.cvar <= plain.cvar
    assert half.mean + half.cvar <= min(plain.mean + plain.cvar, whole.mean + whole.cvar) * (
        1 + 1e-5
    )
    assert plain.cvar > plain.q90 > plain.mean > plain.q10


def test_where_all_prices_are_published_nothing_is_at_risk(real_prices: pd.Series) -> None:
    made, _ = asked_for(real_prices, THURSDAY, 1.0, days=1, known=168)
    risk = told(made)
    assert risk.plan.mean == pytest.approx(made.best.cost_eur, abs=1e-4)
    assert risk.plan.cvar == pytest.approx(risk.plan.q10)
    assert risk.regret is not None
    assert risk.regret.worst <= 0.01 * made.best.cost_eur


def test_the_regret_is_no_less_than_by_plans_made_for_each_path(real_prices: pd.Series) -> None:
    made, hedge = asked_for(real_prices, THURSDAY, 0.0, days=1, known=0)
    asked: dict[str, Any] = {"as_of": made.as_of, "first_day": THURSDAY, "days": 1, "gap": 1e-7}
    true = [
        float(cost(made.best.tasks, hedge.paths[path], SPEC)["cost_eur"].sum())
        - plan(SPEC, hedge.paths[path], **asked).best.cost_eur
        for path in hedge.paths
    ]
    regret = told(made).regret
    assert regret is not None
    allowed = 0.0101 * told(made).plan.cvar
    assert sum(true) / 10 - 1e-4 <= regret.mean <= sum(true) / 10 + allowed
    assert max(true) - 1e-4 <= regret.worst <= max(true) + allowed


def test_a_plan_with_batches_underway_tells_the_risk_of_all_of_it(real_prices: pd.Series) -> None:
    first, _ = asked_for(real_prices, THURSDAY, 0.0)
    now = time.at(THURSDAY, 11)
    underway = taken_over(first, SPEC, now)
    assert underway is not None
    expected = foretold(real_prices, now, known=0)
    past = real_prices[real_prices.index < now].iloc[-96:]
    hedge = hedge_of(expected, real_prices, 1.0, count=10)
    certain = pd.DataFrame(dict.fromkeys(hedge.paths, past))
    hedge = Hedge(pd.concat([certain, hedge.paths.loc[now:]]), 1.0)
    joined = pd.concat([past, expected.frame["q50"]])
    friday = THURSDAY + timedelta(days=1)
    asked: dict[str, Any] = {"as_of": now, "first_day": friday, "days": 1}
    again = plan(SPEC, joined, underway=underway, before=first.best.tasks, hedge=hedge, **asked)
    ours = by_hand(json.loads(json.dumps(again.to_dict())), hedge.paths)
    assert told(again).plan.mean == pytest.approx(sum(ours) / 10)
    assert told(again).plan.cvar == pytest.approx(max(ours))
    regret = told(again).regret
    assert regret is not None
    best = [
        plan(
            SPEC, hedge.paths[p], underway=underway, before=first.best.tasks, **asked
        ).best.cost_eur
        for p in (1, 10)
    ]
    assert regret.worst >= max(ours[p - 1] - eur for p, eur in zip((1, 10), best, strict=True))
    assert regret.worst <= 0.2 * max(ours)


def test_the_model_counts_the_energy_of_every_hour(real_prices: pd.Series) -> None:
    """Also of setting up and cleaning, and of tasks that draw by phases."""
    spec = with_stage(SPEC, "temper", setup_h=1, setup_kw=3.0, cleaning_h=1, cleaning_kw=2.0)
    expected = foretold(real_prices, midnight(THURSDAY), known=0)
    hedge = hedge_of(expected, real_prices, 0.5)
    made = plan(spec, hedge.mean, as_of=expected.origin, first_day=THURSDAY, days=1)
    problem = hedged(build(spec, hedge.mean, first_day=THURSDAY, days=1), hedge)
    columns = first_columns(problem, made.best.tasks)
    assert columns is not None
    assert problem.tail is not None
    hours = problem.horizon.window.hours()
    found = columns[problem.variables.size :][: len(hours)]
    drawn = by_hour(made.best.tasks, spec).reindex(hours, fill_value=0.0)
    np.testing.assert_allclose(found, drawn.to_numpy(), atol=1e-9)
    objective = float(problem.cost @ columns)
    sums = (hedge.paths.loc[hours].T @ drawn).to_numpy()
    assert objective == pytest.approx((sums.mean() + cvar(sums, 0.9)) / 2)


@pytest.mark.parametrize("weight", [0.3, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_small_plan_is_the_best_of_all_that_can_be_tried(seed: int, weight: float) -> None:
    random = np.random.default_rng(seed)
    hours = 24 * 6
    index = hourly(FIRST, [0.0] * hours).index
    paths = pd.DataFrame(random.uniform(0.05, 0.4, (hours, 10)), index=index)
    spec = factory([{"name": "roast", "hours": {"milk": 2}, "power_kw": 5.0}])
    asked: dict[str, Any] = {"as_of": midnight(MONDAY), "first_day": MONDAY, "days": 1}
    hedge = Hedge(paths, weight, alpha=0.8)
    made = plan(spec, hedge.mean, hedge=hedge, gap=1e-7, **asked)
    staffed = [*range(6, 14), *range(30, 38)]
    starts = [t for t in staffed if t + 1 in staffed]
    pairs = [(a, b) for a, b in itertools.combinations(starts, 2) if b - a >= 2]
    values = paths.to_numpy()

    def weighed(pair: tuple[int, int]) -> float:
        sums = sorted(5 * sum(values[t] + values[t + 1] for t in pair))
        return float((1 - weight) * np.mean(sums) + weight * np.mean(sums[-2:]))

    spread = told(made).plan
    assert (1 - weight) * spread.mean + weight * spread.cvar == pytest.approx(
        min(map(weighed, pairs)), abs=1e-6
    )


def test_quarters_are_used_where_they_spread_the_risk() -> None:
    """Two hours that are dear on half of the paths each: the least CVaR takes half of both."""
    values = np.full((24 * 6, 2), 1.0)
    values[6:8] = [[0.1, 0.3], [0.3, 0.1]]
    index = hourly(FIRST, [0.0] * len(values)).index
    hedge = Hedge(pd.DataFrame(values, index=index), 1.0, alpha=0.5)
    spec = factory(
        [{"name": "roast", "hours": {"milk": 1}, "power_kw": 5.0}],
        demand={"kg": {"mon": 10}, "mix": {"milk": 1.0}, "month_factor": {}, "made_ahead_days": 0},
    )
    asked: dict[str, Any] = {"as_of": midnight(MONDAY), "first_day": MONDAY, "days": 1}
    made = plan(spec, hedge.mean, hedge=hedge, step=HOUR / 4, gap=1e-7, **asked)
    assert made.best.tasks[0].start == pd.Timestamp("2025-06-16T04:30Z")
    assert told(made).plan.cvar == pytest.approx(1.0)


def test_without_time_the_plan_is_kept_and_its_bound_is_not_known(real_prices: pd.Series) -> None:
    made, _ = asked_for(real_prices, THURSDAY, 1.0, time_limit_s=0.0)
    assert made.bound_eur is None
    assert check(made.best, SPEC, first_day=THURSDAY, days=2) == []
    regret = told(made).regret
    assert regret is None or regret.worst >= regret.mean >= 0


def test_where_no_hedged_plan_is_found_the_plain_one_stays_and_says_so(
    real_prices: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = foretold(real_prices, midnight(THURSDAY))
    question = Question(
        SPEC, expected.frame["q50"], THURSDAY, 1, HOUR, Underway(), (), 1e-3, time_limit_s=60.0
    )
    plain = answered(question)
    monkeypatch.setattr("chocolib.plan.solve.first_columns", lambda *_: None)
    left = against(plain, hedge_of(expected, real_prices, 1.0, count=10), time_limit_s=0.0)
    assert left.schedule == plain.schedule
    assert left.problem.tail is None
    assert left.notes[-1] == NOT_WEIGHED


def test_days_without_demand_have_nothing_at_risk(real_prices: pd.Series) -> None:
    made, _ = asked_for(real_prices, date(2025, 11, 23), 0.5, days=1)
    risk = told(made)
    assert (risk.plan.mean, risk.plan.cvar, risk.cheaper) == (0.0, 0.0, 0.0)
    assert risk.regret is not None
    assert risk.regret.worst == 0.0


def test_a_plan_with_its_risk_survives_its_json_and_older_ones_have_none(
    real_prices: pd.Series,
) -> None:
    made, _ = asked_for(real_prices, THURSDAY, 0.5, days=1)
    document = made.to_dict()
    assert Plan.from_json(json.dumps(document)).to_dict() == document
    older = {name: value for name, value in document.items() if name != "risk"}
    assert Plan.from_json(json.dumps(older)).risk is None
