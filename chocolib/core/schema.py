"""Every measurement, once: names, units, bounds, keys, cadence, publication rule.

Stores, validation, documentation and (later) tools and the chatbot read these
definitions; nobody else spells a column name's unit or bound.
"""

from __future__ import annotations

import pandas as pd

from chocolib.core.measurement import Field, Measurement
from chocolib.core.time import HOUR, hour_after, published_at

ENERGY_PRICES = Measurement(
    name="energy_prices",
    description="PVPC 2.0TD, the price a small consumer pays for one hour, tolls included",
    publication="day D+1 at 20:30 Europe/Madrid of day D",
    stale_after=pd.Timedelta(hours=26),
    due=published_at,
    grace=HOUR,  # D+1 is missing after 21:30
    early_news=pd.Timedelta(hours=8),  # the auction clears after noon
    cadence=HOUR,
    grid="hour",
    tags=(Field("region", "price zone: peninsula", "text", required=True),),
    fields=(
        # Twice the highest real hour of 2021-2026 (0.965), and below the lowest real
        # hour were it left in EUR/MWh (3.27): a unit mistake can never pass.
        # The floor is the harmonised day-ahead minimum, -500 EUR/MWh.
        Field(
            "price_eur_kwh",
            "PVPC, EUR/kWh",
            lower=-0.5,
            upper=2.0,
            required=True,
            # The tolls alone of the cheapest hours of the cheapest day are more than this;
            # the highest real hour left a thousand times too small (0.00097) is less.
            day_reaches=0.002,
            isolated_step=0.35,
        ),
    ),
)

#: What both observations and forecasts of the weather tell of an hour. Means and sums are
#: of the hour; temperature, humidity and pressure are those at its end.
WEATHER_FIELDS = (
    Field("temperature_c", "air temperature, C", lower=-25, upper=55, isolated_step=12),
    Field("humidity_pct", "relative humidity, %", lower=0, upper=100, isolated_step=60),
    Field("pressure_hpa", "pressure at the station, hPa", lower=850, upper=1100, isolated_step=15),
    Field("wind_ms", "mean wind speed, m/s", lower=0, upper=75),
    Field("wind_direction_deg", "where the wind comes from, degrees", lower=0, upper=360),
    Field("wind_gust_ms", "strongest gust, m/s", lower=0, upper=100),
    Field("radiation_wm2", "global horizontal radiation, W/m2", lower=0, upper=1400),
    Field("precipitation_mm", "rain in the hour, mm", lower=0, upper=200),
)

#: Stations and grid points whose weather is that of the plant, the nearest first.
SITE_STATIONS = ("5279X", "5298X", "owm-linares", "om-linares", "demo-linares")

WEATHER_DATA = Measurement(
    name="weather_data",
    description="hourly outdoor weather, each station or grid point a series of its own",
    publication="the end of the hour plus the source's own delay; looked for 70 minutes after it",
    stale_after=pd.Timedelta(hours=3),
    due=hour_after,
    pool=SITE_STATIONS,
    early_news=HOUR,
    ahead=pd.Timedelta(minutes=30),
    cadence=HOUR,
    grid="hour",
    tags=(Field("station", "station or grid point", "text", required=True),),
    fields=WEATHER_FIELDS,
)

WEATHER_FORECAST = Measurement(
    name="weather_forecast",
    description="hourly weather as forecast: time is the hour it is for; each newer forecast "
    "replaces the value, and a replay sees the one known then",
    publication="when it was received",
    grid="hour",
    tags=(Field("station", "municipality or grid point", "text", required=True),),
    fields=WEATHER_FIELDS,
)

