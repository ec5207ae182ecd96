"""Versions of rows: each value that was ever known, and which of them a reader sees.

A version is a row with its `available_at`; a key may have several. The one known last
is the current row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.measurement import Measurement


def known(
    versions: pd.DataFrame, kind: Measurement, as_of: pd.Timestamp | None = None
) -> pd.DataFrame:
    """For each key the last version known at `as_of` (None: of all), sorted by key.

    Args:
        versions: a frame of the measurement, several rows per key, in any order.
    """
    seen = versions if as_of is None else versions[versions["available_at"] <= as_of]
    ordered = seen.sort_values([*kind.key, "available_at"], kind="stable")
    keys = ordered.reset_index()[list(kind.key)]
    return ordered[~keys.duplicated(keep="last").to_numpy()]


def merged(present: pd.DataFrame, coming: pd.DataFrame, kind: Measurement) -> pd.DataFrame:
    """All versions of both frames, sorted by key and `available_at`, each once.

    Where both have a version of one key and moment, the coming one is kept.
    """
    both = pd.concat([present, coming]) if len(present) else coming
    identity = [*kind.key, "available_at"]
    ordered = both.sort_values(identity, kind="stable")
    return ordered[~ordered.reset_index().duplicated(identity, keep="last").to_numpy()]


@dataclass(frozen=True, slots=True)
class Settled:
    """What has to be stored so that a store holds the versions that came, too.

    Attributes:
        current: the last version of each key that something came for.
        earlier: the other versions of these keys.
        added: versions that were not there before.
    """

    current: pd.DataFrame
    earlier: pd.DataFrame
    added: int


def settle(present: pd.DataFrame, coming: pd.DataFrame, kind: Measurement) -> Settled:
    """Compare versions that come with those that are there; keys without news are left out.

    Args:
        present: every version of at least the keys that come.
        coming: a frame of the measurement, several rows per key, in any order.
    """
    once = merged(coming.iloc[:0], coming, kind)
    added, news = _news(present, once, kind)
    touched = _keys(once[news], kind)
    every = merged(present, coming, kind)
    every = every[_keys(every, kind).isin(touched)]
    last = ~_keys(every, kind).duplicated(keep="last")
    return Settled(every[last], every[~last], int(added.sum()))


def _news(
    present: pd.DataFrame, coming: pd.DataFrame, kind: Measurement
) -> tuple[np.ndarray, np.ndarray]:
    """Per version that comes: is it unknown, and is it unknown or not the same."""
    identity = [*kind.key, "available_at"]
    ours = coming.reset_index()
    theirs = ours[identity].merge(present.reset_index(), how="left", on=identity, indicator="_in")
    added = (theirs["_in"] == "left_only").to_numpy()
    news = added.copy()
    for name in (*kind.field_names, "source", "flag"):
        both_missing = ours[name].isna().to_numpy() & theirs[name].isna().to_numpy()
        news |= ~both_missing & (ours[name] != theirs[name]).to_numpy(dtype=bool)
    return added, news


def _keys(frame: pd.DataFrame, kind: Measurement) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame.reset_index()[list(kind.key)])
