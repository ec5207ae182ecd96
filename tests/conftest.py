"""What every room's tests share: real data, a home of their own, prices to play with."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from chocolib.core import time
from chocolib.core.errors import SettingsError
from chocolib.core.gate import check
from chocolib.core.schema import ENERGY_PRICES
from chocolib.doors.dash.shots import launch, playwright

#: How long an example takes is the machine's affair, not the test's.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", ROOT.parent / "shared" / "data"))
NOW = pd.Timestamp("2026-11-21T10:00Z")


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
