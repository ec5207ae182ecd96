from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.sources.documents import (
    Malformed,
    json_of,
    mapping,
    measured,
    shown,
    unix_moment,
    utc_moment,
)
from tests.sources.mutations import JSON


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "iso-8859-15"])
def test_json_is_read_in_the_encodings_that_are_met(encoding: str) -> None:
    assert json_of('{"lugar": "Jaén"}'.encode(encoding)) == {"lugar": "Jaén"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"<html>", b"9" * 5000, b"\xef\xbb\xbf"]
)
def test_what_is_not_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        json_of(body)


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=40))
def test_bytes_of_any_kind_are_json_or_a_value_error(body: bytes) -> None:
    try:
        document = json_of(body)
    except ValueError:
        return
    assert json.loads(json.dumps(document, allow_nan=True)) == document or "NaN" in str(body)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, 12.0), (-0.5, -0.5), ("12,3", 12.3), ("12.3", 12.3), (" -4 ", -4.0), ("+1", 1.0),
        ("-0", 0.0),
    ],
)  # fmt: skip
def test_a_measured_number_may_be_text(value: object, number: float) -> None:
    assert measured(value, "x") == number


@pytest.mark.parametrize("value", [None, "", "  "])
def test_nothing_measured_is_missing(value: object) -> None:
    assert math.isnan(measured(value, "x"))


@pytest.mark.parametrize(
    "value",
    ["1.234,5", "1,2,3", "x", "Ip", "1e5", "nan", "--", "9" * 400, "٣", True, math.nan, math.inf,
     10**400, [], {}, "1_0", "0x1"],
)  # fmt: skip
def test_anything_else_is_not_a_number(value: object) -> None:
    with pytest.raises(Malformed, match=r"^x: expected a number, found"):
        measured(value, "x")


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-30T01:00:00", "2025-03-30 01:00", "2025-03-30T01:00:00Z",
        "2025-03-30T01:00:00+0000", "2025-03-30T03:00:00+02:00", " 2025-03-30T01:00:00.000000 ",
    ],
)  # fmt: skip
def test_a_time_is_utc_unless_it_says_otherwise(text: str) -> None:
    assert utc_moment(text, "x") == datetime(2025, 3, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["2025-03-30", "30/03/2025 01:00", "2025-13-30T01:00", "2025-03-30T25:00", "1939-12-31T23:00",
     "2025-03-30T01", "20250330T010000", "", None, 1743296400, "0001-01-01T00:00+14:00"],
)  # fmt: skip
def test_anything_else_is_not_a_time(value: object) -> None:
    with pytest.raises(Malformed, match=r"^x: expected a time like"):
        utc_moment(value, "x")


def test_seconds_since_1970_are_a_time() -> None:
    assert unix_moment(1743296400, "x") == datetime(2025, 3, 30, 1, tzinfo=UTC)
    assert unix_moment(-86400, "x") == datetime(1969, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize("value", [-(10**9), 10**11, 1e300, "1743296400", None, True, math.nan])
def test_anything_else_is_not_seconds(value: object) -> None:
    with pytest.raises(Malformed, match=r"^x: expected"):
        unix_moment(value, "x")


def test_an_object_is_asked_for_by_name() -> None:
    with pytest.raises(Malformed, match=r'^main: expected a JSON object, found "\[\]"$'):
        mapping([], "main")


@settings(max_examples=100, deadline=None)
@given(value=JSON, longest=st.integers(10, 200))
def test_whatever_is_shown_is_one_short_line_that_can_be_printed(value: Any, longest: int) -> None:
    text = shown(value, longest)
    assert len(text.splitlines()) == 1
    assert len(text) <= longest + 2
    assert text.encode("utf-8")
