from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chocolib.core.errors import DataError, RowsRefused, SettingsError
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import DAY, HOUR, Window
from chocolib.store import bucket as buckets
from chocolib.store import influx as influx_module
from chocolib.store.influx import InfluxStore
from chocolib.store.influx_http import Endpoint
from deploy.debian import NotHad
from deploy.flux import are_valid
from tests.conftest import NOW, made_up_prices, price_frame
from tests.contracts import StoreContract
from tests.store.histories import writes
from tests.store.influx_opening import QUICK, Opener, own_bucket
from tests.store.influx_stand_in import ORG, READ_ONLY, TOKEN, Fault, StandIn

pytest_plugins = ["tests.store.influx_fixtures"]


@pytest.fixture
def store(open_influx: Opener) -> InfluxStore:
    return open_influx()


class TestInfluxStore(StoreContract):
    """The InfluxDB store keeps the contract, on the stand-in."""


def test_the_suite_for_a_real_server_can_make_its_buckets(influx: StandIn) -> None:
    made = own_bucket(influx.url, TOKEN, ORG)
    endpoint = next(made)
    store = InfluxStore(endpoint, patience=QUICK)
    assert store.write("energy_prices", prices(), received_at=NOW).new == 3
    store.close()
    assert list(made) == []
    assert endpoint.bucket not in influx.buckets


def prices(count: int = 3, value: float = 0.1, source: str = "csv") -> pd.DataFrame:
    frame = price_frame(made_up_prices("2025-03-01", count), source=source)
    return frame.assign(price_eur_kwh=np.arange(count) / 1000 + value)


# Versions


def test_a_correction_by_another_source_is_the_row_and_the_old_one_a_version(
    store: InfluxStore,
) -> None:
    store.write("energy_prices", prices(value=0.1), received_at=NOW)
    store.write("energy_prices", prices(value=0.2, source="ree"), received_at=NOW + HOUR)
    written = store.write("energy_prices", prices(value=0.3), received_at=NOW + 2 * HOUR)
    assert written.updated == 3
    for as_of, first, source in ((0, 0.1, "csv"), (1, 0.2, "ree"), (2, 0.3, "csv")):
        seen = store.read("energy_prices", as_of=NOW + as_of * HOUR)
        assert (len(seen), seen["price_eur_kwh"].iloc[0]) == (3, first)
        assert set(seen["source"]) == {source}
    assert len(store.history("energy_prices")) == 9
    assert store.coverage("energy_prices")["source"].tolist() == ["csv"]


def test_a_value_that_went_missing_is_missing(store: InfluxStore) -> None:
    (whole, _), *_ = writes("weather_data", 3, 1)
    whole = whole.assign(source="csv", temperature_c=1.0, wind_ms=2.0)
    less = whole.assign(wind_ms=np.nan)
    store.write("weather_data", whole, received_at=NOW)
    store.write("weather_data", less, received_at=NOW + HOUR)
    assert store.read("weather_data")["wind_ms"].isna().all()
    assert store.read("weather_data", as_of=NOW)["wind_ms"].eq(2.0).all()
    store.write("weather_data", whole, received_at=NOW + 2 * HOUR)
    assert store.read("weather_data")["wind_ms"].eq(2.0).all()
    pd.testing.assert_series_equal(
        store.read("weather_data", as_of=NOW + HOUR)["wind_ms"], less["wind_ms"].sort_index(),
        check_freq=False,
    )  # fmt: skip


def test_a_version_of_another_source_takes_the_place_of_that_moment(store: InfluxStore) -> None:
    store.write("energy_prices", prices(value=0.1), received_at=NOW)
    other = store.history("energy_prices").assign(source="ree", price_eur_kwh=0.5)
    assert store.restore("energy_prices", other) == 0
    pd.testing.assert_frame_equal(store.history("energy_prices"), other)
    pd.testing.assert_frame_equal(store.read("energy_prices"), other)
    back = other.assign(source="csv", price_eur_kwh=0.6)
    assert store.restore("energy_prices", back) == 0
    pd.testing.assert_frame_equal(store.history("energy_prices"), back)


def test_of_one_version_that_comes_twice_the_last_is_kept(store: InfluxStore) -> None:
    frame = prices(2)
    again = frame.iloc[:1].assign(source="ree", price_eur_kwh=0.7)
    assert store.restore("energy_prices", pd.concat([frame, again])) == 2
    assert store.history("energy_prices")["source"].tolist() == ["ree", "csv"]


def test_unchanged_rows_are_not_written_again(store: InfluxStore, influx: StandIn) -> None:
    store.write("energy_prices", prices(), received_at=NOW)
    influx.forget()
    assert store.write("energy_prices", prices(), received_at=NOW).unchanged == 3
    assert influx.requests("/api/v2/write") == []


