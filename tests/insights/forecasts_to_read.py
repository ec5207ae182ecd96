"""Hand-made forecasts for the insights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from chocolib.core.time import at, midnight


def forecast_frame(
    first: str, days: int, *, band: float = 0.02, known_days: int = 0, seed: int = 1
) -> pd.DataFrame:
    """Whole Madrid days of quantiles around a daily wave with a little noise."""
    start = midnight(pd.Timestamp(first).date())
    last = (pd.Timestamp(first) + pd.Timedelta(days=days - 1)).date()
    hours = pd.date_range(start, at(last, 24), freq="h", inclusive="left", name="time")
    noise = np.random.default_rng(seed).normal(0, 0.005, len(hours))
    median = 0.12 + 0.05 * np.sin(np.arange(len(hours)) / 24 * 2 * np.pi) + noise
    frame = pd.DataFrame({"q10": median - band, "q50": median, "q90": median + 2 * band}, hours)
    until = at((pd.Timestamp(first) + pd.Timedelta(days=known_days - 1)).date(), 24)
    frame["known"] = hours < until
    for name in ("q10", "q90"):
        frame[name] = frame[name].where(~frame["known"], frame["q50"])
    return frame


def published(first: str, prices: Sequence[float]) -> pd.DataFrame:
    """Hours from a Madrid midnight whose prices are known."""
    hours = pd.date_range(midnight(pd.Timestamp(first).date()), periods=len(prices), freq="h")
    values = np.asarray(prices, dtype=float)
    return pd.DataFrame({"q10": values, "q50": values, "q90": values, "known": True}, hours)
