"""What the champion and the weekly naive would have said, days before, of every hour.

A price of day `d` is asked for `ahead` days after the last published day `d - ahead`. The
champion's voices are refitted every `REFIT` days, before the days they answer for, and
speak in equal parts, so a history of years takes seconds, and each forecast uses only what
was published by then.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.clock import clock_of, local_days
from chocolib.core.time import DAY
from chocolib.models.champion import Champion
from chocolib.models.daygrid import day_grid
from chocolib.models.features import Features
from chocolib.models.market import BASE_DAYS, WEEK, market_of
from chocolib.models.voices import Voices

AHEAD_DAYS = (1, 2, 3)
REFIT = 120
#: Days of prices before the first forecast: those of the base and one week to learn from.
LEAST_DAYS = BASE_DAYS + WEEK


def prices_ahead(history: pd.Series) -> dict[int, pd.DataFrame]:
    """Forecasts of each hour from 1, 2 and 3 days after the last published day.

    Args:
        history: hourly EUR/kWh, UTC index, gaps left out.

    Returns:
        By `AHEAD_DAYS`: `champion` and `naive` (EUR/kWh) on the UTC hours of the local days
        from `LEAST_DAYS` after the first one to so many days after the last one.

    Raises:
        NotEnoughData: no day of the history is whole enough.
    """
    market = market_of(day_grid(history))
    features = Features(market)
    ends = range(LEAST_DAYS, market.end + 1)
    names = Champion().names
    voices = {end: Voices.fitted(names, features, end) for end in ends[::REFIT]}
    return {ahead: _ahead(features, voices, ahead) for ahead in AHEAD_DAYS}


def _ahead(features: Features, voices: dict[int, Voices], ahead: int) -> pd.DataFrame:
    market = features.market
    origins = np.arange(LEAST_DAYS, market.end + 1)
    table = np.full((len(origins), 24), np.nan)
    for first, voice in voices.items():
        rows = (origins >= first) & (origins < first + REFIT)
        said = voice.said(features, origins[rows], np.full(rows.sum(), ahead - 1))
        table[rows] = said[voice.speaking].mean(axis=0)
    hours = local_days(*(market.days[origins[end] + ahead - 1] for end in (0, -1)))
    date, hour = clock_of(hours)
    row = ((date - market.days[0]) // DAY).to_numpy(dtype=int) - ahead + 1 - LEAST_DAYS
    week_ago = market.price[row + LEAST_DAYS + ahead - 1 - WEEK, hour]
    return pd.DataFrame({"champion": table[row, hour], "naive": week_ago}, index=hours)
