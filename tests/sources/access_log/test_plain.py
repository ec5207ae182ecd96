"""Plain lines are read as any others are, only faster."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from chocolib.sources.access_log.lines import LONGEST_BYTES, Line, parse
from chocolib.sources.access_log.plain import find, login_address, method_path_status
from tests.usage_traffic import Truth, line, month

GOOD = line("2026-11-21T10:00:00+01:00", "/today", login="maria@f.es", by="reader")
KEYS = ("time", "request", "login", "address", "method", "path", "status", "bytes", "seconds",
        "upstream_status", "upstream_seconds", "agent", "by")  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=12),
    st.text(st.sampled_from('"\\/,:.{}[]aZ09-+T\x00\x1f\x7f\xff'), max_size=12),
    st.integers(-5, 10**20),
    st.floats(),
)
#: Lines of ours with another value or two, or other keys.
LINES = st.builds(
    lambda others, ascii_only, apart: json.dumps(
        json.loads(GOOD) | others, ensure_ascii=ascii_only, separators=apart
    ).encode("utf-8", "surrogatepass"),
    st.dictionaries(st.sampled_from((*KEYS, "more")), VALUES, max_size=2),
    st.booleans(),
    st.sampled_from(((",", ":"), (", ", ": "))),
)


def read(text: bytes) -> list[Line | bytes]:
    """What is found, as `parse` would tell it; what is not plain as it is."""
    found = find(text)
    return [as_line(*one) if one[0] else one[-1] for one in zip(*found, strict=True)]


def as_line(
    time: bytes, who: bytes, asked: bytes, seconds: bytes, agent: bytes, by: bytes, _: bytes
) -> Line:
    (login, address), (method, path, status) = login_address(who), method_path_status(asked)
    return Line(time.decode(), login, address, method, path, status, float(seconds),
                agent.decode(), by.decode())  # fmt: skip


def test_a_line_of_ours_is_plain() -> None:
    assert read(GOOD) == [parse(GOOD.removesuffix(b"\n"))]


@given(LINES)
def test_a_plain_line_says_what_it_says_to_whoever_reads_it_slowly(one: bytes) -> None:
    (found,) = read(one + b"\n")
    assert found == one or found == parse(one)


@given(
    st.sampled_from([b'","', b'":"', b'"', b"0", b",", b"\\", b"\xc3\xb1", b"\r", b"}", b" "]),
    st.integers(0, len(GOOD) - 2),
)
def test_a_line_with_something_put_into_it_is_read_the_same(more: bytes, place: int) -> None:
    one = GOOD[:place] + more + GOOD[place:-1]
    (found,) = read(one + b"\n")
    assert found == one or found == parse(one)


@given(st.lists(st.one_of(LINES, st.just(GOOD[:-1]), st.binary(max_size=30)), max_size=9))
def test_every_line_has_its_place(lines: list[bytes]) -> None:
    lines = [one for one in lines if b"\n" not in one]
    found = read(b"".join(one + b"\n" for one in lines))
    assert len(found) == len(lines)
    assert all(new in (old, parse(old)) for new, old in zip(found, lines, strict=True))


def test_a_line_that_is_too_long_is_never_plain() -> None:
    for key in (b'"request":"', b'"path":"/', b'"agent":"'):
        wrong = GOOD.replace(key, key + b"a" * LONGEST_BYTES)
        assert read(wrong) == [wrong[:-1]]
    wide = GOOD
    for key in KEYS:
        wide = wide.replace(f'"{key}":"'.encode(), f'"{key}":"'.encode() + b"1" * 1_400)
    assert read(wide) in ([wide[:-1]], [parse(wide[:-1])])


def test_of_usual_traffic_whatever_can_be_used_is_plain() -> None:
    text = b"".join(month(3_000, truth=Truth()))
    others = [one for one in find(text).others if isinstance(parse(one), Line)]
    assert len(find(text).times) > 3_000
    assert not [one for one in others if one.isascii() and b"\\" not in one and b"<b>" not in one]
