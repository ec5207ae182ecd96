from __future__ import annotations

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from chocolib.core.thresholds import Climate, Thresholds


def test_the_defaults_are_those_of_the_domain() -> None:
    all_of_them = Thresholds()
    score, classes = all_of_them.score, all_of_them.classes
    assert (score.price_points, score.temperature_points, score.humidity_points) == (60, 25, 15)
    assert (classes.optimal, classes.moderate, classes.reduced) == (75, 55, 35)
    temper = all_of_them.climate.of("temper")
    assert (temper.band_from_c, temper.band_to_c, temper.temperature_most_c) == (18, 22, 24)
    assert all_of_them.climate.of("mould").humidity_most_pct == temper.humidity_most_pct == 60
    assert all_of_them.climate.of("conche").temperature_most_c == 28
    assert all_of_them.climate.humidity_pause_pct == 75


def test_a_stage_without_limits_has_none() -> None:
    none = Climate().of("mix")
    assert none.temperature_most_c is None
    assert none.humidity_most_pct is None


def test_a_table_changes_what_it_names_and_leaves_the_rest() -> None:
    read = tomllib.loads("[indoor]\nset_point_c = 19\n[alerts]\nspike_eur_kwh = 0.25\n")
    made = Thresholds.model_validate(read)
    assert made.indoor.set_point_c == 19
    assert made.indoor.drift == 0.25
    assert made.alerts.spike_eur_kwh == 0.25
    assert made.score == Thresholds().score


def test_an_array_of_stages_replaces_the_array() -> None:
    read = tomllib.loads('[[climate.stages]]\nstage = "temperer"\nhumidity_most_pct = 55\n')
    climate = Thresholds.model_validate(read).climate
    assert [room.stage for room in climate.stages] == ["temperer"]


def test_nothing_can_be_changed_afterwards() -> None:
    made = Thresholds()
    with pytest.raises(ValidationError):
        made.score.price_points = 50  # type: ignore[misc]
    assert hash(made) == hash(Thresholds())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"score": {"price_points": 50}}, "add up to 90"),
        ({"score": {"humidity_full_to_pct": 80}}, "must rise"),
        ({"score": {"temperature_none_from_c": 20}}, "must rise"),
        ({"score": {"price_least_days": 31}}, "more than price_window_days"),
        ({"score": {"temperature_points": float("nan")}}, "finite"),
        ({"classes": {"moderate": 80}}, "must rise"),
        ({"indoor": {"drift": -0.1}}, "greater than or equal to 0"),
        ({"climate": {"stages": [{"stage": "a"}, {"stage": "a"}]}}, "the same stage"),
        (
            {"climate": {"stages": [{"stage": "a", "band_to_c": 25, "temperature_most_c": 24}]}},
            "above its limit",
        ),
        ({"alerts": {"opportunity_hours": 7}}, "more than opportunity_within_h"),
        ({"alerts": {"spike_eur": 0.3}}, "Extra inputs"),
    ],
)
def test_a_table_that_cannot_be_is_refused_in_words(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Thresholds.model_validate(given)
