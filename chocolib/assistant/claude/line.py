"""The line to the API: one client and one event loop of a process, in a thread of their own.

Asynchronous inside, for only there a request can be given up at any moment, before its first
byte too; a plain iterator outside. The connection stays open from question to question.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chocolib.app.settings import Settings
from chocolib.assistant.claude.request import Request
from chocolib.assistant.claude.stream import Heard, Patience, hear
from chocolib.core.errors import SettingsError

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

#: How soon a reader who wants no more is noticed, seconds.
_LOOK_S = 0.05
#: How long a connection may take to be there, seconds.
_CONNECT_S = 5.0
#: The library's own patience, which pings renew: only the last resort, seconds.
_READ_S = 600.0
#: How long is waited for a request that was given up to end, seconds.
_END_S = 2.0

_lines: dict[tuple[int, str, str], Line] = {}
_opening = threading.Lock()


class Line:
    """A client of the Messages API; it never sleeps on its own account and never retries.

    Args:
        url: address of the API.
        key: is shown nowhere.
    """

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self._client = _client(url, key)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="claude", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"Line({self.url!r})"

    def ask(
        self, request: Request, *, patience: Patience, within_s: float, stop: threading.Event
    ) -> Iterator[str | Heard]:
        """Pieces of text as they come, `Heard` last.

        Stopping closes the connection at once, wherever the request is; so does leaving off.

        Args:
            within_s: all of it takes no longer, seconds.
        """
        told: SimpleQueue[str | Heard | None] = SimpleQueue()
        heard = hear(self._client, request, patience=patience, within_s=within_s, tell=told.put)
        future = asyncio.run_coroutine_threadsafe(heard, self._loop)
        future.add_done_callback(lambda _: told.put(None))
        try:
            yield from _told(told, future, stop)
        finally:
            future.cancel()

    def close(self) -> None:
        """End the connection and its thread."""
        asyncio.run_coroutine_threadsafe(self._client.close(), self._loop).result(_END_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_END_S)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()


def _told(
    told: SimpleQueue[str | Heard | None], future: Future[None], stop: threading.Event
) -> Iterator[str | Heard]:
    """What is told until the end; after a stop only how it ended."""
    stopped = False
    while True:
        if stop.is_set() and not stopped:
            stopped = True
            future.cancel()
        try:
            one = told.get(timeout=_END_S if stopped else _LOOK_S)
        except Empty:
            if stopped:
                return
            continue
        if isinstance(one, Heard) or (one is not None and not stopped):
            yield one
        if isinstance(one, Heard):
            return
        if one is None:
            _raise(future)


def _raise(future: Future[None]) -> None:
    """A request that ended without a word is a fault of ours, and no secret."""
    try:
        future.result(timeout=0)
    except CancelledError:
        return


def line(settings: Settings) -> Line:
    """The line of this process for these settings; opened at its first use.

    A process that was forked opens its own: threads do not survive a fork.

    Raises:
        SettingsError: no key or address, or one that cannot be; the message shows neither.
    """
    key, url = key_of(settings), url_of(settings)
    name = (os.getpid(), url, key)
    with _opening:
        if name not in _lines:
            _lines[name] = Line(url, key)
        return _lines[name]


def url_of(settings: Settings) -> str:
    """The address of the API.

    Raises:
        SettingsError: it cannot be one.
    """
    try:
        parts = urlsplit(settings.chat_url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise SettingsError("CHOCOLIB_CHAT_URL cannot be an address", hint="use https://HOST")
    return settings.chat_url


def key_of(settings: Settings) -> str:
    """The key of the API.

    Raises:
        SettingsError: there is none, or it cannot be one; the message does not show it.
    """
    secret = settings.anthropic_api_key
    key = secret.get_secret_value().strip() if secret else ""
    if not key or not key.isascii() or not key.isprintable():
        raise SettingsError(
            "there is no key for the chat's model, or it cannot be one",
            hint="set ANTHROPIC_API_KEY, or leave it empty: chocolib answers by itself then",
        )
    return key


def _client(url: str, key: str) -> AsyncAnthropic:
    """The official client, without retries of its own: it obeys any Retry-After, for hours."""
    import anthropic
    import httpx2

    return anthropic.AsyncAnthropic(
        api_key=key,
        base_url=url,
        max_retries=0,
        timeout=httpx2.Timeout(_READ_S, connect=_CONNECT_S),
    )
