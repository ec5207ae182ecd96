"""Gaps are found exactly, healed from whoever has them, and not asked for in vain."""

from __future__ import annotations

import pandas as pd
import pytest

from chocolib.app.backfill import Healed, Sources, backfill, questions
from chocolib.app.context import real_store
from chocolib.app.gaps import find_gaps
from chocolib.app.runs import kept_runs
from chocolib.app.settings import read_settings
from chocolib.core.errors import SettingsError
from chocolib.core.ports import Source, Store
from chocolib.core.time import DAY, HOUR, utc
from tests.app.sources_to_ask import Known, silent
from tests.conftest import made_up_prices, price_frame

NOON = utc("2025-06-01T12:00")
WHOLE = made_up_prices("2025-02-28T23:00", 24 * 93 - 1)  # to the end of 1 June in Madrid


@pytest.fixture
def store() -> Store:
    return real_store(read_settings())


def with_holes(store: Store, holes: pd.DatetimeIndex) -> None:
    store.write("energy_prices", price_frame(WHOLE.drop(holes)), received_at=NOON)


def heal(store: Store, *sources: Source, now: pd.Timestamp = NOON) -> list[Healed]:
    every: Sources = {"energy_prices": list(sources)}
    return list(backfill(store, every, clock=lambda: now, tell=silent))


def hours(*spans: tuple[int, int]) -> pd.DatetimeIndex:
    parts = [WHOLE.index[first:last] for first, last in spans]
    return parts[0].append(parts[1:])


HOLES = hours((30, 33), (300, 350), (2000, 2001))


def test_gaps_are_exactly_the_hours_that_were_taken_out(store: Store) -> None:
    with_holes(store, HOLES)
    (found,) = find_gaps(store, as_of=NOON)
    assert found.missing.equals(HOLES)
    assert [gap["missing"] for gap in found.to_dict()["gaps"]] == [3, 50, 1]
    assert found.freshness.status == "fresh"


def test_an_empty_store_has_no_gaps_until_asked_since_when(store: Store) -> None:
    assert find_gaps(store, as_of=NOON) == []
    found = find_gaps(store, as_of=NOON, measurement="energy_prices", since=NOON - DAY)
    assert [len(series.missing) for series in found] == [24 + 12]


def test_a_measurement_without_a_cadence_has_no_gaps_to_ask_for(store: Store) -> None:
    with pytest.raises(SettingsError, match="energy_prices, weather_data"):
        find_gaps(store, as_of=NOON, measurement="production_plan")


def test_the_newest_gaps_are_healed_first_and_then_nothing_is_left_to_do(store: Store) -> None:
    with_holes(store, HOLES)
    source = Known(WHOLE)
    (done,) = heal(store, source)
    assert (done.missing, done.healed, done.not_available, done.still_missing) == (54, 54, 0, 0)
    assert [window.start for window in source.asked] == [HOLES[-1], HOLES[0]]
    assert store.read("energy_prices").index.equals(pd.DatetimeIndex(WHOLE.index))
    assert heal(store, source) == []
    assert len(source.asked) == 2


def test_what_nobody_has_is_remembered_and_asked_again_only_later(store: Store) -> None:
    with_holes(store, HOLES)
    source = Known(WHOLE.drop(HOLES[:3]))
    (done,) = heal(store, source)
    assert (done.healed, done.not_available, done.still_missing) == (51, 3, 0)
    before = len(source.asked)
    (again,) = heal(store, source, now=NOON + HOUR)
    assert (again.healed, again.not_available, again.still_missing) == (0, 3, 0)
    assert len(source.asked) == before
    assert not list(questions(store, {"energy_prices": [source]}, now=NOON + HOUR))
    (found,) = find_gaps(store, as_of=NOON + HOUR)
    assert found.absent.equals(HOLES[:3])
    source.prices = WHOLE
    later = NOON + 31 * DAY
    every: Sources = {"energy_prices": [source]}
    (late,) = backfill(store, every, clock=lambda: later, tell=silent, until=NOON)
    assert (late.healed, late.not_available) == (3, 0)


