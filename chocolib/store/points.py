"""How rows lie in InfluxDB: each version of a row is a point of its source's series.

The newest version that a source gave is a point of the measurement itself, at the time
of the row. Those that it replaced are points of `<measurement>__earlier`, at the time of
the row plus one nanosecond for each second of `available_at` (whole billions left out):
every version has a place of its own, and always the same one. Reading takes the second.

A field of a point cannot be taken away, only overwritten: `absent` names the fields that
hold no longer, or is "*" where the whole point does not count any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.measurement import Kind, Measurement
from chocolib.store import line
from chocolib.store.rows import kind_of

ABSENT = "absent"
#: Fields that tell which points count and since when, without what they say.
STANDING = ("available_at", "flag", ABSENT)

_VOID = "*"
_SECOND = 1_000_000_000
_NOTHING = pd.DataFrame({"_time": pd.Series(dtype="str"), "available_at": pd.Series(dtype="Int64")})
_LITERALS = {"number": line.floats, "integer": line.integers, "text": line.texts}


def home(kind: Measurement, *, earlier: bool) -> str:
    """The name under which the points of a measurement lie."""
    return f"{kind.name}__earlier" if earlier else kind.name


def typed(rows: pd.DataFrame, kind: Measurement) -> pd.DataFrame:
    """The columns of a table (see `store.rows`), each in the type that `found` gives it."""
    columns = {name: _typed(rows[name], kind_of(name, kind)) for name in kind.columns}
    return pd.DataFrame({"time": rows["time"].astype("int64"), **columns})


def _typed(column: pd.Series, what: Kind) -> pd.Series:
    if what == "text":
        return column.astype("str")
    if what == "number" or column.isna().any():
        return column.astype("float64")
    return column.astype("int64")


def lines(points: pd.DataFrame, kind: Measurement, *, earlier: bool) -> list[bytes]:
    """One line of line protocol per point.

    Args:
        points: a table (see `store.rows`) with a bool column `over`: an older point may lie
            below.
        earlier: whether they are replaced versions.
    """
    fields = [_LITERALS[f.kind](f.name, points[f.name]) for f in kind.fields]
    fields += [line.integers("available_at", points["available_at"])]
    fields += [line.texts("flag", points["flag"]), line.texts(ABSENT, _absent(points, kind))]
    return _lines(points, kind, fields, earlier=earlier)


def void_lines(points: pd.DataFrame, kind: Measurement, *, earlier: bool) -> list[bytes]:
    """Lines after which the points do not count any more."""
    fields = [line.texts(ABSENT, pd.Series(_VOID, index=points.index))]
    return _lines(points, kind, fields, earlier=earlier)


def _lines(
    points: pd.DataFrame, kind: Measurement, fields: list[list[str]], *, earlier: bool
) -> list[bytes]:
    tags = {name: points[name] for name in ("source", *kind.key[1:])}
    times = points["time"].to_numpy(dtype="int64") * _SECOND
    if earlier:
        times = times + points["available_at"].to_numpy(dtype="int64") % _SECOND
    return line.lines(home(kind, earlier=earlier), tags, fields, times)


def _absent(points: pd.DataFrame, kind: Measurement) -> pd.Series:
    """The names of the missing fields; missing itself where there is nothing to say."""
    names = pd.Series("", index=points.index)
    for name in kind.field_names:
        names = names.where(points[name].notna(), names + f",{name}")
    return names.str.slice(start=1).where((names != "") | points["over"])


def found(
    now: Iterable[pd.DataFrame],
    earlier: Iterable[pd.DataFrame],
    kind: Measurement,
    columns: Sequence[str] = (),
) -> pd.DataFrame:
    """The points that count, one per version, as a table (see `store.rows`).

    Args:
        now: what was read of the measurement itself, from `flux.tables`.
        earlier: what was read of the replaced versions.
        columns: which ones; all of the measurement's where none are named.

    Returns:
        A bool column `earlier` tells where a point lies.

    Raises:
        DataError: points that chocolib did not write.
    """
    names = columns or kind.columns
    parts = [
        _typed_points(pd.concat([_NOTHING, *tables], ignore_index=True), kind, names)
        for tables in (earlier, now)
    ]
    points = pd.concat(parts, keys=[True, False], names=["earlier"]).reset_index("earlier")
    # A write that was cut off leaves a version in both places; the newer place counts.
    ordered = points.sort_values(["earlier", "source"], ascending=[False, True], kind="stable")
    twice = ordered.duplicated([*kind.key, "available_at"], keep="last")
    return ordered[~twice].reset_index(drop=True)


def _typed_points(table: pd.DataFrame, kind: Measurement, names: Sequence[str]) -> pd.DataFrame:
    """The points that count, each column in its type."""
    table = table[_texts(table, ABSENT) != _VOID]
    if table["available_at"].isna().any():
        raise _foreign(kind)
    try:
        columns = {name: _column(table, name, kind) for name in names}
    except ValueError:
        raise _foreign(kind) from None
    rows = pd.DataFrame({"time": moments(table).asi8, **columns})
    absent = _texts(table, ABSENT)
    listed = {text: set(text.split(",")) for text in absent.unique()}
    for name in set(names) & {name for parts in listed.values() for name in parts}:
        rows[name] = rows[name].mask(absent.isin([text for text in listed if name in listed[text]]))
    return rows


def _foreign(kind: Measurement) -> DataError:
    what = f"the bucket holds points of {kind.name} that chocolib did not write"
    return DataError(what, hint="give chocolib a bucket of its own: INFLUXDB_BUCKET")


def _column(table: pd.DataFrame, name: str, kind: Measurement) -> pd.Series:
    """A column in its type; a text that is not there is empty, a number is missing."""
    is_tag = name == "source" or name in kind.key
    what = kind_of(name, kind)
    if not is_tag and what != "text":
        return _numbers(table, name, what)
    texts = _texts(table, name)
    if is_tag:
        texts = texts.map({text: line.tag_value(text) for text in texts.unique()})
    return texts.astype("int64" if what == "integer" else "str")


def _texts(table: pd.DataFrame, name: str) -> pd.Series:
    if name in table:
        return table[name].astype("str").fillna("")
    return pd.Series("", index=table.index, dtype="str")


def _numbers(table: pd.DataFrame, name: str, what: Kind) -> pd.Series:
    nothing = pd.Series(np.nan, index=table.index)
    return _typed(table.get(name, default=nothing), what)


def moments(table: pd.DataFrame) -> pd.DatetimeIndex:
    """The times of a table that was read, UTC, fractions of a second dropped."""
    seconds = table["_time"].str.slice(stop=19)
    stamps = pd.to_datetime(seconds, format="%Y-%m-%dT%H:%M:%S", utc=True)
    return pd.DatetimeIndex(stamps).as_unit("s")
