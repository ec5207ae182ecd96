"""Answers as REE's apidatos documents them, built for any span of hours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

NO_DATA = {
    "errors": [
        {
            "code": "500",
            "status": "500",
            "title": "Bad Request",
            "detail": "There are no data for the selected filters.",
        }
    ]
}


def eur_mwh(moment: pd.Timestamp) -> float:
    """A price that tells its moment: hours since 2020, with a decimal."""
    return round((moment - pd.Timestamp("2020-01-01", tz="UTC")).total_seconds() / 3600 / 100, 2)


def points(start: str, end: str, step: str = "h") -> list[dict[str, Any]]:
    """`values[]` from `start` to `end`, both local and included, as REE writes them."""
    times = pd.date_range(start, end, freq=step, tz="Europe/Madrid")
    return [
        {"value": eur_mwh(time), "percentage": 0.6, "datetime": time.isoformat("T", "milliseconds")}
        for time in times
    ]


def series(number: str, name: str, values: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """One item of `included[]`."""
    return {
        "type": name,
        "id": number,
        "groupId": None,
        "attributes": {
            "title": name,
            "description": None,
            "color": "#ffcf09",
            "type": None,
            "magnitude": "price",
            "composite": False,
            "last-update": "2025-10-25T20:16:00.000+02:00",
            "values": list(values),
        },
    }


def answer(*included: dict[str, Any]) -> dict[str, Any]:
    """A whole document."""
    return {
        "data": {
            "type": "Precios mercado peninsular en tiempo real",
            "id": "mer13",
            "attributes": {"title": "Precios mercado peninsular en tiempo real"},
            "meta": {"cache-control": {"cache": "MISS"}},
        },
        "included": list(included),
    }


def pvpc(start: str, end: str, step: str = "h", name: str = "PVPC (€/MWh)") -> dict[str, Any]:
    """A document with PVPC and the spot price beside it."""
    values = points(start, end, step)
    spot = [{**value, "value": 1.0} for value in values]
    return answer(series("1001", name, values), spot_series(spot))


def spot_series(values: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The spot price, which is out hours before PVPC."""
    return series("600", "Precio mercado spot (€/MWh)", values)
