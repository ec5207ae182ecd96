"""The validation a release waits for: the figures it judges, and what it does not let pass."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.settings import read_settings
from chocolib.app.validation import Bounds, judged, validate_model
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.store.shelf import Shelf
from tests.conftest import NOW, price_frame

AS_OF = "2025-11-20T21:00"
#: Bounds that repeating last week keeps.
LOOSE = Bounds(max_ratio=1.01, min_coverage_80=0, min_coverage_90=0)


@pytest.fixture
def context(real_prices: pd.Series) -> Context:
    recent = real_prices[real_prices.index >= pd.Timestamp("2025-08-01", tz="UTC")]
    real_store(read_settings()).write("energy_prices", price_frame(recent), received_at=NOW)
    return open_context(as_of=AS_OF)


def forecasts(off: float) -> pd.DataFrame:
    """A day of forecasts that miss by `off` EUR/kWh, beside a naive that misses by 0.02."""
    hours = pd.date_range("2025-11-01", periods=24, freq="h", tz="UTC")
    actual = 0.10 + 0.01 * np.arange(24) / 24
    return pd.DataFrame(
        {
            "origin": hours[0],
            "time": hours,
            "lead_h": range(24),
            "model": "made-up",
            "known": False,
            "q50": actual - off,
            "q10": actual - off - 0.01,
            "q90": actual - off + 0.01,
            "naive": actual + 0.02,
            "actual": actual,
            "fit_s": 0.0,
            "predict_s": 0.0,
        }
    )


def test_a_model_within_its_bounds_passes() -> None:
    told = {one.what: one for one in judged(forecasts(0.005), Bounds())}
    assert all(one.ok for one in told.values())
    assert told["mae"].figure == pytest.approx(0.005)
    assert told["ratio"].figure == pytest.approx(0.25)
    assert told["bias"].figure == pytest.approx(0.005)
    assert told["coverage_80"].figure == 1.0


def test_each_bound_fails_on_its_own() -> None:
    bad = {one.what for one in judged(forecasts(0.019), Bounds()) if not one.ok}
    assert bad == {"ratio", "coverage_80", "bias"}
    bad = {one.what for one in judged(forecasts(0.005), Bounds(max_mae=0.004)) if not one.ok}
    assert bad == {"mae"}


@pytest.mark.parametrize("bound", [{"max_mae": 0}, {"min_coverage_80": 80}, {"max_ratio": -1}])
def test_a_bound_that_cannot_be_is_refused(bound: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="shares from 0 to 1"):
        Bounds(**bound)


def test_of_the_last_weeks_a_loose_bound_lets_pass_what_a_tight_one_does_not(
    context: Context,
) -> None:
    found = validate_model(context, LOOSE, name="naive", weeks=2, every_days=7)
    assert (found.origins, found.hours, found.ok) == (2, 336, True)
    assert [one.what for one in found.verdicts] == [
        "mae",
        "ratio",
        "coverage_80",
        "coverage_90",
        "bias",
        "version",
    ]
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["ok"] is True
    worse = validate_model(context, Bounds(max_ratio=0.9), name="naive", weeks=2, every_days=7)
    assert not worse.ok


def test_a_damaged_version_in_use_is_a_fault(context: Context) -> None:
    shelf = Shelf(context.settings.home / "models")
    name = shelf.put(
        "weekly-naive", context.as_of, {"model": "weekly-naive"}, {"facts.json": b"{}"}
    )
    shelf.point("weekly-naive", [name])
    held = context.settings.home / "models" / "weekly-naive" / name / "facts.json"
    held.chmod(0o600)
    held.write_bytes(b"[]")
    found = validate_model(context, LOOSE, name="naive", weeks=1, every_days=7)
    assert [one.what for one in found.verdicts if not one.ok] == ["version"]


def test_without_prices_it_says_what_is_missing() -> None:
    with pytest.raises(NotEnoughData, match="no price"):
        validate_model(open_context(as_of=AS_OF), Bounds())
