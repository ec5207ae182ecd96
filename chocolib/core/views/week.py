"""What the "week" page shows: the forecast, every hour of seven days, the cheapest windows."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.core.results import Forecast
from chocolib.core.views.view import View

#: What is known of each hour of the map beside its cell (`insights.heatmap.heat_map`).
HOUR_COLUMNS = (
    "q10",
    "q90",
    "score",
    "price_points",
    "temperature_points",
    "humidity_points",
    "halted",
    "weather",
    "room_c",
    "room_pct",
)


@dataclass(frozen=True, slots=True)
class WeekView(View):
    """Everything on the "week" page.

    Attributes:
        forecast: the newest one, prices that were published since in it; `None`: no week.
        hours: seven Madrid days from today on by UTC hour: the cells of
            `insights.heatmap.heat_map` and `HOUR_COLUMNS`; missing is missing. Empty
            without a forecast.
        windows: the cheapest windows to come, one row for each length and day: `hours`
            (1 to 8), `day` (Madrid date), `start`, `end` (UTC), `mean_eur_kwh`,
            `day_mean_eur_kwh`, `below_mean` (probability), `published` (hours).
        points: what the score's parts may reach: price, temperature, humidity.
        trailing_days: local days whose prices a price is ranked among.
    """

    forecast: Forecast | None
    hours: pd.DataFrame
    windows: pd.DataFrame
    points: tuple[float, float, float]
    trailing_days: int
