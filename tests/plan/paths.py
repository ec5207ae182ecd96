"""Forecasts to make price paths of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.results import QUANTILES, Forecast
from chocolib.core.time import HOUR
from chocolib.plan.hedge import Hedge
from chocolib.plan.scenarios import scenarios

#: EUR/kWh around the median, in the order of `QUANTILES`: dear surprises are the greater.
BAND = (-0.02, -0.015, 0.0, 0.025, 0.04)


def foretold(
    prices: pd.Series, origin: pd.Timestamp, *, hours: int = 168, known: int = 24
) -> Forecast:
    """The prices of a week before as median, published in the first hours."""
    index = pd.date_range(origin, periods=hours, freq="h", name="time")
    ahead = np.arange(hours) >= known
    middle = prices.reindex(index - 168 * HOUR).to_numpy()
    frame = pd.DataFrame(
        {name: middle + by * ahead for name, by in zip(QUANTILES, BAND, strict=True)}, index=index
    )
    return Forecast(origin, origin, "test", frame.assign(known=~ahead))


def hedge_of(expected: Forecast, prices: pd.Series, weight: float, *, count: int = 30) -> Hedge:
    """Paths of the forecast, from what was known at its origin, with certain hours before."""
    past = prices[prices.index < expected.origin]
    made = scenarios(expected, past, count=count)
    return Hedge(made.since(past.iloc[-48:]), weight, remarks=made.remarks)
