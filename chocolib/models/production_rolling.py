"""Forests and references side by side, trained again and again on what was over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from chocolib.core.clock import clock_of
from chocolib.core.errors import NotEnoughData
from chocolib.core.thresholds import CLASSES, ClassBounds
from chocolib.core.time import DAY
from chocolib.models.production import ProductionForests
from chocolib.models.production_skill import certain
from chocolib.models.production_table import FEATURES

RULE, FOREST, CLIMATOLOGY, SPREAD = "rule-champion", "forest", "climatology", "rule-odds"
PLAIN = (RULE, "rule-naive", "same-hour-day", "same-hour-week")
#: Every other origin teaches: neighbours tell nearly the same.
_EVERY = 2
#: A past row is over when the last hour that any row of its origin is for is over.
_MARGIN_DAYS = 4
#: The rule's score in so many bins, for how often each class came.
_BIN = 5.0

Tell = Callable[[int, int], None]


def rolling(
    rows: pd.DataFrame,
    *,
    starts: Sequence[pd.Timestamp],
    until: pd.Timestamp,
    bounds: ClassBounds,
    tell: Tell = lambda *_: None,
) -> tuple[pd.DataFrame, ProductionForests]:
    """What each method says of each hour from the first start on, and the last forests.

    From each start to the next, everything is trained on hours that were over
    `_MARGIN_DAYS` before it. Only hours that every method can speak of are told.

    Args:
        rows: `production_table.rows_of` of all leads, with `score` and `class` that came.
        starts: local dates (naive), rising. until: the date that ends the last part.

    Returns:
        One row per hour, lead and method, as `production_skill.scores` wants it, with
        `time` and `ahead_days`; and the forests of the last part, which have not seen it.

    Raises:
        NotEnoughData: too few hours before the first start.
    """
    date, _ = clock_of(pd.DatetimeIndex(rows.index))
    whole = rows.notna().all(axis=1).to_numpy()
    parts = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], until], strict=True)):
        tell(number, len(starts))
        past = rows[whole & (date < start - _MARGIN_DAYS * DAY)]
        asked = rows[whole & (date >= start) & (date < end)]
        forests = ProductionForests().fit(taught(past))
        parts.append(_part(forests, past, asked, bounds))
    tell(len(starts), len(starts))
    told = pd.concat(parts)
    if told.empty:
        raise NotEnoughData("no hour of these days has a price, weather and their past")
    return told, forests


def taught(past: pd.DataFrame) -> pd.DataFrame:
    """The rows that forests learn from."""
    date, _ = clock_of(pd.DatetimeIndex(past.index))
    return past[np.asarray((date - pd.Timestamp(0)) // DAY % _EVERY == 0)]


def _part(
    forests: ProductionForests, past: pd.DataFrame, asked: pd.DataFrame, bounds: ClassBounds
) -> pd.DataFrame:
    if asked.empty:
        return pd.DataFrame()
    odds = forests.predict(asked)
    usual = _usual(past, asked)
    rule = rule_odds(past, asked)
    methods = {
        FOREST: (odds["score"], odds),
        SPREAD: (asked[RULE], rule),
        CLIMATOLOGY: (usual["score"], usual),
    }
    for name in PLAIN:
        known = f"{name} class"
        named = asked[known] if known in asked else bounds.class_of(asked[name])
        methods[name] = (asked[name], certain(named))
    return pd.concat([_told(asked, name, *said) for name, said in methods.items()])


def _told(
    asked: pd.DataFrame, method: str, foretold: pd.Series, odds: pd.DataFrame
) -> pd.DataFrame:
    told = asked[["score", "class", "ahead_days"]].rename_axis("time").reset_index()
    columns = odds[list(CLASSES)].reset_index(drop=True)
    told = pd.concat([told, columns], axis=1)
    named = np.array(CLASSES)[columns.to_numpy().argmax(axis=1)]
    return told.assign(method=method, foretold=foretold.to_numpy(), named=named)


def _usual(past: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Mean score and frequency of each class by clock hour and day type, of all the past."""
    keys = ["hour", "day_type"]
    facts = certain(past["class"]).assign(score=past["score"])
    means = facts.groupby([past[key].to_numpy() for key in keys]).mean()
    found = means.reindex(pd.MultiIndex.from_frame(asked[keys]))
    return found.fillna(facts.mean()).set_axis(asked.index)


def rule_odds(past: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """How often each class came when the rule on the champion's forecast said such a score.

    Counted by lead, by `_BIN` points of the score and by whether the rule said Halt; what
    was never seen gets the frequencies of all the past at that lead, of which every bin
    gets one hour.
    """
    facts = certain(past["class"])
    counted = facts.groupby(_bins(past)).sum()
    all_of = facts.groupby(past["ahead_days"].to_numpy()).mean()
    prior = all_of.reindex(asked["ahead_days"].to_numpy()).set_axis(asked.index)
    found = counted.reindex(pd.MultiIndex.from_arrays(_bins(asked))).set_axis(asked.index)
    weighed = found.fillna(0.0) + prior
    return weighed.div(weighed.sum(axis=1), axis=0)


def _bins(rows: pd.DataFrame) -> list[np.ndarray]:
    stopped = (rows[f"{RULE} class"] == CLASSES[3]).to_numpy()
    return [rows["ahead_days"].to_numpy(), (rows[RULE] // _BIN).to_numpy(), stopped]


def importance(forests: ProductionForests, rows: pd.DataFrame, *, repeats: int = 3) -> pd.Series:
    """Points of MAE that the score's forest loses when a feature is shuffled (Breiman, 2001).

    Args:
        rows: hours it has not learnt from, with `score`; at most 4,000 are looked at.
    """
    whole = rows.dropna(subset=[*FEATURES, "score"])
    chosen = whole.iloc[:: max(1, len(whole) // 4000)]
    told, came = chosen[list(FEATURES)].to_numpy(dtype=float), chosen["score"].to_numpy()
    chance = np.random.default_rng(0)

    def missed(values: np.ndarray) -> float:
        return float(np.abs(forests.regressor_.predict(values) - came).mean())

    plain, lost = missed(told), {}
    for place, name in enumerate(FEATURES):
        shuffled = [told.copy() for _ in range(repeats)]
        for values in shuffled:
            values[:, place] = chance.permutation(values[:, place])
        lost[name] = float(np.mean([missed(values) for values in shuffled])) - plain
    return pd.Series(lost, name="lost").sort_values(ascending=False)
