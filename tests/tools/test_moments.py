"""Moments in answers: Madrid's clock, also in the hour that comes twice."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from chocolib.tools.answer import Origin


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2025-10-26T00:30:00.9Z", "2025-10-26T02:30:00+02:00"),
        ("2025-10-26T01:30:00Z", "2025-10-26T02:30:00+01:00"),
        ("2025-03-30T01:00:00Z", "2025-03-30T03:00:00+02:00"),
    ],
)
def test_an_hour_of_the_clock_change_is_told_with_its_offset(moment: str, told: str) -> None:
    when = pd.Timestamp(moment)
    origin = Origin(series="energy_prices", source="ree", newest=when, known_since=when, age_h=0)
    assert json.loads(origin.model_dump_json())["newest"] == told
