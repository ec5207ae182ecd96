"""A home with real prices, and clients of a server on it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pytest
from mcp import Client

from chocolib.app.context import open_context
from chocolib.app.daily import update
from chocolib.app.ingest import import_siar
from chocolib.app.settings import read_settings
from chocolib.doors.answering import Answering
from chocolib.doors.mcp.server import open_server
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, price_frame
from tests.once import made_once

#: A moment at which everything of the real data is known.
AS_OF = "2025-11-20T21:00"
#: What was worked out then is kept; batches of the first plan are finished by the last.
EVENINGS = ("2025-11-17T21:00", "2025-11-18T21:00", "2025-11-19T21:00", AS_OF)
#: A report as it is kept, small.
REPORT = """<!doctype html><html><head><title>daily</title><style>p {}</style></head><body>
<h1>El plan</h1><p>Horas baratas: <b>14–17 h</b></p><svg><text>1</text></svg>
<table><tr><td>hoy</td><td>0,122 €/kWh</td></tr></table></body></html>"""

Found = TypeVar("Found")
Using = Callable[[Client], Awaitable[Found]]


@pytest.fixture(scope="session")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, real_prices: pd.Series, real_data: Path
) -> Path:
    """A home with real prices and climate, forecasts, plans and a report; tests copy it."""

    def fill(home: Path) -> None:
        store = SqliteStore(home / "chocolib.sqlite")
        prices = price_frame(real_prices["2025-06":"2025-11-21"])
        store.write("energy_prices", prices, received_at=NOW)
        files = sorted((real_data / "siar").glob("J17*.csv"))
        list(import_siar(store, files, received_at=NOW))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CHOCOLIB_HOME", str(home))
            for evening in EVENINGS:
                update(open_context(as_of=evening, store=store), model="weekly-naive")
        store.close()
        (home / "reports").mkdir(exist_ok=True)
        (home / "reports" / "daily-2025-11-20.html").write_text(REPORT, encoding="utf-8")

    once = made_once(tmp_path_factory, "stocked-home", fill)
    return Path(shutil.copytree(once, tmp_path_factory.mktemp("stocked") / "home"))


@pytest.fixture
def home(stocked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, as the home of this process and of those it starts."""
    shutil.copytree(stocked, tmp_path / "home")
    monkeypatch.setenv("CHOCOLIB_AS_OF", AS_OF)
    return tmp_path / "home"


@pytest.fixture
def answering() -> Iterator[Answering]:
    taking = Answering(deadline_s=60)
    yield taking
    taking.close()


@pytest.fixture
def using(answering: Answering) -> Callable[[Using[Found]], Found]:
    """Runs a function of a client that is connected in memory."""

    def run(use: Using[Found]) -> Found:
        async def connected() -> Found:
            server = open_server(answering, read_settings(), role_of=lambda _request: "admin")
            async with Client(server) as client:
                return await use(client)

        return asyncio.run(connected())

    return run
