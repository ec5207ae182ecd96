"""Fixtures of every test that needs an InfluxDB: one stand-in for a session, a bucket each.

Loaded by `pytest_plugins`, never imported.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chocolib.store.influx import InfluxStore
from chocolib.store.influx_http import Endpoint, Patience
from deploy.debian import NotHad
from tests.store.influx_opening import QUICK, Opener
from tests.store.influx_stand_in import ORG, TOKEN, StandIn, stand_in
from tests.store.influxd_process import free_ports


@pytest.fixture(scope="session")
def influx_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    try:
        with stand_in(tmp_path_factory.mktemp("influxd")) as state:
            yield state
    except NotHad as reason:
        pytest.skip(f"the stand-in for InfluxDB has no influxd 1.x to store with: {reason}")


@pytest.fixture
def influx(influx_for_all: StandIn) -> Iterator[StandIn]:
    """The stand-in, with no faults and nothing asked yet."""
    influx_for_all.forget()
    yield influx_for_all
    influx_for_all.forget()


@pytest.fixture
def bucket(influx: StandIn) -> str:
    """A bucket of this test's own."""
    return influx.add_bucket()


@pytest.fixture
def open_influx(influx: StandIn, bucket: str) -> Iterator[Opener]:
    """Opens stores on the test's bucket."""
    opened: list[InfluxStore] = []

    def open_one(
        *,
        token: str = TOKEN,
        name: str = bucket,
        synthetic: bool = False,
        patience: Patience = QUICK,
    ) -> InfluxStore:
        endpoint = Endpoint(influx.url, ORG, name, token)
        opened.append(InfluxStore(endpoint, synthetic=synthetic, patience=patience))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    return free_ports(1)[0]
