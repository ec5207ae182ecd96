"""What every implementation of a port has to do: run on each of them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from chocolib.core.errors import DataError
from chocolib.core.ports import Store
from chocolib.core.time import HOUR, Window, as_utc
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
        "source": "chocolib",
        "available_at": made,
        "flag": "",
    }
    origin = pd.DatetimeIndex([pd.Timestamp("2025-03-01T20:00Z")] * len(q50), name="time")
    return pd.DataFrame(rows, index=as_utc(origin))


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