def test_hostile_texts_come_back(store: InfluxStore) -> None:
    texts = [
        "\\",
        'a"b',
        "a\nb",
        "a,b=c d",
        "",
        "%0A",
        "x\\",
        "${r}",
        "é😀\u2028",
        "\r\n#datatype,",
    ]
    rows = {
        "measurement": texts, "row_id": texts, "payload": texts, "reason": texts,
        "origin": texts, "state": texts, "source": texts, "available_at": NOW, "flag": "",
    }  # fmt: skip
    index = pd.DatetimeIndex([pd.Timestamp("2025-03-01T00:00Z")] * len(texts), name="time")
    frame = pd.DataFrame(rows, index=index.as_unit("us"))
    store.write("quarantine", frame, received_at=NOW)
    wanted = frame.astype({"available_at": "datetime64[us, UTC]"}).sort_values("row_id")
    pd.testing.assert_frame_equal(store.read("quarantine").sort_values("row_id"), wanted)
    for text in texts:
        assert store.read("quarantine", tags={"row_id": text})["payload"].tolist() == [text]


def test_hours_before_1970_are_kept(store: InfluxStore) -> None:
    frame = prices(2)
    frame.index = pd.DatetimeIndex(["1969-12-31T23:00Z", "1971-06-01T00:00Z"], name="time")
    frame.index = frame.index.as_unit("us")
    store.write("energy_prices", frame, received_at=NOW)
    pd.testing.assert_frame_equal(store.read("energy_prices"), frame)
    changed = frame.assign(price_eur_kwh=1.0)
    store.write("energy_prices", changed, received_at=NOW + HOUR)
    assert len(store.history("energy_prices")) == 4
    assert list(store.latest("energy_prices").index) == [frame.index[1]]


def test_rows_that_could_never_be_found_again_are_refused(store: InfluxStore) -> None:
    frame = prices(1)
    frame.index = pd.DatetimeIndex(["1899-12-31T23:00Z"], name="time").as_unit("us")
    with pytest.raises(DataError, match="1900 to 2190"):
        store.write("energy_prices", frame, received_at=NOW)


