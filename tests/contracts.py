"""What every implementation of a port has to do: run on each of them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from chocolib.core.errors import DataError
from chocolib.core.ports import Store
from chocolib.core.schema import WEATHER_DATA
from chocolib.core.time import DAY, HOUR, Window, as_utc
from tests.conftest import NOW, made_up_prices, price_frame

StoreFactory = Callable[[], Store]


def forecast_rows(made: pd.Timestamp, q50: list[float]) -> pd.DataFrame:
    """Rows of price_forecast of one origin, made at a moment."""
    rows = {
        "model": "m",
        "lead_h": range(len(q50)),
        "q10": q50,
        "q50": q50,
        "q90": q50,
        "known": 0,
        "q05": q50,
        "q95": q50,
        "version": "",
        "remarks": "[]",
        "source": "chocolib",
        "available_at": made,
        "flag": "",
    }
    origin = pd.DatetimeIndex([pd.Timestamp("2025-03-01T20:00Z")] * len(q50), name="time")
    return pd.DataFrame(rows, index=as_utc(origin))


def corrected_twice(store: Store) -> pd.DataFrame:
    """Two hours in the store, of which the first became 0.1, 0.2 and 0.3, an hour apart."""
    base = price_frame(made_up_prices("2025-03-01", 2))
    store.write("energy_prices", base.iloc[1:], received_at=NOW)
    for step, value in enumerate((0.1, 0.2, 0.3)):
        rows = base.iloc[:1].assign(price_eur_kwh=value)
        store.write("energy_prices", rows, received_at=NOW + step * HOUR)
    return base


class StoreContract:
    """Subclass with a `store` fixture that gives an empty store."""

    def test_what_is_written_is_read_back_equal(self, store: Store) -> None:
        frame = price_frame(made_up_prices("2025-03-01", 48))
        written = store.write("energy_prices", frame, received_at=NOW)
        assert (written.new, written.updated, written.unchanged) == (48, 0, 0)
        back = store.read("energy_prices")
        pd.testing.assert_frame_equal(back, frame, check_freq=False)

    def test_writing_twice_changes_nothing(self, store: Store) -> None:
        frame = price_frame(made_up_prices("2025-03-01", 48))
        store.write("energy_prices", frame, received_at=NOW)
        revision = store.revision("energy_prices")
        again = store.write("energy_prices", frame, received_at=NOW + HOUR)
        assert (again.new, again.updated, again.unchanged) == (0, 0, 48)
        assert store.revision("energy_prices") == revision

    def test_a_window_includes_its_start_and_excludes_its_end(self, store: Store) -> None:
        frame = price_frame(made_up_prices("2025-03-01", 48))
        store.write("energy_prices", frame, received_at=NOW)
        window = Window(frame.index[10], frame.index[20])
        read = store.read("energy_prices", window)
        assert list(read.index) == list(frame.index[10:20])

    def test_a_correction_updates_and_keeps_the_earlier_value_for_replays(
        self, store: Store
    ) -> None:
        first = price_frame(made_up_prices("2025-03-01", 24))
        store.write("energy_prices", first, received_at=NOW)
        second = first.assign(price_eur_kwh=first["price_eur_kwh"] + 0.01)
        written = store.write("energy_prices", second.iloc[:5], received_at=NOW + HOUR)
        assert (written.new, written.updated, written.unchanged) == (0, 5, 0)
        now = store.read("energy_prices")["price_eur_kwh"]
        then = store.read("energy_prices", as_of=NOW)["price_eur_kwh"]
        pd.testing.assert_series_equal(then, first["price_eur_kwh"], check_freq=False)
        assert (now.iloc[:5] == second["price_eur_kwh"].iloc[:5]).all()
        assert (now.iloc[5:] == first["price_eur_kwh"].iloc[5:]).all()
        assert len(now) == len(then) == 24

    def test_a_correction_of_an_early_row_is_known_only_when_it_came(self, store: Store) -> None:
        early = price_frame(made_up_prices("2025-03-02", 1))
        fetched = pd.Timestamp("2025-03-01T19:25Z")  # 20:25 in Madrid, before the rule's 20:30
        early["available_at"] = early["available_at"].where(
            early["available_at"] < fetched, fetched
        )
        store.write("energy_prices", early.assign(price_eur_kwh=0.1), received_at=fetched)
        corrected = price_frame(made_up_prices("2025-03-02", 1)).assign(price_eur_kwh=0.2)
        noon = pd.Timestamp("2025-03-02T11:00Z")
        store.write("energy_prices", corrected, received_at=noon)
        evening = store.read("energy_prices", as_of=pd.Timestamp("2025-03-01T20:00Z"))
        assert evening["price_eur_kwh"].tolist() == [0.1]
        assert store.read("energy_prices", as_of=noon)["price_eur_kwh"].tolist() == [0.2]

    def test_a_snapshot_has_no_holes_in_any_version(self, store: Store) -> None:
        first, second = pd.Timestamp("2025-03-01T19:10Z"), pd.Timestamp("2025-03-01T19:40Z")
        for order in ((first, second), (second, first)):
            for made in order:
                q50 = [0.1, 0.2, 0.3 if made == first else 0.4]
                store.write("price_forecast", forecast_rows(made, q50), received_at=NOW)
            for made, last in ((first, 0.3), (second, 0.4)):
                seen = store.latest("price_forecast", as_of=made)
                assert seen["q50"].tolist() == [0.1, 0.2, last]
                assert set(seen["available_at"]) == {made}

    def test_an_unknown_tag_is_refused(self, store: Store) -> None:
        with pytest.raises(DataError, match="regio"):
            store.read("energy_prices", tags={"regio": "nowhere"})

    def test_a_flag_that_comes_later_is_set_and_never_taken_back(self, store: Store) -> None:
        frame = price_frame(made_up_prices("2025-03-01", 3))
        store.write("energy_prices", frame, received_at=NOW)
        for flag in ("outlier", ""):
            written = store.write("energy_prices", frame.assign(flag=flag), received_at=NOW)
            assert written.unchanged == 3
        assert set(store.read("energy_prices")["flag"]) == {"outlier"}

    def test_two_corrections_leave_three_readable_versions(self, store: Store) -> None:
        base = price_frame(made_up_prices("2025-03-01", 1))
        for step, value in enumerate((0.1, 0.2, 0.3)):
            rows = base.assign(price_eur_kwh=value)
            store.write("energy_prices", rows, received_at=NOW + step * HOUR)
        read = [
            store.read("energy_prices", as_of=NOW + step * HOUR)["price_eur_kwh"].iloc[0]
            for step in range(3)
        ]
        assert read == [0.1, 0.2, 0.3]

    def test_a_replay_sees_nothing_that_came_later(self, store: Store) -> None:
        frame = price_frame(made_up_prices("2025-02-28T23:00", 48))
        store.write("energy_prices", frame, received_at=NOW)
        evening = pd.Timestamp("2025-02-28T19:30Z")  # 20:30 in Madrid: 1 March is out
        assert len(store.read("energy_prices", as_of=evening)) == 24
        assert store.read("energy_prices", as_of=evening - HOUR).empty
        newest = store.latest("energy_prices", as_of=evening)
        assert newest.index[0] == frame.index[23]

    def test_an_empty_store_gives_empty_frames_of_the_right_shape(self, store: Store) -> None:
        empty = store.read("energy_prices")
        full = price_frame(made_up_prices("2025-03-01", 1))
        assert list(empty.columns) == list(full.columns)
        assert dict(empty.dtypes) == dict(full.dtypes)
        assert store.latest("energy_prices").empty
        assert store.coverage("energy_prices").empty
        assert store.revision("energy_prices") == 0

    def test_coverage_counts_per_source(self, store: Store) -> None:
        one = price_frame(made_up_prices("2025-03-01", 10))
        two = price_frame(made_up_prices("2025-03-02", 5), source="ree")
        store.write("energy_prices", one, received_at=NOW)
        store.write("energy_prices", two, received_at=NOW)
        found = store.coverage("energy_prices").set_index("source")
        assert dict(found["rows"]) == {"csv": 10, "ree": 5}
        assert found.loc["ree", "first"] == two.index[0]

    def test_missing_values_stay_missing(self, store: Store) -> None:
        index = pd.DatetimeIndex(["2025-03-01T10:00Z"], name="time").as_unit("us")
        row = {
            "station": "X",
            "temperature_c": 20.5,
            "humidity_pct": float("nan"),
            "pressure_hpa": float("nan"),
            "wind_ms": 1.0,
            "wind_direction_deg": float("nan"),
            "wind_gust_ms": float("nan"),
            "radiation_wm2": float("nan"),
            "precipitation_mm": 0.0,
            "source": "test",
            "available_at": pd.DatetimeIndex(["2025-03-01T11:10Z"]),
            "flag": "",
        }
        frame = pd.DataFrame(row, index=index)
        store.write("weather_data", frame, received_at=NOW)
        again = store.write("weather_data", frame, received_at=NOW)
        back = store.read("weather_data", tags={"station": "X"})
        assert again.unchanged == 1
        assert back["humidity_pct"].isna().all()
        assert back["temperature_c"].iloc[0] == 20.5

    def test_the_address_says_where_the_rows_are(self, store: Store) -> None:
        kind, _, place = store.address.partition("://")
        assert kind.isalpha()
        assert place

    def test_the_history_has_every_version_in_the_order_they_became_known(
        self, store: Store
    ) -> None:
        base = corrected_twice(store)
        versions = store.history("energy_prices")
        assert versions["price_eur_kwh"].iloc[:3].tolist() == [0.1, 0.2, 0.3]
        assert list(versions.index) == [base.index[0]] * 3 + [base.index[1]]
        assert versions["available_at"].iloc[1:3].tolist() == [NOW + HOUR, NOW + 2 * HOUR]

    def test_the_history_of_a_window_has_its_rows_only(self, store: Store) -> None:
        base = corrected_twice(store)
        first = Window(base.index[0], base.index[1])
        assert set(store.history("energy_prices", first).index) == {base.index[0]}
        assert len(store.history("energy_prices", first)) == 3

    def test_without_corrections_the_history_is_what_is_read(self, store: Store) -> None:
        frame = price_frame(made_up_prices("2025-03-01", 48))
        assert store.history("energy_prices").empty
        store.write("energy_prices", frame, received_at=NOW)
        pd.testing.assert_frame_equal(
            store.history("energy_prices"), store.read("energy_prices"), check_freq=False
        )

    def test_restored_versions_are_read_as_they_were_at_every_moment(self, store: Store) -> None:
        corrected_twice(store)
        versions = store.history("energy_prices").assign(region="elsewhere")
        assert store.restore("energy_prices", versions.iloc[::-1]) == 4
        for as_of in (NOW - DAY, NOW, NOW + HOUR, NOW + 2 * HOUR, None):
            here, there = (
                store.read("energy_prices", tags={"region": region}, as_of=as_of)
                for region in ("peninsula", "elsewhere")
            )
            pd.testing.assert_frame_equal(there.assign(region="peninsula"), here)

    def test_restoring_what_is_there_changes_nothing(self, store: Store) -> None:
        corrected_twice(store)
        versions, revision = store.history("energy_prices"), store.revision("energy_prices")
        assert store.restore("energy_prices", versions) == 0
        assert store.restore("energy_prices", versions.iloc[:0]) == 0
        assert store.revision("energy_prices") == revision
        pd.testing.assert_frame_equal(store.history("energy_prices"), versions)

    def test_restored_versions_take_their_place_among_those_there(self, store: Store) -> None:
        row = corrected_twice(store).iloc[:1]
        revision = store.revision("energy_prices")
        between, after = NOW + HOUR / 2, NOW + 9 * HOUR
        came = [
            row.assign(price_eur_kwh=0.15, available_at=between),
            row.assign(price_eur_kwh=0.4, available_at=after),
            row.assign(price_eur_kwh=0.2, available_at=NOW + HOUR),
        ]
        assert store.restore("energy_prices", pd.concat(came)) == 2
        assert store.revision("energy_prices") > revision
        seen = store.history("energy_prices")["price_eur_kwh"].iloc[:5]
        assert seen.tolist() == [0.1, 0.15, 0.2, 0.3, 0.4]
        for as_of, price in ((between, 0.15), (NOW + HOUR, 0.2), (after, 0.4), (None, 0.4)):
            assert store.read("energy_prices", as_of=as_of)["price_eur_kwh"].iloc[0] == price

    def test_of_two_versions_of_one_moment_the_restored_one_stays(self, store: Store) -> None:
        corrected_twice(store)
        versions = store.history("energy_prices").assign(source="ree", price_eur_kwh=0.5)
        assert store.restore("energy_prices", versions) == 0
        pd.testing.assert_frame_equal(store.history("energy_prices"), versions)

    def test_a_restored_correction_is_not_corrected_again_by_the_same_value(
        self, store: Store
    ) -> None:
        row = price_frame(made_up_prices("2025-03-01", 1)).assign(price_eur_kwh=0.2)
        versions = [row.assign(price_eur_kwh=0.1), row.assign(available_at=NOW)]
        store.restore("energy_prices", pd.concat(versions))
        written = store.write("energy_prices", row, received_at=NOW + HOUR)
        assert (written.new, written.updated, written.unchanged) == (0, 0, 1)

    def test_a_restore_keeps_real_and_demonstration_rows_apart(self, store: Store) -> None:
        frame = price_frame(made_up_prices("2025-03-01", 2), source="demo")
        with pytest.raises(DataError, match="never"):
            store.restore("energy_prices", frame)
        assert store.history("energy_prices").empty

    def test_missing_values_are_restored_as_missing(self, store: Store) -> None:
        times = pd.DatetimeIndex(["2025-03-01T10:00Z", "2025-03-01T11:00Z"], name="time")
        row = {name: float("nan") for name in WEATHER_DATA.field_names}
        row |= {"station": "X", "source": "test", "flag": "", "temperature_c": 20.5}
        frame = pd.DataFrame(row | {"available_at": NOW}, index=as_utc(times))
        frame["available_at"] = frame["available_at"].dt.as_unit("us")
        assert store.restore("weather_data", frame) == 2
        assert store.restore("weather_data", frame) == 0
        pd.testing.assert_frame_equal(
            store.history("weather_data"), frame[[*WEATHER_DATA.columns]], check_freq=False
        )
