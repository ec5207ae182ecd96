from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.tariff import next_period, tariff_period


def periods(day: str) -> str:
    hours = time.parse_window(day).hours()
    return "".join(period[1] for period in tariff_period(hours))


WORKDAY = "333333332211112222111122"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-11-20", WORKDAY),
        ("2025-07-15", WORKDAY),
        ("2025-11-22", "3" * 24),  # Saturday
        ("2025-03-30", "3" * 23),  # Sunday, clocks forward
        ("2025-10-26", "3" * 25),  # Sunday, clocks back
        ("2025-12-08", "3" * 24),  # national holiday on a Monday
        ("2026-01-06", "3" * 24),
        ("2025-04-18", WORKDAY),  # Good Friday: the prices show the P1 step
        ("2022-12-26", WORKDAY),  # a moved Monday
    ],
)
def test_periods_of_a_day(day: str, expected: str) -> None:
    assert periods(day) == expected


def test_the_index_is_unchanged() -> None:
    hours = time.day_window(date(2025, 11, 20)).hours()
    pd.testing.assert_index_equal(tariff_period(hours).index, hours)


def test_real_prices_step_up_where_punta_begins(real_prices: pd.Series) -> None:
    recent = real_prices["2023":]
    means = recent.groupby(tariff_period(pd.DatetimeIndex(recent.index)).to_numpy()).mean()
    assert means["P1"] > means["P2"] > means["P3"]


@pytest.mark.parametrize(
    ("moment", "change", "period"),
    [
        ("2025-11-20T21:05", "2025-11-20T22:00", "P2"),
        ("2025-11-20T22:00", "2025-11-21T00:00", "P3"),
        ("2025-11-21T23:30", "2025-11-22T00:00", "P3"),
        ("2025-12-05T23:59", "2025-12-06T00:00", "P3"),
        ("2025-12-06T00:00", "2025-12-09T08:00", "P2"),  # three days of valley, a holiday Monday
    ],
)
def test_the_next_period_begins_when_the_price_step_does(
    moment: str, change: str, period: str
) -> None:
    assert next_period(time.utc(moment)) == (time.utc(change), period)
