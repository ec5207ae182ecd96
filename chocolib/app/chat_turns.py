"""The questions to the chat in the store: read, written, and let go of in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from chocolib.app.context import Context, real_store
from chocolib.core.chat_turns import ChatTurn, from_frame, to_frame
from chocolib.core.ports import Store
from chocolib.core.time import DAY, Window
from chocolib.store.sqlite import SqliteStore

_NAME = "chat_turns"


@contextmanager
def kept_in(context: Context) -> Iterator[Store]:
    """The store that turns are kept in: always the real one, for money is real.

    Raises:
        DataError: it cannot be opened.
    """
    if not context.store.synthetic:
        yield context.store
        return
    store = real_store(context.settings)
    try:
        yield store
    finally:
        store.close()


def turns(store: Store, window: Window) -> list[ChatTurn]:
    """The turns asked in a window, by time.

    Raises:
        DataError: the store cannot be read.
    """
    return list(from_frame(store.read(_NAME, window)))


def write(store: Store, turn: ChatTurn, *, now: pd.Timestamp) -> None:
    """Keep a turn as it is at `now`, UTC.

    Raises:
        DataError: the store cannot be written.
    """
    store.write(_NAME, to_frame([turn]), received_at=now)


def forget(store: Store, *, keep_days: int, now: pd.Timestamp) -> int:
    """Let go of turns older than they are kept; returns how many.

    Where the store is InfluxDB, its own retention does that.

    Raises:
        DataError: the store cannot be written.
    """
    if not isinstance(store, SqliteStore):
        return 0
    return store.forget(_NAME, before=now - keep_days * DAY)