def test_many_rows_are_written_in_blocks(
    store: InfluxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(influx_module, "_BLOCK_ROWS", 10)
    frame = prices(35)
    frame.iloc[[7, 31], frame.columns.get_loc("price_eur_kwh")] = np.inf
    with pytest.raises(RowsRefused) as told:
        store.write("energy_prices", frame, received_at=NOW)
    assert told.value.written.new == 33
    assert list(told.value.refused.index) == [frame.index[7], frame.index[31]]
    assert len(store.read("energy_prices")) == 33


# Pages


def test_long_spans_are_asked_for_page_by_page(
    store: InfluxStore, influx: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = prices(24 * 20)
    store.write("energy_prices", frame, received_at=NOW)
    monkeypatch.setattr(buckets, "PAGE", 2 * DAY)
    influx.forget()
    pd.testing.assert_frame_equal(store.read("energy_prices"), frame, check_freq=False)
    ever = Window(pd.Timestamp("0100-01-01T00:00Z"), pd.Timestamp("2900-01-01T00:00Z"))
    pd.testing.assert_frame_equal(store.read("energy_prices", ever), frame, check_freq=False)
    part = Window(frame.index[30], frame.index[400])
    assert list(store.read("energy_prices", part).index) == list(frame.index[30:400])
    assert len(influx.requests("/api/v2/query")) > 3 * 8


def test_the_newest_row_known_long_ago_is_found(
    store: InfluxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = prices(24 * 40)
    store.write("energy_prices", frame, received_at=NOW)
    monkeypatch.setattr(buckets, "PAGE", 3 * DAY)
    then = frame["available_at"].iloc[100]
    newest = frame[frame["available_at"] <= then].index[-1]
    assert list(store.latest("energy_prices", as_of=then).index) == [newest]
    assert store.latest("energy_prices", as_of=then - 400 * DAY).empty
    assert list(store.latest("energy_prices").index) == [frame.index[-1]]


def test_an_empty_window_asks_nothing(store: InfluxStore, influx: StandIn) -> None:
    store.write("energy_prices", prices(), received_at=NOW)
    influx.forget()
    start = pd.Timestamp("2025-03-01T00:00Z")
    assert store.read("energy_prices", Window(start, start)).empty
    assert influx.asked == []


def test_every_question_of_a_busy_day_is_valid_flux(influx: StandIn, open_influx: Opener) -> None:
    store = open_influx(name=influx.add_bucket('a "b" \\ ${c}'))
    for name, kind in MEASUREMENTS.items():
        for frame, received_at in writes(name, 5, 1):
            store.write(name, frame, received_at=received_at)
        tags = {tag.name: "a" if tag.kind == "text" else 1 for tag in kind.tags}
        store.read(name, tags=tags)
        store.latest(name, as_of=NOW)
        store.coverage(name)
        store.restore(name, store.history(name))
    questions = sorted({asked.flux for asked in influx.requests("/api/v2/query")})
    try:
        accepted = are_valid(questions)
    except NotHad as reason:
        pytest.skip(f"InfluxData's Flux parser cannot be had: {reason}")
    assert [q for q, good in zip(questions, accepted, strict=True) if not good] == []


# Opening


def test_real_and_demonstration_rows_never_share_a_bucket(
    open_influx: Opener, store: InfluxStore
) -> None:
    with pytest.raises(DataError, match="never"):
        store.write("energy_prices", prices(source="demo"), received_at=NOW)
    with pytest.raises(DataError, match="never"):
        store.restore("energy_prices", prices(source="demo"))
    with pytest.raises(DataError, match="other kind"):
        open_influx(synthetic=True)


def test_a_bucket_of_a_newer_chocolib_is_left_alone(
    open_influx: Opener, influx: StandIn, bucket: str
) -> None:
    influx.engine.write(influx.buckets[bucket], b"chocolib_store synthetic=0i,layout=9i 0")
    with pytest.raises(DataError, match="newer chocolib"):
        open_influx()


@pytest.mark.parametrize(
    "point",
    [
        b"energy_prices,region=peninsula,source=old price_eur_kwh=0.1 1740787200000000000",
        b'energy_prices,region=a,source=old price_eur_kwh="x",available_at=1i 1740787200000000000',
        b'energy_prices,region=a,source=old available_at="x" 1740787200000000000',
    ],
)
def test_points_of_another_program_are_not_taken_for_rows(
    store: InfluxStore, influx: StandIn, bucket: str, point: bytes
) -> None:
    assert influx.engine.write(influx.buckets[bucket], point) == ""
    window = Window(pd.Timestamp("2025-03-01T00:00Z"), pd.Timestamp("2025-03-02T00:00Z"))
    with pytest.raises(DataError, match="did not write") as told:
        store.read("energy_prices", window)
    assert "INFLUXDB_BUCKET" in str(told.value)


def test_a_bucket_that_forgets_is_refused(open_influx: Opener, influx: StandIn) -> None:
    influx.write_faults.append(Fault(422, message="partial write: points beyond retention policy"))
    with pytest.raises(DataError, match="retention") as told:
        open_influx()
    assert "for ever" in str(told.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"token": "wrong-key"}, "does not accept the token"),
        ({"org": "nobody"}, 'organization name "nobody" not found'),
        ({"bucket": "nothing"}, 'could not find bucket "nothing"'),
        ({"token": READ_ONLY}, "does not allow the token"),
        ({"url": "http://no-such-host.invalid:8086"}, "no host"),
    ],
)
def test_a_wrong_setting_is_one_line_and_what_to_set(
    influx: StandIn, bucket: str, change: dict[str, str], says: str
) -> None:
    endpoint = replace(Endpoint(influx.url, ORG, bucket, TOKEN), **change)
    with pytest.raises(SettingsError) as told:
        InfluxStore(endpoint, patience=QUICK)
    assert says in told.value.message
    assert "\n" not in told.value.message
    assert told.value.hint
    assert endpoint.token not in repr(told.value) + str(told.value)


def test_no_server_is_told_after_some_attempts(free_port: int) -> None:
    endpoint = Endpoint(f"http://127.0.0.1:{free_port}", ORG, "b", TOKEN)
    with pytest.raises(DataError, match="cannot be reached") as told:
        InfluxStore(endpoint, patience=QUICK)
    assert "nothing comes in twice" in str(told.value)


def test_the_address_names_everything_but_the_token(open_influx: Opener, influx: StandIn) -> None:
    store = open_influx(name=influx.add_bucket("my data/1"))
    host = influx.url.removeprefix("http://")
    assert store.address == f"influxdb://{host}/{ORG}/my%20data%2F1"
    shown = repr(store) + repr(Endpoint(influx.url, ORG, "b", TOKEN)) + str(vars(store))
    assert TOKEN not in shown


# The revision


def test_the_revision_is_even_between_writes_and_grows(store: InfluxStore) -> None:
    seen = [store.revision("energy_prices")]
    for value in (0.1, 0.2):
        store.write("energy_prices", prices(value=value), received_at=NOW)
        seen.append(store.revision("energy_prices"))
    assert seen == [0, 2, 4]
    assert store.revision("weather_data") == 0
