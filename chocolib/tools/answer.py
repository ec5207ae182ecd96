"""What every answer carries: when it is true, from whom, how old, and whether it is real.

Numbers are rounded here for people; what is missing is None, never a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Annotated, Self

import pandas as pd
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from chocolib.app.context import Context
from chocolib.core.i18n import t
from chocolib.core.time import HOUR, MADRID


def _madrid(moment: datetime) -> datetime:
    """A plain datetime of Madrid's clock; pandas' own would be written otherwise."""
    return pd.Timestamp(moment).tz_convert("UTC").floor("s").tz_convert(MADRID).to_pydatetime()


#: A moment as answers tell it: Madrid time with its offset, to the second.
Moment = Annotated[AwareDatetime, AfterValidator(_madrid)]


#: A Madrid day that may be asked for.
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


def rounded(value: object, decimals: int) -> float | None:
    """A number for people, or None for what is missing (None, NaN)."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    number = round(float(str(value)), decimals)
    return number + 0.0 if math.isfinite(number) else None


def price(value: object) -> float | None:
    """EUR/kWh to the five decimals in which PVPC is published."""
    return rounded(value, 5)


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

    value: float = Field(description="the number")
    unit: str = Field(description="EUR/kWh, EUR, C, %, kg, kWh, h or points")
    time: Moment = Field(description="the hour (its start) or the moment it is of")
    source: str = Field(description="who told it, or the model that expects it")
    expected: bool = Field(False, description="it is a forecast, not a published or observed value")


class Span(Part):
    """Hours in a row."""

    start: Moment = Field(description="of the first hour")
    end: Moment = Field(description="of the last hour, excluded")


class Answer(Part):
    """What every answer says of itself."""

    as_of: Moment = Field(description="nothing that became known later is in it")
    synthetic: bool = Field(description="made of demonstration data, not of real ones")
    origins: tuple[Origin, ...] = Field((), description="the series it is made of")
    remarks: tuple[str, ...] = Field((), description="what to beware of, in the reader's language")

    @classmethod
    def of(
        cls, context: Context, *series: str, remarks: Iterable[str] = (), **parts: object
    ) -> Self:
        """The answer with what it says of itself filled in.

        Args:
            series: measurements it is made of; those without any row are left out.
            remarks: sentences in the context's language; that data are of the
                demonstration is said before them.
            parts: the fields of this kind of answer.
        """
        demo = (t("ui.banner.demo", context.lang),) if context.store.synthetic else ()
        told = {
            "as_of": context.as_of,
            "synthetic": context.store.synthetic,
            "origins": tuple(_origins(context, series)),
            "remarks": tuple(dict.fromkeys((*demo, *remarks))),
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