SIAR_DAILY = Measurement(
    name="siar_daily",
    description="daily agroclimatic summary, SIAR (Ministerio de Agricultura)",
    publication="10:00 Europe/Madrid of the following day (assumed; SIAR states no hour)",
    early_news=pd.Timedelta(hours=10),
    pool=("J09", "J17"),
    ahead=pd.Timedelta(0),
    cadence=pd.Timedelta(days=1),
    grid="local-day",
    tags=(Field("station", "SIAR station: J09 until 2017, J17 from 2018", "text", required=True),),
    fields=(
        Field("temperature_c", "mean air temperature, C", lower=-25, upper=50),
        Field("temperature_max_c", "highest air temperature, C", lower=-25, upper=55),
        Field("temperature_min_c", "lowest air temperature, C", lower=-30, upper=45),
        Field("humidity_pct", "mean relative humidity, %", lower=0, upper=100),
        Field("humidity_max_pct", "highest relative humidity, %", lower=0, upper=100),
        Field("humidity_min_pct", "lowest relative humidity, %", lower=0, upper=100),
        Field("wind_ms", "mean wind speed, m/s", lower=0, upper=60),
        Field("wind_direction_deg", "mean wind direction, degrees", lower=0, upper=360),
        Field("wind_max_ms", "highest wind speed, m/s", lower=0, upper=75),
        Field("wind_max_direction_deg", "direction of the highest wind", lower=0, upper=360),
        Field("radiation_mj_m2", "global radiation, MJ/m2", lower=0, upper=45),
        Field("precipitation_mm", "precipitation, mm", lower=0, upper=400),
        Field("effective_precipitation_mm", "effective precipitation, mm", lower=0, upper=400),
        Field("et0_mm", "reference evapotranspiration, mm", lower=0, upper=20),
    ),
)

PRICE_FORECAST = Measurement(
    name="price_forecast",
    description="a price forecast: time is its origin, lead_h the hours from there",
    publication="the as_of it was computed for",
    observed=False,
    stale_after=pd.Timedelta(hours=26),
    snapshot=True,
    grid="hour",
    tags=(
        Field("model", "name of the price model", "text", required=True),
        Field("lead_h", "hours from the origin, 0..", "integer", lower=0, required=True),
    ),
    fields=(
        Field("q10", "10 % quantile, EUR/kWh", required=True),
        Field("q50", "median, EUR/kWh", required=True),
        Field("q90", "90 % quantile, EUR/kWh", required=True),
        Field("known", "1 where the price was already published", "integer", required=True),
        Field("q05", "5 % quantile, EUR/kWh"),
        Field("q95", "95 % quantile, EUR/kWh"),
        Field("version", "the trained version that made it; empty: fitted for it", "text"),
        Field("remarks", "why another model or version answered, as JSON", "text"),
    ),
)

PRODUCTION_PLAN = Measurement(
    name="production_plan",
    description="a production plan and its as-usual twin, whole, as one row",
    publication="the as_of it was computed for",
    observed=False,
    stale_after=pd.Timedelta(hours=26),
    snapshot=True,
    tags=(Field("days", "local days planned", "integer", lower=1, upper=7, required=True),),
    fields=(
        Field("cost_eur", "expected energy cost, EUR", required=True),
        Field("as_usual_cost_eur", "the same kilograms made as usual, EUR", required=True),
        Field("energy_kwh", "energy, kWh", required=True),
        Field("kg", "chocolate, kg", required=True),
        Field("document", "the plan as JSON", "text", required=True),
    ),
)

QUARANTINE = Measurement(
    name="quarantine",
    description="rows refused at the gate, kept until a person lets them in or drops them",
    publication="when the row was refused",
    observed=False,
    tags=(
        Field("measurement", "where the row wanted to go", "text", required=True),
        Field("row_id", "short name of the row, made from what it says", "text", required=True),
    ),
    fields=(
        Field("payload", "the row as JSON", "text", required=True),
        Field("reason", "why it was refused", "text", required=True),
        Field("origin", "the file or source it came from", "text"),
        Field("state", "held, released or dropped", "text", required=True),
    ),
)

