"""Paintings of pages, kept as long as they are true: until the data or the minute change.

The revision is asked at every request, so no painting is older than the store. Whoever
wants what is being painted waits for that painting; pages somebody looks at are painted
ahead, so that the next request finds them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pandas as pd

from chocolib.core.errors import ChocolibError
from chocolib.doors.dash.painter import NotPainted, Painter, Painting
from chocolib.doors.dash.processes import warm_context
from chocolib.doors.dash.site import Asked, Site

#: So many paintings are kept, and so many may be waited for.
KEPT, WAITING = 64, 40
#: A page counts as looked at for so many seconds after it was asked for.
LOOKED_S = 75.0
#: Pages that are looked at are seen to every so many seconds.
AHEAD_S = 1.0

Key = tuple[Asked, str, str]


class Full(ChocolibError):
    """Too many pages are being painted already."""


class Gallery:
    """The paintings of a site.

    Args:
        site: what is painted.
        build: names this start of the server.
        clock: the time now, UTC.
        painters: how many processes paint.
    """

    def __init__(
        self, site: Site, build: str, clock: Callable[[], pd.Timestamp], painters: int = 2
    ) -> None:
        self._site = site
        self._clock = clock
        context = warm_context(site.preload)
        self._painters = [Painter(context, site.paint, build) for _ in range(painters)]
        self._idle: asyncio.LifoQueue[Painter] = asyncio.LifoQueue()
        for painter in self._painters:
            self._idle.put_nowait(painter)
        self._threads = ThreadPoolExecutor(painters, "painter")
        self._askers = ThreadPoolExecutor(min(4, os.cpu_count() or 1), "revision")
        self._kept: OrderedDict[Key, asyncio.Task[Painting]] = OrderedDict()
        self._looked: dict[Asked, float] = {}
        self._ahead: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether a painter is there, or none was needed yet."""
        return any(painter.alive for painter in self._painters) or not self._kept

    async def open(self, first: Asked | None) -> None:
        """Begin to look ahead; every painter paints `first`, so that all are warm."""
        self._ahead = asyncio.create_task(self._look_ahead())
        if first:
            await asyncio.gather(
                self.painting(first),
                *(self._painted(first) for _ in self._painters[1:]),
                return_exceptions=True,
            )

    async def close(self) -> None:
        """End the painters."""
        if self._ahead:
            self._ahead.cancel()
        for painter in self._painters:
            painter.end()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._askers.shutdown(wait=False, cancel_futures=True)

    async def painting(self, asked: Asked) -> Painting:
        """The page as its data are now.

        Raises:
            Full: too many are being painted.
            NotPainted: it failed; the log says why.
            ChocolibError: the store cannot be read.
        """
        self.looked_at(asked)
        key = (asked, await self.revision(asked.name), self._minute(asked))
        return await asyncio.shield(self._task(key))

    async def revision(self, name: str) -> str:
        """The revision of a page's data now."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._askers, self._site.revision, name)

    def looked_at(self, asked: Asked) -> None:
        """Somebody looks at the page; a past moment need not be painted ahead."""
        if not asked.at and (asked in self._looked or len(self._looked) < KEPT):
            self._looked[asked] = asyncio.get_running_loop().time()

    def _task(self, key: Key) -> asyncio.Task[Painting]:
        task = self._kept.get(key)
        if task is None:
            if sum(not one.done() for one in self._kept.values()) >= WAITING:
                raise Full("too many pages are being painted")
            task = self._kept[key] = asyncio.create_task(self._painted(key[0]))
            task.add_done_callback(lambda done: self._keep(key, done))
        self._kept.move_to_end(key)
        return task

    def _keep(self, key: Key, done: asyncio.Task[Painting]) -> None:
        """Forget what failed, and the oldest; a failure is told to those who waited."""
        if done.cancelled() or done.exception():
            self._kept.pop(key, None)
        while len(self._kept) > KEPT and next(iter(self._kept.values())).done():
            self._kept.popitem(last=False)

    async def _painted(self, asked: Asked) -> Painting:
        painter = await self._idle.get()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, painter.painted, asked)
        except RuntimeError as error:  # the threads have been shut down
            raise NotPainted(str(error)) from None
        finally:
            self._idle.put_nowait(painter)

    def _minute(self, asked: Asked) -> str:
        """What a page that stands at now is painted for; a past moment does not age."""
        return "" if asked.at else f"{self._clock():%Y-%m-%dT%H:%M}"

    async def _look_ahead(self) -> None:
        """Paint what has changed, while somebody looks at it."""
        while True:
            await asyncio.sleep(AHEAD_S)
            now = asyncio.get_running_loop().time()
            self._looked = {a: t for a, t in self._looked.items() if now - t < LOOKED_S}
            for asked in list(self._looked):
                with contextlib.suppress(ChocolibError):
                    revision = await self.revision(asked.name)
                    await asyncio.shield(self._task((asked, revision, self._minute(asked))))
