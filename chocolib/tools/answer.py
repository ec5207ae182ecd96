"""What every answer carries: when it is true, from whom, how old, and whether it is real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Self

import pandas as pd
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from chocolib.app.context import Context
from chocolib.core.time import HOUR, MADRID


def _madrid(moment: datetime) -> datetime:
    """A plain datetime of Madrid's clock; pandas' own would be written otherwise."""
    return pd.Timestamp(moment).tz_convert("UTC").floor("s").tz_convert(MADRID).to_pydatetime()


#: A moment as answers tell it: Madrid time with its offset, to the second.
Moment = Annotated[AwareDatetime, AfterValidator(_madrid)]


class Part(BaseModel):
    """A piece of an answer: nothing in it changes, nothing undeclared is in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Origin(Part):
    """Where a series of an answer comes from, and how old its newest value is."""

    series: str = Field(description="the measurement, as docs/nomenclature.md names it")
    source: str = Field(description="who told it: ree, aemet, chocolib, ...")
    newest: Moment = Field(description="start of the newest step there is")
    known_since: Moment = Field(description="when that value became known")
    age_h: float = Field(description="hours from then to `as_of`")


class Figure(Part):
    """One number with all that is needed to quote it."""

    value: float
    unit: str = Field(description="EUR/kWh, EUR, C, %, kg, kWh, h or points")
    time: Moment = Field(description="the hour (its start) or the moment it is of")
    source: str = Field(description="who told it, or the model that expects it")
    expected: bool = Field(False, description="it is a forecast, not a published or observed value")


class Answer(Part):
    """What every answer says of itself."""

    as_of: Moment = Field(description="nothing that became known later is in it")
    synthetic: bool = Field(description="made of demonstration data, not of real ones")
    origins: tuple[Origin, ...] = Field((), description="the series it is made of")
    remarks: tuple[str, ...] = Field((), description="what to beware of, in the reader's language")

    @classmethod
    def of(cls, context: Context, *series: str, **parts: object) -> Self:
        """The answer with what it says of itself filled in.

        Args:
            series: measurements it is made of; those without any row are left out.
            parts: the fields of this kind of answer.
        """
        told = {
            "as_of": context.as_of,
            "synthetic": context.store.synthetic,
            "origins": tuple(_origins(context, series)),
        }
        return cls.model_validate({**told, **parts})


def _origins(context: Context, series: tuple[str, ...]) -> Iterator[Origin]:
    for name in series:
        rows = context.store.latest(name, as_of=context.as_of)
        if rows.empty:
            continue
        newest = rows.iloc[-1]
        known = pd.Timestamp(newest["available_at"])
        yield Origin(
            series=name,
            source=str(newest["source"]),
            newest=pd.Timestamp(rows.index[-1]),
            known_since=known,
            age_h=round((context.as_of - known) / HOUR, 2),
        )
