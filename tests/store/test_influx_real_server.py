"""The contract on InfluxDB 2.x itself, where INFLUXDB_V2_URL, _TOKEN and _ORG name one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from chocolib.store.influx import InfluxStore
from tests.contracts import StoreContract
from tests.store.influx_opening import own_bucket

#: Read at once, since no test sees the environment.
REAL = [os.environ.get(f"INFLUXDB_V2_{name}", "") for name in ("URL", "TOKEN", "ORG")]

if not all(REAL):
    pytest.skip(
        "no real InfluxDB 2.x: set INFLUXDB_V2_URL, INFLUXDB_V2_TOKEN, INFLUXDB_V2_ORG",
        allow_module_level=True,
    )


class TestInfluxStoreOnARealServer(StoreContract):
    """A bucket for each test, made and taken away again."""

    @pytest.fixture
    def store(self) -> Iterator[InfluxStore]:
        for bucket in own_bucket(*REAL):
            store = InfluxStore(bucket)
            yield store
            store.close()
