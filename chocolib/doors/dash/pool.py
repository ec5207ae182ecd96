"""Warm kernels that wait for a page with controls, and a limit to how many there are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

log = logging.getLogger(__name__)


class Kernel(Protocol):
    """What a pool needs of a kernel."""

    async def alive(self) -> bool:
        """Whether its process is there."""

    async def end(self) -> None:
        """End it."""


K = TypeVar("K", bound=Kernel)


class Pool(Generic[K]):
    """Kernels that wait and kernels that are lent.

    Args:
        start: a new kernel.
        ready: so many wait.
        most: so many may be lent.
    """

    def __init__(self, start: Callable[[], Awaitable[K]], ready: int, most: int) -> None:
        self._start = start
        self._ready = ready
        self._most = most
        self._waiting: list[K] = []
        self._lent: set[K] = set()
        self._asked = 0
        self._work: set[asyncio.Task[None]] = set()
        self._filling = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def lent(self) -> int:
        """How many are lent, or being started for somebody."""
        return len(self._lent) + self._asked

    def fill(self) -> None:
        """Start what is missing, in the background."""
        for _ in range(self._ready - len(self._waiting) - self._filling):
            self._filling += 1
            self._spawn(self._add())

    async def take(self) -> K | None:
        """A kernel, at once where one waits; `None` when all there may be are lent.

        Raises:
            RuntimeError: it did not start.
        """
        if self.lent >= self._most:
            return None
        self._asked += 1
        try:
            kernel = await self._living() or await self._start()
        finally:
            self._asked -= 1
        self._lent.add(kernel)
        self.fill()
        return kernel

    async def give_back(self, kernel: K) -> None:
        """End a lent kernel: nobody gets one that another reader has used."""
        self._lent.discard(kernel)
        await kernel.end()

    async def close(self) -> None:
        """End all, and lend no more."""
        self._most = self._ready = 0
        while self._work:
            await asyncio.wait(self._work)
        kernels = [*self._waiting, *self._lent]
        self._waiting.clear()
        self._lent.clear()
        await asyncio.gather(*(kernel.end() for kernel in kernels))

    async def _living(self) -> K | None:
        """One that waits, unless it died waiting."""
        while self._waiting:
            kernel = self._waiting.pop()
            if await kernel.alive():
                return kernel
            await kernel.end()
        return None

    async def _add(self) -> None:
        try:
            self._waiting.append(await self._start())
        except RuntimeError as error:
            log.error("a kernel that should wait did not start: %s", error)
        finally:
            self._filling -= 1

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
