r"""Line protocol, the text in which InfluxDB takes points in.

    measurement,tag=text,... field=literal,... nanoseconds

Tags cannot carry a line break, nor end in a backslash: such characters travel as `%0A`
and `%5C` (and `%` itself as `%25`), and `tag_value` brings them back. An empty tag is
left out. A number is always written as a float and an integer with its i: the type of
a field never changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isnan
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd

_IN_NAMES = str.maketrans({",": r"\,", " ": r"\ ", "=": r"\="})
_IN_TEXTS = str.maketrans({"\\": r"\\", '"': r"\""})
_UNSAFE = re.compile(r"[%\\]")
#: A field of a point that has none.
NOTHING = ""


def tag_text(value: str) -> str:
    """A tag value as it is stored: what cannot be carried, percent-encoded."""
    if value.isprintable() and not _UNSAFE.search(value):
        return value
    return "".join(c if c.isprintable() and not _UNSAFE.match(c) else quote(c) for c in value)


def tag_value(text: str) -> str:
    """The inverse of `tag_text`."""
    return unquote(text, errors="strict")


def floats(name: str, column: pd.Series) -> list[str]:
    """`name=1.5` for each number, exact to the last bit; nothing where it is missing."""
    key = _name(name)
    values = column.to_numpy(dtype=float).tolist()
    return [NOTHING if isnan(value) else f"{key}={value!r}" for value in values]


def integers(name: str, column: pd.Series) -> list[str]:
    """`name=1i` for each whole number; nothing where it is missing."""
    key = _name(name)
    missing = column.isna().tolist()
    pairs = zip(column.tolist(), missing, strict=True)
    return [NOTHING if gone else f"{key}={int(value)}i" for value, gone in pairs]


def texts(name: str, column: pd.Series) -> list[str]:
    """`name="text"` for each text, empty ones too; nothing where it is missing."""
    key = _name(name)
    known = {
        value: f'{key}="{value.translate(_IN_TEXTS)}"' for value in column.dropna().astype(str)
    }
    return [known.get(value, NOTHING) for value in column.tolist()]


def lines(
    measurement: str,
    tags: Mapping[str, pd.Series],
    fields: Sequence[list[str]],
    nanoseconds: np.ndarray,
) -> list[bytes]:
    """One line per point, tags in alphabetical order.

    Args:
        tags: text or whole numbers, none missing, one column per tag.
        fields: from `floats`, `integers` and `texts`; no point may be without any.
        nanoseconds: int64 since 1970 UTC.
    """
    heads = [_name(measurement)] * len(nanoseconds)
    for name in sorted(tags):
        written = _tags(name, tags[name])
        heads = [head + tag for head, tag in zip(heads, written, strict=True)]
    bodies = [",".join(filter(None, literals)) for literals in zip(*fields, strict=True)]
    points = zip(heads, bodies, nanoseconds.tolist(), strict=True)
    return [f"{head} {body} {time}".encode() for head, body, time in points]


def _tags(name: str, column: pd.Series) -> list[str]:
    """`,name=text` for each value; the same few values come again and again."""
    key = _name(name)
    values = column.astype(str).tolist()
    known = {
        value: f",{key}={tag_text(value).translate(_IN_NAMES)}" if value else ""
        for value in set(values)
    }
    return [known[value] for value in values]


def _name(name: str) -> str:
    """A name of the schema, escaped; they are plain words, but this is the only place to know."""
    if not name.isprintable() or "\\" in name:
        raise ValueError(f"{name!r} cannot be a name in InfluxDB")
    return name.translate(_IN_NAMES)
