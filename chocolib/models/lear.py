"""The voice that reads whole days of prices in EUR/kWh, per lead and clock hour.

After the LEAR benchmark (Lago et al., Applied Energy 293, 2021): the 24 prices of one,
two, three and seven days before, their means, and dummies of the weekday. Two things
differ: tolls are taken out first, and the penalty is a ridge chosen by generalised
cross-validation (Golub, Heath and Wahba, 1979) instead of a Lasso by AIC. On real
prices that was no worse and fifty times as fast (`docs/forecast-tried.md`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from chocolib.core.learned import Learned
from chocolib.models.features import Features, trailing_mean
from chocolib.models.market import BASE_DAYS, WEEK, Market

#: Days of origins learnt from; the forecasts of the three are averaged.
WINDOWS = (365, 730, 1095)
#: Fewer origins than this, and there is no such voice.
LEAST_ORIGINS = 200
_LAGS, _MEANS = (1, 2, 3, 7), (7, 14, 28)
_COLUMNS = 24 * len(_LAGS) + len(_MEANS) + WEEK + 2
_PENALTIES = np.logspace(-4, 1, 16)
#: Beyond so many spreads (asinh scale) a forecast is not believed.
_LIMIT = 6.0


@dataclass(frozen=True, slots=True)
class _Fit:
    """One window and lead: rows -> 24 hours, on the asinh scale around `median`."""

    median: float
    spread: float
    centre: np.ndarray
    slopes: np.ndarray
    level: np.ndarray


class DailyRidge:
    """Net EUR/kWh of all 24 hours of a day from the days before the origin."""

    def fit(self, features: Features, end: int) -> Self:
        """Learn from the origins whose following week is over at origin `end`."""
        market = features.market
        last = end - WEEK
        available = last - BASE_DAYS + 1
        windows = sorted({min(window, available) for window in WINDOWS})
        self.fits_: list[list[_Fit]] = []
        for window in windows:
            if window >= LEAST_ORIGINS:
                origins = np.arange(last - window + 1, last + 1)
                self.fits_.append([_fit(market, origins, lead) for lead in range(WEEK)])
        return self

    @property
    def speaks(self) -> bool:
        """Whether there was enough history to learn from."""
        return bool(self.fits_)

    def learned(self) -> Learned:
        """Every window and lead of each number: (windows, leads, ...), or nothing."""
        if not self.fits_:
            return Learned()
        names = [field.name for field in fields(_Fit)]
        found = {n: np.array([[getattr(f, n) for f in fits] for fits in self.fits_]) for n in names}
        return Learned(found)

    def restore(self, learned: Learned) -> Self:
        """Take back what was learnt.

        Raises:
            ModelRejected: of another form than the columns of today.
        """
        self.fits_ = []
        if not learned.arrays:
            return self
        median = learned.array("median", None, WEEK)
        at = (len(median), WEEK)
        spread, level = learned.array("spread", *at), learned.array("level", *at, 24)
        centre = learned.array("centre", *at, _COLUMNS)
        slopes = learned.array("slopes", *at, _COLUMNS, 24)
        whole = (median, spread, centre, slopes, level)
        self.fits_ = [
            [_Fit(float(m), float(s), c, b, v) for m, s, c, b, v in zip(*window, strict=True)]
            for window in zip(*whole, strict=True)
        ]
        return self

    def predict(self, features: Features, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """Net EUR/kWh on days `origins + leads`, the base where nothing was learnt: (m, 24)."""
        if not self.speaks:
            return features.base(origins, leads)
        market = features.market
        total = np.zeros((len(origins), 24))
        near = np.minimum(leads, WEEK - 1)
        for fits in self.fits_:
            for lead, fit in enumerate(fits):
                at = near == lead
                total[at] += _forecast(market, fit, origins[at], leads[at])
        return np.asarray(total / len(self.fits_))


def _prices(market: Market, origins: np.ndarray) -> np.ndarray:
    """Price columns: whole days before each origin, and means of daily means."""
    daily = market.net.mean(axis=1)
    days = [market.net[origins - back] for back in _LAGS]
    means = [trailing_mean(daily, window)[origins][:, None] for window in _MEANS]
    return np.hstack([*days, *means])


def _dummies(market: Market, day: np.ndarray) -> np.ndarray:
    week = np.asarray(market.days[day].day_of_week)
    names = [week == number for number in range(WEEK)]
    return np.column_stack([*names, market.free[day], market.kinds[day] == 0]).astype(float)


def _fit(market: Market, origins: np.ndarray, lead: int) -> _Fit:
    leads = np.full(len(origins), lead)
    prices = _prices(market, origins)
    median = float(np.median(prices))
    spread = max(1.4826 * float(np.median(np.abs(prices - median))), 1e-3)
    target = market.price[origins + lead] - market.tolls(origins, leads)
    rows = np.hstack([np.arcsinh((prices - median) / spread), _dummies(market, origins + lead)])
    y = np.arcsinh((target - median) / spread)
    centre, level = rows.mean(axis=0), y.mean(axis=0)
    width = rows.std(axis=0)
    width[width < 1e-9] = 1.0
    slopes = _ridge((rows - centre) / width, y - level) / width[:, None]
    return _Fit(median, spread, centre, slopes, level)


def _forecast(market: Market, fit: _Fit, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
    prices = np.arcsinh((_prices(market, origins) - fit.median) / fit.spread)
    rows = np.hstack([prices, _dummies(market, origins + leads)])
    moved = np.clip((rows - fit.centre) @ fit.slopes + fit.level, -_LIMIT, _LIMIT)
    return np.asarray(fit.median + fit.spread * np.sinh(moved))


def _ridge(rows: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Slopes (columns x targets), each target with its own penalty by GCV."""
    n = len(rows)
    values, vectors = np.linalg.eigh(rows.T @ rows)
    values = np.maximum(values, 0.0)
    along = vectors.T @ (rows.T @ targets)
    total = (targets**2).sum(axis=0)
    best, score = np.zeros_like(along), np.full(targets.shape[1], np.inf)
    for penalty in n * _PENALTIES:
        shrunk = along / (values + penalty)[:, None]
        left = total - 2 * (shrunk * along).sum(axis=0) + (shrunk**2 * values[:, None]).sum(axis=0)
        free = n - (values / (values + penalty)).sum()
        better = left / free**2 < score
        score = np.where(better, left / free**2, score)
        best[:, better] = shrunk[:, better]
    return np.asarray(vectors @ best)
