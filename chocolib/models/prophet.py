"""Prophet as a careful analyst sets it up for PVPC.

Ninety days of history, local clock time, daily and weekly seasonality, Spanish
and Andalusian holidays, and the two steps of the tariff (P1 and P2 over P3) as
regressors. On real prices this beats longer windows and the usual defaults
(`docs/forecast-tried.md`).
"""

from __future__ import annotations

import logging
import warnings
from typing import Any, Self

import holidays
import numpy as np
import pandas as pd

from chocolib.core.errors import ModelRejected
from chocolib.core.learned import Learned
from chocolib.core.tariff import tariff_period
from chocolib.core.time import MADRID

_SEED = 1

# Prophet misses plotly aloud, and cmdstanpy, unless it finds a handler, logs every fit.
logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)
logging.getLogger("cmdstanpy").addHandler(logging.NullHandler())
logging.getLogger("cmdstanpy").setLevel(logging.ERROR)


class ProphetPrices:
    """Prophet's central forecast, deterministic: no sampling, fixed seed."""

    name = "prophet"
    needs = pd.Timedelta(days=21)
    learns_from = pd.Timedelta(days=90)

    def fit(self, history: pd.Series) -> Self:
        """Learn from the last ninety days of hourly EUR/kWh (UTC index)."""
        recent = history[history.index >= history.index[-1] - self.learns_from]
        frame = _features(pd.DatetimeIndex(recent.index)).assign(y=recent.to_numpy())
        self.model_ = _new_prophet(holidays_in(frame["ds"]))
        self.model_.fit(frame, seed=_SEED)
        return self

    def renew(self, history: pd.Series) -> Self:
        """Fit again when there are newer prices: Prophet has no other way to see them."""
        newest = local_clock(pd.DatetimeIndex(history.index[-1:]))[0]
        return self if newest <= self.model_.history_dates.max() else self.fit(history)

    def learned(self) -> Learned:
        """The fitted model in Prophet's own JSON."""
        from prophet.serialize import model_to_json

        return Learned(facts={"prophet": model_to_json(self.model_)})

    def restore(self, learned: Learned) -> Self:
        """Take a fitted model back.

        Raises:
            ModelRejected: it is not Prophet's JSON, or that of another version.
        """
        from prophet.serialize import model_from_json

        try:
            self.model_ = model_from_json(learned.fact("prophet"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelRejected(f"Prophet cannot read the trained model: {error}") from None
        return self

    def predict(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """EUR/kWh for each UTC hour."""
        forecast = self.model_.predict(_features(hours))
        return np.asarray(forecast["yhat"], dtype=float)


def holidays_in(clock: pd.Series) -> pd.DataFrame:
    """Spanish and Andalusian holidays of the years around some local times.

    Returns:
        Prophet's frame: one row per holiday, `ds` (local date), `holiday`.
    """
    years = range(int(clock.dt.year.min()), int(clock.dt.year.max()) + 2)
    days = sorted(holidays.country_holidays("ES", subdiv="AN", years=years))
    return pd.DataFrame({"ds": pd.to_datetime(days), "holiday": "holiday"})


def local_clock(hours: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """UTC hours as naive Madrid times."""
    return hours.tz_convert(MADRID).tz_localize(None)


def _features(hours: pd.DatetimeIndex) -> pd.DataFrame:
    period = tariff_period(hours).to_numpy()
    return pd.DataFrame(
        {
            "ds": local_clock(hours),
            "P1": (period == "P1").astype(float),
            "P2": (period == "P2").astype(float),
        }
    )


def _new_prophet(holiday_frame: pd.DataFrame) -> Any:
    with warnings.catch_warnings():  # in a notebook tqdm wants ipywidgets, for no bar of ours
        warnings.filterwarnings("ignore", message="IProgress not found")
        import cmdstanpy  # noqa: F401
        from prophet import Prophet

    model = Prophet(
        daily_seasonality=True,
        weekly_seasonality=True,
        yearly_seasonality=False,
        holidays=holiday_frame,
        uncertainty_samples=0,
    )
    for period in ("P1", "P2"):
        model.add_regressor(period, standardize=False)
    return model
