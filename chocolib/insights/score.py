"""The energy score of an hour, its three parts and its class: exact rules, nothing learnt.

The rules and their reasons are in `core.thresholds`. What is missing stays missing: without
a price, its past, or the weather there is no score.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from chocolib.core.thresholds import ClassBounds, EnergyScore, Thresholds
from chocolib.core.time import DAY, MADRID
from chocolib.insights.climate import HUMIDITY, TEMPERATURE, halted, indoors

CLASSES = ("Optimal", "Moderate", "Reduced", "Halt")
PARTS = ("price_points", "temperature_points", "humidity_points")


def price_rank(prices: pd.Series, history: pd.Series, rule: EnergyScore) -> pd.Series:
    """Where each price stands among those of the local days before its own: 0 to 1.

    0: cheaper than all of them; 1: dearer than all; equal prices count half. The window
    ends at the Madrid midnight that begins the hour's day, so the rank of a day is known
    with its publication and no later price changes it.

    Args:
        prices: EUR/kWh to rank, UTC index; published or forecast.
        history: EUR/kWh known, UTC index, sorted; later hours are not looked at.

    Returns:
        NaN where the price is missing or less than `price_least_days` of hours are known.
    """
    past = history.dropna()
    days = pd.DatetimeIndex(prices.index).tz_convert(MADRID).normalize()
    stamps, values = pd.DatetimeIndex(past.index), past.to_numpy(dtype=float)
    asked, found = prices.to_numpy(dtype=float), np.full(len(prices), np.nan)
    first_days = (days.tz_localize(None) - rule.price_window_days * DAY).tz_localize(MADRID)
    starts, ends = stamps.searchsorted(first_days), stamps.searchsorted(days)
    for start, end in {*zip(starts.tolist(), ends.tolist(), strict=True)}:
        if end - start >= 24 * rule.price_least_days:
            rows = (starts == start) & (ends == end)
            window = np.sort(values[start:end])
            below, upto = (window.searchsorted(asked[rows], side) for side in ("left", "right"))
            found[rows] = (below + upto) / 2 / len(window)
    return pd.Series(np.where(np.isnan(asked), np.nan, found), index=prices.index, name="rank")


def temperature_share(room_c: pd.Series, rule: EnergyScore) -> pd.Series:
    """Share of the temperature's points, 0 to 1: 1 in the band, falling evenly on both sides."""
    corners = (
        rule.temperature_none_below_c,
        rule.temperature_full_from_c,
        rule.temperature_full_to_c,
        rule.temperature_none_from_c,
    )
    return _ramp(room_c, corners, (0.0, 1.0, 1.0, 0.0))


def humidity_share(room_pct: pd.Series, rule: EnergyScore) -> pd.Series:
    """Share of the humidity's points, 0 to 1: 1 up to the first bound, 0 from the second."""
    return _ramp(room_pct, (rule.humidity_full_to_pct, rule.humidity_none_from_pct), (1.0, 0.0))


def energy_score(rank: pd.Series, room: pd.DataFrame, rule: EnergyScore) -> pd.DataFrame:
    """The score and its parts, each missing where what it is made of is.

    Args:
        rank: of the price, 0 to 1 (`price_rank`).
        room: `temperature_c`, `humidity_pct` indoors on the same index.

    Returns:
        `score` (0-100) and `PARTS`, which add up to it.
    """
    made = pd.DataFrame(
        {
            "price_points": rule.price_points * (1 - rank),
            "temperature_points": rule.temperature_points
            * temperature_share(room[TEMPERATURE], rule),
            "humidity_points": rule.humidity_points * humidity_share(room[HUMIDITY], rule),
        }
    )
    made.insert(0, "score", made.sum(axis=1, skipna=False))
    return made


def production_class(score: pd.Series, bounds: ClassBounds) -> pd.Series:
    """The class of each score as text; missing where the score is."""
    least = (bounds.optimal, bounds.moderate, bounds.reduced)
    conditions = [(score >= bound).to_numpy() for bound in least]
    text = np.select(conditions, list(CLASSES[:3]), default=CLASSES[3])
    return pd.Series(text, index=score.index, dtype="str").where(score.notna())


def rate(
    prices: pd.Series,
    *,
    history: pd.Series,
    weather: pd.DataFrame,
    thresholds: Thresholds,
    stages: Sequence[str],
) -> pd.DataFrame:
    """Everything the rules say of each hour.

    Args:
        prices: EUR/kWh of the hours to rate, UTC index.
        history: EUR/kWh known before them (see `price_rank`).
        weather: `temperature_c`, `humidity_pct` outside; hours that it lacks are missing.
        stages: names of the factory's stages.

    Returns:
        On the index of `prices`: `score`, `PARTS`, `class` and `halted`, the stages that a
        hard limit halts, with ", " between them ("" for none, missing without weather).
        The class is Halt where all stages are halted, whatever the score.
    """
    outside = weather.reindex(prices.index)
    room = indoors(outside, thresholds.indoor)
    made = energy_score(price_rank(prices, history, thresholds.score), room, thresholds.score)
    stopped = halted(room, thresholds.climate, stages)
    made["class"] = production_class(made["score"], thresholds.classes)
    everything = stopped.all(axis=1, skipna=False).fillna(False).to_numpy(dtype=bool)
    made.loc[everything & made["score"].notna().to_numpy(), "class"] = CLASSES[3]
    made["halted"] = _named(stopped)
    return made


def stage_class(rated: pd.DataFrame, stage: str) -> pd.Series:
    """The class of one stage: that of the hour, or Halt where a hard limit halts the stage."""
    names = rated["halted"].fillna("").str.split(", ")
    stopped = np.array([stage in hour for hour in names], dtype=bool)
    return rated["class"].mask(stopped, CLASSES[3])


def _ramp(values: pd.Series, corners: tuple[float, ...], heights: tuple[float, ...]) -> pd.Series:
    """Piecewise linear, flat outside; NaN stays NaN."""
    asked = values.to_numpy(dtype=float)
    return pd.Series(np.interp(asked, corners, heights), index=values.index)


def _named(stopped: pd.DataFrame) -> pd.Series:
    """The names of the true columns of each row; missing where nothing is known."""
    text = pd.Series("", index=stopped.index, dtype="str")
    for name in stopped:
        true = stopped[name].fillna(False).to_numpy(dtype=bool)
        text = text.where(~true, text + np.where(text == "", "", ", ") + str(name))
    unknown = stopped.isna().all(axis=1).to_numpy(dtype=bool)
    return text.where(~unknown)
