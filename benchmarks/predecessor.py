"""The predecessor's Prophet, rebuilt from its documents, to be measured beside ours.

Multiplicative; 25 changepoints with prior 0.08; daily, weekly and yearly Fourier terms of
order 8, 5 and 8 with priors 12, 10 and 8; Spanish holidays; flags of peak and valley hours,
weekend, holiday, winter and summer with their priors. Two things are kinder to it than it
was: local hours (its own flags were one or two hours off) and no gas regressor (known only
afterwards, it was fed the future). Ninety days, as in `docs/forecast-tried.md`.
"""

from __future__ import annotations

from typing import Any, Self

import holidays
import numpy as np
import pandas as pd

from chocolib.core.learned import Learned
from chocolib.core.results import Forecast
from chocolib.core.time import HOUR, MADRID, Window

NAME = "predecessor"
_DAYS = pd.Timedelta(days=90)
_PRIORS = {
    "is_peak": 0.10,
    "is_valley": 0.08,
    "is_weekend": 0.06,
    "is_holiday": 0.08,
    "is_winter": 0.04,
    "is_summer": 0.04,
}
_FIXED = {(1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 25)}


class Predecessor:
    """A `PriceModel` without bands: only `q50`, and the published hours as they are."""

    name = NAME

    def fit(self, history: pd.Series, *, as_of: pd.Timestamp) -> Self:
        """Learn from the last ninety days of hourly EUR/kWh (UTC index)."""
        self.as_of_ = as_of
        recent = history[history.index >= history.index[-1] - _DAYS]
        frame = _features(pd.DatetimeIndex(recent.index)).assign(y=recent.to_numpy())
        self.model_ = _new()
        self.model_.fit(frame, seed=1)
        return self

    def renew(self, history: pd.Series, *, as_of: pd.Timestamp) -> Self:
        """It cannot see newer prices without another fit."""
        return self.fit(history, as_of=as_of)

    def learned(self) -> Learned:
        """Nothing: it is never kept."""
        return Learned()

    def restore(self, learned: Learned) -> Self:  # noqa: ARG002
        """Nothing: it is never kept."""
        return self

    def predict(self, *, origin: pd.Timestamp, horizon: int, known: pd.Series) -> Forecast:
        """`horizon` hours from `origin`; hours in `known` are used as they are."""
        hours = Window(origin, origin + horizon * HOUR).hours()
        said = self.model_.predict(_features(hours))["yhat"].to_numpy(dtype=float)
        published = known.reindex(hours)
        frame = pd.DataFrame({"q50": published.fillna(pd.Series(said, hours))}, index=hours)
        return Forecast(origin, self.as_of_, self.name, frame.assign(known=published.notna()))


def _features(hours: pd.DatetimeIndex) -> pd.DataFrame:
    here = hours.tz_convert(MADRID).tz_localize(None)
    hour, month = here.hour, here.month
    free = [(day.month, day.day) in _FIXED for day in here]
    flags = {
        "is_peak": np.isin(hour, [10, 11, 12, 13, 18, 19, 20, 21]),
        "is_valley": hour < 8,
        "is_weekend": here.day_of_week >= 5,
        "is_holiday": np.array(free),
        "is_winter": np.isin(month, [12, 1, 2]),
        "is_summer": np.isin(month, [6, 7, 8]),
    }
    return pd.DataFrame({"ds": here} | {name: flag.astype(float) for name, flag in flags.items()})


def _new() -> Any:
    from prophet import Prophet

    years = range(2021, 2031)
    days = pd.to_datetime(sorted(holidays.country_holidays("ES", years=years)))
    model = Prophet(
        seasonality_mode="multiplicative",
        changepoint_prior_scale=0.08,
        n_changepoints=25,
        seasonality_prior_scale=10,
        daily_seasonality=False,
        weekly_seasonality=False,
        yearly_seasonality=False,
        holidays=pd.DataFrame({"ds": days, "holiday": "holiday"}),
        uncertainty_samples=0,
    )
    for name, period, order, prior in (
        ("daily", 1, 8, 12),
        ("weekly", 7, 5, 10),
        ("yearly", 365.25, 8, 8),
    ):
        model.add_seasonality(name, period=period, fourier_order=order, prior_scale=prior)
    for name, prior in _PRIORS.items():
        model.add_regressor(name, prior_scale=prior)
    return model
