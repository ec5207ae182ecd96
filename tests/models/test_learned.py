"""A trained model comes back from its numbers and says the same, and sees newer prices."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.errors import ModelRejected
from chocolib.core.learned import Learned
from chocolib.core.ports import PriceModel
from chocolib.models.registry import MODELS, new_model

TRAINED = time.midnight(pd.Timestamp("2025-11-14").date())
ORIGIN = time.midnight(pd.Timestamp("2025-11-21").date())


def until(prices: pd.Series, moment: pd.Timestamp, days: int = 450) -> pd.Series:
    return prices[(prices.index < moment) & (prices.index >= moment - days * time.DAY)]


@pytest.fixture(scope="module", params=list(MODELS))
def trained(request: pytest.FixtureRequest, real_prices: pd.Series) -> PriceModel:
    return new_model(request.param).fit(until(real_prices, TRAINED), as_of=TRAINED)


def brought_back(model: PriceModel) -> PriceModel:
    kept = model.learned()
    facts = json.loads(json.dumps(kept.facts))
    return new_model(model.name).restore(Learned(kept.arrays, facts))


def test_a_restored_model_says_what_it_said(trained: PriceModel, real_prices: pd.Series) -> None:
    known = until(real_prices, TRAINED)
    said = trained.predict(origin=TRAINED, horizon=168, known=known).frame
    again = brought_back(trained).renew(known, as_of=TRAINED)
    made = again.predict(origin=TRAINED, horizon=168, known=known).frame
    np.testing.assert_allclose(made.to_numpy(float), said.to_numpy(float), rtol=1e-9, atol=1e-12)


def test_a_week_later_it_speaks_of_the_newer_prices(
    trained: PriceModel, real_prices: pd.Series
) -> None:
    known = until(real_prices, ORIGIN)
    model = brought_back(trained).renew(known, as_of=ORIGIN)
    made = model.predict(origin=ORIGIN, horizon=168, known=known)
    assert made.origin == ORIGIN
    assert made.frame[["q05", "q50", "q95"]].notna().all(axis=None)
    assert (made.frame["q10"] < made.frame["q90"]).all()
    actual = real_prices.reindex(made.frame.index)
    assert float((actual - made.frame["q50"]).abs().mean()) < 0.04
    touched = known.copy()
    touched.iloc[-24:] += 0.02
    moved = brought_back(trained).renew(touched, as_of=ORIGIN)
    differs = moved.predict(origin=ORIGIN, horizon=168, known=touched).frame["q50"]
    assert (differs - made.frame["q50"]).abs().max() > 1e-3


def test_numbers_of_another_form_are_refused(real_prices: pd.Series) -> None:
    kept = new_model("champion").fit(until(real_prices, TRAINED), as_of=TRAINED).learned()
    fewer = {name: values[..., :-1] for name, values in kept.arrays.items()}
    broken = {name: np.full_like(values, np.nan) for name, values in kept.arrays.items()}
    for arrays in (fewer, broken, {}):
        with pytest.raises(ModelRejected, match="form"):
            new_model("champion").restore(Learned(arrays, kept.facts))
    with pytest.raises(ModelRejected, match="form"):
        new_model("prophet").restore(Learned({"bands": kept.arrays["bands"]}, {"scaled": False}))
    garbage = Learned({"bands": kept.arrays["bands"]}, {"scaled": False, "centre/prophet": "{}"})
    with pytest.raises(ModelRejected, match="Prophet"):
        new_model("prophet").restore(garbage)
