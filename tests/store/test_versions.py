"""Versions that come in any order and any portions end as the same history."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.schema import ENERGY_PRICES
from chocolib.core.time import HOUR
from chocolib.store.versions import Settled, known, merged, settle
from tests.conftest import NOW, made_up_prices, price_frame

BASE = price_frame(made_up_prices("2025-03-01", 4))
#: Hour, moment it became known: the price is made of both, so that each has one value.
VERSIONS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=12)


def frame(versions: list[tuple[int, int]]) -> pd.DataFrame:
    rows = BASE.iloc[[hour for hour, _ in versions]]
    moments = [NOW + moment * HOUR for _, moment in versions]
    prices = [hour + moment / 10 for hour, moment in versions]
    known_from = pd.DatetimeIndex(moments, tz="UTC").as_unit("us")
    return rows.assign(price_eur_kwh=pd.Series(prices, rows.index, float), available_at=known_from)


def after(history: pd.DataFrame, settled: Settled) -> pd.DataFrame:
    """What a store holds that put the settled rows over its own."""
    return merged(history, pd.concat([settled.current, settled.earlier]), ENERGY_PRICES)


@settings(deadline=None, max_examples=40)
@given(first=VERSIONS, second=VERSIONS)
def test_settling_in_portions_gives_every_version_once(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    history, added = frame([]), 0
    for portion in (first, second):
        settled = settle(history, frame(portion), ENERGY_PRICES)
        history, added = after(history, settled), added + settled.added
    every = sorted({*first, *second})
    pd.testing.assert_frame_equal(history, frame(every), check_freq=False)
    assert added == len(every)


@settings(deadline=None, max_examples=40)
@given(present=VERSIONS, coming=VERSIONS)
def test_only_keys_with_news_are_settled_and_their_last_version_is_current(
    present: list[tuple[int, int]], coming: list[tuple[int, int]]
) -> None:
    history = merged(frame([]), frame(present), ENERGY_PRICES)
    settled = settle(history, frame(coming), ENERGY_PRICES)
    touched = {hour for hour, _ in set(coming) - set(present)}
    assert {BASE.index.get_loc(time) for time in settled.current.index} == touched
    everything = merged(history, frame(coming), ENERGY_PRICES)
    last = known(everything, ENERGY_PRICES)
    pd.testing.assert_frame_equal(settled.current, last[last.index.isin(settled.current.index)])
    assert settle(everything, frame(coming), ENERGY_PRICES).current.empty
