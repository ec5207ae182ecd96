"""A real HTTP door in a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

AS_OF = "2025-11-20T21:00"


@dataclass(frozen=True)
class Door:
    process: subprocess.Popen[str]
    port: int
    later: list[str]

    def said(self) -> str:
        """What it wrote to standard error after it said where it listens."""
        return "".join(self.later)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **headers: str) -> httpx.Client:
        """A client that trusts nobody's proxy settings."""
        return httpx.Client(base_url=self.url, headers=headers, timeout=90, trust_env=False)

    def stop(self) -> int:
        """End it as a container would; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def running(home: Path, *options: str, **settings: str) -> Iterator[Door]:
    """A server on this home, which ends with the block."""
    kept = {name: value for name, value in os.environ.items() if name != "CHOCOLIB_AS_OF"}
    process = subprocess.Popen(
        [sys.executable, "-m", "chocolib", "api", "--port", "0", *options],
        env={**kept, "CHOCOLIB_HOME": str(home), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        later: list[str] = []
        yield Door(process, announced(process, later), later)
    finally:
        process.kill()
        process.communicate()


def announced(process: subprocess.Popen[str], later: list[str]) -> int:
    """The port that it says it listens on; what it writes after that is put into `later`."""
    said: list[str] = []
    for line in process.stderr or ():
        said.append(line)
        found = re.search(r"The API is at http://[^ ]*:(\d+) ", line)
        if found:
            reading = threading.Thread(
                target=lambda: later.extend(process.stderr or ()), daemon=True
            )
            reading.start()
            return int(found[1])
    raise AssertionError("".join(said))
