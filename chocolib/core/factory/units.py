"""The kinds of number a factory file holds, each with its unit and its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a number, as the docs and the faults write it."""

    name: str


class Part(BaseModel):
    """A table of the factory file: immutable, and no key but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _whole(value: float) -> float:
    """An int where the number is whole, so that counting in whole hours stays in ints."""
    return int(value) if value == int(value) else value


#: No space at either end, and no control character (C0, DEL, C1) anywhere.
_NAME = r"^[^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
LONGEST_NAME = 60
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=_NAME)]
LocalHour = Annotated[int, Field(ge=0, le=24, strict=True), Unit("h, local")]
LocalQuarter = Annotated[
    float,
    Field(ge=0, lt=24, multiple_of=0.25, allow_inf_nan=False, strict=True),
    Unit("h, local"),
]
Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(ge=1, le=1000, strict=True)]
Machines = Annotated[int, Field(ge=0, le=1000, strict=True), Unit("machines")]
Batches = Annotated[int, Field(ge=0, le=1000, strict=True), Unit("batches")]
People = Annotated[int, Field(ge=0, le=1000, strict=True), Unit("people")]
#: One stage; the longest conching of dark chocolate takes 72 hours.
Hours = Annotated[
    float,
    Field(gt=0, le=240, multiple_of=0.25, allow_inf_nan=False, strict=True),
    AfterValidator(_whole),
    Unit("h"),
]
HoursOrNone = Annotated[
    float,
    Field(ge=0, le=1000, multiple_of=0.25, allow_inf_nan=False, strict=True),
    AfterValidator(_whole),
    Unit("h"),
]
Kilowatts = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False, strict=True), Unit("kW")]
#: One machine; the largest conches draw some hundreds of kilowatts.
MachineKilowatts = Annotated[
    float, Field(ge=0, le=1000, allow_inf_nan=False, strict=True), Unit("kW")
]
Kilograms = Annotated[
    float, Field(ge=0, le=1_000_000, allow_inf_nan=False, strict=True), Unit("kg")
]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True), Unit("share")]
Factor = Annotated[float, Field(ge=0, le=20, allow_inf_nan=False, strict=True), Unit("x")]
EurPerKg = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False, strict=True), Unit("EUR/kg")]
EurPerHour = Annotated[
    float, Field(ge=0, le=1000, allow_inf_nan=False, strict=True), Unit("EUR per person-hour")
]
