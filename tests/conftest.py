"""What every room's tests share: real data, a home of their own, prices to play with."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from chocolib.app.ingest import import_pvpc
from chocolib.app.settings import read_settings
from chocolib.core import time
from chocolib.core.errors import SettingsError
from chocolib.core.gate import check
from chocolib.core.schema import ENERGY_PRICES
from chocolib.doors.dash.shots import launch, playwright
from chocolib.store.sqlite import SqliteStore
from tests.longest import LONGEST
from tests.once import made_once

#: How long an example takes is the machine's affair, not the test's.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", ROOT.parent / "shared" / "data"))
NOW = pd.Timestamp("2026-11-21T10:00Z")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest are begun first, so that no process waits for them at the end."""
    places = {path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.relative_to(ROOT).as_posix(), len(places)))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the developer's own home, keys or network."""
    for name in list(os.environ):
        ours = name.startswith(("CHOCOLIB_", "INFLUXDB_")) or name.endswith(("_API_KEY", "_TOKEN"))
        if ours and name != "CHOCOLIB_REAL_DATA":
            monkeypatch.delenv(name)
    monkeypatch.setenv("CHOCOLIB_HOME", str(tmp_path / "home"))
    for name in (
        "REE",
        "ESIOS",
        "AEMET",
        "OPENWEATHERMAP",
        "OPEN_METEO",
        "OPEN_METEO_ARCHIVE",
        "CHAT",
    ):
        monkeypatch.setenv(f"CHOCOLIB_{name}_URL", "http://127.0.0.1:9")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data."""
    if not DATA.is_dir():
        pytest.skip(f"the real data are not at {DATA}; set CHOCOLIB_REAL_DATA")
    return DATA


@pytest.fixture(scope="session")
def chromium() -> None:
    """Skips a browser test where no Chromium can be started, and says why."""
    with playwright() as driver:
        try:
            launch(driver).close()
        except SettingsError as error:
            pytest.skip(str(error))


@pytest.fixture(scope="session")
def pvpc_csv(real_data: Path) -> Path:
    """The real prices, 2021-06 to 2026-01."""
    return real_data / "pvpc" / "pvpc_2021-06_2026-01.csv.gz"


@pytest.fixture(scope="session")
def real_prices(pvpc_csv: Path) -> pd.Series:
    """Real EUR/kWh by UTC hour, read without the package."""
    frame = pd.read_csv(pvpc_csv, parse_dates=["timestamp"], index_col="timestamp")
    return frame["price_eur_kwh"].rename_axis("time")


@pytest.fixture(scope="session")
def _store_of_real_prices(pvpc_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all the real prices, as an import leaves it; tests copy it."""

    def make(folder: Path) -> None:
        with closing(SqliteStore(folder / "chocolib.sqlite")) as store:
            list(import_pvpc(store, [pvpc_csv], received_at=NOW))

    return made_once(tmp_path_factory, "store-of-real-prices", make) / "chocolib.sqlite"


@pytest.fixture
def priced_home(_store_of_real_prices: Path) -> Path:
    """The home of the settings, with a store of all the real prices."""
    home = read_settings().home
    home.mkdir(parents=True)
    shutil.copy(_store_of_real_prices, home / "chocolib.sqlite")
    return home


def price_frame(values: pd.Series, *, source: str = "csv") -> pd.DataFrame:
    """Checked rows of energy_prices from EUR/kWh on a UTC index."""
    index = time.as_utc(pd.DatetimeIndex(values.index))
    frame = pd.DataFrame(
        {
            "region": "peninsula",
            "price_eur_kwh": values.to_numpy(),
            "source": source,
            "available_at": time.published_at(index),
        },
        index=index,
    )
    return check(frame, ENERGY_PRICES, received_at=NOW).good


def made_up_prices(first: str, hours: int) -> pd.Series:
    """A plain daily wave, for tests that do not care about the values."""
    index = pd.date_range(first, periods=hours, freq="h", tz="UTC", name="time")
    wave = 0.12 + 0.05 * np.sin(np.arange(hours) / 24 * 2 * np.pi)
    return pd.Series(wave.round(5), index=index)
