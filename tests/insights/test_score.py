"""Exact tables at the boundaries, and what holds for any prices and any weather."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.thresholds import ClassBounds, EnergyScore, Thresholds
from chocolib.core.time import Window, midnight, utc
from chocolib.insights.score import (
    PARTS,
    energy_score,
    humidity_share,
    price_rank,
    production_class,
    rate,
    stage_class,
    temperature_share,
)
from tests.conftest import made_up_prices

RULE, ALL = EnergyScore(), Thresholds()
STAGES = ["mix", "conche", "temper", "mould"]
PAST = made_up_prices("2025-02-01T23:00Z", 24 * 60)
DAY = Window(utc("2025-03-20"), utc("2025-03-21")).hours()


def air(temperature_c: float, humidity_pct: float, hours: pd.DatetimeIndex = DAY) -> pd.DataFrame:
    values = {"temperature_c": temperature_c, "humidity_pct": humidity_pct}
    return pd.DataFrame(values, index=hours)


def rated(prices: pd.Series, weather: pd.DataFrame, history: pd.Series = PAST) -> pd.DataFrame:
    return rate(prices, history=history, weather=weather, thresholds=ALL, stages=STAGES)


@pytest.mark.parametrize(
    ("celsius", "share"),
    [(11, 0), (12, 0), (15, 0.5), (18, 1), (20, 1), (22, 1), (25, 0.5), (28, 0), (40, 0)],
)
def test_points_of_the_temperature(celsius: float, share: float) -> None:
    assert temperature_share(pd.Series([celsius]), RULE).tolist() == [share]


@pytest.mark.parametrize(
    ("percent", "share"), [(0, 1), (60, 1), (65, 0.75), (70, 0.5), (80, 0), (100, 0)]
)
def test_points_of_the_humidity(percent: float, share: float) -> None:
    assert humidity_share(pd.Series([percent]), RULE).tolist() == [share]


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (100, "Optimal"),
        (75, "Optimal"),
        (np.nextafter(75, 0), "Moderate"),
        (55, "Moderate"),
        (np.nextafter(55, 0), "Reduced"),
        (35, "Reduced"),
        (np.nextafter(35, 0), "Halt"),
        (0, "Halt"),
    ],
)
def test_the_class_of_a_score(score: float, name: str) -> None:
    assert production_class(pd.Series([score]), ClassBounds()).tolist() == [name]


def test_no_score_has_no_class() -> None:
    assert production_class(pd.Series([np.nan, 80.0]), ClassBounds()).isna().tolist() == [
        True,
        False,
    ]


def test_a_price_is_ranked_among_the_thirty_local_days_before_its_own() -> None:
    hours = Window(midnight(DAY[12].date()) - pd.Timedelta(days=40), DAY[-1]).hours()
    history = pd.Series(np.arange(len(hours)), index=hours, dtype=float)
    before = history[history.index < DAY[0]].iloc[-720:]  # no change of the clocks in these
    asked = pd.Series([before.min() - 1, before.min(), before.max() + 1], index=DAY[:3])
    assert price_rank(asked, history, RULE).tolist() == [0, 0.5 / 720, 1]


def test_ranks_over_the_spring_change_use_719_hours() -> None:
    day = Window(utc("2025-04-10"), utc("2025-04-11")).hours()
    history = pd.Series(1.0, index=Window(utc("2025-01-01"), utc("2025-04-10")).hours())
    inside = history.index >= utc("2025-03-11")
    assert inside.sum() == 719
    history[inside & (history.index < utc("2025-03-12"))] = 0.0
    assert price_rank(pd.Series([0.5], index=day[:1]), history, RULE).tolist() == [24 / 719]


def test_too_short_a_past_has_no_rank_and_no_score() -> None:
    enough, short = PAST[PAST.index < DAY[0]].iloc[-168:], PAST[PAST.index < DAY[0]].iloc[-167:]
    one = PAST.reindex(DAY[:1])
    assert price_rank(one, enough, RULE).notna().all()
    assert rated(one, air(20, 50), short)["score"].isna().all()


def test_missing_weather_is_a_missing_score_and_never_a_default() -> None:
    weather = air(20, 50)
    weather.iloc[0, 0] = np.nan
    weather.iloc[1, 1] = np.nan
    made = rated(PAST.reindex(DAY), weather.drop(DAY[2]))
    assert made["score"].isna().tolist() == [True] * 3 + [False] * 21
    assert made["class"].isna().tolist() == [True] * 3 + [False] * 21
    assert made["price_points"].notna().all()
    assert made["halted"].isna().tolist() == [True, True, True] + [False] * 21


def test_the_worst_price_in_a_good_room_is_reduced_never_halt() -> None:
    made = rated(pd.Series(9.0, index=DAY), air(10, 50))
    assert made["score"].tolist() == [40.0] * 24
    assert set(made["class"]) == {"Reduced"}


@pytest.mark.parametrize(
    ("weather", "halted", "kind"),
    [
        ((20, 60), "", "Optimal"),
        ((20, 60.1), "temper, mould", "Optimal"),
        ((20, 75), "temper, mould", "Optimal"),
        ((20, 75.1), "mix, conche, temper, mould", "Halt"),
        ((46, 10), "", "Optimal"),  # the room is at 24.0
        ((46.1, 10), "temper", "Optimal"),
        ((62.1, 1), "conche, temper", "Optimal"),  # the room is above 28
    ],
)
def test_a_hard_limit_halts_the_stages_it_concerns(
    weather: tuple[float, float], halted: str, kind: str
) -> None:
    made = rated(pd.Series(-1.0, index=DAY), air(*weather))
    assert set(made["halted"]) == {halted}
    assert set(made["class"]) == {kind}
    assert set(stage_class(made, "temper")) == {"Halt" if "temper" in halted else kind}
    assert set(stage_class(made, "mix")) == {"Halt" if "mix" in halted else kind}


def test_a_later_price_changes_nothing_and_an_earlier_one_does() -> None:
    before = rated(PAST.reindex(DAY), air(20, 50))
    later = PAST.where(PAST.index < midnight(DAY[0].tz_convert("Europe/Madrid").date()), 5.0)
    pd.testing.assert_frame_equal(rated(PAST.reindex(DAY[:23]), air(20, 50), later), before[:23])
    earlier = PAST.where(PAST.index != DAY[0] - pd.Timedelta(hours=2), 5.0)
    assert not rated(PAST.reindex(DAY), air(20, 50), earlier).equals(before)


@settings(max_examples=60, deadline=None)
@given(
    price=st.floats(-0.5, 2),
    cheaper=st.floats(0, 1),
    temperature=st.floats(-25, 55),
    humidity=st.floats(0, 100),
)
def test_a_score_is_the_sum_of_its_parts_and_falls_with_the_price(
    price: float, cheaper: float, temperature: float, humidity: float
) -> None:
    asked = pd.Series([price, price - cheaper], index=DAY[:2])
    made = rated(asked, air(temperature, humidity))
    assert made["score"].between(0, 100).all()
    assert made[list(PARTS)].sum(axis=1).tolist() == pytest.approx(made["score"].tolist())
    assert made["score"].iloc[1] >= made["score"].iloc[0]
    assert made["class"].isin(["Optimal", "Moderate", "Reduced", "Halt"]).all()


def test_other_weights_are_other_points() -> None:
    rule = EnergyScore(price_points=80, temperature_points=15, humidity_points=5)
    room = pd.DataFrame({"temperature_c": [20.0], "humidity_pct": [70.0]})
    made = energy_score(pd.Series([0.25]), room, rule)
    assert made.iloc[0].tolist() == [77.5, 60, 15, 2.5]
