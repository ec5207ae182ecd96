"""What the "week" page shows, gathered from the store as known at `as_of`."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.outlook import (
    WINDOW_COLUMNS,
    coming_windows,
    live_forecast,
    old_forecast,
    published,
)
from chocolib.app.production import rated_hours
from chocolib.core.results import Forecast
from chocolib.core.time import Window, at, local_date, midnight
from chocolib.core.views import HOUR_COLUMNS, WeekView
from chocolib.insights.heatmap import heat_map

DAYS = 7
#: Hours of the windows that are looked for.
LENGTHS = range(1, 9)


def week_view(context: Context) -> WeekView:
    """The kept forecast's week: every hour with its score, and the cheapest windows."""
    made = live_forecast(context)
    rule = context.factory.thresholds.score
    remarks = tuple(remark.text(context.lang) for remark in made.remarks) if made else ()
    return WeekView(
        as_of=context.as_of,
        lang=context.lang,
        forecast=made,
        hours=_hours(context, made) if made else pd.DataFrame(),
        windows=coming_windows(context, made, lengths=LENGTHS)
        if made
        else pd.DataFrame(columns=WINDOW_COLUMNS),
        points=(rule.price_points, rule.temperature_points, rule.humidity_points),
        trailing_days=rule.price_window_days,
        synthetic=context.store.synthetic,
        replay=context.replay,
        problems=old_forecast(context, made) + remarks,
    )


def _hours(context: Context, made: Forecast) -> pd.DataFrame:
    first = local_date(context.as_of)
    window = Window(midnight(first), at(first + timedelta(days=DAYS - 1), 24))
    seen = made.frame.reindex(window.hours())
    prices = published(context, window).reindex(seen.index)
    seen["q50"] = seen["q50"].fillna(prices)
    seen["known"] = seen["known"].eq(True) | prices.notna()
    rated = rated_hours(context, seen["q50"])
    cells = heat_map(seen, first_day=first, days=DAYS, rank=rated["rank"], classes=rated["class"])
    more = rated.assign(q10=seen.get("q10"), q90=seen.get("q90"))[list(HOUR_COLUMNS)]
    return cells.join(more)
