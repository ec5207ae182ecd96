from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.factory import Stage


def stage(**changes: Any) -> Stage:
    given = {"name": "conche", "machines": 1, "attended": "start", "hold_max_h": 0}
    return Stage.model_validate(given | {"power_kw": 12, "hours": {"milk": 6}} | changes)


quarters = st.integers(1, 200).map(lambda n: n / 4)


@given(
    first=quarters,
    rest=quarters,
    kw=st.tuples(st.integers(0, 50), st.integers(0, 50)),
    step=st.sampled_from([5, 15, 30, 60]),
)
def test_a_profile_has_the_energy_of_its_phases_whatever_the_step(
    first: float, rest: float, kw: tuple[int, int], step: int
) -> None:
    phases = [{"kw": kw[0], "hours": first}, {"kw": kw[1]}]
    made = Stage.model_validate(
        {
            "name": "conche",
            "machines": 1,
            "attended": "no",
            "hold_max_h": 0,
            "phases": phases,
            "hours": {"milk": first + rest},
        }
    )
    profile = made.profile_kw("milk", step)
    energy = first * kw[0] + rest * kw[1]
    assert len(profile) == made.steps("milk", step)
    assert sum(profile) * step / 60 == pytest.approx(energy)
    assert made.process_kwh("milk") == pytest.approx(energy)
    assert made.power_kw == max(kw)
    assert max(profile) <= max(kw) + 1e-9


def test_a_part_of_a_step_counts_as_a_whole_one_and_draws_less() -> None:
    short = stage(hours={"milk": 1.25}, power_kw=8)
    assert (short.steps("milk", 15), short.steps("milk", 60)) == (5, 2)
    assert short.profile_kw("milk", 60) == (8, 2)


def test_setting_up_and_cleaning_keep_the_machine_and_cost_energy() -> None:
    busy = stage(setup_h=0.5, setup_kw=4, cleaning_h=1.25, cleaning_kw=2)
    assert busy.busy_h("milk") == 7.75
    assert busy.energy_kwh("milk") == 72 + 2 + 2.5
    assert (busy.setup_steps(60), busy.cleaning_steps(60)) == (1, 2)
    assert busy.setup_profile_kw(60) == (2,)
    assert busy.cleaning_profile_kw(60) == (2, 0.5)
    assert stage().setup_profile_kw(15) == ()


def test_whole_hours_stay_whole_numbers() -> None:
    assert isinstance(stage(hours={"milk": 6.0}).hours["milk"], int)
    assert isinstance(stage(hours={"milk": 6.25}).hours["milk"], float)
