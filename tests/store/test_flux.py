from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.errors import DataError
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import Window
from chocolib.store import flux, points
from deploy.debian import NotHad
from deploy.flux import are_valid
from tests.store.flux_subset import Unsupported, understood

DAY = Window(pd.Timestamp("2025-03-01T00:00Z"), pd.Timestamp("2025-03-02T00:00Z"))
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
HOSTILE = ['"', "\\", '") |> drop()', "${r}", "$", "${", "a\nb", "\r\t", "\x00\x1f", "é😀", "#"]


def valid(questions: list[str]) -> list[bool]:
    try:
        return are_valid(questions)
    except NotHad as reason:
        pytest.skip(f"InfluxData's Flux parser cannot be had: {reason}")


def all_questions() -> list[str]:
    """Every shape of question, for every measurement, tag and place, hostile values too."""
    found = []
    for kind in MEASUREMENTS.values():
        tags = [{}, *({tag.name: text} for tag in kind.tags for text in HOSTILE)]
        tags.append({tag.name: 7 for tag in kind.tags})
        for chosen in tags:
            for earlier in (False, True):
                name = points.home(kind, earlier=earlier)
                asked = flux.Selection("energy_data", name, DAY, chosen)
                found += [asked.question(), asked.question(points.STANDING)]
            found += [asked.end_of(side, "available_at") for side in ("first", "last")]
    buckets = [flux.Selection(name, "energy_prices", flux.EVER, {}) for name in HOSTILE]
    return found + [asked.question() for asked in buckets]


def test_influxdatas_own_parser_accepts_every_question() -> None:
    questions = all_questions()
    accepted = valid(questions)
    assert [q for q, good in zip(questions, accepted, strict=True) if not good] == []


def test_influxdatas_own_parser_would_have_refused_a_wrong_one() -> None:
    good = flux.Selection("b", "m", DAY, {}).question()
    assert valid([good.replace("start:", "startt:"), good.replace("pivot", "pvot"), good[:-1]]) == [
        False,
        False,
        False,
    ]


@given(ANY_TEXT)
def test_a_literal_means_exactly_its_text(text: str) -> None:
    asked = flux.Selection(text, "m", DAY, {}).question()
    assert understood(asked).bucket == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_tag_filter_cannot_be_broken_out_of(text: str) -> None:
    asked = flux.Selection("b", "m", DAY, {"region": text, "other": "x"}).question()
    assert list(understood(asked).equal) == ["_measurement", "region", "other"]


@pytest.mark.parametrize(
    "wrong",
    [
        'from(bucket: "b") |> range(start: -1h)',
        'from(bucket: "b") |> filter(fn: (r) => r._measurement == "m")',
        flux.Selection("b", "m", DAY, {}).question().replace(" and", " or").replace("==", "!="),
        flux.Selection("b", "m", DAY, {}).question() + " |> limit(n: 1)",
        flux.Selection("b", "m", Window(DAY.start, DAY.start), {}).question(),
    ],
)
def test_the_stand_in_refuses_what_it_does_not_know(wrong: str) -> None:
    with pytest.raises(Unsupported):
        understood(wrong)


# Answers


def independent(path: Path) -> list[dict[str, str]]:
    """The rows of a recorded answer, read with the csv module alone."""
    found, header = [], []
    for cells in csv.reader(path.read_text(encoding="utf-8").splitlines()):
        if not cells or cells[0].startswith("#"):
            header = []
        elif not header:
            header = cells
        else:
            found.append(dict(zip(header, cells, strict=True)))
    return found


RECORDED = {"7c9d95": 0, "929f52": 1, "d46558": 6, "d9330e": 2, "fedb52": 3}


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_answers_of_a_real_server_are_read(real_data: Path, name: str) -> None:
    (path,) = (real_data / "influx").glob(f"*{name}*.csv")
    tables, rows = flux.tables(path.read_bytes()), independent(path)
    assert len(tables) == RECORDED[name]
    assert sum(map(len, tables)) == len(rows)
    values = ["_value", "temperature", "altitude", "grounded"]
    ours = [str(v) for t in tables for c in values if c in t for v in t[c].tolist()]
    theirs = [row[c] for c in values for row in rows if row.get(c)]
    assert sorted(ours) == sorted(theirs)
    times = [str(v) for t in tables for v in t["_time"]]
    assert sorted(times) == sorted(row["_time"] for row in rows)


def block(rows: list[tuple[str, float | None, int | None]], result: str = "_result") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["#datatype", "string", "long", "string", "double", "long"])
    writer.writerow(["#group", "false", "false", "true", "false", "false"])
    writer.writerow(["#default", result, "", "", "", ""])
    writer.writerow(["", "result", "table", "text", "number", "whole"])
    writer.writerows(["", "", 0, t, "" if n is None else repr(n), w] for t, n, w in rows)
    return text.getvalue().encode() + b"\r\n"


ROWS = st.lists(
    st.tuples(
        st.one_of(ANY_TEXT, st.sampled_from(["#datatype,string", "\n#group", "\r\n#", '"', "NA"])),
        st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    ),
    max_size=8,
)


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_any_texts_and_numbers_are_read_as_they_were_written(
    blocks: list[list[tuple[str, float | None, int | None]]],
) -> None:
    (table,) = flux.tables(b"".join(block(rows) for rows in blocks))
    rows = [row for rows in blocks for row in rows]
    assert table["text"].tolist() == [text for text, *_ in rows]
    for column, place in (("number", 1), ("whole", 2)):
        missing = table[column].isna().tolist()
        assert missing == [row[place] is None for row in rows]
        values = table[column][~table[column].isna()].tolist()
        assert values == [row[place] for row in rows if row[place] is not None]


@given(st.binary(max_size=60), st.sampled_from([b"", b"#", b"#datatype,string\r\n", block([])]))
def test_any_bytes_are_an_answer_or_our_error(tail: bytes, head: bytes) -> None:
    with suppress(DataError):
        assert all(isinstance(table, pd.DataFrame) for table in flux.tables(head + tail))


def test_nothing_found_is_no_table() -> None:
    assert flux.tables(b"\r\n") == []


@pytest.mark.parametrize("body", [block([("a", 1.0, 1)])[:-5], b"<html>\r\n", b"#datatype\r\n"])
def test_an_answer_that_was_cut_short_is_no_answer(body: bytes) -> None:
    with pytest.raises(DataError, match="cut short"):
        flux.tables(body)


def test_an_error_in_the_middle_of_an_answer_is_an_error() -> None:
    error = b"#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n"
    error += b',error,reference\r\n,"disk, full",897\r\n\r\n'
    with pytest.raises(DataError, match="disk, full"):
        flux.tables(block([("a", 1.0, 1)]) + b"\r\n" + error)


def test_a_field_called_error_is_not_one() -> None:
    body = b"#datatype,string,long,string\r\n#group,false,false,false\r\n#default,_result,,\r\n"
    (table,) = flux.tables(body + b",result,table,error\r\n,,0,no answer\r\n\r\n")
    assert table["error"].tolist() == ["no answer"]


def test_a_default_fills_what_is_left_out() -> None:
    body = b"#datatype,string,long,string\r\n#group,false,false,true\r\n#default,_result,,csv\r\n"
    (table,) = flux.tables(body + b",result,table,source\r\n,,0,\r\n,,0,ree\r\n\r\n")
    assert table["source"].tolist() == ["csv", "ree"]
