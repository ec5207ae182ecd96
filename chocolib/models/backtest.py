"""Rolling-origin backtest: what models would have said at past midnights, beside what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from time import perf_counter
from typing import Literal

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from chocolib.core.errors import SettingsError
from chocolib.core.ports import PriceModel
from chocolib.core.time import DAY, HOUR, Window, as_utc, at, local_date, midnight
from chocolib.models.baselines import WeeklyNaive
from chocolib.models.registry import HISTORY

Known = Literal["plain", "day-ahead"]
KNOWN: tuple[Known, ...] = ("plain", "day-ahead")
HORIZON = 168

New = Mapping[str, Callable[[], PriceModel]]


def origins_between(first: date, last: date, every_days: int = 1) -> list[pd.Timestamp]:
    """Madrid midnights (UTC) from `first` to `last`, both included.

    Raises:
        SettingsError: there is none.
    """
    if every_days < 1 or last < first:
        raise SettingsError(
            f"there is no origin from {first} to {last} every {every_days} days",
            hint="the end is the last origin: not before the start",
        )
    return [midnight(day.date()) for day in pd.date_range(first, last, freq=every_days * DAY)]


def backtest(
    history: pd.Series,
    *,
    origins: Sequence[pd.Timestamp],
    models: New,
    horizon: int = HORIZON,
    known: Known = "plain",
    outliers: pd.DatetimeIndex | None = None,
    jobs: int | None = None,
) -> pd.DataFrame:
    """All forecasts of `models` at `origins`; see `forecasts_at` for the columns.

    Args:
        history: hourly EUR/kWh on a UTC index; later prices are only compared with.
        origins: Madrid midnights, UTC.
        models: untrained models by name; each is fitted anew at every origin.
        horizon: hours from each origin.
        known: "plain": nothing from the origin on is known. "day-ahead": the origin's
            own day is published, and counts as forecast without error.
        outliers: hours that are compared with but teach nothing.
        jobs: processes; None leaves it to the active `joblib.parallel_config`, where a
            Dask or Ray backend can be set.

    Raises:
        NotEnoughData: a model cannot be fitted at an origin.
    """
    parts = forecasts(
        history,
        origins=origins,
        models=models,
        horizon=horizon,
        known=known,
        outliers=outliers,
        jobs=jobs,
    )
    return pd.concat(list(parts), ignore_index=True)


def forecasts(
    history: pd.Series,
    *,
    origins: Sequence[pd.Timestamp],
    models: New,
    horizon: int = HORIZON,
    known: Known = "plain",
    outliers: pd.DatetimeIndex | None = None,
    jobs: int | None = None,
) -> Iterator[pd.DataFrame]:
    """The parts of `backtest`, one per origin, in order and as they are done."""
    learn = history if outliers is None else history[~history.index.isin(outliers)]
    yield from Parallel(n_jobs=jobs, return_as="generator")(
        delayed(forecasts_at)(
            _around(history, origin, horizon),
            _around(learn, origin, 0),
            origin,
            models,
            known,
            horizon,
        )
        for origin in origins
    )


def forecasts_at(
    prices: pd.Series,
    learn: pd.Series,
    origin: pd.Timestamp,
    models: New,
    known: Known,
    horizon: int,
) -> pd.DataFrame:
    """What each model says at one origin.

    Returns:
        origin, time (UTC), lead_h (0..), model, the quantiles that it gives (EUR/kWh),
        known (bool), naive (the weekly naive of the same moment), actual (NaN where
        never published), fit_s and predict_s (seconds, the same on all its rows).
    """
    until = at(local_date(origin), 24) if known == "day-ahead" else origin
    taught, published = learn[learn.index < until], prices[prices.index < until]
    truth = _truth(prices, published, origin, horizon)
    parts = []
    for name, new in models.items():
        model, began = new(), perf_counter()
        model.fit(taught, as_of=origin)
        parts.append(_spoken(model, name, published, truth, perf_counter() - began))
    return _in_order(parts)


def forecasts_of(
    name: str,
    model: Callable[[pd.Timestamp, pd.Series], PriceModel],
    learn: pd.Series,
    prices: pd.Series,
    origin: pd.Timestamp,
    horizon: int = HORIZON,
) -> pd.DataFrame:
    """What one model that is already trained says at one origin; columns as `forecasts_at`.

    Args:
        model: gives the model as it sees `origin`, from the prices that teach until then.
        learn: what teaches; prices: as published (hourly EUR/kWh, UTC).
    """
    began = perf_counter()
    ready = model(origin, learn[learn.index < origin])
    published = prices[prices.index < origin]
    truth = _truth(prices, published, origin, horizon)
    return _in_order([_spoken(ready, name, published, truth, perf_counter() - began)])


def _truth(
    prices: pd.Series, published: pd.Series, origin: pd.Timestamp, horizon: int
) -> pd.DataFrame:
    """What came, and the weekly naive, for each hour from the origin on."""
    hours = Window(origin, origin + horizon * HOUR).hours()
    naive = WeeklyNaive().fit(published).predict(hours)
    return pd.DataFrame({"naive": naive, "actual": prices.reindex(hours).to_numpy(float)}, hours)


def _spoken(
    model: PriceModel, name: str, published: pd.Series, truth: pd.DataFrame, fit_s: float
) -> pd.DataFrame:
    origin, horizon = pd.Timestamp(truth.index[0]), len(truth)
    began = perf_counter()
    made = model.predict(origin=origin, horizon=horizon, known=published)
    took = perf_counter() - began
    part = made.frame.assign(model=name, **truth, fit_s=fit_s, predict_s=took)
    part["naive"] = np.where(part["known"], part["actual"], part["naive"])
    return part.assign(origin=origin, lead_h=range(horizon))


def _in_order(parts: list[pd.DataFrame]) -> pd.DataFrame:
    made = pd.concat(parts).rename_axis("time").reset_index()
    first = ["origin", "time", "lead_h", "model"]
    made["origin"] = as_utc(pd.DatetimeIndex(made["origin"]))
    return made[first + [name for name in made.columns if name not in first]]


def _around(prices: pd.Series, origin: pd.Timestamp, horizon: int) -> pd.Series:
    """What one origin may need, so that no process is sent more than that."""
    last = origin + max(horizon * HOUR, 2 * DAY)
    return prices[(prices.index >= origin - HISTORY) & (prices.index < last)]
