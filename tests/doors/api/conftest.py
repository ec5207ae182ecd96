"""One home of real prices and one server on it for all tests of the HTTP door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest

from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, price_frame
from tests.doors.api.server_process import Door, running


@pytest.fixture(scope="session")
def home(real_prices: pd.Series, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose store has half a year of real prices, known as they were published."""
    made = tmp_path_factory.mktemp("api-home")
    store = SqliteStore(made / "chocolib.sqlite")
    store.write("energy_prices", price_frame(real_prices["2025-06":"2025-11-30"]), received_at=NOW)
    store.close()
    return made


@pytest.fixture(scope="session")
def door(home: Path) -> Iterator[Door]:
    with running(home) as served:
        yield served


@pytest.fixture
def client(door: Door) -> Iterator[httpx.Client]:
    with door.client() as asking:
        yield asking
