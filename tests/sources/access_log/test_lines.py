"""One line of an access log, and the files they stand in."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.traffic import UNUSABLE, Judges
from chocolib.sources.access_log.counting import Bounds
from chocolib.sources.access_log.lines import LONGEST_BYTES, Line, parse, second
from chocolib.sources.access_log.pieces import pieces
from chocolib.sources.access_log.tally import Tally
from chocolib.usage.devices import device
from chocolib.usage.paths import asked
from tests.usage_traffic import AGENTS, PAGES, line

GOOD = line("2026-11-21T10:00:00+01:00", "/today", login="maria@f.es").removesuffix(b"\n")
COMBINED = (
    b'100.64.0.3 - admin [21/Nov/2026:10:00:00 +0100] "GET /week?q=1 HTTP/1.1" 200 12 "-" "'
    + AGENTS["phone"].encode()
    + b'"'
)


def test_a_line_of_ours_is_read() -> None:
    found = parse(GOOD)
    assert isinstance(found, Line)
    assert (found.login, found.path, found.status, found.seconds) == (
        "maria@f.es",
        "/today",
        200,
        0.012,
    )
    assert parse(GOOD + b"\r") == found


def test_of_a_combined_line_the_login_is_not_believed_and_the_query_not_kept() -> None:
    found = parse(COMBINED)
    assert isinstance(found, Line)
    assert (found.login, found.address, found.path, found.seconds) == (
        "",
        "100.64.0.3",
        "/week",
        -1,
    )
    assert second(found.time) == second("2026-11-21T09:00:00Z")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (GOOD[:100], "torn"),
        (GOOD[100:], "torn"),
        (b"{", "torn"),
        (b"", "foreign"),
        (b'{"level":"info","msg":"started"}', "foreign"),
        (b"2026/11/21 10:00:00 [error] connect() failed", "foreign"),
        (b"[1, 2]", "foreign"),
        (b"\0" * 9, "hostile"),
        (b"\xff\xfe", "hostile"),
        (b"a\x1b[31m", "hostile"),
        (GOOD.replace(b'"path":"', b'"path":"\xff'), "hostile"),
        (GOOD.replace(b":200", b':"200"', 1), "hostile"),
        (GOOD.replace(b":0.012", b":1e999"), "hostile"),
        (GOOD.replace(b'"login"', b'"login":"root","login"'), "hostile"),
        (GOOD.replace(b'"login"', b'"\\u006cogin":"root","login"'), "hostile"),
        (b'{"time":' + b"[" * 8_000 + b"]" * 8_000 + b"}", "hostile"),
        (b'{"x":' * 2_000 + b"1" + b"}" * 2_000, "hostile"),
        (GOOD.replace(b"/today", b"/" + b"a" * LONGEST_BYTES), "hostile"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(wrong: bytes, why: str) -> None:
    assert parse(wrong) == why


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_a_line_or_a_reason(wrong: bytes) -> None:
    found = parse(wrong)
    assert isinstance(found, Line) or found in UNUSABLE


@given(st.integers(1, len(GOOD) - 1))
def test_a_line_cut_anywhere_is_never_a_view(cut: int) -> None:
    assert parse(GOOD[:cut]) == "torn"
    assert not isinstance(parse(GOOD[cut:]), Line)


@given(st.text(max_size=40))
def test_no_text_of_a_client_becomes_a_time_or_stops_the_tally(text: str) -> None:
    import json

    wrong = json.loads(GOOD) | dict.fromkeys(("time", "login", "address", "method", "agent"), text)
    counted = tally()
    counted.add(json.dumps(wrong).encode() + b"\n")
    assert counted.taken().views.empty


def tally(first: int = 0, end: int = 1 << 40) -> Tally:
    judge = Judges(lambda path: asked(path, frozenset(PAGES)), device)
    return Tally(judge, Bounds(first, end), hour=0)


def what(*lines: bytes, **bounds: int) -> dict[str, int]:
    counted = tally(**bounds)
    counted.add(b"".join(lines))
    return {kind: count for (_, kind), count in counted.taken().lines.items()}


NOON = "2026-11-21T12:00:00Z"


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (line(NOON, "/today"), "page"),
        (line(NOON, "/today", method="HEAD"), "other"),
        (line(NOON, "/today", status=302), "other"),
        (line(NOON, "/today", status=304), "page"),
        (line(NOON, "/today", by="reader"), "page"),
        (line(NOON, "/today", by="script"), "refresh"),
        (line(NOON, "/today", by="script", status=302), "other"),
        (line(NOON, "/revision", status=304), "refresh"),
        (line(NOON, "/today", status=403), "refused"),
        (line(NOON, "/today", status=499), "other"),
        (line(NOON, "/today", status=502), "failed"),
        (line(NOON, "/today", status=999), "hostile"),
        (line(NOON, "/today", status=10**400), "hostile"),
        (line(NOON, "/today", ms=-5), "hostile"),
        (line(NOON, "/today", agent="curl/8"), "program"),
        (line(NOON, "/today", login="two words"), "hostile"),
        (line(NOON, "/today", address="nowhere"), "hostile"),
        (line("2026-11-21T12:00:00", "/today"), "hostile"),
        (line("yesterday", "/today"), "hostile"),
    ],
)
def test_only_an_answered_get_of_a_reader_is_a_view(one: bytes, kind: str) -> None:
    assert what(one) == {kind: 1}


def test_times_that_cannot_be_are_counted_apart() -> None:
    noon = second(NOON)
    assert noon is not None
    assert what(line(NOON, "/today"), first=noon + 1) == {"past": 1}
    assert what(line(NOON, "/today"), end=noon) == {"future": 1}
    assert what(line(NOON, "/today"), first=noon, end=noon + 1) == {"page": 1}


def test_a_login_that_is_not_ascii_is_somebody_of_that_address() -> None:
    counted = tally()
    counted.add(line(NOON, "/today", login="<not ASCII>"))
    counts = counted.taken()
    (reader,) = counts.views["reader"]
    assert counts.readers[reader] == ("", "100.64.0.9", "desktop")


@given(st.lists(st.binary(max_size=20).filter(lambda b: b"\n" not in b), max_size=8), st.data())
def test_pieces_are_the_whole_lines_from_any_of_their_offsets(
    lines: list[bytes], data: st.DataObject
) -> None:
    whole, rest = b"".join(one + b"\n" for one in lines), b"no end yet"
    offset = len(b"".join(one + b"\n" for one in lines[: data.draw(st.integers(0, len(lines)))]))
    found = list(pieces(io.BytesIO(whole + rest), offset, final=False))
    assert b"".join(piece.text for piece in found) == whole[offset:]
    assert not found or found[-1].offset == len(whole)


def test_a_line_that_is_too_long_is_passed_over_even_when_it_ends_later(tmp_path: Path) -> None:
    log, begun = tmp_path / "log", b"first\n" + b"A" * 3_000_000
    log.write_bytes(begun)
    with log.open("rb") as file:
        read = list(pieces(file, 0, final=False))
    assert b"".join(piece.text for piece in read) == b"first\n"
    assert sum(piece.too_long for piece in read) == 1
    log.write_bytes(begun + b"AAA\nlast\n")
    with log.open("rb") as file:
        read = list(pieces(file, read[-1].offset, final=False))
    assert b"".join(piece.text for piece in read) == b"last\n"
    assert sum(piece.too_long for piece in read) == 0


def test_a_packed_log_is_final_so_its_last_line_needs_no_end(tmp_path: Path) -> None:
    log = tmp_path / "log.gz"
    log.write_bytes(gzip.compress(b"one\ntwo"))
    with gzip.open(log) as file:
        assert b"".join(piece.text for piece in pieces(file, 0, final=True)) == b"one\ntwo\n"
