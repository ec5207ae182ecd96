"""As much of Flux as the store may ask, answered by InfluxQL; anything else is refused.

Written without a look at the store's own code, so that both cannot be wrong alike: the
text is cut into tokens and read one by one, and nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)'
    r"|(?P<word>[A-Za-z_]\w*)|(?P<sign>\|>|=>|==|[()\[\],:.]))",
    re.DOTALL,
)
ESCAPE = re.compile(r'\\(?:x([0-9a-f]{2})|(\$\{)|([nrt"\\]))|\\|\$\{', re.DOTALL)
PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
TYPES = {"float": "double", "integer": "long", "string": "string", "boolean": "boolean"}

Ask = Callable[[str], list[dict[str, Any]]]


class Unsupported(Exception):
    """A question that the stand-in does not understand, or InfluxDB would refuse."""


@dataclass
class Question:
    bucket: str = ""
    start: str = ""
    stop: str = ""
    equal: dict[str, str] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    pivot: bool = False
    end: str = ""
    dropped: list[str] = field(default_factory=list)


class Reader:
    """Reads the tokens of one question."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        place = 0
        while text[place:].strip():
            found = TOKEN.match(text, place)
            if not found:
                raise Unsupported(f"cannot read: {text[place : place + 40]!r}")
            self.tokens.append(found[0].strip())
            place = found.end()

    def expect(self, *tokens: str) -> None:
        for token in tokens:
            if not self.tokens or self.tokens[0] != token:
                raise Unsupported(f"expected {token}, found {' '.join(self.tokens[:5])}")
            self.tokens.pop(0)

    def comes(self, *tokens: str) -> bool:
        if self.tokens[: len(tokens)] != list(tokens):
            return False
        del self.tokens[: len(tokens)]
        return True

    def text(self) -> str:
        token = self.tokens.pop(0) if self.tokens else ""
        if not token.startswith('"'):
            raise Unsupported(f"expected a text, found {token}")
        return ESCAPE.sub(unescaped, token[1:-1])

    def word(self) -> str:
        return self.tokens.pop(0) if self.tokens else ""

    def texts(self) -> list[str]:
        self.expect("[")
        found = [self.text()]
        while self.comes(","):
            found.append(self.text())
        self.expect("]")
        return found


def unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    if found[2]:
        return "${"
    if found[3]:
        return PLAIN[found[3]]
    raise Unsupported(f"an interpolated or wrongly escaped text: {found.string!r}")


def understood(text: str) -> Question:
    """What a question asks.

    Raises:
        Unsupported: anything in it that is not known here.
    """
    reader, question = Reader(text), Question()
    reader.expect("from", "(", "bucket", ":")
    question.bucket = reader.text()
    reader.expect(")", "|>", "range", "(", "start", ":")
    question.start = reader.word()
    reader.expect(",", "stop", ":")
    question.stop = reader.word()
    reader.expect(")", "|>", "filter", "(", "fn", ":", "(", "r", ")", "=>")
    clause(reader, question)
    while reader.comes("and"):
        clause(reader, question)
    reader.expect(")")
    while reader.tokens:
        reader.expect("|>")
        step(reader, question)
    if question.stop <= question.start:
        raise Unsupported("cannot query an empty range")
    if "_measurement" not in question.equal or not (question.pivot or question.end):
        raise Unsupported("only pivots, firsts and lasts of one measurement")
    return question


def clause(reader: Reader, question: Question) -> None:
    if reader.comes("("):
        fields = [equality(reader)]
        while reader.comes("or"):
            fields.append(equality(reader))
        reader.expect(")")
        if {name for name, _ in fields} != {"_field"}:
            raise Unsupported("alternatives of something else than fields")
        question.fields += [value for _, value in fields]
    else:
        name, value = equality(reader)
        question.equal[name] = value


def equality(reader: Reader) -> tuple[str, str]:
    reader.expect("r", ".")
    name = reader.word()
    reader.expect("==")
    return name, reader.text()


def step(reader: Reader, question: Question) -> None:
    name = reader.word()
    reader.expect("(")
    if name == "pivot":
        reader.expect("rowKey", ":", "[", '"_time"', "]", ",")
        reader.expect("columnKey", ":", "[", '"_field"', "]", ",", "valueColumn", ":", '"_value"')
        question.pivot = True
    elif name == "drop" and question.pivot:
        reader.expect("columns", ":")
        question.dropped = reader.texts()
    elif name in ("first", "last") and not question.pivot and len(question.fields) == 1:
        question.end = name
    else:
        raise Unsupported(f"the step {name}")
    reader.expect(")")


