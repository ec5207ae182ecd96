"""What is asked of the embedded store: a query, its SQL and its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.measurement import Measurement
from chocolib.core.time import Window
from chocolib.store import statements as sql
from chocolib.store.rows import seconds

_EVER = (-(2**63), 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Query:
    """Rows of a measurement, by key; immutable.

    Attributes:
        window: only rows of this time, all without one.
        tags: only rows with these tags.
        as_of: as known then, as they are now without one.
        versions: every version of the rows instead of one each (then without `as_of`).

    Raises:
        DataError: a tag that the measurement has not.
    """

    kind: Measurement
    window: Window | None = None
    tags: Mapping[str, str | int] = field(default_factory=dict)
    as_of: pd.Timestamp | None = None
    versions: bool = False

    def __post_init__(self) -> None:
        unknown = set(self.tags) - set(self.kind.key[1:])
        if unknown:
            raise DataError(f"{self.kind.name} has no tag {', '.join(sorted(unknown))}")

    @property
    def text(self) -> str:
        """The SQL, with named parameters."""
        return self._text(window=self.window is not None)

    @property
    def newest(self) -> str:
        """The SQL that asks for the newest time instead of the rows."""
        return sql.newest(self.kind, self.tags, self.as_of)

    @property
    def values(self) -> dict[str, str | int]:
        """The named parameters of `text` and `newest`."""
        values = dict(self.tags)
        if self.as_of is not None:
            values["_as_of"] = seconds(self.as_of)
        if self.window is not None:
            values |= {"_start": seconds(self.window.start), "_end": seconds(self.window.end)}
        return values

    def halves(self, first: int, last: int) -> list[tuple[str, dict[str, str | int]]]:
        """The same rows asked for in two parts, early and late: SQL and values of each.

        Args:
            first: time of the first row there is, s.
            last: time of the last one: where to cut, not where to end.
        """
        start, end = self.values.get("_start", _EVER[0]), self.values.get("_end", _EVER[1])
        cut = (max(int(start), first) + min(int(end), last)) // 2
        text = self._text(window=True)
        return [
            (text, self.values | {"_start": since, "_end": until})
            for since, until in ((start, cut), (cut, end))
        ]

    def _text(self, *, window: bool) -> str:
        if self.versions:
            return sql.versions(self.kind, window=window)
        return sql.select(self.kind, window=window, tags=self.tags, as_of=self.as_of)
