"""A stand-in for REE apidatos and for the archive of ESIOS, answering from a series of prices."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pandas as pd

from chocolib.core.time import day_window, iso, utc
from tests.sources.ree_answers import answer, series

#: What apidatos says of days that have no price, and ESIOS of days without a document.
NO_DATA = {"errors": [{"status": "500", "title": "No data", "detail": "No existen datos"}]}
NO_ARCHIVE = {"message": "No values for specified archive"}


@dataclass
class PriceServer:
    """Where it listens, and every path that was asked."""

    url: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def price_server(prices: pd.Series) -> Iterator[PriceServer]:
    """Serve EUR/kWh on UTC hours at a loopback address until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            told.asked.append(self.path)
            if parts.path.startswith("/archives/70"):
                self.send(*_archive(prices, query))
            else:
                self.send(*_apidatos(prices, query))

        def send(self, status: int, document: object) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        told = PriceServer(f"http://127.0.0.1:{http.server_address[1]}")
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield told
        http.shutdown()
        thread.join()


def _apidatos(prices: pd.Series, query: dict[str, str]) -> tuple[int, object]:
    start, end = utc(query["start_date"]), utc(query["end_date"])
    inside = prices[(prices.index >= start) & (prices.index <= end)]
    if inside.empty:
        return 500, NO_DATA
    values = [
        {"value": round(price * 1000, 2), "percentage": 1, "datetime": _madrid(time)}
        for time, price in zip(pd.DatetimeIndex(inside.index), inside, strict=True)
    ]
    return 200, answer(series("1001", "PVPC (€/MWh)", values))


def _archive(prices: pd.Series, query: dict[str, str]) -> tuple[int, object]:
    day = pd.Timestamp(query["date"]).date()
    window = day_window(day)
    inside = prices[(prices.index >= window.start) & (prices.index < window.end)]
    if len(inside) != len(window):
        return 200, NO_ARCHIVE
    rows = [
        {
            "Dia": f"{day:%d/%m/%Y}",
            "Hora": f"{time.hour:02d}-{(time.hour + 1) % 24 or 24:02d}",
            "PCB": f"{price * 1000:.2f}".replace(".", ","),
        }
        for time, price in zip(
            pd.DatetimeIndex(inside.index).tz_convert("Europe/Madrid"), inside, strict=True
        )
    ]
    return 200, {"PVPC": rows}


def _madrid(time: pd.Timestamp) -> str:
    return time.tz_convert("Europe/Madrid").isoformat(timespec="milliseconds")


def hours_of(gaps: list[dict[str, Any]]) -> set[str]:
    """The hours of `chocolib gaps --json`, as ISO texts."""
    return {
        iso(hour)
        for found in gaps
        for gap in found["gaps"]
        for hour in pd.date_range(gap["start"], gap["end"], freq="h", inclusive="left")
    }
