"""The SQL of the embedded store, written from the schema: no name comes from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from chocolib.core.measurement import Kind, Measurement

#: Grows when the layout of the file changes.
VERSION = 5

#: "CHOC": what tells our files from other SQLite databases.
APPLICATION = 0x43484F43

BUMP = (
    "insert into _revision values(?, 1) on conflict(measurement) do update set number = number + 1"
)
REVISION = "select number from _revision where measurement = :measurement"
KIND = "select synthetic from _store"
NAME_KIND = "insert into _store select ? where not exists (select 1 from _store)"

_TYPES: dict[Kind, str] = {"number": "real", "integer": "integer", "text": "text"}


def create(measurements: Iterable[Measurement]) -> Iterator[str]:
    """Statements that make every table that is not there yet."""
    yield "create table if not exists _revision(measurement text primary key, number integer)"
    yield "create table if not exists _store(synthetic integer not null)"
    for kind in measurements:
        typed = ", ".join(
            f"{field.name} {_TYPES[field.kind]}" for field in (*kind.tags, *kind.fields)
        )
        body = f"time integer, {typed}, source text, available_at integer, flag text"
        key = ", ".join(kind.key)
        yield (f"create table if not exists {kind.name}({body}, primary key({key})) without rowid")
        yield (
            f"create table if not exists {earlier(kind)}"
            f"({body}, primary key({key}, available_at)) without rowid"
        )


def earlier(kind: Measurement) -> str:
    """The table of the values that were replaced."""
    return f"{kind.name}__earlier"


def upsert(kind: Measurement, table: str, rows: int = 1) -> str:
    """Insert or replace so many rows at once: time and columns in schema order."""
    one = f"({', '.join('?' * (1 + len(kind.columns)))})"
    return f"insert or replace into {table}({_columns(kind)}) values {', '.join([one] * rows)}"


def archive(kind: Measurement) -> str:
    """Copy a current row to the earlier ones: key values, then the new available_at.

    A row that became known at the very moment of its replacement is not kept:
    no replay could ever see it.
    """
    where = " and ".join(f"{name} = ?" for name in kind.key)
    return (
        f"insert or replace into {earlier(kind)}({_columns(kind)}) "
        f"select {_columns(kind)} from {kind.name} where {where} and available_at < ?"
    )


def flag(kind: Measurement) -> str:
    """Set the flag of a current row: the flag, then the key values."""
    where = " and ".join(f"{name} = ?" for name in kind.key)
    return f"update {kind.name} set flag = ? where {where}"


def forget(kind: Measurement) -> tuple[str, str]:
    """Delete what lies before `_before`: from the current rows, and from the earlier ones."""
    current, old = (
        f"delete from {table} where time < :_before" for table in (kind.name, earlier(kind))
    )
    return current, old


def between(kind: Measurement) -> str:
    """Current rows with first <= time <= last."""
    return f"select {_columns(kind)} from {kind.name} where time between ? and ?"


def span(kind: Measurement) -> str:
    """First and last time of the current rows; every key is among them."""
    return f"select (select min(time) from {kind.name}), (select max(time) from {kind.name})"


def count(kind: Measurement) -> str:
    """How many current rows there are; it visits every page, and fails on a damaged one."""
    return f"select count(*) from {kind.name}"


def longer(kind: Measurement, *, window: bool) -> str:
    """A row if there are more than `_rows` current ones (of whatever tags) in the window."""
    where = ["time >= :_start", "time < :_end"] if window else []
    return f"select 1 from {kind.name}{_where(where)} limit 1 offset :_rows"


def versions(kind: Measurement, *, window: bool) -> str:
    """Every version of the rows, by key and available_at."""
    where = ["time >= :_start", "time < :_end"] if window else []
    both = " union all ".join(
        f"select {_columns(kind)} from {table}{_where(where)}"
        for table in (kind.name, earlier(kind))
    )
    return f"{both} order by {', '.join(kind.key)}, available_at"


def select(
    kind: Measurement, *, window: bool, tags: Mapping[str, object], as_of: object | None
) -> str:
    """Rows by key; named parameters `_start`, `_end`, `_as_of` and the tags."""
    where = [f"{name} = :{name}" for name in kind.key if name in tags]
    where += ["time >= :_start", "time < :_end"] if window else []
    order = f"order by {', '.join(kind.key)}"
    if as_of is None:
        return f"select {_columns(kind)} from {kind.name}{_where(where)} {order}"
    now = f"select {_columns(kind)} from {kind.name}{_where([*where, 'available_at <= :_as_of'])}"
    return f"{now} union all {_superseded(kind, where)} {order}"


def _superseded(kind: Measurement, where: list[str]) -> str:
    """Rows replaced after `_as_of`, in the version that was known at `_as_of`."""
    same = " and ".join(f"x.{name} = e.{name}" for name in kind.key)
    columns = ", ".join(f"e.{name}" for name in ("time", *kind.columns))
    bounds = [f"e.{clause}" for clause in where]
    bounds += [
        f"not exists (select 1 from {kind.name} x where {same} and x.available_at <= :_as_of)",
        f"e.available_at = (select max(x.available_at) from {earlier(kind)} x "
        f"where {same} and x.available_at <= :_as_of)",
    ]
    return f"select {columns} from {earlier(kind)} e{_where(bounds)}"


def newest(kind: Measurement, tags: Mapping[str, object], as_of: object | None) -> str:
    """The newest time known at `_as_of`."""
    where = [f"{name} = :{name}" for name in kind.key if name in tags]
    if as_of is None:
        return f"select max(time) from {kind.name}{_where(where)}"
    both = " union all ".join(
        f"select max(time) as time from {table}{_where([*where, 'available_at <= :_as_of'])}"
        for table in (kind.name, earlier(kind))
    )
    return f"select max(time) from ({both})"


def coverage(kind: Measurement) -> str:
    """Rows, first, last and outliers per source and series."""
    series = ", ".join(["source", *(tag.name for tag in kind.tags)])
    return (
        f"select {series}, count(*), min(time), max(time), sum(flag = 'outlier') "
        f"from {kind.name} group by {series} order by {series}"
    )


def _columns(kind: Measurement) -> str:
    return ", ".join(("time", *kind.columns))


def _where(clauses: list[str]) -> str:
    return f" where {' and '.join(clauses)}" if clauses else ""
