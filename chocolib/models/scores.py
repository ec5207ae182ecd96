"""How good forecasts were: the figures of a rolling-origin backtest.

Every function takes the frame of `models.backtest.backtest`; hours that were never
published are left out. Means are over all hours of all origins (pooled).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import stdtr

from chocolib.core.tariff import tariff_period
from chocolib.core.time import DAY, MADRID

_BANDS = {"80": ("q10", "q90"), "90": ("q05", "q95")}
#: Half a horizon day counts as that day.
_DAY_HOURS = 24


def scores(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per model, best MAE first.

    Columns: origins, hours, mae, rmse (EUR/kWh), r2, rmae (over the weekly naive of the
    same hours), pinball (mean over the quantiles, EUR/kWh), coverage_80 and _90, width_80
    and _90 (EUR/kWh), capture_6 and _8 (`capture`), fit_s and predict_s (seconds, mean).
    """
    rows = {name: _scores(part) for name, part in _scored(frame).groupby("model", sort=False)}
    return pd.DataFrame(rows).T.rename_axis("model").sort_values("mae")


def by_day(frame: pd.DataFrame) -> pd.DataFrame:
    """Per model and horizon day (1 is the first): mae, rmae, coverage_80 and _90."""
    scored = _scored(frame)
    return _grouped(scored, scored["lead_h"] // _DAY_HOURS + 1, "day")


def by_period(frame: pd.DataFrame) -> pd.DataFrame:
    """Per model and tariff period (P1, P2, P3): the columns of `by_day`."""
    scored = _scored(frame)
    period = tariff_period(pd.DatetimeIndex(scored["time"])).to_numpy()
    return _grouped(scored, pd.Series(period, index=scored.index), "period")


def by_clock(frame: pd.DataFrame) -> pd.DataFrame:
    """Per model and clock hour in Madrid (0..23): the columns of `by_day`."""
    scored = _scored(frame)
    hour = pd.DatetimeIndex(scored["time"]).tz_convert(MADRID).hour
    return _grouped(scored, pd.Series(hour, index=scored.index), "hour")


def by_quarter(frame: pd.DataFrame) -> pd.DataFrame:
    """Per model and quarter of the origin in Madrid ("2025Q1"): the columns of `by_day`."""
    scored = _scored(frame)
    here = pd.DatetimeIndex(scored["origin"]).tz_convert(MADRID).tz_localize(None)
    return _grouped(scored, pd.Series(here.to_period("Q").astype(str), scored.index), "quarter")


def ratio_interval(
    frame: pd.DataFrame, first: str, second: str, *, block: int = 10, draws: int = 2000
) -> dict[str, float]:
    """MAE of `first` over that of `second`, with a 90 % interval by block bootstrap.

    Blocks of `block` successive origins that both have are drawn with replacement
    (Kuensch, 1989), for their horizons overlap and errors of a month are alike. The
    draws have a fixed seed.

    Returns:
        ratio, low, high, origins; low and high NaN with fewer than two blocks.
    """
    scored = _scored(frame)
    missed = (scored["actual"] - scored["q50"]).abs()
    sums = missed.groupby([scored["origin"], scored["model"]]).sum().unstack()
    table = sums[[first, second]].dropna().to_numpy()
    n = len(table)
    whole = table.sum(axis=0)
    found = {"ratio": float(whole[0] / whole[1]), "origins": n}
    if n < 2 * block:
        return found | {"low": math.nan, "high": math.nan}
    starts = np.random.default_rng(1).integers(0, n - block + 1, size=(draws, -(-n // block)))
    drawn = table[starts[:, :, None] + np.arange(block)].reshape(draws, -1, 2).sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.05, 0.95])
    return found | {"low": float(low), "high": float(high)}


def capture(part: pd.DataFrame, hours: int) -> float:
    """Share of the perfect-foresight saving kept by running in the hours foretold cheapest.

    For each whole Madrid day of each origin: the day's mean less the mean actual price
    of the `hours` that `q50` puts lowest, over the same with the actual prices known.
    """
    day = pd.DatetimeIndex(part["time"]).tz_convert(MADRID).tz_localize(None).normalize()
    got = best = 0.0
    for _, one in part.groupby([part["origin"].to_numpy(), day]):
        if len(one) < _DAY_HOURS - 1:
            continue
        actual = one["actual"].to_numpy()
        chosen = np.argsort(one["q50"].to_numpy(), kind="stable")[:hours]
        got += actual.mean() - actual[chosen].mean()
        best += actual.mean() - np.sort(actual)[:hours].mean()
    return got / best if best else math.nan


def diebold_mariano(frame: pd.DataFrame, first: str, second: str) -> dict[str, float]:
    """Whether `first` misses less than `second`, beyond chance.

    The loss is the mean absolute error of each origin. Horizons overlap, so the
    variance of the mean is Newey and West's with as many lags as origins share hours,
    and the statistic has Harvey, Leybourne and Newbold's small-sample factor.

    Returns:
        difference (EUR/kWh, negative: `first` is better), statistic, p (two-sided);
        NaN where fewer than five origins have both.
    """
    scored = _scored(frame)
    loss = (scored["actual"] - scored["q50"]).abs()
    table = loss.groupby([scored["origin"], scored["model"]]).mean().unstack()
    gap = (table[first] - table[second]).dropna()
    n = len(gap)
    if n < 5:
        return {"difference": float(gap.mean()), "statistic": math.nan, "p": math.nan}
    local = pd.DatetimeIndex(gap.index).tz_convert(MADRID).tz_localize(None)
    days = np.diff(local.to_numpy()).min() / DAY.to_timedelta64()
    reach = (int(scored["lead_h"].max()) + 1) / _DAY_HOURS
    lags = min(math.ceil(reach / days) - 1, n - 2)
    variance = _long_run_variance(gap.to_numpy(), lags) / n
    steps = lags + 1
    small = math.sqrt(max(n + 1 - 2 * steps + steps * (steps - 1) / n, 1.0) / n)
    statistic = float(gap.mean() / math.sqrt(variance) * small) if variance > 0 else math.nan
    p = float(2 * stdtr(n - 1, -abs(statistic)))
    return {"difference": float(gap.mean()), "statistic": statistic, "p": p}


def _scored(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["actual"].notna()]


def _scores(part: pd.DataFrame) -> dict[str, float]:
    error = part["actual"] - part["q50"]
    spread = ((part["actual"] - part["actual"].mean()) ** 2).sum()
    once = part.groupby("origin")[["fit_s", "predict_s"]].first().mean()
    return {
        "origins": part["origin"].nunique(),
        "hours": len(part),
        "mae": error.abs().mean(),
        "rmse": float(np.sqrt((error**2).mean())),
        "r2": 1 - (error**2).sum() / spread if spread else math.nan,
        "rmae": _relative(part),
        "pinball": _pinball(part),
        **_covered(part),
        "capture_6": capture(part, 6),
        "capture_8": capture(part, 8),
        "fit_s": once["fit_s"],
        "predict_s": once["predict_s"],
    }


def _grouped(scored: pd.DataFrame, by: pd.Series, name: str) -> pd.DataFrame:
    groups = scored.groupby(["model", by.rename(name)], sort=False)
    rows = {
        key: {"mae": (part["actual"] - part["q50"]).abs().mean(), "rmae": _relative(part)}
        | {k: v for k, v in _covered(part).items() if k.startswith("coverage")}
        for key, part in groups
    }
    return pd.DataFrame(rows).T.rename_axis(["model", name]).sort_index()


def _relative(part: pd.DataFrame) -> float:
    naive = float((part["actual"] - part["naive"]).abs().mean())
    return float((part["actual"] - part["q50"]).abs().mean()) / naive if naive else math.nan


def _pinball(part: pd.DataFrame) -> float:
    """Mean quantile loss of q10, q50 and q90 (Koenker and Bassett, 1978), EUR/kWh.

    NaN for a model without bands.
    """
    if "q10" not in part or part["q10"].isna().any():
        return math.nan
    losses = []
    for name in ("q10", "q50", "q90"):
        level, error = int(name[1:]) / 100, part["actual"] - part[name]
        losses.append(np.maximum(level * error, (level - 1) * error).mean())
    return float(np.mean(losses))


def _covered(part: pd.DataFrame) -> dict[str, float]:
    """Coverage and mean width of each band, over the hours that were not published."""
    open_ = part[~part["known"].astype(bool)]
    found: dict[str, float] = {}
    for share, (low, high) in _BANDS.items():
        if low in open_ and open_[low].notna().all():
            inside = (open_["actual"] >= open_[low]) & (open_["actual"] <= open_[high])
            found[f"coverage_{share}"] = float(inside.mean())
            found[f"width_{share}"] = float((open_[high] - open_[low]).mean())
    return found


def _long_run_variance(values: np.ndarray, lags: int) -> float:
    """Newey and West (1987), Bartlett weights."""
    away = values - values.mean()
    total = float(away @ away) / len(away)
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * float(away[lag:] @ away[:-lag]) / len(away)
    return total
