"""What is true now: the price, the weather and the room, the plant."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.core.errors import NotEnoughData
from chocolib.core.tariff import tariff_period
from chocolib.core.time import DAY, HOUR, Window
from chocolib.core.views import price_at
from chocolib.tools.answer import Answer, Figure, Moment

#: "Cheap" and "dear" are quartiles of this trailing window (`docs/alerts.md`).
TRAILING = 30 * DAY


class CurrentPrice(Answer):
    """The published price of the current hour, and how it compares."""

    price: Figure = Field(description="PVPC of the current hour")
    tariff_period: Literal["P1", "P2", "P3"] = Field(description="punta, llano, valle (2.0TD)")
    rank_pct: float = Field(description="share of the trailing 30 days' hours that are cheaper, %")
    level: Literal["cheap", "usual", "dear"] = Field(description="by quartiles of those 30 days")
    next_price: Figure | None = Field(description="the hour after, where it is published")
    published_until: Moment = Field(description="end of the last hour with a published price")


def get_current_price(context: Context) -> CurrentPrice:
    """The price of electricity (PVPC) this hour, if that is cheap or dear, and the next hour's.

    Ask it for "the price now"; other hours are in the weekly forecast.

    Raises:
        NotEnoughData: the current hour has no published price.
    """
    hour = context.as_of.floor("h")
    frame = prices(context, Window(hour - TRAILING, hour + 2 * DAY))
    series = frame["price_eur_kwh"]
    now = price_at(series, hour)
    if now is None:
        raise NotEnoughData(
            f"the price of {hour:%Y-%m-%d %H:%M} UTC is not known",
            hint="chocolib ingest prices fetches it",
        )
    past = series[series.index <= hour]
    rank = 100 * float((past < now).mean())
    return CurrentPrice.of(
        context,
        "energy_prices",
        price=_figure(frame, hour, now),
        tariff_period=tariff_period(pd.DatetimeIndex([hour])).iloc[0],
        rank_pct=round(rank, 1),
        level="cheap" if rank < 25 else "dear" if rank >= 75 else "usual",
        next_price=_next(frame, hour + HOUR),
        published_until=series.index[-1] + HOUR,
    )


def _next(frame: pd.DataFrame, hour: pd.Timestamp) -> Figure | None:
    value = price_at(frame["price_eur_kwh"], hour)
    return None if value is None else _figure(frame, hour, value)


def _figure(frame: pd.DataFrame, hour: pd.Timestamp, value: float) -> Figure:
    source = str(frame.loc[hour, "source"])
    return Figure(value=round(value, 6), unit="EUR/kWh", time=hour, source=source)
