"""The gate: what comes before every path. Who asks, how much, how slowly; HEAD as GET."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from fastapi import HTTPException, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chocolib.doors.api.entry import Entry
from chocolib.doors.api.problems import TOO_BIG, problem
from chocolib.doors.api.reader import KEY

#: The longest body, in bytes: a question has 500 characters, what MCP sends is small too.
LONGEST = 256 * 1024
#: What is too long is still read up to this, in bytes: whoever sends hears the refusal then.
DRAINED = 16 * LONGEST
#: Seconds within which a body has to have come.
BODY_S = 10.0


class Gate:
    """Lets in whom the rules let in, and nothing that is too big or too slow."""

    def __init__(self, app: ASGIApp, entry: Entry) -> None:
        self._app = app
        self._entry = entry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refusal, or hand the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        peer = (scope.get("client") or ("",))[0]
        found = self._entry.judged(scope["path"], headers, peer)
        if isinstance(found, Response):
            await found(scope, receive, send)
        elif _length(headers) > LONGEST:
            if _length(headers) <= DRAINED:
                await _drain(receive)
            await _too_big()(scope, receive, send)
        else:
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            inside = {**scope, "method": method, KEY: found}
            await self._app(inside, _bounded(receive), send)


def _length(headers: Headers) -> int:
    """The length that a body says it has; 0 where it does not say, or nonsense."""
    said = headers.get("Content-Length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _bounded(receive: Receive) -> Callable[[], Awaitable[Message]]:
    """The body as it comes, until it is too long or too slow.

    Raises (the function returned):
        HTTPException: 413 or 408.
    """
    loop = asyncio.get_running_loop()
    until, read, whole = loop.time() + BODY_S, 0, False

    async def piece() -> Message:
        nonlocal read, whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(until - loop.time(), 0.001))
        except TimeoutError:
            raise HTTPException(408) from None
        read += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if read > LONGEST:
            if not whole:
                await _drain(receive)
            raise HTTPException(413)
        return message

    return piece


async def _drain(receive: Receive) -> None:
    """Read on and keep nothing, for a while."""
    read, more = 0, True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BODY_S):
            while more and read < DRAINED:
                message = await receive()
                read += len(message.get("body", b""))
                more = message.get("more_body", False)


def _too_big() -> Response:
    said = f"a question has at most {LONGEST // 1024} KB"
    return problem(TOO_BIG, said, headers={"Connection": "close"})
