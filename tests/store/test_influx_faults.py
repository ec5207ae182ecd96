"""Requests fail, rows are refused, processes are killed: nothing is lost, nothing comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

import numpy as np
import pandas as pd
import pytest
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from chocolib.core.errors import ChocolibError, DataError, RowsRefused
from chocolib.core.time import DAY, HOUR
from chocolib.store import delivery
from chocolib.store.influx import InfluxStore
from tests.conftest import NOW, made_up_prices, price_frame
from tests.store.histories import writes
from tests.store.influx_opening import QUICK, Opener
from tests.store.influx_stand_in import TOKEN, Fault, StandIn

pytest_plugins = ["tests.store.influx_fixtures"]

PASSING = [
    Fault(429, headers={"Retry-After": "1"}),
    Fault(503),
    Fault(kind="drop"),
    Fault(kind="drop-after"),
    Fault(429),
    Fault(500),
    Fault(502),
    Fault(504),
]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "LINES", 50)


def prices(hours: int) -> pd.DataFrame:
    return price_frame(made_up_prices("2025-03-01", hours))


def some_faults(count: int) -> Iterator[Fault | None]:
    """Faults and none in turn."""
    for fault, _ in zip(cycle(PASSING), range(count), strict=False):
        yield fault
        yield None


@pytest.mark.usefixtures("small_batches")
def test_every_point_arrives_exactly_once_whatever_fails(
    open_influx: Opener, influx: StandIn, bucket: str
) -> None:
    store, frame = open_influx(), prices(1200)
    influx.write_faults.extend(some_faults(24))
    assert store.write("energy_prices", frame, received_at=NOW).new == 1200
    met = [asked.fault for asked in influx.requests("/api/v2/write") if asked.fault]
    assert len(met) >= 20
    assert {fault.name for fault in met} == {fault.name for fault in PASSING}
    assert influx.count(bucket, "energy_prices") == 1200
    pd.testing.assert_frame_equal(store.read("energy_prices"), frame, check_freq=False)


@pytest.mark.usefixtures("small_batches")
def test_bad_rows_among_many_faults_are_named_and_the_others_arrive(
    open_influx: Opener, influx: StandIn, bucket: str
) -> None:
    store, frame, bad = open_influx(), prices(600), [7, 300, 301, 599]
    frame.iloc[bad, frame.columns.get_loc("price_eur_kwh")] = np.inf
    influx.write_faults.extend(some_faults(24))
    with pytest.raises(RowsRefused) as told:
        store.write("energy_prices", frame, received_at=NOW)
    assert len([asked for asked in influx.requests("/api/v2/write") if asked.fault]) >= 20
    refusal = told.value
    pd.testing.assert_frame_equal(refusal.refused.drop(columns="reason"), frame.iloc[bad])
    assert refusal.refused["reason"].str.contains("unable to parse").all()
    assert (refusal.written.new, refusal.written.read) == (596, 596)
    assert influx.count(bucket, "energy_prices") == 596
    good = frame.drop(frame.index[bad])
    pd.testing.assert_frame_equal(store.read("energy_prices"), good, check_freq=False)


@pytest.mark.usefixtures("small_batches")
def test_a_partial_write_among_many_faults_is_known_row_by_row(
    open_influx: Opener, influx: StandIn
) -> None:
    name = influx.add_bucket(shards="1d")
    store, frame = open_influx(name=name), prices(600)
    wrong_type = 'energy_prices,source=x,region=x price_eur_kwh=1i,available_at=1i,flag="" {}'
    second_day = int((pd.Timestamp("2025-03-02T05:00Z")).timestamp()) * 10**9
    influx.engine.write(influx.buckets[name], wrong_type.format(second_day).encode())
    influx.write_faults.extend(some_faults(24))
    with pytest.raises(RowsRefused, match="refused 24 of 600 rows") as told:
        store.write("energy_prices", frame, received_at=NOW)
    assert len([asked for asked in influx.requests("/api/v2/write") if asked.fault]) >= 20
    assert told.value.refused["reason"].str.contains("type conflict").all()
    assert list(told.value.refused.index) == list(frame.index[24:48])
    assert told.value.written.new == 576
    assert influx.count(name, "energy_prices") == 576 + 1


def test_a_batch_that_is_too_large_is_sent_in_halves(
    open_influx: Opener, influx: StandIn, bucket: str
) -> None:
    store = open_influx()
    influx.most_lines = 10
    assert store.write("energy_prices", prices(100), received_at=NOW).new == 100
    assert influx.count(bucket, "energy_prices") == 100


def test_a_changed_row_is_left_alone_when_its_old_value_cannot_be_kept(
    open_influx: Opener, influx: StandIn, bucket: str
) -> None:
    store, frame = open_influx(), prices(3)
    store.write("energy_prices", frame, received_at=NOW)
    wrong_type = b"energy_prices__earlier,source=x,region=x price_eur_kwh=1i 1740787200000000000"
    assert influx.engine.write(influx.buckets[bucket], wrong_type) == ""
    changed = frame.assign(price_eur_kwh=0.5)
    with pytest.raises(RowsRefused) as told:
        store.write("energy_prices", changed, received_at=NOW + HOUR)
    assert (len(told.value.refused), told.value.written.read) == (3, 0)
    assert store.read("energy_prices")["price_eur_kwh"].tolist() == list(frame["price_eur_kwh"])


# Pauses


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    """The pauses that were made, s."""
    seen: list[float] = []

    def hook(details: RetryDetails) -> None:
        seen.append(details.wait_for)

    set_on_retry_hooks([hook])
    yield seen
    set_on_retry_hooks(())


def test_the_pause_that_the_server_asks_for_is_made_but_not_a_longer_one_than_ours(
    open_influx: Opener, influx: StandIn, pauses: list[float]
) -> None:
    store = open_influx(patience=replace(QUICK, longest_wait_s=0.02))
    asked = Fault(429, headers={"Retry-After": "0"}), Fault(503, headers={"Retry-After": "3600"})
    influx.write_faults.extend(asked)
    store.write("energy_prices", prices(3), received_at=NOW)
    assert pauses == [0.0, 0.02]


def test_a_pause_that_cannot_be_read_is_our_own(
    open_influx: Opener, influx: StandIn, pauses: list[float]
) -> None:
    store = open_influx()
    influx.write_faults.append(Fault(503, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}))
    store.write("energy_prices", prices(3), received_at=NOW)
    assert len(pauses) == 1
    assert 0 < pauses[0] <= QUICK.longest_wait_s


def test_a_server_that_says_nothing_is_asked_again(open_influx: Opener, influx: StandIn) -> None:
    store = open_influx(patience=replace(QUICK, read_s=0.3))
    influx.write_faults.append(Fault(kind="slow", pause_s=0.9))
    assert store.write("energy_prices", prices(3), received_at=NOW).new == 3
    assert len(store.read("energy_prices")) == 3


# Reading


@pytest.mark.parametrize(
    "fault", [Fault(503), Fault(429), Fault(500), Fault(kind="drop"), Fault(kind="cut")]
)
def test_a_question_is_asked_again(open_influx: Opener, influx: StandIn, fault: Fault) -> None:
    store, frame = open_influx(), prices(30)
    store.write("energy_prices", frame, received_at=NOW)
    influx.query_faults.extend([fault, None, fault])
    pd.testing.assert_frame_equal(store.read("energy_prices"), frame, check_freq=False)
    assert not influx.query_faults


def test_an_error_in_the_middle_of_an_answer_is_not_taken_for_its_end(
    open_influx: Opener, influx: StandIn
) -> None:
    store = open_influx()
    store.write("energy_prices", prices(30), received_at=NOW)
    influx.query_faults.extend([None, None, Fault(kind="error")])
    with pytest.raises(DataError, match="out of luck"):
        store.read("energy_prices")


# Words


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault(status, message=f"no {TOKEN}\nhere") for status in (401, 403, 404, 429, 500, 503)),
        *(Fault(status, kind="page") for status in (302, 400, 418)),
        Fault(kind="drop"),
    ],
    ids=lambda fault: f"{fault.status}{fault.kind}",
)
def test_every_failure_is_one_line_of_ours_without_the_token(
    open_influx: Opener,
    influx: StandIn,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    store = open_influx()
    influx.write_faults.extend([fault] * 10)
    with pytest.raises(ChocolibError) as told:
        store.write("energy_prices", prices(3), received_at=NOW)
    assert not isinstance(told.value, RowsRefused)
    assert "\n" not in told.value.message
    assert store.address in told.value.message
    assert TOKEN not in str(told.value) + repr(told.value) + caplog.text
    assert capfd.readouterr() == ("", "")


# Being cut off


def cut_off_after(influx: StandIn, requests: int) -> None:
    """From now on so many writes go through, and no more."""
    influx.forget()
    influx.write_faults.extend([*[None] * requests, *[Fault(kind="drop")] * 20])


def tell(store: InfluxStore, count: int) -> None:
    for frame, received_at in list(writes("weather_data", 11, 6))[:count]:
        store.write("weather_data", frame, received_at=received_at)


def is_within(rows: pd.DataFrame, others: pd.DataFrame) -> bool:
    """Whether all rows are among the others, to the last value."""
    found = rows.reset_index().merge(others.reset_index(), how="left", indicator=True)
    return len(rows) > 0 and bool((found["_merge"] == "both").all())


def test_a_write_that_is_cut_off_anywhere_loses_nothing_and_the_next_completes_it(
    open_influx: Opener, influx: StandIn
) -> None:
    undisturbed = open_influx()
    tell(undisturbed, 3)
    before = undisturbed.history("weather_data")
    seen_before = undisturbed.read("weather_data", as_of=NOW + 2 * HOUR)
    influx.forget()
    frame, received_at = list(writes("weather_data", 11, 6))[3]
    undisturbed.write("weather_data", frame, received_at=received_at)
    needed = len(influx.requests("/api/v2/write"))
    assert needed == 4  # the revision, the replaced values, the values, the revision
    for requests in range(needed):
        influx.forget()
        name = influx.add_bucket()
        tell(open_influx(name=name), 3)
        cut_off_after(influx, requests)
        with pytest.raises(DataError):
            open_influx(name=name, patience=replace(QUICK, attempts=1)).write(
                "weather_data", frame, received_at=received_at
            )
        influx.forget()
        again = open_influx(name=name)
        assert is_within(before, again.history("weather_data"))
        assert is_within(seen_before, again.read("weather_data", as_of=NOW + 2 * HOUR))
        odd = again.revision("weather_data")
        again.write("weather_data", frame, received_at=received_at)
        for ours, theirs in (
            (again.history("weather_data"), undisturbed.history("weather_data")),
            (again.read("weather_data"), undisturbed.read("weather_data")),
        ):
            pd.testing.assert_frame_equal(ours, theirs)
        assert again.revision("weather_data") > odd
        assert again.revision("weather_data") % 2 == 0


def test_the_revision_is_odd_while_rows_may_be_half_there(
    open_influx: Opener, influx: StandIn
) -> None:
    store = open_influx(patience=replace(QUICK, attempts=1))
    cut_off_after(influx, 2)
    with pytest.raises(DataError):
        store.write("energy_prices", prices(3), received_at=NOW)
    influx.forget()
    assert store.revision("energy_prices") == 1
    assert store.write("energy_prices", prices(3), received_at=NOW + DAY).unchanged == 3
    assert store.revision("energy_prices") == 2
