"""Writing to InfluxDB while requests fail, side by side with the client's own ways.

    python -m benchmarks.influx

The server is the tests' stand-in for InfluxDB 2.7 (Python, over a real influxd 1.6.7):
figures compare ways of writing and reading with each other, not servers.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS, WriteOptions
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from chocolib.core.errors import RowsRefused
from chocolib.core.schema import WEATHER_DATA
from chocolib.core.time import as_utc
from chocolib.store.influx import InfluxStore
from chocolib.store.influx_http import Endpoint, Patience
from deploy.influxd import NotHad
from tests.store.influx_stand_in import ORG, TOKEN, Fault, StandIn, stand_in

POINTS = 131_513
BATCH = 5000
NOW = pd.Timestamp("2026-01-01T00:00Z")
PATIENCE = Patience(first_wait_s=0.05)
FAULTS = [
    Fault(429, headers={"Retry-After": "1"}),
    Fault(429),
    Fault(500),
    Fault(503),
    Fault(kind="drop"),
    Fault(kind="drop-after"),
    Fault(kind="slow", pause_s=0.2),
] * 4  # fmt: skip
Way = Callable[[StandIn, str, pd.DataFrame], str]
#: Rows that no InfluxDB takes: a number that is none.
BAD = (7_000, 60_000, 120_000)


def weather(points: int = POINTS, bad: Iterable[int] = BAD) -> pd.DataFrame:
    """Hours of one station with all fields, and some rows that cannot be stored."""
    dice = np.random.default_rng(1)
    rows = points + len(list(bad))
    index = as_utc(pd.date_range("2010-01-01", periods=rows, freq="h", tz="UTC", name="time"))
    fields = {name: dice.uniform(0, 90, rows).round(2) for name in WEATHER_DATA.field_names}
    fields["temperature_c"][list(bad)] = np.inf
    known = index + pd.Timedelta(minutes=130)
    frame = pd.DataFrame({"station": "BENCH", **fields}, index=index)
    return frame.assign(source="bench", available_at=known, flag="")


def ours(server: StandIn, bucket: str, frame: pd.DataFrame) -> str:
    """The store's own way."""
    store = InfluxStore(Endpoint(server.url, ORG, bucket, TOKEN), patience=PATIENCE)
    inject(server)
    try:
        store.write("weather_data", frame, received_at=NOW)
    except RowsRefused as refusal:
        return f"{len(refusal.refused)} rows refused, each named"
    finally:
        store.close()
    return "all rows taken"


def synchronous(server: StandIn, bucket: str, frame: pd.DataFrame) -> str:
    """influxdb-client, SYNCHRONOUS, in batches; a batch that fails is lost."""
    lost = 0
    with InfluxDBClient(server.url, TOKEN, org=ORG, enable_gzip=True) as client:
        api = client.write_api(write_options=SYNCHRONOUS)
        inject(server)
        for start in range(0, len(frame), BATCH):
            try:
                api.write(bucket, record=frame.iloc[start : start + BATCH], **layout())
            except (ApiException, HTTPError):
                lost += 1
    return f"{lost} batches failed"


def batching(server: StandIn, bucket: str, frame: pd.DataFrame) -> str:
    """influxdb-client's batching mode, which asks again by itself (first pause 50 ms)."""
    said: list[str] = []
    options = WriteOptions(batch_size=BATCH, retry_interval=50, max_retry_delay=1000)
    with InfluxDBClient(server.url, TOKEN, org=ORG, enable_gzip=True) as client:
        told = {"error_callback": lambda _conf, _data, error: said.append(str(error))}
        with client.write_api(write_options=options, **told) as api:
            inject(server)
            api.write(bucket, record=frame, **layout())
    return f"{len(said)} batches failed, told to a callback only"


def layout() -> dict[str, object]:
    """How the client lays the frame out: as the store does."""
    tags = ["source", "station"]
    return {"data_frame_measurement_name": "weather_data", "data_frame_tag_columns": tags}


def inject(server: StandIn) -> None:
    """The same faults for every way: one for every other write request from now on."""
    server.forget()
    for fault in FAULTS:
        server.write_faults.extend([None, fault])


@dataclass(frozen=True)
class Line:
    """What one way did: points that are in the database, each counted once."""

    way: str
    arrived: int
    requests: int
    seconds: float
    outcome: str
    bucket: str
    met: Counter[str]

    def row(self) -> dict[str, object]:
        """As it stands in the table."""
        return {
            "way": self.way,
            "valid points": POINTS,
            "arrived": self.arrived,
            "missing": POINTS - self.arrived,
            "requests": self.requests,
            "faults": sum(self.met.values()),
            "seconds": round(self.seconds, 1),
            "points/s": round(self.arrived / self.seconds),
            "outcome": self.outcome,
        }


