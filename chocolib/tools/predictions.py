"""What is expected: prices, the cheapest hours, the plan of a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.windows import windows
from chocolib.insights.windows import CheapWindow
from chocolib.tools.answer import Answer, Moment, Part


class Span(Part):
    """Hours in a row."""

    start: Moment
    end: Moment


class OptimalWindow(Part):
    """The cheapest hours of one Madrid day."""

    day: date
    spans: tuple[Span, ...] = Field(description="the hours, as stretches in a row")
    mean_eur_kwh: float = Field(description="expected mean price of these hours")
    day_mean_eur_kwh: float = Field(description="expected mean price of the whole day")
    saving_eur: float = Field(description="what the load costs less than at the day's mean")
    below_mean: float = Field(description="probability (0-1) that they are below the day's mean")
    published: int = Field(description="how many of the hours have a published, certain price")


class OptimalWindows(Answer):
    """The cheapest hours of each day, the soonest day first."""

    hours: int = Field(description="how many hours a window has")
    load_kw: float = Field(description="load that the saving is for, kW")
    model: str = Field(description="the price model that spoke of hours not yet published")
    windows: tuple[OptimalWindow, ...]


def get_optimal_windows(
    context: Context,
    hours: Annotated[int, Field(ge=1, le=24, description="hours in a row")] = 3,
    days: Annotated[int, Field(ge=1, le=7, description="Madrid days, from today on")] = 2,
) -> OptimalWindows:
    """The cheapest hours in a row of today and the days after: when to produce.

    Raises:
        NotEnoughData: no forecast can be made.
    """
    found = windows(context, hours=hours, days=days)
    return OptimalWindows.of(
        context,
        "energy_prices",
        hours=hours,
        load_kw=found.load_kw,
        model=found.made.model,
        remarks=tuple(remark.text(context.lang) for remark in found.made.remarks),
        windows=tuple(_window(one) for one in found.days),
    )


def _window(one: CheapWindow) -> OptimalWindow:
    return OptimalWindow(
        day=one.day,
        spans=tuple(Span(start=span.start, end=span.end) for span in one.spans()),
        mean_eur_kwh=round(one.mean_eur_kwh, 6),
        day_mean_eur_kwh=round(one.day_mean_eur_kwh, 6),
        saving_eur=round(one.saving_eur, 4),
        below_mean=round(one.below_mean, 3),
        published=one.published,
    )
