"""What the champion's linear voices do with hours that were hardly ever published."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.models.registry import new_model

ORIGIN = time.midnight(pd.Timestamp("2025-11-21").date())


@pytest.mark.parametrize("days", [200, 450])
def test_an_hour_of_the_clock_that_was_never_published_is_forecast_all_the_same(
    real_prices: pd.Series, days: int
) -> None:
    known = real_prices[(real_prices.index < ORIGIN)].iloc[-24 * days :]
    without = known[pd.DatetimeIndex(known.index).tz_convert(time.MADRID).hour != 13]
    made = new_model("champion").fit(without, as_of=ORIGIN)
    said = made.predict(origin=ORIGIN, horizon=168, known=without).frame
    assert np.isfinite(said[["q10", "q50", "q90"]].to_numpy()).all()


def test_a_gap_of_months_in_prices_that_repeat_leaves_a_forecast() -> None:
    hours = pd.date_range("2025-03-01T00:00Z", ORIGIN, freq="h", inclusive="left")
    prices = pd.Series(0.1 + 0.05 * np.sin(np.arange(len(hours)) * np.pi / 12), index=hours)
    kept = prices[(hours < "2025-05-01") | (hours >= "2025-10-25")]
    made = new_model("champion").fit(kept, as_of=ORIGIN)
    said = made.predict(origin=ORIGIN, horizon=168, known=kept).frame
    assert np.isfinite(said[["q10", "q50", "q90"]].to_numpy()).all()
