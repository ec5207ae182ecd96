"""What a process remembers of what it worked out, while it is true: small, bounded, in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

import pandas as pd

from chocolib.app.kept_answers import Span

T = TypeVar("T")


class Remembered(Generic[T]):
    """Values by a key and by the moments between which they are true.

    Threads wait for each other: what two of them ask for at once is made once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[tuple[Hashable, Span], T] = OrderedDict()
        self._lock = Lock()

    def at(self, key: Hashable, as_of: pd.Timestamp, make: Callable[[], tuple[T, Span]]) -> T:
        """The value at `as_of`: remembered, else made, with when it is true.

        Args:
            key: all it rests on but time.
        """
        with self._lock:
            for (name, (since, until)), value in self._held.items():
                if name == key and since <= as_of and (until is None or as_of < until):
                    return value
            value, span = make()
            self._held[key, span] = value
            if len(self._held) > self._most:
                self._held.popitem(last=False)
            return value
