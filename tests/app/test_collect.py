"""Sources are asked in turn, cover for one another, and every run is kept."""

from __future__ import annotations

import pandas as pd
import pytest

from chocolib.app.collect import Outcome, asked_until, collect, missing_window
from chocolib.app.context import real_store
from chocolib.app.runs import kept_runs
from chocolib.app.settings import read_settings
from chocolib.core.ports import Store
from chocolib.core.time import DAY, HOUR, Window, utc
from tests.app.sources_to_ask import Known, silent
from tests.conftest import made_up_prices

NOW = utc("2025-06-01T12:00")
PRICES = made_up_prices("2025-02-28T23:00", 24 * 93 - 1)  # to the end of 1 June in Madrid
WINDOW = Window(utc("2025-03-01"), utc("2025-06-02"))
EVENING = Window(utc("2025-06-01"), utc("2025-06-03"))
LONGER = made_up_prices("2025-02-28T23:00", 24 * 94 - 1)  # with 2 June


@pytest.fixture
def store() -> Store:
    return real_store(read_settings())


def ask(store: Store, *sources: Known, window: Window = WINDOW, now: pd.Timestamp = NOW) -> Outcome:
    found = collect(store, sources, window, clock=lambda: now, tell=silent)
    assert found is not None
    return found


def test_the_first_source_that_delivers_ends_the_round(store: Store) -> None:
    first, second = Known(PRICES), Known(PRICES, name="esios-1001")
    done = ask(store, first, second)
    assert [run.written.new for run in done.runs] == [len(PRICES)]
    assert done.delivered
    assert second.asked == []


def test_the_next_source_is_asked_for_what_is_missing_only(store: Store) -> None:
    first, second = Known(PRICES, fails_after=2), Known(PRICES, name="esios-1001")
    done = ask(store, first, second)
    assert done.delivered
    assert [run.error is None for run in done.runs] == [False, True]
    assert min(window.start for window in second.asked) == first.asked[-1].end
    held = store.read("energy_prices")
    assert held.index.equals(pd.DatetimeIndex(PRICES.index))
    assert (held["source"] == "ree").sum() == 2 * 27 * 24


@pytest.mark.parametrize(
    ("moment", "asked", "delivered"),
    [
        ("2025-06-01T20:15", False, True),  # not out, nobody else would have it
        ("2025-06-01T20:35", True, True),  # out: another source may have it
        ("2025-06-01T21:40", True, False),  # and now it is overdue
    ],
)
def test_tomorrow_is_asked_of_the_others_when_it_is_out(
    store: Store, moment: str, asked: bool, delivered: bool
) -> None:
    late = Known(PRICES, name="esios-1001")
    done = ask(store, Known(PRICES), late, window=EVENING, now=utc(moment))
    assert bool(late.asked) is asked
    assert done.delivered is delivered


def test_the_second_source_brings_the_tomorrow_that_the_first_has_not(store: Store) -> None:
    done = ask(
        store,
        Known(PRICES),
        Known(LONGER, name="esios-archive-70"),
        window=EVENING,
        now=utc("2025-06-01T20:35"),
    )
    assert done.delivered
    rows = store.read("energy_prices")
    assert rows.index[-1] == utc("2025-06-03") - HOUR
    assert rows["source"].value_counts().to_dict() == {"ree": 24, "esios-archive-70": 24}


def test_rows_that_are_refused_are_not_delivered(store: Store) -> None:
    absurd = Known(PRICES * 1000)
    absurd.keep_all = True
    done = ask(store, absurd, Known(PRICES, name="esios-1001"), window=EVENING)
    assert done.delivered
    assert set(store.read("energy_prices")["source"]) == {"esios-1001"}
    assert len(store.read("quarantine")) == 24
    alone = ask(store, absurd, window=Window(utc("2025-05-01"), utc("2025-05-02")))
    assert not alone.delivered


def test_nobody_delivers_and_what_is_stored_stays(store: Store) -> None:
    sources = [Known(PRICES, fails_after=1), Known(PRICES, name="esios-1001", fails_after=0)]
    assert not ask(store, *sources).delivered
    assert len(store.read("energy_prices")) == 27 * 24
    failed = [run["error"] for run in kept_runs(store, newest=9)]
    assert sorted(map(str, failed)) == ["esios-1001: no connection", "ree: no connection"]


def test_a_round_when_everything_is_there_still_fails_if_nobody_answers(store: Store) -> None:
    assert ask(store, Known(PRICES)).delivered
    assert not ask(store, Known(PRICES, fails_after=0), window=EVENING).delivered


def test_two_runs_in_one_second_are_two_records(store: Store) -> None:
    for _ in range(2):
        ask(store, Known(PRICES))
    assert len(kept_runs(store, newest=9)) == 2


def test_a_run_that_is_stopped_is_kept(store: Store) -> None:
    def stop(*_: object) -> None:
        raise SystemExit(130)

    with pytest.raises(SystemExit):
        collect(store, [Known(PRICES)], WINDOW, clock=lambda: NOW, tell=stop)
    (run,) = kept_runs(store, newest=9)
    assert run["new"] == 27 * 24 == len(store.read("energy_prices"))
    assert run["error"] == "it was stopped"


def test_a_row_is_known_when_its_answer_has_come(store: Store) -> None:
    moments = iter([NOW, NOW, NOW + HOUR, NOW + 2 * HOUR])
    ask(store, Known(PRICES), window=EVENING)
    changed = Known(PRICES + 0.01)
    collect(store, [changed], EVENING, clock=lambda: next(moments), tell=silent)
    assert set(store.read("energy_prices")["available_at"]) == {NOW + HOUR}


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2025-06-01T12:00", "2025-06-02"),
        ("2025-06-01T20:09", "2025-06-02"),
        ("2025-06-01T20:10", "2025-06-03"),
        ("2025-10-25T20:15", "2025-10-27"),
    ],
)
def test_tomorrow_is_asked_for_from_ten_past_eight(now: str, until: str) -> None:
    assert asked_until(utc(now)) == utc(until)


def test_the_missing_window_follows_the_store(store: Store) -> None:
    assert missing_window(store, now=NOW).start == NOW - 200 * DAY
    ask(store, Known(PRICES[: 24 * 50]))
    assert missing_window(store, now=NOW).start == PRICES.index[24 * 50]


def test_a_run_that_was_killed_is_on_record_with_what_it_had_stored(store: Store) -> None:
    def killed(*_: object) -> None:
        unfinished.extend(kept_runs(real_store(read_settings()), newest=9))

    unfinished: list[dict[str, object]] = []
    collect(store, [Known(PRICES)], EVENING, clock=lambda: NOW, tell=killed)
    assert [(run["error"], run["new"]) for run in unfinished] == [("it has not ended", 24)]
    (run,) = kept_runs(store, newest=9)
    assert (run["error"], run["new"]) == (None, 24)
