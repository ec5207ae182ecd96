"""What is asked for: kilograms by weekday, their products, dues and extra orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import pandas as pd
from pydantic import Field

from chocolib.core.factory.units import (
    Batches,
    Factor,
    Kilograms,
    LocalHour,
    Name,
    Part,
    Share,
    Unit,
    Weekday,
)


class ExtraOrder(Part):
    """Batches asked for on one date, besides its weekday's; due with them."""

    day: date = Field(description="date that asks for them")
    product: Name = Field(description="one of the mix")
    batches: Batches = Field(description="whole batches")


class Demand(Part):
    """Kilograms by weekday, their split into products and the months' factors."""

    kg: dict[Weekday, Kilograms] = Field(description="by weekday; a day left out asks for nothing")
    mix: dict[Name, Share] = Field(description="share by product; together 1")
    month_factor: dict[Annotated[int, Field(ge=1, le=12)], Factor] = Field(
        default_factory=dict, description="by number of the month; left out: 1"
    )
    made_ahead_days: Annotated[int, Field(ge=0, le=14, strict=True), Unit("days")] = Field(
        description="how long before its day a batch may be finished"
    )
    due_working_days: Annotated[int, Field(ge=1, le=14, strict=True), Unit("working days")] = Field(
        1, description="how many working days after its day a batch is due"
    )
    due_hour: LocalHour | None = Field(
        None, description="hour of that day; left out: the end of its last shift"
    )
    orders: tuple[ExtraOrder, ...] = Field((), description="extra orders by date")


@dataclass(frozen=True, slots=True)
class Order:
    """Batches of one product that one civil day asks for.

    Attributes:
        earliest: UTC; finished batches may not be older than this.
        due: UTC; the last stage ends at or before it.
    """

    day: date
    product: str
    batches: int
    earliest: pd.Timestamp
    due: pd.Timestamp
