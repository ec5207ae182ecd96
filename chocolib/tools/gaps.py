"""Which data are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated

import pandas as pd
from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.gaps import SeriesGaps, find_gaps
from chocolib.core.gaps import Status, stretches
from chocolib.core.i18n import t
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import HOUR, inside, local_date, midnight
from chocolib.tools.answer import Answer, Moment, Part, rounded

#: Of the gaps of a series so many are listed, the newest.
_LISTED = 20


class GapFound(Part):
    """Steps in a row that lack."""

    start: Moment
    end: Moment = Field(description="excluded")
    missing: int = Field(description="steps")
    not_available: int = Field(description="of them those that a source was asked for in vain")


class SeriesWithGaps(Part):
    """What one series lacks."""

    measurement: str = Field(description="as docs/nomenclature.md names it")
    series: str = Field(description="its tags; site: several stations tell of the one site")
    status: Status
    until: Moment | None = Field(description="end of the newest step")
    behind_h: float = Field(description="how much of what is published lacks at its end, h")
    missing: int = Field(description="steps that lack in the days looked at; 0 without any data")
    gaps: tuple[GapFound, ...] = Field(description="the newest first, at most 20")


class DataGaps(Answer):
    """What every observed series lacks."""

    days: int = Field(description="days that were looked at, today included")
    series: tuple[SeriesWithGaps, ...]


def get_data_gaps(
    context: Context,
    days: Annotated[int, Field(ge=1, le=10_000, description="days to look back")] = 30,
) -> DataGaps:
    """Which hours or days of data are missing, and how fresh each series is."""
    since = midnight(local_date(context.as_of) - timedelta(days=days - 1))
    found = find_gaps(context.store, as_of=context.as_of)
    return DataGaps.of(
        context,
        *dict.fromkeys(one.kind.name for one in found),
        remarks=() if found else (t("tool.no_data", context.lang),),
        days=days,
        series=(*(_gaps(one, since) for one in found), *(_none(found) if found else ())),
    )


def _none(found: Sequence[SeriesGaps]) -> Iterator[SeriesWithGaps]:
    """What is watched and has no row at all: nobody can count what it lacks."""
    there = {one.kind.name for one in found}
    for kind in MEASUREMENTS.values():
        if kind.observed and kind.cadence and kind.name not in there:
            yield SeriesWithGaps(
                measurement=kind.name,
                series="",
                status="no data",
                until=None,
                behind_h=0.0,
                missing=0,
                gaps=(),
            )


def _gaps(one: SeriesGaps, since: pd.Timestamp) -> SeriesWithGaps:
    lacking = one.missing[one.missing >= since]
    windows = list(stretches(lacking, one.kind))[::-1][:_LISTED]
    gaps = [
        {
            "start": window.start,
            "end": window.end,
            "missing": len(inside(lacking, window)),
            "not_available": int(inside(lacking, window).isin(one.absent).sum()),
        }
        for window in windows
    ]
    return SeriesWithGaps.model_validate(
        {
            "measurement": one.kind.name,
            "series": one.series,
            "status": one.freshness.status,
            "until": one.freshness.until,
            "behind_h": rounded(one.freshness.lag / HOUR, 1),
            "missing": len(lacking),
            "gaps": gaps,
        }
    )
