"""Hours in which the room was unfit for a stage, month by month, from daily extremes.

Hours are made from the day's extremes (`diurnal`) and the room from the air outside
(`climate`): both are declared shapes, so these hours are computed, not measured.
"""

from __future__ import annotations

import pandas as pd

from chocolib.core.thresholds import Thresholds
from chocolib.core.time import MADRID
from chocolib.insights.climate import HUMIDITY, TEMPERATURE, indoors

CAUSES = ("above_band", "too_hot", "too_humid", "pause", "halted")


def unfit_hours(hours: pd.DataFrame, thresholds: Thresholds, stage: str) -> pd.DataFrame:
    """Share of each month's hours in which a stage has the wrong room.

    Args:
        hours: `temperature_c`, `humidity_pct` of the air outside by UTC hour.
        stage: whose limits; a stage without limits has only the pause.

    Returns:
        Month 1-12 x `above_band` (warmer than the stage's aim), `too_hot`, `too_humid`
        (above its hard limits), `pause` (everything stops), `halted` (any hard limit):
        mean hours in a month of 30 days; and `hours`, the hours they are of.
    """
    room = indoors(hours, thresholds.indoor).dropna()
    limits, pause = thresholds.climate.of(stage), thresholds.climate.humidity_pause_pct
    warm, damp = room[TEMPERATURE], room[HUMIDITY]
    flags = pd.DataFrame(
        {
            "above_band": _above(warm, limits.band_to_c),
            "too_hot": _above(warm, limits.temperature_most_c),
            "too_humid": _above(damp, limits.humidity_most_pct),
            "pause": _above(damp, pause),
        }
    )
    flags["halted"] = flags[["too_hot", "too_humid", "pause"]].any(axis=1)
    month = pd.DatetimeIndex(room.index).tz_convert(MADRID).month
    table = 30 * 24 * flags.groupby(month).mean()
    table["hours"] = flags.groupby(month).size()
    return table.rename_axis("month").reindex(range(1, 13))


def _above(values: pd.Series, limit: float | None) -> pd.Series:
    return values > (float("inf") if limit is None else limit)
