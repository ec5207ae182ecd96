"""Processes forked from one that has read what they need, so that each starts at once.

That one (multiprocessing's fork server) has no threads and no connections; where a system
cannot fork, processes are started anew, only slower.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

#: Whether processes can be forked from a warm one here.
CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()


def warm_context(preload: Sequence[str]) -> BaseContext:
    """Where processes are started from; the warm one begins to read at once, beside us.

    Args:
        preload: modules that are read once, before the first process.
    """
    context = multiprocessing.get_context("forkserver" if CAN_FORK else "spawn")
    if CAN_FORK:
        context.set_forkserver_preload(["__main__", *preload])
        forkserver.ensure_running()
    return context


def begin() -> None:
    """The first act of every such process: end with its parent, and leave Ctrl-C to it."""
    gc.freeze()  # what was read before the fork stays shared: the collector would write to it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
