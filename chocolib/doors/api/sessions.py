"""Who is in a conversation: an assistant for each session, and its words as they come."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from chocolib.assistant.parts import Event

#: So many questions are answered at the same time, and so many sessions are remembered.
AT_ONCE, MOST = 8, 200


class Answerer(Protocol):
    """An assistant as this door needs it."""

    def ask(self, question: str, *, stop: threading.Event | None = None) -> Iterator[Event]:
        """The events of an answer; a `Reply` is the last."""
        ...


@dataclass(frozen=True)
class Session:
    """A conversation: whoever is in it asks one question at a time."""

    name: str
    answerer: Answerer
    turn: threading.Lock = field(default_factory=threading.Lock)


class Sessions:
    """The conversations there are; the one longest silent is forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, ...], Session] = OrderedDict()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="chat")

    async def session(
        self, name: str | None, owner: tuple[str, ...], make: Callable[[str], Answerer]
    ) -> Session:
        """The session of this name and owner; a new one where there is none.

        Args:
            name: as a reply gave it; None begins a session.
            owner: whose it is; nobody else's session can be gone on with.
            make: the assistant of a new session, by its name.

        Raises:
            ChocolibError: as `make` says.
        """
        key = (*owner, name or "")
        found = self._known.get(key) if name else None
        if found is None:
            begun = name or secrets.token_urlsafe(12)
            loop = asyncio.get_running_loop()
            found = Session(begun, await loop.run_in_executor(self._threads, make, begun))
        self._known[(*owner, found.name)] = found
        self._known.move_to_end((*owner, found.name))
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return found

    async def asked(self, session: Session, question: str) -> AsyncIterator[Event]:
        """The events of an answer; whoever stops listening stops it.

        Raises:
            ChocolibError: as the assistant says.
        """
        loop, stop = asyncio.get_running_loop(), threading.Event()
        events: asyncio.Queue[Event | None] = asyncio.Queue()

        def speak() -> None:
            try:
                with session.turn:
                    for one in session.answerer.ask(question, stop=stop):
                        loop.call_soon_threadsafe(events.put_nowait, one)
            finally:
                loop.call_soon_threadsafe(events.put_nowait, None)

        speaking = loop.run_in_executor(self._threads, speak)
        try:
            while (one := await events.get()) is not None:
                yield one
            await speaking
        finally:
            stop.set()

    def close(self) -> None:
        """Take no more questions."""
        self._threads.shutdown(wait=False, cancel_futures=True)
