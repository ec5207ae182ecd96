"""`chocolib` as a person runs it, a process of its own each time, without loading pandas each time.

One process loads what commands need and forks for each of them: arguments, environment, folder,
streams, signals, warnings and the exit code are the command's own, as they would be. What a bare
start loads is tested by starting one (`test_help_imports_nothing_heavy`).
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
LIMIT_S = 120
PYTHON = (sys.executable, "-W", "error::ResourceWarning", "-m")
#: What takes long to load. What a command goes without (`doors/cli/lean.py`) must not be here.
LOADED = (
    "chocolib.app.daily",
    "chocolib.app.doctor",
    "chocolib.app.ingest",
    "chocolib.app.live",
    "chocolib.app.settings",
    "chocolib.doors.cli",
    "chocolib.plan.planning",
    "chocolib.tools.catalogue",
)


def chocolib(*words: str, code: int = 0, **env: str) -> subprocess.CompletedProcess[str]:
    """The command, which must end with this code and never show a traceback."""
    done = ran(*words, **env)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == code, err
    assert "Traceback" not in err
    return subprocess.CompletedProcess(words, done.returncode, out, err)


def document(*words: str) -> Any:
    """What it prints, read as JSON."""
    return json.loads(chocolib(*words).stdout)


def ran(*words: str, given: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    """The command with something on its standard input, however it ends."""
    settings = dict(os.environ | env)
    if not hasattr(os, "fork"):
        command = [*PYTHON, "chocolib", *words]
        return subprocess.run(
            command, input=given, check=False, capture_output=True, env=settings, timeout=LIMIT_S
        )
    with TemporaryDirectory() as place:
        Path(place, "0").write_bytes(given)
        asked = {"words": words, "env": settings, "cwd": str(Path.cwd()), "streams": place}
        code = int(_answer(json.dumps(asked)))
        out, err = (Path(place, name).read_bytes() for name in "12")
    return subprocess.CompletedProcess(words, code, out, err)


def _answer(line: str) -> str:
    process = _forker()
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline()


@cache
def _forker() -> subprocess.Popen[str]:
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # threads are not forked
    process = subprocess.Popen(
        [*PYTHON, "tests.doors.command"],
        cwd=ROOT,
        env=os.environ | one_thread,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.communicate, timeout=LIMIT_S)
    return process


def main() -> None:
    """Fork a command for each line of the input; answer with its exit code."""
    for name in LOADED:
        importlib.import_module(name)
    gc.freeze()  # what is loaded stays shared: no command looks through it
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _be(**json.loads(line))
            return  # ends as any Python does
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _be(words: list[str], env: dict[str, str], cwd: str, streams: str) -> None:
    """Be the command."""
    from chocolib.doors.cli import main as command

    signal.alarm(LIMIT_S)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    for number, how in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(Path(streams, str(number)), how), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - nothing read ahead is in it
    sys.argv = ["chocolib", *words]
    command()


if __name__ == "__main__":
    main()