def written(server: StandIn, way: Way, frame: pd.DataFrame) -> Line:
    """One way's line, written to a bucket of its own."""
    bucket = server.add_bucket()
    seconds = frame["available_at"].dt.as_unit("s").astype("int64")
    began = time.perf_counter()
    outcome = way(server, bucket, frame if way is ours else frame.assign(available_at=seconds))
    taken = time.perf_counter() - began
    requests = server.requests("/api/v2/write")
    return Line(
        way=way.__name__,
        arrived=server.count(bucket, "weather_data", "humidity_pct"),
        requests=len(requests),
        seconds=taken,
        outcome=outcome,
        bucket=bucket,
        met=Counter(asked.fault.name for asked in requests if asked.fault),
    )


def timed(server: StandIn, action: Callable[[], pd.DataFrame]) -> Reading:
    """The faster of two runs, what it gave, and what it asked."""
    taken = []
    for _ in range(2):
        server.forget()
        began = time.perf_counter()
        frame = action()
        taken.append(time.perf_counter() - began)
    questions = [asked.flux for asked in server.requests("/api/v2/query")]
    return Reading(min(taken), raw_s(server, questions), frame)


def raw_s(server: StandIn, questions: list[str]) -> float:
    """Seconds until the bytes that answer some questions are here: the server's share."""
    with InfluxDBClient(server.url, TOKEN, org=ORG, enable_gzip=True, timeout=300_000) as client:
        taken = []
        for _ in range(2):
            began = time.perf_counter()
            for question in questions:
                _ = client.query_api().query_raw(question).data
            taken.append(time.perf_counter() - began)
    return min(taken)


@dataclass(frozen=True)
class Reading:
    """One way of reading everything back: seconds in all, and of these the server's."""

    seconds: float
    server_s: float
    frame: pd.DataFrame

    def row(self, way: str) -> dict[str, object]:
        """As it stands in the table."""
        return {
            "reading": way,
            "rows": len(self.frame),
            "seconds": round(self.seconds, 2),
            "of these the server": round(self.server_s, 2),
            "the client": round(self.seconds - self.server_s, 2),
        }


def read_back(server: StandIn, bucket: str, frame: pd.DataFrame) -> str:
    """Our reading against the client's, on the points that the store wrote."""
    store = InfluxStore(Endpoint(server.url, ORG, bucket, TOKEN), patience=PATIENCE)
    question = (
        f'from(bucket: "{bucket}") |> range(start: 2009-01-01T00:00:00Z, '
        'stop: 2027-01-01T00:00:00Z) |> filter(fn: (r) => r._measurement == "weather_data") '
        '|> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")'
    )
    with InfluxDBClient(server.url, TOKEN, org=ORG, enable_gzip=True, timeout=300_000) as client:
        theirs = timed(server, lambda: client.query_api().query_data_frame(question))
    mine = timed(server, lambda: store.read("weather_data"))
    store.close()
    valid = frame[np.isfinite(frame["temperature_c"].to_numpy())]
    pd.testing.assert_frame_equal(mine.frame, valid, check_freq=False)
    table = pd.DataFrame([mine.row("store.read"), theirs.row("query_data_frame")])
    share = (theirs.seconds - theirs.server_s) / (mine.seconds - mine.server_s)
    return (
        f"{table.to_string(index=False)}\n"
        f"store.read is {theirs.seconds / mine.seconds:.1f} times as fast in all, and about "
        f"{share:.0f} times without the server's share\n"
        "(the share is timed apart, by asking the same again: take it as rough);\n"
        "what it read equals what was written, bit by bit"
    )


def report() -> str:
    """The whole table as text.

    Raises:
        NotHad: there is no influxd 1.x for the stand-in.
    """
    frame = weather()
    with tempfile.TemporaryDirectory() as folder, stand_in(Path(folder)) as server:
        lines = [written(server, way, frame) for way in (ours, synchronous, batching)]
        reading = read_back(server, lines[0].bucket, frame)
    met = ", ".join(f"{count} x {name}" for name, count in lines[0].met.items())
    return "\n".join(
        [
            f"weather_data, 8 fields, batches of {BATCH}, {len(BAD)} more rows that are not valid;",
            "server: the tests' stand-in over influxd 1.6.7, not InfluxDB 2.7",
            pd.DataFrame([line.row() for line in lines]).to_string(index=False),
            f"faults that ours met: {met}",
            reading,
        ]
    )


def main() -> None:
    """Measure and print."""
    try:
        print(report())
    except NotHad as reason:
        sys.exit(f"no influxd 1.x for the stand-in: {reason}")


if __name__ == "__main__":
    main()
