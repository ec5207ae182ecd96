"""Answers for many callers at once: in worker threads, each question worked out once at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from chocolib.app.context import open_context
from chocolib.app.logs import application
from chocolib.core.errors import ChocolibError, TookTooLong, Unexplained
from chocolib.core.roles import Role
from chocolib.tools.answer import Answer
from chocolib.tools.tool import Tool

#: More would only take turns: an answer is computing, not waiting.
THREADS = 4

Found = TypeVar("Found")


@dataclass(frozen=True)
class Question:
    """A tool, what it is asked, and for which moment and language.

    Attributes:
        as_of: Madrid time or ISO with a zone; `None`: now.
        lang: "es" or "en"; `None`: as the settings say.
        role: who asks: of people, viewers are told less.
    """

    tool: Tool
    arguments: Mapping[str, Any] = field(default_factory=dict)
    as_of: str | None = None
    lang: str | None = None
    role: Role = "viewer"

    @property
    def key(self) -> str:
        """The same for the same question."""
        parts = (self.tool.name, dict(self.arguments), self.as_of, self.lang, self.role)
        return json.dumps(parts, sort_keys=True, default=str)

    def answered(self) -> Answer:
        """The answer, in a context of its own: nothing is shared between threads.

        Raises:
            ChocolibError: as the tool, the settings and the store say.
        """
        context = open_context(as_of=self.as_of, lang=self.lang, role=self.role)
        try:
            return self.tool.ask(context, self.arguments)
        finally:
            context.store.close()


class Answering:
    """Takes questions of any number of callers; `close` lets go of its threads.

    A question that is being worked out when the same comes again is worked out once: both get
    the one answer, which says of which moment it is. One that takes longer than its caller
    waits is finished all the same.

    Args:
        deadline_s: how long a caller waits, from its question on.
    """

    def __init__(self, *, deadline_s: float) -> None:
        self.deadline_s = deadline_s
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="answers")
        self._underway: dict[str, Future[Answer]] = {}
        self._one_at_a_time = Lock()

    async def answer(self, question: Question) -> Answer:
        """The answer to a question.

        Raises:
            ChocolibError: as the tool says.
            TookTooLong: it is not there in time.
            Unexplained: a fault of ours, which is in the log.
        """
        return await self._awaited(self._begun(question), question.tool.short)

    async def read(self, work: Callable[[], Found], what: str) -> Found:
        """What a function finds, which may wait for files; it raises as `answer` does."""
        return await self._awaited(self._threads.submit(work), what)

    def close(self) -> None:
        """Take no more; what has begun is finished, what waits is not begun."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _begun(self, question: Question) -> Future[Answer]:
        key = question.key
        with self._one_at_a_time:
            if key in self._underway:
                return self._underway[key]
            future = self._underway[key] = self._threads.submit(question.answered)
        future.add_done_callback(lambda _: self._underway.pop(key, None))
        return future

    async def _awaited(self, future: Future[Found], what: str) -> Found:
        waiting = asyncio.wrap_future(future)
        waiting.add_done_callback(_looked_at)
        await asyncio.wait({waiting}, timeout=self.deadline_s)
        if not waiting.done():
            raise TookTooLong(
                f"{what} was not there in {self.deadline_s:g} s",
                hint="ask again in a moment, or for less; CHOCOLIB_API_DEADLINE_S sets the limit",
            )
        problem = waiting.exception()
        if problem is None:
            return waiting.result()
        if not isinstance(problem, ChocolibError):
            application.error("%s failed", what, exc_info=problem)
            problem = Unexplained(
                f"{what} failed by a fault of chocolib's own",
                hint="its log, application.log, says which",
            )
        raise problem


def _looked_at(waiting: asyncio.Future[Any]) -> None:
    """Asyncio need not report the problem of a question that nobody waits for any more."""
    if not waiting.cancelled():
        waiting.exception()
