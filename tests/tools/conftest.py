"""A real store with kept forecasts and plans, read by many tests and written by none."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context
from chocolib.app.daily import update
from chocolib.app.ingest import import_siar
from chocolib.core.time import at
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, price_frame
from tests.once import made_once

#: The evenings whose forecasts and plans are kept: before a day of 23 hours, before one of
#: 25, and four in a row, of which the last is the moment that most tests ask of.
EVENINGS = (
    "2025-03-29T21:00",
    "2025-10-25T21:00",
    "2025-11-17T21:00",
    "2025-11-18T21:00",
    "2025-11-19T21:00",
    "2025-11-20T21:00",
)
EVENING = EVENINGS[-1]

Opens = Callable[..., Context]
Makes = Callable[[str], Path]


@pytest.fixture(scope="session")
def home_until(
    real_data: Path, real_prices: pd.Series, tmp_path_factory: pytest.TempPathFactory
) -> Makes:
    """Makes a home with real prices to a Madrid day, SIAR since 2018, and the evenings' work."""

    def make(last: str) -> Path:
        once = made_once(tmp_path_factory, f"real-home-{last}", lambda home: fill(home, last))
        return Path(shutil.copytree(once, tmp_path_factory.mktemp("real") / "home"))

    def fill(home: Path, last: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CHOCOLIB_HOME", str(home))
            store = SqliteStore(home / "chocolib.sqlite")
            hours = real_prices[real_prices.index < at(date.fromisoformat(last), 24)]
            frame = price_frame(hours[hours.index.year >= 2024])
            store.write("energy_prices", frame, received_at=NOW)
            files = sorted((real_data / "siar").glob("J17*.csv"))
            list(import_siar(store, files, received_at=NOW))
            for evening in EVENINGS:
                update(open_context(as_of=evening, store=store), model="weekly-naive")
            store.close()

    return make


@pytest.fixture(scope="session")
def real_home(home_until: Makes) -> Path:
    """A home with prices to the end of January 2026."""
    return home_until("2026-01-31")


@pytest.fixture
def opened(real_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opens]:
    """Opens the real store at any moment."""
    monkeypatch.setenv("CHOCOLIB_HOME", str(real_home))
    store = SqliteStore(real_home / "chocolib.sqlite")
    yield lambda as_of=EVENING, lang="en": open_context(as_of=as_of, lang=lang, store=store)
    store.close()


@pytest.fixture
def real(opened: Opens) -> Context:
    """The evening of 20 November 2025."""
    return opened()
