"""The weather at the plant, hour by hour: observed where it is, else as forecast."""

from __future__ import annotations

import pandas as pd

from chocolib.app.context import Context
from chocolib.core.measurement import OUTLIER
from chocolib.core.schema import SITE_STATIONS
from chocolib.core.time import Window

COLUMNS = ["temperature_c", "humidity_pct"]


def outside(context: Context, window: Window) -> pd.DataFrame:
    """Temperature (C) and humidity (%) of the air outside, as known at `as_of`.

    Each hour is of one station: the nearest that observed it, else the nearest that
    forecast it. Outliers are passed over. Hours of which nothing is known are not in it.
    """
    parts = [_nearest(context, name, window) for name in ("weather_data", "weather_forecast")]
    whole = pd.concat(parts)
    return whole[~whole.index.duplicated()].sort_index()


def newest_observed(context: Context) -> pd.Timestamp | None:
    """Start of the newest hour that a station of the site observed, UTC."""
    found = [
        pd.Timestamp(rows.index[-1])
        for station in SITE_STATIONS
        if len(rows := _latest(context, station))
    ]
    return max(found, default=None)


def _latest(context: Context, station: str) -> pd.DataFrame:
    return context.store.latest("weather_data", tags={"station": station}, as_of=context.as_of)


def _nearest(context: Context, measurement: str, window: Window) -> pd.DataFrame:
    rows = context.store.read(measurement, window, as_of=context.as_of)
    rows = rows[(rows["flag"] != OUTLIER).to_numpy()].dropna(subset=COLUMNS)
    order = {station: n for n, station in enumerate(SITE_STATIONS)}
    far = rows["station"].map(order).fillna(len(order)).rename("far")
    sorted_ = rows.assign(far=far).rename_axis("time").sort_values(["time", "far"])
    return sorted_.loc[~sorted_.index.duplicated(), COLUMNS].astype(float)
