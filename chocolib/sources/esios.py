"""The two JSON documents of ESIOS that carry PVPC, parsed without I/O.

Formats: https://api.esios.ree.es, `indicators/1001` (needs a key) and
`archives/70/download_json?locale=es&date=...` (needs none).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby

import pandas as pd

from chocolib.core.time import day_window
from chocolib.sources.prices import (
    YEARS,
    Malformed,
    from_mwh,
    items,
    moment,
    number,
    shown,
)

INDICATOR = 1001
PENINSULA = 8741
_DECIMAL = re.compile(r"[+-]?\d+(,\d+)?", re.ASCII)
_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)


def parse_indicator(document: Mapping[str, object]) -> pd.DataFrame:
    """Rows of an answer of `indicators/1001`: those of the Peninsula.

    Args:
        document: `indicator.values[]` of `value` (EUR/MWh), `datetime` (ISO 8601 with
            offset) and `geo_id`. `datetime_utc` stands in only where there is no
            `datetime`: on 25-hour days ESIOS gives both 02:00 hours the same one.

    Returns:
        A frame of `energy_prices` (see `prices.price_frame`), source "esios-1001";
        quarters averaged, null values left out.

    Raises:
        Malformed: another indicator, or not as documented.
    """
    indicator = document["indicator"]
    if not isinstance(indicator, dict) or str(indicator.get("id")) != str(INDICATOR):
        found = indicator.get("id") if isinstance(indicator, dict) else indicator
        raise Malformed(f"expected the ESIOS indicator {INDICATOR} (PVPC), found {shown(found)}")
    values = items(indicator.get("values"), "indicator.values")
    points = [
        (
            moment(v.get("datetime", v.get("datetime_utc")), f"values[{i}]"),
            number(v.get("value"), f"values[{i}]"),
        )
        for i, v in enumerate(values)
        if v.get("geo_id") == PENINSULA and ("value" not in v or v["value"] is not None)
    ]
    if not points:
        raise Malformed(f"expected values with geo_id {PENINSULA} (Peninsula), found none")
    return from_mwh(points, "esios-1001")


def parse_archive(document: Mapping[str, object]) -> pd.DataFrame:
    """Rows of an answer of `archives/70`: its column PCB, Peninsula.

    The rows of a day are its consecutive hours in Madrid, so row i begins i hours after
    midnight, also on days of 23 and 25 hours, whatever `Hora` calls the odd one.

    Args:
        document: `PVPC[]` of `Dia` "30/10/2021", `Hora` "00-01", `PCB` "131,04" EUR/MWh.

    Returns:
        A frame of `energy_prices` (see `prices.price_frame`), source "esios-archive-70".

    Raises:
        Malformed: a day without all of its hours or out of order, or not as documented.
    """
    rows = items(document["PVPC"], "PVPC")
    if not rows:
        raise Malformed("expected rows in PVPC, found none")
    points: list[tuple[datetime, float]] = []
    for day_text, day_rows in groupby(rows, key=lambda row: row.get("Dia")):
        points += _day_points(_day(day_text), list(day_rows))
    return from_mwh(points, "esios-archive-70")


def _day_points(day: date, rows: list[Mapping[str, object]]) -> Iterator[tuple[datetime, float]]:
    hours = day_window(day).hours()
    if len(rows) != len(hours):
        raise Malformed(f"{day}: expected {len(hours)} hours, found {len(rows)}")
    labels = [str(row.get("Hora"))[:2] for row in rows]
    ordinary = [f"{hour:02d}" for hour in range(24)]
    if labels != sorted(labels) or (len(hours) == 24 and labels != ordinary):
        raise Malformed(f"{day}: expected the hours in order, from 00-01 on")
    for hour, row in zip(hours.to_pydatetime(), rows, strict=True):
        yield hour, _decimal(row.get("PCB"), f"{day}, {row['Hora']}, PCB")


def _day(value: object) -> date:
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        if match and int(match[3]) in YEARS:
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        pass
    raise Malformed(f"expected a Dia like 31/01/2025, found {shown(value)}")


def _decimal(value: object, where: str) -> float:
    """A number with a decimal comma, as a string: "131,04"."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        return number(float(value.replace(",", ".")), where)
    raise Malformed(f'{where}: expected a number like "131,04", found {shown(value)}')