def test_another_source_stands_in_for_one_that_fails(store: Store) -> None:
    with_holes(store, HOLES)
    first, second = Known(WHOLE, fails_after=0), Known(WHOLE, name="esios-1001")
    (done,) = heal(store, first, second)
    assert (done.healed, done.still_missing) == (54, 0)
    assert [(run.feed, run.error is None) for run in done.runs] == [
        ("ree", False),
        ("esios-1001", True),
    ]
    rows = store.read("energy_prices").loc[HOLES]
    assert set(rows["source"]) == {"esios-1001"}


def test_a_source_that_fails_half_way_leaves_the_older_gaps_for_the_next_run(store: Store) -> None:
    with_holes(store, HOLES)
    source = Known(WHOLE, fails_after=1)
    (done,) = heal(store, source)
    assert (done.healed, done.not_available, done.still_missing) == (1, 0, 53)
    source.fails_after = None
    (rest,) = heal(store, source)
    assert (rest.missing, rest.healed) == (53, 53)


def test_a_source_is_asked_only_as_far_back_as_it_reaches(store: Store) -> None:
    with_holes(store, HOLES)
    short = Known(WHOLE, since="2025-05-01T00:00Z")
    (done,) = heal(store, short)
    assert (done.healed, done.not_available, done.still_missing) == (1, 0, 53)


def test_a_replay_fills_in_what_was_known_then(store: Store) -> None:
    with_holes(store, HOLES)
    heal(store, Known(WHOLE))
    evening = utc("2025-03-20T12:00")
    seen = store.read("energy_prices", as_of=evening)
    assert len(seen) == 20 * 24  # whole days 1 to 20 March, as if the gap had never been


def test_every_backfill_is_kept_as_one_run_for_each_source(store: Store) -> None:
    with_holes(store, HOLES)
    heal(store, Known(WHOLE, fails_after=1))
    (run,) = kept_runs(store, newest=10)
    assert (run["source"], run["measurement"], run["new"]) == ("ree", "energy_prices", 1)
    assert run["error"] == "ree: no connection"


def test_dry_questions_ask_nobody(store: Store) -> None:
    with_holes(store, HOLES)
    source = Known(WHOLE)
    asked = list(questions(store, {"energy_prices": [source]}, now=NOON))
    assert [(q.missing, q.sources) for q in asked] == [(1, ("ree",)), (53, ("ree",))]
    assert source.asked == []


def test_hours_that_were_not_missing_are_left_as_they_are(store: Store) -> None:
    """Two holes are asked for in one question; what lies between them is not touched."""
    with_holes(store, hours((300, 302), (500, 502)))
    other = Known(WHOLE + 0.5, name="ree")
    (done,) = heal(store, other)
    assert (done.healed, len(other.asked)) == (4, 1)
    rows = store.read("energy_prices")
    assert (rows["source"] == "ree").sum() == 4


def test_one_bad_part_does_not_hold_up_the_older_ones(store: Store) -> None:
    with_holes(store, HOLES)
    source = Known(WHOLE, strange_on=str(HOLES[-1]))
    (done,) = heal(store, source)
    assert (done.healed, done.not_available, done.still_missing) == (53, 0, 1)
    assert done.runs[0].error is not None


def test_a_source_that_asks_for_each_hour_is_asked_for_missing_hours_only(store: Store) -> None:
    with_holes(store, hours((300, 302), (500, 502)))
    dear = Known(WHOLE, question=HOUR)
    heal(store, dear)
    assert len(dear.asked) == 4
    assert sum(len(window) for window in dear.asked) == 4


def test_a_row_that_came_and_was_refused_is_not_called_absent(store: Store) -> None:
    with_holes(store, HOLES[:3])
    absurd = Known(WHOLE * 1000, keep_all=True)
    (done,) = heal(store, absurd)
    assert (done.healed, done.not_available, done.still_missing) == (0, 0, 3)
