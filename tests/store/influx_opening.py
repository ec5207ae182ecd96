"""How tests open an InfluxDB store."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

from influxdb_client.client.influxdb_client import InfluxDBClient

from chocolib.store.influx import InfluxStore
from chocolib.store.influx_http import Endpoint, Patience

#: Milliseconds instead of seconds.
QUICK = Patience(connect_s=2.0, read_s=10.0, attempts=5, first_wait_s=0.001, longest_wait_s=0.05)

Opener = Callable[..., InfluxStore]


def own_bucket(url: str, token: str, org: str) -> Iterator[Endpoint]:
    """A bucket made for one test, and taken away after it."""
    with InfluxDBClient(url, token, org=org) as client:
        made = client.buckets_api().create_bucket(bucket_name=f"chocolib-{uuid.uuid4()}", org=org)
        yield Endpoint(url, org, str(made.name), token)
        client.buckets_api().delete_bucket(made)