INGEST_RUNS = Measurement(
    name="ingest_runs",
    description="one run of one source: what was asked, what came, what became of it",
    publication="when the run ended",
    observed=False,
    tags=(
        Field("measurement", "what was asked for", "text", required=True),
        Field("feed", "the source that was asked", "text", required=True),
    ),
    fields=(
        Field("window_start", "first moment asked for, ISO UTC", "text", required=True),
        Field("window_end", "last moment asked for, excluded, ISO UTC", "text", required=True),
        Field("rows_read", "rows that came", "integer", lower=0, required=True),
        Field("rows_new", "rows that were not there", "integer", lower=0, required=True),
        Field("rows_updated", "rows that changed a value", "integer", lower=0, required=True),
        Field("rows_quarantined", "rows refused", "integer", lower=0, required=True),
        Field("duration_s", "wall time of the run, s", lower=0, required=True),
        Field("origin", "the file, where the rows came from one", "text"),
        Field("error", "what went wrong, or empty", "text"),
    ),
)

ABSENCES = Measurement(
    name="absences",
    description="steps that a source was asked for and had nothing of: not asked again at once",
    publication="when it was last asked",
    observed=False,
    tags=(
        Field("measurement", "what was asked for", "text", required=True),
        Field("feed", "the source that had nothing", "text", required=True),
    ),
    fields=(Field("asked", "how often it was asked", "integer", lower=1, required=True),),
)

PREDICTIONS = Measurement(
    name="predictions",
    description="the energy score and class of hours to come: time is the origin, lead_h the "
    "hours from there; a number is missing where the weather or the past is",
    publication="the as_of it was computed for",
    observed=False,
    stale_after=pd.Timedelta(hours=26),
    snapshot=True,
    grid="hour",
    tags=(
        Field("model", "what foretold the hours without a price", "text", required=True),
        Field("lead_h", "hours from the origin, 0..", "integer", lower=0, required=True),
    ),
    fields=(
        Field("score", "energy score, 0-100", lower=0, upper=100),
        Field("price_points", "its part for the price", lower=0, upper=100),
        Field("temperature_points", "its part for the room's temperature", lower=0, upper=100),
        Field("humidity_points", "its part for the room's humidity", lower=0, upper=100),
        Field("class", "Optimal, Moderate, Reduced or Halt", "text"),
        Field("halted", "stages that a hard climate limit halts, ', ' between them", "text"),
        Field("weather", "observed, forecast, persistence, climatology or none", "text"),
        Field("known", "1 where the price was already published", "integer", required=True),
    ),
)

JOB_RUNS = Measurement(
    name="job_runs",
    description="one attempt of a job: time is the firing it answers",
    publication="when it began; its outcome when it ended",
    observed=False,
    tags=(
        Field("job", "name of the job", "text", required=True),
        Field(
            "attempt", "1.. of the schedule, 0 by hand", "integer", lower=0, upper=99, required=True
        ),
    ),
    fields=(
        Field("cause", "schedule, catch-up, news or hand", "text", required=True),
        Field(
            "outcome",
            "running, done, failed, interrupted, stopped (by hand) or skipped",
            "text",
            required=True,
        ),
        Field("started", "when it began or was passed over, ISO UTC", "text", required=True),
        Field("firings", "how many firings it answers", "integer", lower=1, required=True),
        Field("duration_s", "wall time, s; none while it runs", lower=0),
        Field("memory_mb", "the most memory that one of its processes held, MB", lower=0),
        Field("rows", "rows it wrote; none where it writes none", lower=0),
        Field("news", "1 where jobs that follow it have something new", "integer", required=True),
        Field("artefacts", "what it made: files or versions, one a line", "text"),
        Field("error", "why it is not done, or empty", "text"),
        Field("log_tail", "the last lines of its log, where it is not done", "text"),
    ),
)

MEASUREMENTS: dict[str, Measurement] = {
    m.name: m
    for m in (
        ENERGY_PRICES,
        WEATHER_DATA,
        WEATHER_FORECAST,
        SIAR_DAILY,
        PRICE_FORECAST,
        PRODUCTION_PLAN,
        QUARANTINE,
        INGEST_RUNS,
        ABSENCES,
        PREDICTIONS,
        JOB_RUNS,
    )
}
