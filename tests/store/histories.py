"""Made-up lives of rows: first values, corrections, late news, flags, several sources."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from chocolib.core.measurement import Measurement
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import HOUR, as_utc
from tests.conftest import NOW

FIRST = pd.Timestamp("2025-03-01T00:00Z")


def writes(name: str, seed: int, count: int) -> Iterator[tuple[pd.DataFrame, pd.Timestamp]]:
    """Frames to write one after the other, each with when it was received."""
    dice, kind = np.random.default_rng(seed), MEASUREMENTS[name]
    for step in range(count):
        yield rows(kind, dice, hours=int(dice.integers(1, 7))), NOW + step * HOUR


def rows(kind: Measurement, dice: np.random.Generator, hours: int) -> pd.DataFrame:
    """Rows of a few hours and series, with few enough values that many come again."""
    keys = pd.DataFrame({"time": FIRST + dice.integers(0, 6, hours) * HOUR})
    for tag in kind.tags:
        keys[tag.name] = _values(tag.kind, dice, hours)
    keys = keys.drop_duplicates().reset_index(drop=True)
    frame = keys.set_index(as_utc(pd.DatetimeIndex(keys.pop("time"))).rename("time"))
    for field in kind.fields:
        values = pd.Series(_values(field.kind, dice, len(frame)), index=frame.index)
        gone = dice.random(len(frame)) < (0 if field.required else 0.3)
        frame[field.name] = values.mask(gone) if gone.any() else values
    frame["source"] = dice.choice(["csv", "ree"], len(frame))
    stamps = NOW - dice.integers(0, 3, len(frame)) * HOUR
    frame["available_at"] = as_utc(pd.DatetimeIndex(stamps))
    frame["flag"] = dice.choice(["", "", "outlier"], len(frame))
    return frame.astype({tag.name: "str" for tag in kind.tags if tag.kind == "text"})


def _values(kind: str, dice: np.random.Generator, count: int) -> list[object]:
    if kind == "text":
        return [str(word) for word in dice.choice(["a", "b", ""], count)]
    values = dice.integers(1, 4, count)
    return [int(v) if kind == "integer" else float(v) / 7 for v in values]
