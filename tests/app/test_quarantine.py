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
from chocolib.core.schema import SIAR_DAILY, WEATHER_FORECAST
from chocolib.core.time import HOUR, as_utc
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


def test_two_refused_rows_that_say_the_same_are_two_rows(store: Store) -> None:
    absurd = with_price(with_price(GOOD, 9, 9.9), 10, 9.9)
    assert bring(store, absurd).quarantined == 2
    first, second = quarantined(store)
    assert first["id"] != second["id"]
    release(store, [first["id"]], now=NOW + HOUR)
    assert store.read("energy_prices")["flag"].value_counts().to_dict() == {"": 22, "released": 1}
    assert len(quarantined(store)) == 1


def hot(temperature_c: float) -> pd.DataFrame:
    """A forecast of one hour, known when it is received."""
    index = as_utc(pd.DatetimeIndex(["2026-11-22T15:00Z"], name="time"))
    values = dict.fromkeys(WEATHER_FORECAST.field_names, np.nan)
    row = {**values, "temperature_c": temperature_c, "station": "om-linares", "source": "test"}
    unknown = pd.DatetimeIndex([pd.NaT], tz="UTC").as_unit("us")
    return pd.DataFrame(row | {"available_at": unknown}, index=index)


def forecast(store: Store, temperature_c: float, at: pd.Timestamp) -> Written:
    return admit(store, "weather_forecast", hot(temperature_c), received_at=at, origin="test")


def test_a_bad_forecast_that_comes_again_is_one_row_and_stays_dropped(store: Store) -> None:
    for step in range(3):
        forecast(store, 60.0, NOW + step * HOUR)
    (row,) = quarantined(store)
    drop(store, [row["id"]], now=NOW + 3 * HOUR)
    assert forecast(store, 60.0, NOW + 4 * HOUR).unchanged == 1
    assert quarantined(store) == []


def test_a_released_value_does_not_replace_one_that_came_later(store: Store) -> None:
    forecast(store, 60.0, NOW)
    forecast(store, 15.0, NOW + HOUR)
    (row,) = quarantined(store)
    release(store, [row["id"]], now=NOW + 2 * HOUR)
    assert store.read("weather_forecast")["temperature_c"].tolist() == [15.0]
    assert len(store.history("weather_forecast")) == 2


def test_a_released_correction_is_known_from_when_it_came(store: Store) -> None:
    bring(store, GOOD)
    bring(store, with_price(GOOD, 3, 2.5).iloc[3:4], at=NOW + HOUR)
    (row,) = quarantined(store)
    release(store, [row["id"]], now=NOW + 2 * HOUR)
    assert store.read("energy_prices")["price_eur_kwh"].iloc[3] == 2.5
    before = store.read("energy_prices", as_of=NOW)["price_eur_kwh"].iloc[3]
    assert before == GOOD["price_eur_kwh"].iloc[3]


def test_a_day_that_does_not_begin_at_midnight_is_not_released(store: Store) -> None:
    index = as_utc(pd.DatetimeIndex(["2025-06-01T05:00Z"], name="time"))
    values = dict.fromkeys(SIAR_DAILY.field_names, 1.0)
    row = {"station": "J17", **values, "source": "siar", "available_at": index}
    admit(store, "siar_daily", pd.DataFrame(row, index=index), received_at=NOW, origin="x.csv")
    (held,) = quarantined(store)
    with pytest.raises(DataError, match="not the beginning of a step"):
        release(store, [held["id"]], now=NOW)
    assert store.read("siar_daily").empty


def test_a_neighbour_is_flagged_whichever_side_comes_last(store: Store) -> None:
    spiky = with_price(GOOD, 10, 0.9).drop(columns="flag")
    for place in (10, 11, 9):
        bring(store, spiky.iloc[place : place + 1])
    assert store.read("energy_prices")["flag"].tolist() == ["", "outlier", ""]


def test_a_flag_never_brings_back_a_value_that_was_corrected_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    spiky = with_price(GOOD, 10, 0.9).drop(columns="flag")
    bring(store, spiky.iloc[9:11])
    other = real_store(read_settings())
    write = type(store).write

    def corrected_first(
        self: Store, name: str, frame: pd.DataFrame, **stamp: pd.Timestamp
    ) -> Written:
        monkeypatch.setattr(type(store), "write", write)
        row = with_price(GOOD, 10, 0.12).iloc[10:11]
        other.write("energy_prices", row, received_at=NOW + HOUR)
        return write(self, name, frame, **stamp)

    monkeypatch.setattr(type(store), "write", corrected_first)
    bring(store, spiky.iloc[11:12], at=NOW + HOUR)
    assert store.read("energy_prices")["price_eur_kwh"].iloc[1] == 0.12
