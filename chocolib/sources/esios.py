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
from chocolib.sources.documents import YEARS, Malformed, items, mapping, moment, number, shown
from chocolib.sources.prices import from_mwh

INDICATOR = 1001
PENINSULA = 8741
#: What the rows of each document say in `source`.
INDICATOR_NAME = "esios-1001"
ARCHIVE_NAME = "esios-archive-70"
_HOUR_LABEL = re.compile(r"\d\d-\d\d", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+(,\d+)?", re.ASCII)
_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)


def parse_indicator(document: object) -> pd.DataFrame:
    """Rows of an answer of `indicators/1001`: those of the Peninsula.

    Args:
        document: `indicator.values[]` of `value` (EUR/MWh), `datetime` (ISO 8601 with
            offset) and `geo_id`. `datetime_utc` stands in only where there is no
            `datetime`: on 25-hour days ESIOS gives both 02:00 hours the same one.

    Returns:
        A frame of `energy_prices` (see `prices.price_frame`), source "esios-1001";
        quarters averaged, null values left out. Empty when nothing is published yet.

    Raises:
        Malformed: another indicator, only other regions, or not as documented.
    """
    indicator = mapping(document, "the answer").get("indicator")
    if not isinstance(indicator, dict) or str(indicator.get("id")) != str(INDICATOR):
        found = indicator.get("id") if isinstance(indicator, dict) else indicator
        raise Malformed(f"expected the ESIOS indicator {INDICATOR} (PVPC), found {shown(found)}")
    values = items(indicator.get("values"), "indicator.values")
    ours = [(i, v) for i, v in enumerate(values) if v.get("geo_id") == PENINSULA]
    if values and not ours:
        raise Malformed(f"expected values with geo_id {PENINSULA} (Peninsula), found none")
    points = [
        (
            moment(v.get("datetime", v.get("datetime_utc")), f"values[{i}]"),
            number(v.get("value"), f"values[{i}]"),
        )
        for i, v in ours
        if "value" not in v or v["value"] is not None
    ]
    return from_mwh(points, INDICATOR_NAME)


def parse_archive(document: object) -> pd.DataFrame:
    """Rows of an answer of `archives/70`: its column PCB, Peninsula.

    The rows of a day are its consecutive hours in Madrid, so row i begins i hours after
    midnight, also on days of 23 and 25 hours, whatever `Hora` calls the odd one.

    Args:
        document: `PVPC[]` of `Dia` "30/10/2021", `Hora` "00-01", `PCB` "131,04" EUR/MWh.

    Returns:
        A frame of `energy_prices` (see `prices.price_frame`), source "esios-archive-70".
        A day on which every price is "0,00" is left out: the archive has been seen to
        hold it in the place of a day that was late.

    Raises:
        Malformed: a day without all of its hours or out of order, or not as documented
            (before June 2021 the tariff was another, and so is the document).
    """
    rows = items(mapping(document, "the answer").get("PVPC"), "PVPC")
    if not rows:
        raise Malformed("expected rows in PVPC, found none")
    points: list[tuple[datetime, float]] = []
    for day_text, day_rows in groupby(rows, key=lambda row: row.get("Dia")):
        of_day = list(_day_points(_day(day_text), list(day_rows)))
        points += of_day if any(price for _, price in of_day) else []
    return from_mwh(points, ARCHIVE_NAME)


def _day_points(day: date, rows: list[Mapping[str, object]]) -> Iterator[tuple[datetime, float]]:
    hours = day_window(day).hours()
    if len(rows) != len(hours):
        raise Malformed(f"{day}: expected {len(hours)} hours, found {len(rows)}")
    labels = [str(row.get("Hora")).strip() for row in rows]
    as_written = all(map(_HOUR_LABEL.fullmatch, labels))
    begins = [label[:2] for label in labels]
    ordinary = [f"{hour:02d}" for hour in range(24)]
    if not as_written or begins != sorted(begins) or (len(hours) == 24 and begins != ordinary):
        raise Malformed(f"{day}: expected the hours in order, from 00-01 on")
    for hour, label, row in zip(hours.to_pydatetime(), labels, rows, strict=True):
        yield hour, _decimal(row.get("PCB"), f"{day}, {label}, PCB")


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
        return number(float(value.strip().replace(",", ".")), where)
    raise Malformed(f'{where}: expected a number like "131,04", found {shown(value)}')
