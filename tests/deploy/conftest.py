"""A home with prices and plans, its dashboards, and the edge before them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import open_context, real_store
from chocolib.app.daily import update
from chocolib.app.settings import read_settings
from chocolib.doors.dashboards import running
from deploy.debian import NotHad
from deploy.nginxd import nginx
from tests.conftest import NOW, price_frame
from tests.deploy.edge import HOST, Edge, edge
from tests.deploy.hostile import ADMIN

AT = "2025-11-20T10:20"
#: A name by which the dashboards may be called, as tailscale serve passes it on.
NAME = "chocolib.example.ts.net"


@pytest.fixture(scope="session")
def binary() -> Path:
    try:
        return nginx()
    except NotHad as reason:
        pytest.skip(f"there is no nginx to test the edge with: {reason}")


@pytest.fixture(scope="session")
def dashboards(
    binary: Path, real_prices: pd.Series, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of dashboards that believe the edge, and know one admin."""
    with ExitStack() as serving:
        with pytest.MonkeyPatch.context() as patch:  # the server keeps it, other tests must not
            patch.setenv("CHOCOLIB_HOME", str(tmp_path_factory.mktemp("served")))
            patch.setenv("CHOCOLIB_TRUSTED_PROXY", HOST)
            patch.setenv("CHOCOLIB_ADMINS", ADMIN)
            patch.setenv("CHOCOLIB_DASH_HOSTS", NAME)
            store = real_store(read_settings())
            frame = price_frame(real_prices.loc["2025-09-15":"2025-11-25"])
            store.write("energy_prices", frame, received_at=NOW)
            store.close()
            update(open_context(as_of="2025-11-19T21:00"), model="naive")
            address = serving.enter_context(running(AT, HOST))
        yield address


@pytest.fixture(scope="session")
def served(dashboards: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """The edge before them."""
    port = int(dashboards.rpartition(":")[2])
    with edge(tmp_path_factory.mktemp("edge") / "nginx", port) as running_edge:
        yield running_edge
