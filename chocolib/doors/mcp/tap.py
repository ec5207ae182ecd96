"""Standard input that can be ended from here, which a blocked read of a pipe cannot."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TextIO

_CHUNK = 65_536
_STDIN = 0


@contextmanager
def tapped() -> Iterator[TextIO]:
    """What comes at standard input, until its end or until the process is told to stop.

    Meanwhile SIGINT, SIGTERM and SIGHUP end the stream instead of the process, and standard
    input itself is empty, so that no child process takes away what is the protocol's.
    """
    private = os.dup(_STDIN)
    _put_in_place(os.open(os.devnull, os.O_RDONLY))
    outlet, inlet = os.pipe()
    waking, wake = os.pipe()
    Thread(target=_pump, args=(private, waking, inlet), daemon=True).start()
    text = os.fdopen(outlet, encoding="utf-8", errors="replace")
    try:
        with text, _told(lambda: os.write(wake, b"x")):
            yield text
    finally:
        os.write(wake, b"x")
        _put_in_place(os.dup(private))


def _put_in_place(descriptor: int) -> None:
    os.dup2(descriptor, _STDIN)
    os.close(descriptor)


def _pump(source: int, waking: int, inlet: int) -> None:
    """Hand on what comes, until either end is closed or somebody wakes it."""
    with os.fdopen(inlet, "wb") as sink, suppress(BrokenPipeError):
        while waking not in select.select([source, waking], [], [])[0]:
            chunk = os.read(source, _CHUNK)
            if not chunk:
                break
            sink.write(chunk)
            sink.flush()


@contextmanager
def _told(end: Callable[[], object]) -> Iterator[None]:
    """While it lasts, the signals that stop a process call `end`."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = [signal.signal(number, lambda *_: end()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
