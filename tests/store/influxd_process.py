"""A real influxd 1.x in a folder of its own: parses line protocol, keeps points."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
  max-values-per-tag = 0
  max-series-per-database = 0
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
  max-body-size = 0
[monitor]
  store-enabled = false
[logging]
  level = "error"
  suppress-logo = true
"""


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Influxd:
    """Starts the server; use it as a context manager."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.port, rpc = free_ports(2)
        config = folder / "influxd.conf"
        config.write_text(CONFIG.format(rpc=rpc, port=self.port, folder=folder))
        self._log = (folder / "influxd.log").open("w")
        command = [str(binary), "-config", str(config)]
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log)
        self._wait(folder / "influxd.log")

    def __enter__(self) -> Influxd:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()

    def _wait(self, log: Path) -> None:
        limit = time.monotonic() + 30
        while time.monotonic() < limit and self._process.poll() is None:
            try:
                if self._call("/ping")[0] == 204:
                    return
            except OSError:
                time.sleep(0.05)
        self._process.kill()
        raise RuntimeError(f"influxd does not start: {log.read_text()[-2000:]}")

    def write(self, database: str, lines: bytes, precision: str = "ns") -> str:
        """Store lines; what it says against them, or ""."""
        units = {"ns": "n", "us": "u", "ms": "ms", "s": "s"}
        query = urllib.parse.urlencode({"db": database, "precision": units[precision]})
        status, body = self._call(f"/write?{query}", lines)
        return "" if status == 204 else str(json.loads(body)["error"])

    def ask(self, question: str, database: str = "") -> list[dict[str, Any]]:
        """The series that answer an InfluxQL question, times in nanoseconds."""
        query = {"db": database, "epoch": "ns", "q": question}
        _, body = self._call("/query", urllib.parse.urlencode(query).encode())
        (result,) = json.loads(body)["results"]
        if "error" in result:
            raise ValueError(f"{result['error']}: {question}")
        series: list[dict[str, Any]] = result.get("series", [])
        return series

    def _call(self, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()
