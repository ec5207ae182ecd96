from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.errors import DataError
from chocolib.store import delivery
from chocolib.store.delivery import NotTaken, deliver


class Shelf:
    """A server that keeps lines, each once, and refuses batches with bad ones."""

    def __init__(self, *, tells: bool = False, partly: bool = False) -> None:
        self.kept: set[bytes] = set()
        self.batches: list[int] = []
        self.tells, self.partly = tells, partly

    def __call__(self, batch: bytes) -> None:
        lines = batch.split(b"\n")
        self.batches.append(len(lines))
        good = [line for line in lines if not line.startswith(b"bad")]
        if self.partly or len(good) == len(lines):
            self.kept |= set(good)
        if len(good) < len(lines):
            raise NotTaken("bad", len(lines) - len(good) if self.tells else None)


def some_lines(count: int, bad: set[int]) -> list[bytes]:
    return [(b"bad%d" if place in bad else b"good%d") % place for place in range(count)]


@given(st.sets(st.integers(0, 39)), st.booleans(), st.booleans())
def test_every_good_line_arrives_and_every_bad_one_is_named(
    bad: set[int], partly: bool, tells: bool
) -> None:
    shelf, lines = Shelf(tells=tells, partly=partly), some_lines(40, bad)
    refused = deliver(lines, shelf)
    assert set(refused) == bad
    assert shelf.kept == {line for line in lines if line.startswith(b"good")}


def test_a_batch_that_is_refused_as_a_whole_is_not_taken_apart() -> None:
    shelf = Shelf(tells=True)
    assert len(deliver(some_lines(100, set(range(100))), shelf)) == 100
    assert shelf.batches == [100]


def test_one_bad_line_costs_few_requests() -> None:
    shelf = Shelf()
    assert list(deliver(some_lines(1024, {500}), shelf)) == [500]
    assert len(shelf.batches) == 1 + 2 * 10


def test_long_lines_make_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BYTES", 100)
    shelf = Shelf()
    lines = [b"x" * 40] * 5 + [b"y" * 300]
    assert deliver(lines, shelf) == {}
    assert shelf.batches == [2, 2, 1, 1]


def test_nothing_to_deliver_asks_nothing() -> None:
    shelf = Shelf()
    assert deliver([], shelf) == {}
    assert shelf.batches == []


def test_another_error_ends_the_delivery() -> None:
    def gone(_: bytes) -> None:
        raise DataError("no answer")

    with pytest.raises(DataError, match="no answer"):
        deliver([b"a"], gone)
