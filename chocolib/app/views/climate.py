"""What the "climate" page shows, as known at `as_of`."""

from __future__ import annotations

import pandas as pd

from chocolib.app.climate import STAGE
from chocolib.app.climate_limits import halts_in
from chocolib.app.climate_usual import climate_usual
from chocolib.app.context import Context
from chocolib.app.site_weather import COLUMNS, expected_weather, observed_weather, site_weather
from chocolib.core.gaps import freshness
from chocolib.core.i18n import t
from chocolib.core.measurement import OUTLIER
from chocolib.core.schema import SIAR_DAILY, SITE_STATIONS, WEATHER_DATA
from chocolib.core.time import DAY, HOUR, MADRID, Window, local, local_date, midnight
from chocolib.core.views import ClimateView, Observed
from chocolib.insights.climate import indoors

#: How far ahead the outlook looks, and how far back weather says something of it.
AHEAD, BEFORE = 3 * DAY, 10 * DAY
#: Days are made of observed hours this far back; SIAR tells of those before.
HOURLY = 60 * DAY
#: Hours of a local day that must be known for its extremes to stand for it.
_WHOLE_DAY = 23


def climate_view(context: Context) -> ClimateView:
    """The weather of today and the next days, beside what is usual at the site."""
    as_of = context.as_of
    hour, today = as_of.floor("h"), midnight(local_date(as_of))
    hours = _hours(context, Window(today, hour + AHEAD))
    thresholds = context.factory.thresholds
    climate, delicate = thresholds.climate, thresholds.climate.of(STAGE)
    observed = newest_observation(context)
    return ClimateView(
        as_of=as_of,
        lang=context.lang,
        hours=hours,
        observed=observed,
        halts=halts_in(context.factory, hours.loc[hour:, COLUMNS]),
        limits=tuple(
            (one.stage, one.temperature_most_c, one.humidity_most_pct) for one in climate.stages
        ),
        pause_pct=climate.humidity_pause_pct,
        aim=(delicate.band_from_c, delicate.band_to_c),
        year=_year(context),
        usual=climate_usual(context),
        synthetic=context.store.synthetic,
        replay=context.replay,
        problems=_problems(context, observed),
    )


def _hours(context: Context, window: Window) -> pd.DataFrame:
    """The best known of each hour; the usual weather is only worked out where it is needed."""
    reach = Window(window.start - BEFORE, window.end)
    hours = expected_weather(context, observed_weather(context, reach), window)
    if not hours["weather"].isin(["observed", "forecast"]).all():
        hours = expected_weather(context, site_weather(context, reach), window)
    room = indoors(hours[COLUMNS], context.factory.thresholds.indoor)
    return hours.assign(**{f"room_{name}": room[name] for name in COLUMNS})


def newest_observation(context: Context) -> Observed | None:
    """The newest hour that a station has both temperature and humidity of, the nearest first."""
    window = Window(context.as_of - BEFORE, context.as_of)
    rows = context.store.read("weather_data", window, as_of=context.as_of)
    rows = rows[(rows["flag"] != OUTLIER).to_numpy()].dropna(subset=COLUMNS)
    near = {station: place for place, station in enumerate(SITE_STATIONS)}
    rows = rows[rows["station"].isin(near)]
    if rows.empty:
        return None
    newest = rows[rows.index == rows.index.max()]
    row = newest.loc[newest["station"].map(near).to_numpy() == newest["station"].map(near).min()]
    first, hour = row.iloc[0], pd.Timestamp(pd.DatetimeIndex(row.index)[0])
    room = indoors(row[COLUMNS], context.factory.thresholds.indoor).iloc[0]
    return Observed(
        hour=hour,
        source=str(first["source"]),
        station=str(first["station"]),
        temperature_c=float(first["temperature_c"]),
        humidity_pct=float(first["humidity_pct"]),
        room_temperature_c=float(room["temperature_c"]),
        room_humidity_pct=float(room["humidity_pct"]),
        fresh=freshness(hour, WEATHER_DATA, context.as_of).status != "stale",
    )


def _year(context: Context) -> pd.DataFrame:
    """Extremes of this year's days: SIAR's, and those of whole days observed by the hour."""
    here = local(context.as_of)
    window = Window(midnight(here.replace(month=1, day=1).date()), context.as_of)
    days = context.store.read("siar_daily", window, as_of=context.as_of)
    days = days[(days["flag"] != OUTLIER).to_numpy() & days["station"].isin(SIAR_DAILY.pool)]
    told = days[["temperature_max_c", "temperature_min_c", "station"]].set_axis(
        ["high", "low", "station"], axis=1
    )
    told = told.set_axis(pd.DatetimeIndex(told.index).tz_convert(MADRID).tz_localize(None))
    recent = Window(max(window.start, context.as_of - HOURLY), context.as_of)
    measured = _observed_days(context, recent)
    both = pd.concat([told, measured[~measured.index.isin(told.index)]])
    both = both.dropna(subset=["high", "low"])
    return both[~both.index.duplicated()].sort_index().rename_axis("day")


def _observed_days(context: Context, window: Window) -> pd.DataFrame:
    rows = context.store.read("weather_data", window, as_of=context.as_of)
    rows = rows[(rows["flag"] != OUTLIER).to_numpy() & rows["station"].isin(SITE_STATIONS)]
    rows = rows.dropna(subset=["temperature_c"])
    day = pd.DatetimeIndex(rows.index).tz_convert(MADRID).tz_localize(None).normalize()
    grouped = rows["temperature_c"].astype(float).groupby([day, rows["station"].to_numpy()])
    table = grouped.agg(["max", "min", "count"])
    whole = table[table["count"] >= _WHOLE_DAY].reset_index(level=1)
    whole = whole.set_axis(["station", "high", "low", "count"], axis=1)
    near = whole["station"].map({name: n for n, name in enumerate(SITE_STATIONS)})
    order = whole.assign(place=near).sort_values("place", kind="stable")
    return order.loc[~order.index.duplicated(), ["high", "low", "station"]]


def _problems(context: Context, observed: Observed | None) -> tuple[str, ...]:
    """Weather that is too old to speak of now."""
    if observed is None or observed.fresh:
        return ()
    hours = int(freshness(observed.hour, WEATHER_DATA, context.as_of).lag / HOUR)
    return (t("climate.stale", context.lang, hours=hours),)
