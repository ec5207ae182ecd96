"""Trends of short yearly series: Theil-Sen slope and Mann-Kendall test.

Honest about stations that change, and about years that resemble their neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

#: Autocorrelations of ranks count when they differ from zero at this level (Hamed and Rao).
_SIGNIFICANT = 0.10
#: With fewer years there is no trend to speak of.
LEAST_YEARS = 8


@dataclass(frozen=True, slots=True)
class Trend:
    """A monotonic trend of a yearly series.

    Attributes:
        slope: per decade, median of the slopes of all pairs of years compared.
        p: two-sided, of no trend; with `inflation` in it.
        inflation: how much autocorrelation widens the variance of S (1: not at all).
        years: how many years.
        pairs: how many pairs of years were compared.
    """

    slope: float
    p: float
    inflation: float
    years: int
    pairs: int


def trend(yearly: pd.Series, blocks: pd.Series | None = None) -> Trend | None:
    """Theil-Sen slope and Mann-Kendall test with Hamed and Rao's correction.

    With `blocks` only years of the same block are compared, so that a step between
    blocks neither makes nor hides a trend: the slope is the median over those pairs, S
    and its variance are summed over the blocks (van Belle and Hughes, 1984).

    Sources: Sen (1968); Mann (1945); Kendall (1975) for ties; Hamed and Rao (1998), with
    the autocorrelation of the ranks of the residuals and only significant lags.

    Args:
        yearly: numbers by year (integers, ascending); missing years left out.
        blocks: the station of each year, same index.

    Returns:
        None with fewer than `LEAST_YEARS` years.
    """
    series = yearly.dropna().astype(float)
    if len(series) < LEAST_YEARS:
        return None
    names = pd.Series("", series.index) if blocks is None else blocks.reindex(series.index)
    parts = [part for _, part in series.groupby(names) if len(part) > 2]
    slopes = [slope for part in parts for slope in pair_slopes(part)]
    if not slopes:
        return None
    slope = float(np.median(slopes))
    s = sum(kendall_s(part) for part in parts)
    plain = [kendall_variance(part) for part in parts]
    wide = [v * inflation(part, slope) for v, part in zip(plain, parts, strict=True)]
    return Trend(
        slope=10 * slope,
        p=_p(s, sum(wide)),
        inflation=sum(wide) / sum(plain) if sum(plain) else 1.0,
        years=sum(map(len, parts)),
        pairs=len(slopes),
    )


def pair_slopes(series: pd.Series) -> list[float]:
    """The slope between every two years, per year."""
    points = list(zip(series.index, series.to_numpy(), strict=True))
    return [float((y1 - y0) / (x1 - x0)) for (x0, y0), (x1, y1) in combinations(points, 2)]


def kendall_s(series: pd.Series) -> float:
    """Rises minus falls over all pairs of years."""
    values = series.to_numpy()
    return float(sum(np.sign(b - a) for a, b in combinations(values, 2)))


def kendall_variance(series: pd.Series) -> float:
    """Variance of S for independent years, with the correction for ties."""
    n, (_, ties) = len(series), np.unique(series.to_numpy(), return_counts=True)
    tied = float((ties * (ties - 1) * (2 * ties + 5)).sum())
    return (n * (n - 1) * (2 * n + 5) - tied) / 18


def inflation(series: pd.Series, slope: float) -> float:
    """Hamed and Rao's factor on the variance of S, at least 1.

    A factor below one would call a trend surer than independent years do; with so few
    years a negative autocorrelation is more likely chance, so it is not used.
    """
    n = len(series)
    years = np.asarray(series.index, dtype=int)
    ranks = (series - slope * years).rank().to_numpy()
    grid = np.full(years[-1] - years[0] + 1, np.nan)
    grid[years - years[0]] = ranks - ranks.mean()
    bound = ndtri(1 - _SIGNIFICANT / 2) / np.sqrt(n)
    total = 0.0
    for lag in range(1, n - 2):
        rho = _autocorrelation(grid, lag)
        if abs(rho) > bound:
            total += (n - lag) * (n - lag - 1) * (n - lag - 2) * rho
    return max(1.0, 1 + 2 * total / (n * (n - 1) * (n - 2)))


def _autocorrelation(grid: np.ndarray, lag: int) -> float:
    """Of centred values with holes; biased, so that long lags of few pairs say little."""
    if lag >= len(grid):
        return 0.0
    total = float(np.nansum(grid**2))
    return float(np.nansum(grid[lag:] * grid[:-lag])) / total if total else 0.0


def _p(s: float, variance: float) -> float:
    """Two-sided p of S by the normal, with the continuity correction."""
    if variance <= 0:
        return 1.0
    return float(min(1.0, 2 * ndtr(-max(0.0, abs(s) - 1) / np.sqrt(variance))))
