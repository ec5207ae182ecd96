"""Invented prices and weather, for trying things and for tests. Nothing here is real.

One seed is one world: the value of an hour depends on the seed, on that hour and on the
days before it, never on the window asked for or on a later day. It begins on 1 January
2023; earlier hours do not exist. The clock plays no part: the caller cuts what would
not be known yet by `available_at`.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from chocolib.core.tariff import tariff_period
from chocolib.core.time import DAY, HOUR, MADRID, Window, as_utc, known_until, midnight
from chocolib.sources.prices import price_frame
from chocolib.sources.weather import LINARES

Numbers = npt.NDArray[np.float64]

NAME = "demo"
STATION = "demo-linares"
#: A world whose mean prices by tariff period lie within 0.003 EUR/kWh of the real ones.
DEFAULT_SEED = 6
EPOCH = midnight(date(2023, 1, 1))
WEATHER_DELAY = pd.Timedelta(minutes=10)

#: EUR/kWh. The steps between them are those of the tolls of 2.0TD, the lowest one keeps
#: every price clear of zero. With the energy below, the means come near the real ones.
TOLLS = {"P1": 0.095, "P2": 0.044, "P3": 0.014}
MEAN_ENERGY = 0.102
HIGHEST_PRICE = 0.55


class Demo:
    """The demonstration price source: a `Source` of `energy_prices`."""

    name = NAME
    measurement = "energy_prices"
    question = 365 * DAY

    def __init__(self, seed: int = DEFAULT_SEED) -> None:
        self._seed = seed

    def fetch(self, window: Window) -> pd.DataFrame:
        """Invented PVPC, EUR/kWh, of the UTC hours that start in `window`.

        Returns:
            A frame of `energy_prices` (see `prices.price_frame`), source "demo": tariff
            steps, solar dips, evening peaks, regimes and rare spikes, 0.014 to 0.55.
        """
        hours = _Hours(window, self._seed)
        regime = hours.daily(1, memory=0.97, spread=0.24) + hours.daily(2, memory=0.5, spread=0.22)
        energy = MEAN_ENERGY * _shape(hours) * np.exp(regime - 0.05 + 0.05 * hours.noise(3))
        # One evening in a hundred: three hours of a tight market.
        tight = (hours.daily(4, memory=0, spread=1) > 2.33) & (abs(hours.local - 20) <= 1)
        toll = tariff_period(hours.index).map(TOLLS).to_numpy(dtype=float)
        price = np.minimum(toll + energy * np.where(tight, 1.7, 1.0), HIGHEST_PRICE)
        return price_frame(pd.Series(price, index=hours.index), NAME)

    def reach(self, now: pd.Timestamp) -> Window:
        """From its first hour to the end of what would be published at `now`."""
        return Window(EPOCH, max(EPOCH, known_until(now)))


class DemoWeather:
    """The demonstration weather of Linares: a `Source` of `weather_data`."""

    name = NAME
    measurement = "weather_data"
    question = 365 * DAY

    def __init__(self, seed: int = DEFAULT_SEED) -> None:
        self._seed = seed

    def fetch(self, window: Window) -> pd.DataFrame:
        """Invented hourly weather of the UTC hours that start in `window`.

        Returns:
            A frame of `weather_data`, station "demo-linares", source "demo", known 10
            minutes after the end of the hour: seasons, day and night, spells of days.
        """
        hours = _Hours(window, self._seed)
        front = hours.daily(11, memory=0.75, spread=1.0, smooth=True)
        spell = hours.daily(12, memory=0.85, spread=2.4, smooth=True)
        cloud = 1 / (1 + np.exp(1.2 - 1.4 * front - 1.1 * hours.winter))
        swing = (6.6 - 1.6 * hours.winter) * (1.1 - 0.6 * cloud) * _wave(hours.local - 16, 24)
        temperature = 17.4 - 10.2 * hours.winter + spell + swing + 0.25 * hours.noise(13)
        humidity = 45 + 15 * hours.winter + 30 * cloud - 2.2 * swing - spell
        wet = (cloud > 0.7) & (hours.noise(14) > 0.2)
        rain = np.where(wet, 5 * (cloud - 0.65) * np.exp(0.9 * hours.noise(15)), 0.0)
        wind, direction, gust = _wind(hours, front, cloud)
        return pd.DataFrame(
            {
                "station": STATION,
                "temperature_c": temperature.round(1),
                "humidity_pct": (humidity + 2 * hours.noise(16)).clip(8, 100).round(1),
                "pressure_hpa": (958 - 4 * front + 2 * hours.winter).round(1),
                "wind_ms": wind,
                "wind_direction_deg": direction,
                "wind_gust_ms": gust,
                "radiation_wm2": (_clear_sky(hours.index) * (1 - 0.75 * cloud)).round(),
                "precipitation_mm": rain.clip(0, 40).round(1),
                "source": NAME,
                "available_at": as_utc(hours.index + HOUR + WEATHER_DELAY),
            },
            index=hours.index,
        )

    def reach(self, now: pd.Timestamp) -> Window:
        """From its first hour to the last full one."""
        return Window(EPOCH, max(EPOCH, now.floor("h")))


class _Hours:
    """The hours of a window, their place in the day and the year, and their chance."""

    def __init__(self, window: Window, seed: int) -> None:
        asked = window.hours()
        self.index = as_utc(asked[asked >= EPOCH])
        here = self.index.tz_convert(MADRID).tz_localize(None)
        self.local = np.asarray(here.hour, dtype=float)
        self.weekend = np.asarray(here.day_of_week) >= 5
        #: 1 on the coldest day of an ordinary year (15 January), -1 half a year away.
        self.winter = _wave(np.asarray(here.day_of_year, dtype=float) - 15, 365.25)
        self._hour = np.asarray((self.index - EPOCH) // HOUR, dtype=int)
        self._day = np.asarray((here - pd.Timestamp("2023-01-01")).days, dtype=int)
        self._seed = seed

    def noise(self, stream: int) -> Numbers:
        """An independent standard normal number for each hour."""
        each: Numbers = self._numbers(stream, self._hour.max(initial=-1) + 1)[self._hour]
        return each

    def daily(self, stream: int, memory: float, spread: float, smooth: bool = False) -> Numbers:
        """A first-order autoregressive process by local day, read at each hour.

        Args:
            memory: correlation of a day with the day before.
            spread: its standard deviation.
            smooth: slide through the day from yesterday's value to today's.
        """
        values = []
        value = 0.0
        for shock in self._numbers(stream, self._day.max(initial=-1) + 1).tolist():
            value = memory * value + spread * (1 - memory**2) ** 0.5 * shock
            values.append(value)
        today: Numbers = np.array(values)[self._day]
        if not smooth:
            return today
        yesterday = np.array([0.0, *values])[self._day]
        between: Numbers = yesterday + (today - yesterday) * (self.local + 1) / 24
        return between

    def _numbers(self, stream: int, length: int) -> Numbers:
        """The first numbers of a stream; a longer piece begins with the same ones."""
        return np.random.default_rng([self._seed, stream]).standard_normal(length)


def _wave(since_peak: Numbers, period: float) -> Numbers:
    height: Numbers = np.cos(2 * np.pi * since_peak / period)
    return height


def _bump(hour: Numbers, centre: Numbers | float, width: float) -> Numbers:
    height: Numbers = np.exp(-(((hour - centre) / width) ** 2))
    return height


def _shape(hours: _Hours) -> Numbers:
    """Energy price of an hour relative to its regime; 1 on an ordinary night."""
    dip = 0.52 - 0.22 * hours.winter
    day: Numbers = (
        1.05
        + 0.22 * _bump(hours.local, 8, 1.5)
        - dip * _bump(hours.local, 14, 3.6)
        + 0.38 * _bump(hours.local, 20.7 - 0.6 * hours.winter, 2.0)
    )
    return day * np.where(hours.weekend, 0.9, 1.0)


def _wind(hours: _Hours, front: Numbers, cloud: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Mean speed, where it comes from and strongest gust; m/s, degrees, m/s.

    It blows up the valley in the afternoon, from the south-west, and down it at night.
    """
    afternoon = _wave(hours.local - 17, 24)
    breeze = 1.6 + 0.8 * afternoon + 0.5 * abs(front)
    speed: Numbers = (breeze * np.exp(0.25 * hours.noise(17))).clip(0, 25).round(1)
    direction: Numbers = (150 + 90 * afternoon - 40 * front + 15 * hours.noise(18)).round() % 360
    gust: Numbers = (speed * (1.6 + 0.25 * cloud) + 0.4 * abs(hours.noise(19))).round(1)
    return speed, direction, gust


def _clear_sky(hours: pd.DatetimeIndex) -> Numbers:
    """Global radiation of a cloudless hour in Linares, W/m2 (Haurwitz, 1945)."""
    noon_angle = (np.asarray(hours.hour) + 0.5 - 12) * 15 + LINARES.longitude
    tilt = np.radians(23.44) * _wave(np.asarray(hours.day_of_year, dtype=float) - 172, 365.25)
    latitude = np.radians(LINARES.latitude)
    height = np.sin(latitude) * np.sin(tilt) + np.cos(latitude) * np.cos(tilt) * np.cos(
        np.radians(noon_angle)
    )
    up = np.maximum(height, 1e-3)
    return np.where(height > 0, 1098 * up * np.exp(-0.057 / up), 0.0)
