"""The arithmetic of a shortage."""

from __future__ import annotations

import pytest

from chocolib.core.remarks import Remark
from chocolib.plan.bottleneck import Load

NOTHING = Remark("remark.plain", {"text": ""})


@pytest.mark.parametrize(
    ("needed", "available", "ratio"), [(0, 0, 0), (0, 5, 0), (2, 4, 0.5), (1, 0, float("inf"))]
)
def test_nothing_needed_is_never_short(needed: float, available: float, ratio: float) -> None:
    assert Load("mix", NOTHING, needed, available, {}).ratio == ratio
