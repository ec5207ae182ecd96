"""The room, from the air outside, and which stages its climate halts.

There is no thermometer indoors: the room's temperature is `core.thresholds.IndoorModel`,
its humidity follows from keeping the water vapour of the air outside at that temperature
(no dehumidifier is assumed). Both are declared assumptions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from chocolib.core.thresholds import Climate, IndoorModel

TEMPERATURE, HUMIDITY = "temperature_c", "humidity_pct"


def vapour_pressure(temperature_c: pd.Series) -> pd.Series:
    """Saturation vapour pressure over water, hPa; Alduchov and Eskridge (1996), eq. 21."""
    air = temperature_c.to_numpy(dtype=float)
    return pd.Series(6.1094 * np.exp(17.625 * air / (243.04 + air)), temperature_c.index)


def indoors(outside: pd.DataFrame, model: IndoorModel) -> pd.DataFrame:
    """Temperature (C) and relative humidity (%) of the room.

    Args:
        outside: `temperature_c`, `humidity_pct` of the air, any index.

    Returns:
        The same two columns and index; missing where what they need is missing. Air that
        would be more than saturated is at 100 %.
    """
    air = outside[TEMPERATURE].astype(float)
    room = model.set_point_c + model.drift * (air - model.drift_above_c).clip(lower=0)
    vapour = outside[HUMIDITY].astype(float) * vapour_pressure(air)
    humidity = (vapour / vapour_pressure(room)).clip(upper=100)
    return pd.DataFrame({TEMPERATURE: room, HUMIDITY: humidity})


def halted(room: pd.DataFrame, climate: Climate, stages: Sequence[str]) -> pd.DataFrame:
    """Which stages a hard limit halts, hour by hour.

    Args:
        room: `temperature_c`, `humidity_pct` indoors.
        stages: the factory's stages; the pause concerns them all.

    Returns:
        One nullable boolean column per stage: missing where the room's climate is, unless
        what is known of it is over a limit already.
    """
    temperature, humidity = _nullable(room[TEMPERATURE]), _nullable(room[HUMIDITY])
    paused = humidity > climate.humidity_pause_pct
    columns = {}
    for name in stages:
        limits = climate.of(name)
        over = paused
        if limits.temperature_most_c is not None:
            over = over | (temperature > limits.temperature_most_c)
        if limits.humidity_most_pct is not None:
            over = over | (humidity > limits.humidity_most_pct)
        columns[name] = over
    return pd.DataFrame(columns, index=room.index)


def outside_band(room: pd.DataFrame, climate: Climate, stages: Sequence[str]) -> pd.DataFrame:
    """Which stages run outside their aim (`band_*`): a warning, not a halt; as `halted`."""
    temperature = _nullable(room[TEMPERATURE])
    columns = {}
    for name in stages:
        limits = climate.of(name)
        cold = temperature < (-np.inf if limits.band_from_c is None else limits.band_from_c)
        warm = temperature > (np.inf if limits.band_to_c is None else limits.band_to_c)
        columns[name] = cold | warm
    return pd.DataFrame(columns, index=room.index)


def _nullable(values: pd.Series) -> pd.Series:
    """With comparisons that are missing where a value is."""
    return values.astype("Float64")
