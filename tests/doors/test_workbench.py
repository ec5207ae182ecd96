"""The analyst's face: what it gives is what the commands say."""

from __future__ import annotations

import pandas as pd

import chocolib
from chocolib.app.context import real_store
from chocolib.app.settings import read_settings
from tests.conftest import NOW, made_up_prices, price_frame


def test_gaps_come_as_a_frame_of_stretches() -> None:
    prices = made_up_prices("2025-03-01", 24 * 29)
    holes = prices.index[[50, 51, 400]]
    store = real_store(read_settings())
    store.write("energy_prices", price_frame(prices.drop(holes)), received_at=NOW)
    gaps = chocolib.open(as_of="2025-03-30T12:00").gaps()
    assert gaps["missing"].tolist() == [2, 1, 22]  # and the rest of 30 March
    assert gaps["start"].tolist()[:2] == ["2025-03-03T02:00:00Z", "2025-03-17T16:00:00Z"]
    late = chocolib.open(as_of="2025-03-30T12:00").gaps(since="2025-03-20")
    missing = late.groupby("measurement")["missing"].sum()
    assert missing["energy_prices"] == 22
    assert missing["weather_data"] == 10 * 24 + 9  # asked since then, there is none at all


def test_an_empty_store_gives_an_empty_frame_with_its_columns() -> None:
    gaps = chocolib.open().gaps()
    assert gaps.empty
    assert list(gaps.columns)[:4] == ["measurement", "series", "start", "end"]
    assert isinstance(gaps, pd.DataFrame)
