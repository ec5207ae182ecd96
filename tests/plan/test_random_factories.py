"""Some of the random factories; `python -m tests.plan_drill` judges a thousand."""

from __future__ import annotations

import pytest

from tests.plan.random_cases import judge


@pytest.mark.parametrize("seed", range(30))
def test_any_small_factory_gets_a_sound_plan_or_a_sound_refusal(seed: int) -> None:
    assert judge(seed).split(":")[0] in {"planned", "late", "refused", "nothing to plan"}
