"""What a measurement is: its fields, key, cadence and publication rule. Defined in `schema`.

A frame of a measurement has a UTC `DatetimeIndex` named `time` (left label of
`[start, end)`), the measurement's tags and fields as columns, and three columns
of provenance: `source`, `available_at` (UTC, when the row became known) and
`flag` ("", "outlier" or "released").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Kind = Literal["number", "integer", "text"]

PROVENANCE = ("source", "available_at", "flag")
OUTLIER = "outlier"
#: Refused at the gate and let in by a person all the same.
RELEASED = "released"
NO_TIME = pd.Timedelta(0)


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its unit is in its name; bounds are inclusive and physical.

    Attributes:
        day_reaches: the highest value of a whole Madrid day is at least this far from
            zero: a day that is not is in another unit.
        isolated_step: a number this far from both neighbouring hours is flagged
            as an outlier (kept, not dropped).
    """

    name: str
    description: str
    kind: Kind = "number"
    lower: float | None = None
    upper: float | None = None
    required: bool = False
    day_reaches: float | None = None
    isolated_step: float | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """One kind of row; `(time, *tags)` is its key.

    Attributes:
        cadence: distance between consecutive rows of a series, or None where
            rows come as they come (forecasts, plans, quarantine).
        grid: "hour" (on the UTC hour), "local-day" (on Madrid midnight) or "any".
        stale_after: how far the newest row may lie behind what should be there
            before people are told.
        due: the publication rule: for starts of steps (UTC) the moments by which their
            rows should be there; None where rows come by hand and are never overdue.
        grace: how long after `due` a missing row is still only late, not a gap.
        pool: series (values of the first tag) that tell of the one site: a step that any
            of them has is not missing. Others are kept, and say nothing of the site.
        early_news: how long before its publication rule a row may arrive and be
            believed; any earlier and it is dated in the future.
        ahead: how far past its receipt the end of a row's step may lie; None where rows
            are known in advance.
        snapshot: its rows are made together for one `as_of`; the same values made for
            another moment are another version, so that no version ever has holes.
        observed: rows describe the world and come from a source; the others
            are made by chocolib itself.
    """

    name: str
    description: str
    publication: str
    fields: tuple[Field, ...]
    tags: tuple[Field, ...] = ()
    cadence: pd.Timedelta | None = None
    grid: Literal["hour", "local-day", "any"] = "any"
    observed: bool = True
    stale_after: pd.Timedelta | None = None
    due: Callable[[pd.DatetimeIndex], pd.DatetimeIndex] | None = None
    grace: pd.Timedelta = NO_TIME
    pool: tuple[str, ...] = ()
    early_news: pd.Timedelta = NO_TIME
    ahead: pd.Timedelta | None = None
    snapshot: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that identify a row."""
        return ("time", *(tag.name for tag in self.tags))

    @property
    def field_names(self) -> tuple[str, ...]:
        """Value columns, in schema order."""
        return tuple(field.name for field in self.fields)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns beside the time index, in stored order."""
        return (*(tag.name for tag in self.tags), *self.field_names, *PROVENANCE)

    def column(self, name: str) -> Field:
        """The tag or field called `name`."""
        return next(field for field in (*self.tags, *self.fields) if field.name == name)
