"""Forecasts that were issued, beside the prices that came: error, coverage and drift."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from chocolib.core.errors import NotEnoughData
from chocolib.core.time import DAY, MADRID, as_utc, known_until
from chocolib.models.baselines import WeeklyNaive
from chocolib.models.scores import scores

#: What the last days are compared with: the days before them.
BEFORE_DAYS = 60
#: Fewer days with issued forecasts than this say nothing yet.
LEAST_DAYS = 7
_FIGURES = (
    "hours", "mae", "rmae", "pinball", "coverage_80", "coverage_90", "width_80", "width_90",
)  # fmt: skip


def issued(rows: pd.DataFrame, prices: pd.Series) -> pd.DataFrame:
    """The frame of `models.backtest` from forecasts that were kept.

    The last forecast of each Madrid day and model counts; hours that were published when
    it was made do not. The weekly naive beside it knows what was known at that moment.

    Args:
        rows: versions of `price_forecast` (index: origin).
        prices: hourly EUR/kWh on a UTC index, as known now.

    Returns:
        origin, time (UTC), lead_h, model, version, the quantiles, known, naive, actual
        (NaN where not yet published), fit_s and predict_s (0).
    """
    made = rows.rename_axis("origin").reset_index()
    day = pd.DatetimeIndex(made["available_at"]).tz_convert(MADRID).tz_localize(None).normalize()
    last = made.groupby([made["model"], day])["available_at"].transform("max")
    made = made[(made["available_at"] == last) & (made["known"] == 0)]
    if made.empty:
        return made.assign(time=as_utc(pd.DatetimeIndex([])), naive=np.nan, actual=np.nan)
    made = made.assign(time=made["origin"] + pd.to_timedelta(made["lead_h"], unit="h"))
    made["actual"] = prices.reindex(pd.DatetimeIndex(made["time"])).to_numpy()
    moments = made.groupby("available_at")["time"]
    naive = [_naive(prices, moment, times) for moment, times in moments]
    return made.assign(naive=pd.concat(naive), fit_s=0.0, predict_s=0.0)


def _naive(prices: pd.Series, moment: object, times: pd.Series) -> pd.Series:
    """The weekly naive of a past moment, at the index of `times`; NaN where there is none."""
    until = known_until(pd.Timestamp(str(moment)))
    past = prices[(prices.index < until) & (prices.index >= until - WeeklyNaive.learns_from)]
    hours = pd.DatetimeIndex(times)
    try:
        said = WeeklyNaive().fit(past).predict(hours)
    except (NotEnoughData, IndexError):
        said = np.full(len(hours), np.nan)
    return pd.Series(said, index=times.index)


def health(frame: pd.DataFrame, *, as_of: pd.Timestamp, days: int) -> list[dict[str, Any]]:
    """How each model has done in the last `days`, and whether that is worse than before.

    Args:
        frame: of `issued`.
        as_of: the end of the last day, UTC.
        days: days that count as now.

    Returns:
        per model: `days` with judged hours, the figures of `scores`, `bias_eur_kwh`
        (actual less forecast), `before` (the same of the `BEFORE_DAYS` days earlier, or
        None), `drift` (rMAE over that of before), `loses_to_naive` (None: too few days).
    """
    judged = frame[frame["actual"].notna() & frame["naive"].notna() & (frame["time"] < as_of)]
    since = as_of - days * DAY
    now, earlier = judged[judged["time"] >= since], judged[judged["time"] < since]
    earlier = earlier[earlier["time"] >= since - BEFORE_DAYS * DAY]
    before = {name: _figures(part) for name, part in earlier.groupby("model", sort=True)}
    found = []
    for name, part in now.groupby("model", sort=True):
        figures, count = _figures(part), _days(part)
        past = before.get(name)
        found.append(
            {
                "model": name,
                "days": count,
                **figures,
                "before": past,
                "drift": round(figures["rmae"] / past["rmae"], 4) if past else None,
                "loses_to_naive": figures["rmae"] > 1 if count >= min(days, LEAST_DAYS) else None,
            }
        )
    return found


def by_date(frame: pd.DataFrame) -> pd.DataFrame:
    """Per model and Madrid date of the hour: mae, naive_mae (EUR/kWh), coverage_80 (share)."""
    part = frame[frame["actual"].notna()]
    date = pd.DatetimeIndex(part["time"]).tz_convert(MADRID).date
    told = part.assign(
        date=date,
        mae=(part["actual"] - part["q50"]).abs(),
        naive_mae=(part["actual"] - part["naive"]).abs(),
        coverage_80=(part["actual"] >= part["q10"]) & (part["actual"] <= part["q90"]),
    )
    return told.groupby(["model", "date"])[["mae", "naive_mae", "coverage_80"]].mean()


def _figures(part: pd.DataFrame) -> dict[str, float]:
    row = scores(part).iloc[0]
    bias = float((part["actual"] - part["q50"]).mean())
    found = {name: round(float(row[name]), 6) for name in _FIGURES if pd.notna(row.get(name))}
    return {**found, "bias_eur_kwh": round(bias, 6)}


def _days(part: pd.DataFrame) -> int:
    return pd.DatetimeIndex(part["time"]).tz_convert(MADRID).normalize().nunique()
