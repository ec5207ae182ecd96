"""The start commands and health checks of compose, as plain processes with the image's rights.

The user is the image's where that is permitted, the only folders that may be written are a home
and a temporary one, and the environment is what compose gives.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.deploy.edge import free_ports
from tests.deploy.test_compose import OURS, seconds

UID = 10001


@pytest.fixture(scope="module")
def user() -> int | None:
    """The image's user, `None` where we may not be them: then it is our own."""
    if os.geteuid() != 0:
        return None
    command = [sys.executable, "-c", "import chocolib"]
    try:
        done = subprocess.run(command, user=UID, group=UID, capture_output=True, check=False)
    except OSError:
        return None
    return UID if done.returncode == 0 else None


@pytest.mark.parametrize("name", OURS)
def test_a_service_starts_is_healthy_and_ends_when_asked(
    name: str, user: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp(name)
    for folder in ("data", "tmp"):
        (place / folder).mkdir()
    if user:
        for folder in (place, place / "data", place / "tmp"):
            os.chown(folder, user, user)
        for above in (place, place.parent):
            above.chmod(0o711)
    service = OURS[name]
    (port,) = free_ports(1)
    own = ported(service["command"], port)
    env = environment(service, place)
    rights = {"user": user, "group": user} if user else {}
    log = (place / "said.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "chocolib", *own[1:]],
        cwd=place / "tmp", env=env, stdout=log, stderr=log, **rights,
    )  # fmt: skip
    try:
        check = ported(service["healthcheck"]["test"][1:], port)
        words = {"chocolib": [sys.executable, "-m", "chocolib"], "python": [sys.executable]}
        command = [*words[check[0]], *check[1:]]
        limit = time.monotonic() + 120
        while subprocess.run(
            command, env=env, capture_output=True, check=False, cwd=place / "tmp", **rights
        ).returncode:
            said = (place / "said.log").read_text()
            assert process.poll() is None, said
            assert time.monotonic() < limit, said
            time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        process.wait(seconds(service["stop_grace_period"]))
    finally:
        process.kill()
        log.close()
    assert "Traceback" not in (place / "said.log").read_text()


def ported(words: list[str], port: int) -> list[str]:
    """The words with a free port instead of the service's own."""
    return [re.sub(r"\b88\d\d\b", str(port), word) for word in words]


def environment(service: dict[str, dict[str, str]], place: Path) -> dict[str, str]:
    """What the image and compose set, with what has no default left empty; no network."""
    given = {name: default(value) for name, value in service["environment"].items()}
    image = {"CHOCOLIB_HOME": str(place / "data" / "home"), "HOME": str(place / "tmp")}
    image |= {"TMPDIR": str(place / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    ours = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    quiet = {f"CHOCOLIB_{name}_URL": "http://127.0.0.1:9" for name in ("REE", "ESIOS", "AEMET")}
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, [root, ours.get("PYTHONPATH", "")]))
    token = {"CHOCOLIB_API_TOKEN": "a-token-of-a-test"} if "CHOCOLIB_API_HOSTS" in given else {}
    backups = {"CHOCOLIB_BACKUPS": str(place / "data")} if "CHOCOLIB_BACKUPS" in given else {}
    return ours | given | image | quiet | token | backups | {"PYTHONPATH": paths}


def default(value: str) -> str:
    """`${NAME:-default}` as compose reads it where NAME is not set."""
    return value.partition(":-")[2].rstrip("}") if value.startswith("${") else value
