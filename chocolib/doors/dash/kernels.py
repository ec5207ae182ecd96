"""The kernels of open pages: how many run, how many pages wait, and each ends with its page."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Mapping
from typing import Any


class Kernels:
    """Room for `running` kernels at once and for `waiting` pages behind them."""

    def __init__(self, running: int, waiting: int) -> None:
        self.gate = asyncio.Semaphore(running)
        self.leases: set[Lease] = set()
        self._most = running + waiting
        self._empty = asyncio.Event()

    def lease(self, starter: Any, env: Mapping[str, str]) -> Lease | None:
        """A kernel for one page, to be started and ended by it; `None` when all room is taken.

        Args:
            starter: Jupyter's manager of kernels.
            env: the kernel's environment.
        """
        if len(self.leases) >= self._most:
            return None
        lease = Lease(self, starter, env)
        self.leases.add(lease)
        self._empty.clear()
        return lease

    def give_back(self, lease: Lease) -> None:
        """Make room: the lease's kernel has ended."""
        self.leases.discard(lease)
        if not self.leases:
            self._empty.set()

    async def close(self, limit_s: float) -> None:
        """Give out no more, stop the pages that are open, and wait until their kernels end."""
        self._most = 0
        for lease in self.leases:
            lease.leave()
        if self.leases:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), limit_s)


class Lease:
    """One kernel for one page. It is known from before its start until after its end.

    A start that has begun is never interrupted: the process would be in no list, and
    nobody could end it. Leaving early lets it start, then ends it.
    """

    def __init__(self, kernels: Kernels, starter: Any, env: Mapping[str, str]) -> None:
        self.kernel_id = uuid.uuid4().hex[:12]  # short: it is in the path of a socket
        self.page: asyncio.Future[None] | None = None
        self._kernels = kernels
        self._starter = starter
        self._env = env
        self._admitted = False
        self._start: asyncio.Future[Any] | None = None
        self._end: asyncio.Future[None] | None = None

    async def start(self, kernel_name: str) -> Any:
        """The started kernel, once there is room for it."""
        await self._kernels.gate.acquire()
        self._admitted = True
        self._start = asyncio.ensure_future(
            self._starter.start_kernel(
                kernel_id=self.kernel_id, kernel_name=kernel_name, path="", env=dict(self._env)
            )
        )
        await asyncio.shield(self._start)
        return self._starter.get_kernel(self.kernel_id)

    def leave(self) -> None:
        """Do not go on computing for nobody: stop the page, which then ends the lease."""
        if self.page:
            self.page.cancel()

    def end(self) -> None:
        """End the kernel, in the background; there are no widgets that could still need it."""
        if self._end is None:
            self._end = asyncio.ensure_future(self._ended())

    async def _ended(self) -> None:
        try:
            if self._start:
                await asyncio.wait([self._start])
            if self.kernel_id in self._starter:
                await self._starter.shutdown_kernel(self.kernel_id, now=True)
        finally:
            if self._admitted:
                self._kernels.gate.release()
            self._kernels.give_back(self)
