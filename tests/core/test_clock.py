from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.clock import by_clock, days_before, local_days
from chocolib.core.time import MADRID


def numbered(first: str, last: str) -> pd.DataFrame:
    hours = local_days(pd.Timestamp(first), pd.Timestamp(last))
    return pd.DataFrame({"value": np.arange(len(hours), dtype=float)}, index=hours)


def test_a_day_before_is_the_same_clock_hour_over_both_changes() -> None:
    for first, last, hours in (
        ("2025-03-29", "2025-03-31", 71),
        ("2025-10-25", "2025-10-27", 73),
    ):
        values = numbered(first, last)
        assert len(values) == hours
        moved = days_before(by_clock(values), values.index, 1)["value"]
        noon = values.index[values.index.tz_convert(MADRID).hour == 12]
        assert moved.loc[noon[1:]].tolist() == values["value"].loc[noon[:-1]].tolist()
        assert moved.iloc[:24].isna().all()
        assert moved.iloc[24:].notna().all()


def test_the_hour_that_spring_skips_is_between_its_neighbours() -> None:
    table = by_clock(numbered("2025-03-30", "2025-03-30"))["value"].to_numpy()
    assert len(table) == 24
    assert table[:4].tolist() == [0, 1, 1.5, 2]


def test_the_doubled_hour_of_autumn_is_averaged() -> None:
    table = by_clock(numbered("2025-10-26", "2025-10-26"))["value"].to_numpy()
    assert len(table) == 24
    assert table[:4].tolist() == [0, 1, 2.5, 4]


def test_other_missing_hours_stay_out() -> None:
    values = numbered("2025-05-01", "2025-05-02").drop(pd.Timestamp("2025-05-01T08:00Z"))
    moved = days_before(by_clock(values), pd.DatetimeIndex(values.index), 1)["value"]
    assert moved.iloc[23:].isna().sum() == 1
