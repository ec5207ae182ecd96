"""A reader at a page with controls: one kernel, which waits a little when the reader is gone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
from collections.abc import Callable
from typing import Any

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from chocolib.doors.dash.pool import Pool
from chocolib.doors.dash.site import Asked
from chocolib.doors.dash.warm import Warm
from chocolib.doors.dash.wire import forwarded, wrapped

#: A kernel waits so many seconds for a phone that sleeps.
GRACE_S = 20.0
#: What it says meanwhile is kept, so many messages of it; more, and the reader gets another kernel.
HELD = 500
#: How often it is looked whether a kernel lives, in seconds.
LOOK_S = 0.5
#: Why a socket is closed, as the script of the page knows it.
DIED, IDLE, FULL = 4000, 4001, 4003

log = logging.getLogger(__name__)


class Sitting:
    """A kernel in the hands of one reader.

    Attributes:
        asked: the page.
        token: what a reader who comes back shows; nobody else knows it.
        comms: the comms that the kernel has opened.
    """

    def __init__(self, kernel: Warm, asked: Asked, over: Callable[[Sitting, int], None]) -> None:
        self.kernel = kernel
        self.asked = asked
        self.token = secrets.token_urlsafe(16)
        self.comms: set[str] = set()
        self.used_at = self._now()
        self._over = over
        self._socket: WebSocketHandler | None = None
        self._held: list[str] = []
        self._left_at: float | None = self.used_at
        self._question = ""
        self._tasks = [asyncio.ensure_future(self._pass_on()), asyncio.ensure_future(self._watch())]

    def begin(self, code: str) -> None:
        """Run the lines that make the page's widgets."""
        self._question = self.kernel.execute(code)

    def attach(self, socket: WebSocketHandler) -> None:
        """A reader has come, or come back: tell what was said meanwhile."""
        if self._socket:
            self._socket.close(1000, "opened again")
        self._socket, self._left_at, self.used_at = socket, None, self._now()
        self._send(json.dumps(wrapped("status", {"execution_state": "open", "id": self.token})))
        held, self._held = self._held, []
        for text in held:
            self._send(text)

    def left(self, socket: WebSocketHandler, *, for_good: bool) -> None:
        """A socket has closed: end now, or wait a little for the reader."""
        if socket is not self._socket:
            return
        self._socket, self._left_at = None, self._now()
        if for_good:
            self._over(self, 1000)

    def tell(self, comm_id: str, data: dict[str, Any]) -> None:
        """Hand a reader's words to the kernel."""
        self.used_at = self._now()
        self.kernel.tell(comm_id, data)

    def stop(self, code: int) -> None:
        """No more words; the socket closes with this code."""
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        if self._socket:
            self._socket.close(code)
            self._socket = None

    def is_over(self, idle_s: float) -> bool:
        """Whether nobody came back in time, or nobody has used it for long."""
        gone = self._left_at is not None and self._now() - self._left_at > GRACE_S
        return gone or self._now() - self.used_at > idle_s

    def _send(self, text: str) -> None:
        if self._socket is None:
            self._held.append(text)
            if len(self._held) > HELD:
                self._over(self, DIED)
            return
        with contextlib.suppress(WebSocketClosedError):
            self._socket.write_message(text)

    async def _pass_on(self) -> None:
        """Hand the kernel's words to the reader; keep its errors for the log."""
        while True:
            message = await self.kernel.said()
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "comm_open":
                self.comms.add(content["comm_id"])
            elif kind == "comm_close":
                self.comms.discard(content["comm_id"])
            elif kind == "error":
                self._failed(message)
            words = forwarded(message)
            if words:
                self._send(json.dumps(words, default=str))

    def _failed(self, message: dict[str, Any]) -> None:
        content = message["content"]
        name, why = content["ename"], content["evalue"]
        log.error("the controls of %s failed: %s: %s", self.asked.name, name, why)
        if message["parent_header"].get("msg_id") == self._question:
            self._send(json.dumps(wrapped("status", {"execution_state": "failed"})))

    async def _watch(self) -> None:
        while await self.kernel.alive():
            await asyncio.sleep(LOOK_S)
        log.error("the kernel of %s died", self.asked.name)
        self._over(self, DIED)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


class Sittings:
    """All readers at pages with controls.

    Args:
        pool: where kernels come from.
        idle_s: a kernel that nobody used for so many seconds is ended.
    """

    def __init__(self, pool: Pool[Warm], idle_s: float) -> None:
        self._pool = pool
        self._idle_s = idle_s
        self._open: dict[str, Sitting] = {}
        self._ending: set[asyncio.Future[None]] = set()
        self._cull: asyncio.Future[None] | None = None

    @property
    def kernels(self) -> dict[str, int]:
        """How many kernels wait, and how many readers have one."""
        return {"waiting": self._pool.waiting, "lent": self._pool.lent}

    def open(self) -> None:
        """Begin to warm kernels and to end those nobody needs."""
        self._pool.fill()
        self._cull = asyncio.ensure_future(self._end_what_is_over())

    async def close(self) -> None:
        """End all."""
        if self._cull:
            self._cull.cancel()
        for sitting in list(self._open.values()):
            self._over(sitting, 1001)
        while self._ending:
            await asyncio.wait(self._ending)
        await self._pool.close()

    def again(self, token: str, asked: Asked) -> Sitting | None:
        """The sitting of a reader who comes back to the same page."""
        found = self._open.get(token)
        return found if found and found.asked == asked else None

    async def begin(self, asked: Asked, code: str) -> Sitting | None:
        """A new sitting with its widgets being made; `None` when all kernels are lent.

        Raises:
            RuntimeError: no kernel could be started.
        """
        kernel = await self._pool.take()
        if kernel is None:
            return None
        sitting = Sitting(kernel, asked, self._over)
        self._open[sitting.token] = sitting
        sitting.begin(code)
        return sitting

    def _over(self, sitting: Sitting, code: int) -> None:
        """End a sitting, once."""
        if self._open.pop(sitting.token, None):
            sitting.stop(code)
            ended = asyncio.ensure_future(self._pool.give_back(sitting.kernel))
            self._ending.add(ended)
            ended.add_done_callback(self._ending.discard)

    async def _end_what_is_over(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            for sitting in list(self._open.values()):
                if sitting.is_over(self._idle_s):
                    self._over(sitting, IDLE)
