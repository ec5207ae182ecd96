"""Does the weather go with the price? Correlations of anomalies, with honest errors.

Two series that both have seasons, weeks and a slow level always correlate. So these are
taken out of both, and the test counts how many independent days there really are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

#: Days of the centred mean that is taken out: season and level of the market with it.
LEVEL_D = 61
#: Autocorrelation is summed up to this lag.
LAGS_D = 30
LEAST_DAYS = 180
LEVEL_OF_P = 0.05


def anomalies(daily: pd.Series) -> pd.Series:
    """A daily series without its slow level, its season and its week.

    Args:
        daily: numbers on naive Madrid dates; days without a value are missing.

    Returns:
        On every day of the span: the value minus the centred mean of 61 days (of which
        three quarters must be known), and of that the residual of a regression on two
        annual harmonics and the weekday.
    """
    values = daily.dropna().astype(float).sort_index()
    if values.empty:
        return values
    values = values.asfreq("D")
    level = values.rolling(LEVEL_D, center=True, min_periods=LEVEL_D * 3 // 4).mean()
    rest = (values - level).dropna()
    cycles = _cycles(pd.DatetimeIndex(rest.index))
    fitted = cycles @ np.linalg.lstsq(cycles, rest.to_numpy(), rcond=None)[0]
    anomaly: pd.Series = rest - fitted
    return anomaly.reindex(values.index)


def _cycles(days: pd.DatetimeIndex) -> np.ndarray:
    """Two annual harmonics and seven weekdays: shape (days, 11)."""
    turn = 2 * np.pi * np.asarray(days.day_of_year)[:, None] / 365.25 * np.array([1, 2])
    weekday = np.asarray(days.day_of_week)[:, None] == np.arange(7)
    return np.hstack([np.cos(turn), np.sin(turn), weekday])


def correlation(x: pd.Series, y: pd.Series) -> dict[str, float] | None:
    """Pearson's r of two daily series and its p for as many days as they are worth.

    The effective number of days follows Pyper and Peterman (1998), eq. 1, with the
    autocorrelations of both to 30 days; p is of Student's t with that number less two.

    Returns:
        `r`, `days`, `effective_days`, `p`; None with fewer than 180 common days.
    """
    both = pd.DataFrame({"x": x, "y": y}).dropna().asfreq("D")
    pairs = both.dropna()
    if len(pairs) < LEAST_DAYS:
        return None
    r = float(pairs["x"].corr(pairs["y"]))
    effective = effective_days(both["x"], both["y"])
    score = abs(r) * np.sqrt((effective - 2) / max(1 - r**2, 1e-12))
    p = float(2 * stdtr(effective - 2, -score))
    return {"r": r, "days": len(pairs), "effective_days": effective, "p": p}


def effective_days(x: pd.Series, y: pd.Series) -> float:
    """How many independent days two autocorrelated series are worth; at most their number."""
    n = int((x.notna() & y.notna()).sum())
    total = 0.0
    for lag in range(1, LAGS_D + 1):
        product = _autocorrelation(x, lag) * _autocorrelation(y, lag)
        total += (1 - lag / n) * product
    return float(min(n, max(3.0, n / max(1 + 2 * total, 1e-9))))


def _autocorrelation(values: pd.Series, lag: int) -> float:
    centred = (values - values.mean()).to_numpy()
    there = ~np.isnan(centred[lag:]) & ~np.isnan(centred[:-lag])
    if not there.any():
        return 0.0
    shared = float((centred[lag:][there] * centred[:-lag][there]).mean())
    return shared / float(np.nanvar(centred))


def holm(p: list[float]) -> list[float]:
    """Holm's (1979) adjusted p-values: the chance of any false find among them all."""
    order = np.argsort(p)
    steps = np.asarray(p, dtype=float)[order] * (len(p) - np.arange(len(p)))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return [float(value) for value in adjusted]


def correlations(weather: pd.DataFrame, prices: pd.DataFrame) -> list[dict[str, Any]]:
    """Every weather field with every price figure, by the size of r.

    Args:
        weather: fields on naive Madrid dates.
        prices: figures of the day's prices on naive Madrid dates.

    Returns:
        `weather`, `price`, `r` (of the anomalies), `raw_r` (of the values as they are: it
        mostly shows the seasons), `days`, `effective_days`, `p`, `p_holm`,
        `distinct` (p_holm under 0.05).
    """
    found: list[dict[str, Any]] = []
    fields = {name: anomalies(weather[name]) for name in weather}
    for target in prices:
        rest = anomalies(prices[target])
        for name, values in fields.items():
            made = correlation(values, rest)
            raw = correlation(weather[name], prices[target])
            if made and raw:
                found.append({"weather": name, "price": target, **made, "raw_r": raw["r"]})
    for entry, p in zip(found, holm([entry["p"] for entry in found]), strict=True):
        entry |= {"p_holm": p, "distinct": p < LEVEL_OF_P}
    return sorted(found, key=lambda entry: -abs(entry["r"]))
