"""Refused rows are held, shown, let in by a person or dropped, and never doubled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.app.admission import admit
from chocolib.app.context import real_store
from chocolib.app.quarantine import drop, quarantined, release, show
from chocolib.app.settings import read_settings
from chocolib.core.errors import DataError
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.time import HOUR
from tests.conftest import NOW, made_up_prices, price_frame


@pytest.fixture
def store() -> Store:
    return real_store(read_settings())


GOOD = price_frame(made_up_prices("2025-03-01", 24))


def with_price(frame: pd.DataFrame, place: int, price: float) -> pd.DataFrame:
    values = frame["price_eur_kwh"].to_numpy().copy()
    values[place] = price
    return frame.assign(price_eur_kwh=values)


def bring(store: Store, frame: pd.DataFrame, *, at: pd.Timestamp = NOW) -> Written:
    return admit(store, "energy_prices", frame, received_at=at, origin="test.csv")


def test_a_refused_row_keeps_its_reason_source_and_time(store: Store) -> None:
    written = bring(store, with_price(GOOD, 3, 120.0))
    assert (written.new, written.quarantined) == (23, 1)
    (row,) = quarantined(store)
    assert row["time"] == "2025-03-01T03:00:00Z"
    assert row["reason"] == "price_eur_kwh above 2"
    assert (row["source"], row["from"], row["state"]) == ("csv", "test.csv", "held")
    assert row["refused_at"] == "2026-11-21T10:00:00Z"


def test_the_same_bad_row_is_held_once_however_often_it_comes(store: Store) -> None:
    for step in range(3):
        assert bring(store, with_price(GOOD, 3, 120.0), at=NOW + step * HOUR).quarantined == 1
    assert len(quarantined(store)) == 1


def test_a_dropped_row_stays_out_and_is_not_held_again(store: Store) -> None:
    bad = with_price(GOOD, 3, 120.0)
    bring(store, bad)
    (row,) = quarantined(store)
    assert drop(store, [row["id"]], now=NOW + HOUR) == 1
    again = bring(store, bad, at=NOW + 2 * HOUR)
    assert (again.read, again.unchanged, again.quarantined) == (24, 24, 0)
    assert quarantined(store) == []
    assert [r["state"] for r in quarantined(store, state=None)] == ["dropped"]
    with pytest.raises(DataError, match="dropped already"):
        release(store, [row["id"]], now=NOW + 3 * HOUR)


def test_a_released_row_is_stored_with_its_flag_and_its_publication(store: Store) -> None:
    bad = with_price(GOOD, 3, 2.5)
    bring(store, bad)
    (row,) = quarantined(store)
    assert release(store, [row["id"][:6]], now=NOW + HOUR).new == 1
    stored = store.read("energy_prices").iloc[3]
    assert (stored["price_eur_kwh"], stored["flag"]) == (2.5, "released")
    assert stored["available_at"] == GOOD["available_at"].iloc[3]
    assert bring(store, bad, at=NOW + 2 * HOUR).quarantined == 0
    assert store.read("energy_prices").iloc[3]["flag"] == "released"


def test_a_row_that_no_store_could_take_is_not_released(store: Store) -> None:
    lost = with_price(GOOD, 3, np.nan)
    off = GOOD.iloc[:1].set_axis(GOOD.index[:1] + pd.Timedelta(minutes=7))
    bring(store, lost)
    bring(store, off)
    for row in quarantined(store):
        with pytest.raises(DataError, match="cannot be let in"):
            release(store, [row["id"]], now=NOW)
    assert len(quarantined(store)) == 2


def test_a_name_that_fits_no_row_or_several_is_refused(store: Store) -> None:
    with pytest.raises(DataError, match="called 'zz'"):
        show(store, ["zz"])
    with pytest.raises(DataError, match="called ''"):
        show(store, [""])
    for place in range(20):
        bring(store, with_price(GOOD, place, 3.0 + place))
    ids = [row["id"] for row in quarantined(store)]
    shared = next(i[0] for i in ids if sum(j.startswith(i[0]) for j in ids) > 1)
    with pytest.raises(DataError, match="say more of it"):
        drop(store, [shared], now=NOW)
    assert [row["id"] for row in show(store, ids[:2])] == sorted(ids[:2], key=ids.index)


def test_a_lone_spike_is_flagged_when_its_neighbour_comes(store: Store) -> None:
    """Hour by hour, as the live weather comes: judged against what is stored."""
    spiky = with_price(GOOD, 10, 0.9).drop(columns="flag")
    for i in range(24):
        bring(store, spiky.iloc[i : i + 1])
    flags = store.read("energy_prices")["flag"]
    assert flags[flags == "outlier"].index.tolist() == [GOOD.index[10]]


def test_a_correction_of_a_single_spike_is_judged_beside_its_neighbours(store: Store) -> None:
    bring(store, GOOD)
    written = bring(store, with_price(GOOD, 10, 0.9).iloc[10:11], at=NOW + HOUR)
    assert (written.updated, written.outliers) == (1, 1)
    assert store.read("energy_prices")["flag"].iloc[10] == "outlier"
