"""A command that is asked to end, ends: also where the exception of the signal got lost."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

LOST = """
import os, signal, time, weakref
from chocolib.doors.cli import Stops

Stops(insist_s=1)
class Thing: pass
thing = Thing()
gone = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGTERM))
del thing
print("went on", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="Windows has no alarm")
def test_a_stop_that_a_callback_passed_over_ends_the_command_all_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOST], capture_output=True, text=True, timeout=30, check=False
    )
    assert "went on" in done.stdout
    assert done.returncode == 128 + signal.SIGTERM