def answer(question: Question, ask: Ask, annotations: Sequence[str]) -> bytes:
    """Annotated CSV, as InfluxDB 2 lays it out: one block for each schema."""
    measurement = question.equal["_measurement"]
    types = field_types(measurement, ask)
    fields = [name for name in sorted(types) if not question.fields or name in question.fields]
    if not fields:
        return b"\r\n"
    blocks: list[tuple[list[tuple[str, str, bool]], list[list[str]]]] = []
    for number, series in enumerate(ask(influxql(question, fields))):
        columns, rows = table(question, series, types)
        named = [["", "", str(number), *row] for row in rows]
        if blocks and blocks[-1][0] == columns:
            blocks[-1][1].extend(named)
        else:
            blocks.append((columns, named))
    parts = [block(columns, rows, annotations) for columns, rows in blocks]
    return "\r\n".join([*parts, ""]).encode() if parts else b"\r\n"


def field_types(measurement: str, ask: Ask) -> dict[str, str]:
    found = ask(f"SHOW FIELD KEYS FROM {name_of(measurement)}")
    pairs = [(name, TYPES[kind]) for series in found for name, kind in series["values"]]
    if len(dict(pairs)) < len(pairs):
        raise Unsupported("schema collision: a field of several types")
    return dict(pairs)


def influxql(question: Question, fields: Sequence[str]) -> str:
    columns = ", ".join(name_of(name) for name in fields)
    if question.end:
        columns = f"{question.end}({columns}) AS {name_of(fields[0])}"
    tags = {tag: value for tag, value in question.equal.items() if tag != "_measurement"}
    where = [f"time >= '{question.start}'", f"time < '{question.stop}'"]
    where += [f"{name_of(tag)} = {text_of(value)}" for tag, value in tags.items()]
    source = name_of(question.equal["_measurement"])
    return " ".join(["SELECT", columns, "FROM", source, "WHERE", " AND ".join(where), "GROUP BY *"])


def name_of(name: str) -> str:
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'


def text_of(value: str) -> str:
    return "'" + value.replace("\\", r"\\").replace("'", r"\'").replace("\n", r"\n") + "'"


def table(
    question: Question, series: dict[str, Any], types: dict[str, str]
) -> tuple[list[tuple[str, str, bool]], list[list[str]]]:
    """One series: its columns as (name, type, in the group key), and its rows."""
    names, values = series["columns"][1:], series["values"]
    tags = {tag: value for tag, value in sorted(series.get("tags", {}).items()) if value}
    times = [rfc3339(row[0]) for row in values]
    fixed = {"_start": question.start, "_stop": question.stop}
    group = {"_measurement": question.equal["_measurement"], **tags}
    columns: dict[str, tuple[str, bool, list[str]]] = {
        name: ("dateTime:RFC3339", True, [text] * len(values)) for name, text in fixed.items()
    }
    columns["_time"] = ("dateTime:RFC3339", False, times)
    if question.end:
        (name,) = names
        columns["_value"] = (types[name], False, [shown(row[1], types[name]) for row in values])
        group = {"_field": name, **group}
    columns |= {name: ("string", True, [text] * len(values)) for name, text in group.items()}
    if question.pivot:
        for place, name in enumerate(names, start=1):
            if any(row[place] is not None for row in values):
                cells = [shown(row[place], types[name]) for row in values]
                columns[name] = (types[name], False, cells)
    kept = {name: column for name, column in columns.items() if name not in question.dropped}
    heads = [(name, kind, grouped) for name, (kind, grouped, _) in kept.items()]
    return heads, [list(row) for row in zip(*(cells for *_, cells in kept.values()), strict=True)]


def rfc3339(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 10**9)
    moment = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return moment + (f".{rest:09d}".rstrip("0") if rest else "") + "Z"


def shown(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "boolean":
        return "true" if value else "false"
    return repr(float(value)) if kind == "double" else str(value)


def block(
    columns: Sequence[tuple[str, str, bool]], rows: Sequence[list[str]], annotations: Sequence[str]
) -> str:
    heads = {
        "datatype": ["string", "long", *(kind for _, kind, _ in columns)],
        "group": ["false", "false", *("true" if grouped else "false" for *_, grouped in columns)],
        "default": ["_result", *[""] * (1 + len(columns))],
    }
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([f"#{name}", *heads[name]] for name in annotations)
    writer.writerow(["", "result", "table", *(name for name, *_ in columns)])
    writer.writerows(rows)
    return text.getvalue()
