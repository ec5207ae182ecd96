"""What moves a champion's forecast: its hourly regression taken apart, term by term."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.clock import clock_of
from chocolib.core.learned import Learned
from chocolib.models.daygrid import day_grid
from chocolib.models.features import COLUMNS, Features
from chocolib.models.lad import HourlyLad
from chocolib.models.market import WEEK, market_of

#: The terms that are not columns of the regression: the price steps of the tariff.
TOLLS = "tolls"
#: The base's own column belongs to the base.
BASE = "base"


def importance(
    learned: Learned, history: pd.Series, origins: list[pd.Timestamp]
) -> pd.Series | None:
    """How far each group of inputs moves the forecast of an hour, EUR/kWh.

    The forecast is base + tolls + spread x (sum of slope x input). A term's weight is the
    mean distance from its own mean within a clock hour, over all days that the origins'
    weeks hold, averaged over the 24 hours: the mean absolute Shapley value of a linear
    model, grouped, where inputs count as independent (Lundberg and Lee, 2017). It says
    what the model uses, not what causes prices; the other voices are not in it.

    Args:
        learned: of a champion that may stand under `centre`, as a saved version holds it.
        history: hourly EUR/kWh on a UTC index, up to where forecasts are explained.
        origins: Madrid midnights (UTC) within it, after its first four weeks.

    Returns:
        group of `features.COLUMNS` or `TOLLS` -> EUR/kWh, largest first; None when the
        model has no such regression.
    """
    voice = learned.part("centre").part("lad")
    if not voice.arrays or not len(voice.array("levels", None)):
        return None
    slopes = np.array([row for row, _ in HourlyLad().restore(voice).coefficients_])
    features = Features(market_of(day_grid(history)))
    first = features.market.days.get_indexer(clock_of(pd.DatetimeIndex(origins))[0])
    at, leads = np.repeat(first, WEEK), np.tile(np.arange(WEEK), len(first))
    moved = pd.DataFrame([_moved(features, slopes[hour], at, leads, hour) for hour in range(24)])
    return moved.mean().sort_values(ascending=False).rename_axis("group")


def _moved(
    features: Features, slopes: np.ndarray, at: np.ndarray, leads: np.ndarray, hour: int
) -> pd.Series:
    """Mean distance of each term from its mean at one clock hour, EUR/kWh."""
    spread = features.scale.spread[at][:, None]
    terms = pd.DataFrame(spread * features.rows(at, leads, hour) * slopes)
    groups = terms.T.groupby([name.partition(".")[0] for name in COLUMNS]).sum().T
    groups[BASE] += features.base(at, leads)[:, hour]
    groups[TOLLS] = features.market.tolls(at, leads)[:, hour]
    return (groups - groups.mean()).abs().mean()
