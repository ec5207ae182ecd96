"""Pieces of text, handed on together: a browser is told twenty times a second, not two hundred."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType

#: Seconds between two messages.
APART_S = 0.05


class Pieces:
    """Gathers text while it is open, and tells what came every `APART_S`; the rest at its end.

    Args:
        tell: takes some text, never "".
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._waiting: list[str] = []
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._work = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> Pieces:
        self._work.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._done.set()
        self._work.join()
        self._flush()

    def add(self, text: str) -> None:
        """Some more text."""
        with self._lock:
            self._waiting.append(text)

    def _go_on(self) -> None:
        while not self._done.wait(APART_S):
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            text, self._waiting = "".join(self._waiting), []
        if text:
            self._tell(text)
