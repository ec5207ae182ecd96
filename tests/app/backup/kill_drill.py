"""A process that forks backups and restores and kills them.

It loads everything once. Each line on its input is JSON: `do` ("create" or "restore"), the
settings by name, and the seconds to live (none: to the end). The answer says whether it was
killed, had finished or was refused.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.app.backup.creating import create
from chocolib.app.backup.restoring import restore
from chocolib.app.context import real_store
from chocolib.app.settings import read_settings
from chocolib.core.errors import DataError


def told(_what: str, _part: float) -> None:
    """Nobody listens."""


def _do(asked: dict[str, Any]) -> None:
    os.environ["CHOCOLIB_HOME"] = asked["home"]
    settings, now = read_settings(), pd.Timestamp(asked["now"])
    if asked["do"] == "create":
        with closing(real_store(settings)) as store:
            create(settings, store, now=now, tell=told)
    else:
        archive = Path(asked["archive"])
        restore(settings, archive, into=None, replace=asked["replace"], now=now, tell=told)


def _child(asked: dict[str, Any]) -> int:
    try:
        _do(asked)
    except DataError:
        traceback.print_exc()
        return 1
    return 0


def _waited(child: int, seconds: float | None) -> int:
    """How the child ended; killed when its time is over."""
    until = time.monotonic() + (seconds if seconds is not None else 600)
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(_child(asked))
        status = _waited(child, asked.get("seconds"))
        ends = {0: "finished"}
        said = "killed" if os.WIFSIGNALED(status) else ends.get(os.WEXITSTATUS(status), "refused")
        print(said, flush=True)


if __name__ == "__main__":
    main()
