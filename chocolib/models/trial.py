"""Champion and challenger: what trained models would have said in the last weeks.

A model on trial has learnt only from what was known before the trial began; at each
origin it sees the prices up to there. So what is tried is what is kept and used.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from chocolib.core.errors import NotEnoughData
from chocolib.core.ports import PriceModel
from chocolib.core.time import DAY, HOUR, local_date, midnight
from chocolib.models.backtest import HORIZON, forecasts_of
from chocolib.models.scores import diebold_mariano, scores

#: Origins of a trial, the days between them, and the days from the first one to now.
ORIGINS, EVERY_DAYS = 14, 2
LENGTH = (ORIGINS - 1) * EVERY_DAYS + HORIZON // 24
#: Days of prices that a model must have learnt from before the trial.
LEAST_DAYS = 120
CHALLENGER, CURRENT = "challenger", "current"
_FIGURES = (
    "origins", "hours", "mae", "rmse", "r2", "rmae", "pinball",
    "coverage_80", "coverage_90", "width_80", "width_90", "capture_6", "capture_8",
)  # fmt: skip


def trial_origins(last: pd.Timestamp) -> list[pd.Timestamp]:
    """Midnights in Madrid whose week is over at `last`, the newest known hour (UTC)."""
    end = local_date(last + HOUR)
    days = range(LENGTH, HORIZON // 24 - 1, -EVERY_DAYS)
    return [midnight((pd.Timestamp(end) - back * DAY).date()) for back in days]


def before_trial(history: pd.Series) -> pd.Series:
    """The prices that a model on trial may learn from.

    Args:
        history: hourly EUR/kWh on a UTC index.

    Raises:
        NotEnoughData: too few of them; says how many there are.
    """
    begins = trial_origins(pd.Timestamp(history.index[-1]))[0]
    taught = history[history.index < begins]
    days = (taught.index[-1] - taught.index[0]) / DAY if len(taught) else 0.0
    if days < LEAST_DAYS:
        raise NotEnoughData(
            f"{days:.0f} days of prices are known before the {LENGTH} days of its trial; "
            f"a trained version needs {LEAST_DAYS}",
            hint="forecasts are fitted when they are asked for until there are more; "
            "fetch older prices with `chocolib backfill`",
        )
    return taught


def tried(
    model: PriceModel,
    name: str,
    history: pd.Series,
    known: pd.Series,
    origins: Iterable[pd.Timestamp],
) -> pd.DataFrame:
    """What a trained model would have said; the frame of `backtest` under `name`.

    Args:
        history: what teaches, without outliers; known: as published (both EUR/kWh, UTC).
    """

    def seeing(origin: pd.Timestamp, taught: pd.Series) -> PriceModel:
        return model.renew(taught, as_of=origin)

    parts = [forecasts_of(name, seeing, history, known, origin) for origin in origins]
    return pd.concat(parts, ignore_index=True)


def verdict(frames: list[pd.DataFrame]) -> dict[str, Any]:
    """Figures of the challenger, of the current version where there is one, and who wins.

    Returns:
        per name the columns of `scores`; `wins` (bool): the challenger has the smaller
        MAE, or there is nobody to beat; `p` of the Diebold-Mariano test, or None.
    """
    frame = pd.concat(frames, ignore_index=True)
    table = scores(frame)
    found: dict[str, Any] = {name: _figures(table.loc[name]) for name in table.index}
    if CURRENT not in table.index:
        return {**found, "wins": True, "p": None}
    p = diebold_mariano(frame, CHALLENGER, CURRENT)["p"]
    wins = bool(table["mae"][CHALLENGER] < table["mae"][CURRENT])
    return {**found, "wins": wins, "p": None if pd.isna(p) else round(p, 4)}


def _figures(row: pd.Series) -> dict[str, float]:
    return {name: round(float(row[name]), 6) for name in _FIGURES if pd.notna(row.get(name))}
