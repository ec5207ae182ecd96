"""Whether quantiles mean what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.models.reliability import reliability


def frame(actual: np.ndarray) -> pd.DataFrame:
    told = pd.DataFrame({"model": "mine", "actual": actual})
    return told.assign(q10=10.0, q50=50.0, q90=90.0)


def test_what_came_below_each_quantile_is_counted() -> None:
    found = reliability(frame(np.arange(100) + 0.5), "mine")
    assert list(found.index) == ["q10", "q50", "q90"]
    assert found["below"].tolist() == pytest.approx([0.1, 0.5, 0.9])
    assert found["wanted"].tolist() == pytest.approx([0.1, 0.5, 0.9])
    assert (found["hours"] == 100).all()


def test_hours_that_have_not_come_and_other_models_do_not_count() -> None:
    told = frame(np.array([5.0, 95.0, np.nan]))
    other = told.assign(model="other")
    found = reliability(pd.concat([told, other]), "mine")
    assert (found["hours"] == 2).all()
    assert found.at["q50", "below"] == 0.5
    assert reliability(told, "nobody").empty
