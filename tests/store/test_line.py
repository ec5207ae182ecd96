from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chocolib.store import line
from tests.store.influx_stand_in import StandIn

pytest_plugins = ["tests.store.influx_fixtures"]

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
HOSTILE = [
    "", " ", "\\", "a\\", "a\\,b", "a,b=c d", "=", '"', "a\nb", "\r\n", "\t", "\x00", "\x7f",
    "%", "%5C", "'", "#", "\u2028", "\ufeff", "é€😀", "\\n", '\\"', "x" * 70_000,
]  # fmt: skip
REAL_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = count()
IN_ONE_BUCKET = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def stored(
    server: StandIn, bucket: str, name: str, lines: list[bytes]
) -> dict[int, dict[str, object]]:
    """What influxd made of the lines: for each time its fields and tags."""
    database = server.buckets[bucket]
    assert server.engine.write(database, b"\n".join(lines)) == ""
    (series,) = server.engine.ask(f"SELECT * FROM {name}", database)  # noqa: S608
    rows = [dict(zip(series["columns"], row, strict=True)) for row in series["values"]]
    return {int(str(row["time"])): row for row in rows}


def seconds(items: Sequence[object]) -> np.ndarray:
    return np.arange(len(items), dtype="int64") * 10**9


def check_texts(server: StandIn, bucket: str, texts: list[str]) -> None:
    name = f"m{next(NUMBERS)}"
    column = pd.Series(texts, dtype="str")
    order = pd.Series(range(len(texts)))
    fields = [line.texts("text", column), line.integers("order", order)]
    tags = {"tag": column, "z": order}
    found = stored(server, bucket, name, line.lines(name, tags, fields, seconds(texts)))
    back = [found[at] for at in seconds(texts).tolist()]
    assert [row["text"] for row in back] == texts
    assert [line.tag_value(str(row.get("tag") or "")) for row in back] == texts
    assert [row["z"] for row in back] == [str(place) for place in order]


def test_hostile_texts_come_back_from_influxd_as_tags_and_as_fields(
    influx: StandIn, bucket: str
) -> None:
    check_texts(influx, bucket, [text for text in HOSTILE if len(text) < 70_000])


def test_a_long_text_is_no_trouble_as_a_field(influx: StandIn, bucket: str) -> None:
    fields = [line.texts("text", pd.Series(["x" * 500_000]))]
    found = stored(influx, bucket, "long", line.lines("long", {}, fields, seconds([1])))
    assert len(str(found[0]["text"])) == 500_000


@IN_ONE_BUCKET
@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=20))
def test_any_text_comes_back_from_influxd(influx: StandIn, bucket: str, texts: list[str]) -> None:
    check_texts(influx, bucket, texts)


@IN_ONE_BUCKET
@given(values=st.lists(REAL_FLOATS, min_size=1, max_size=20))
def test_any_number_comes_back_from_influxd_to_the_last_bit(
    influx: StandIn, bucket: str, values: list[float]
) -> None:
    name = f"m{next(NUMBERS)}"
    fields = [line.floats("value", pd.Series(values, dtype=float))]
    found = stored(influx, bucket, name, line.lines(name, {}, fields, seconds(values)))
    assert [float(str(found[at]["value"])) for at in seconds(values).tolist()] == values


@IN_ONE_BUCKET
@given(values=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20))
def test_any_whole_number_comes_back_from_influxd(
    influx: StandIn, bucket: str, values: list[int]
) -> None:
    name = f"m{next(NUMBERS)}"
    fields = [line.integers("value", pd.Series(values, dtype="int64"))]
    found = stored(influx, bucket, name, line.lines(name, {}, fields, seconds(values)))
    assert [found[at]["value"] for at in seconds(values).tolist()] == values


def test_a_number_without_decimals_is_written_as_a_float() -> None:
    assert line.floats("v", pd.Series([3, 4.0])) == ["v=3.0", "v=4.0"]


def test_what_is_missing_is_not_written() -> None:
    fields = [
        line.floats("f", pd.Series([1.5, np.nan])),
        line.integers("i", pd.Series([np.nan, 2.0])),
        line.texts("t", pd.Series(["a", None], dtype="str")),
    ]
    written = line.lines("m", {}, fields, seconds([0, 0]))
    assert written == [b'm f=1.5,t="a" 0', b"m i=2i 1000000000"]


def test_tags_are_in_alphabetical_order_and_empty_ones_are_left_out() -> None:
    tags = {"z": pd.Series(["1", "1"]), "a": pd.Series(["x y", ""])}
    written = line.lines("m", tags, [["f=1i", "f=2i"]], seconds([0, 0]))
    assert written == [rb"m,a=x\ y,z=1 f=1i 0", b"m,z=1 f=2i 1000000000"]


@given(ANY_TEXT)
def test_a_tag_value_is_the_inverse_of_its_text(text: str) -> None:
    stored_as = line.tag_text(text)
    assert line.tag_value(stored_as) == text
    assert stored_as.isprintable()
    assert "\\" not in stored_as


@pytest.mark.parametrize("name", ["a\nb", "a\\"])
def test_a_name_that_line_protocol_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a name"):
        line.integers(name, pd.Series([1]))
