from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from chocolib.app.settings import read_settings


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_the_lab_opens_on_a_starter_of_the_users_own(tmp_path: Path) -> None:
    mine = read_settings().home / "notebooks" / "starter.ipynb"
    log = tmp_path / "lab.log"
    with log.open("w") as output:
        lab = subprocess.Popen(
            [sys.executable, "-m", "chocolib", "lab", "--no-browser", "--port", str(free_port())],
            stdout=output,
            stderr=output,
        )
        try:
            url = wait_for_url(log, lab)
            assert "/lab/tree/starter.ipynb" in url
            base, _, token = url.partition("/lab/tree/starter.ipynb?")
            found = answer_of(f"{base}/api/contents/starter.ipynb?{token}")
            assert "chocolib.open()" in json.dumps(found["content"])
        finally:
            lab.send_signal(signal.SIGTERM)
            lab.wait(30)
    assert mine.exists()


def answer_of(url: str) -> dict[str, Any]:
    """The JSON at an address that is printed a moment before anybody listens there."""
    for _ in range(100):
        try:
            return dict(json.load(urllib.request.urlopen(url)))
        except urllib.error.URLError as refused:
            if not isinstance(refused.reason, ConnectionRefusedError):
                raise
            time.sleep(0.2)
    raise AssertionError(f"nobody listens at {url}")


def wait_for_url(log: Path, lab: subprocess.Popen[bytes]) -> str:
    for _ in range(300):
        found = re.search(r"http://127\.0\.0\.1:\d+/lab/tree/\S+", log.read_text())
        if found:
            return found[0]
        assert lab.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(log.read_text())
