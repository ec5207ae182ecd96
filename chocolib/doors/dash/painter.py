"""Painters: processes that draw pages, so that the server itself never computes.

A painter that dies is replaced; one that fails says why in the log, by its traceback.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from threading import Lock

from chocolib.core.errors import ChocolibError
from chocolib.doors.dash import statics
from chocolib.doors.dash.processes import begin
from chocolib.doors.dash.site import Asked, Drawn
from chocolib.ui.pages.frame import document

Paint = Callable[[Asked], Drawn]

#: Seconds a painting may take before its painter is replaced.
PAINT_S = 60
#: A painter is tried again so often when it was killed.
TRIES = 2

log = logging.getLogger(__name__)


class NotPainted(ChocolibError):
    """A page that could not be painted; the log says why."""


@dataclass(frozen=True, slots=True)
class Painting:
    """A whole document, as it goes to the browser.

    Attributes:
        html, packed: plain and gzipped, UTF-8.
        mark: changes when the document does.
        revision: of the data it shows.
    """

    html: bytes
    packed: bytes
    mark: str
    revision: str


def framed(drawn: Drawn, asked: Asked, build: str) -> Painting:
    """The document around a drawn page, with the scripts that keep it live."""
    head = statics.head(asked, drawn.revision, build)
    text = document(drawn.fragment, title=drawn.title, lang=asked.lang, nav=drawn.nav, head=head)
    html = text.encode()
    mark = hashlib.sha256(html).hexdigest()[:20]
    return Painting(html, gzip.compress(html, 6, mtime=0), mark, drawn.revision)


class Painter:
    """One process that paints a page at a time.

    Args:
        context: where the process is started from.
        paint: draws a page; a function of a module.
        build: names this start of the server, in every document.
    """

    def __init__(self, context: BaseContext, paint: Paint, build: str) -> None:
        self._context = context
        self._work = (paint, build)
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._lock = Lock()
        self._ended = False

    @property
    def alive(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.is_alive()

    def painted(self, asked: Asked) -> Painting:
        """The page; waits for it, so for threads only.

        Raises:
            NotPainted: it failed, took too long, or its painter was killed twice.
        """
        with self._lock:
            for _ in range(TRIES):
                answer = self._answer(asked)
                if isinstance(answer, Painting):
                    return answer
                if answer is not None:
                    raise NotPainted(answer)
        raise NotPainted(f"the painter of {asked.name} was killed {TRIES} times")

    def end(self) -> None:
        """End the process, for good."""
        self._ended = True
        self._stop()

    def _answer(self, asked: Asked) -> Painting | str | None:
        """The painting, why there is none, or `None`: the painter was killed."""
        pipe = self._begun()
        try:
            pipe.send(asked)
            if not pipe.poll(PAINT_S):
                self._stop()
                return f"{asked.name} took longer than {PAINT_S} s"
            got: Painting | str = pipe.recv()
        except (EOFError, OSError):
            code = self._stop()
            log.error("the painter ended with %s while it painted %s", code, asked.name)
            return f"{asked.name} failed" if code == 1 else None
        return got

    def _begun(self) -> Connection:
        if self._ended:
            raise NotPainted("the server is stopping")
        if self._pipe is None or not self.alive:
            self._stop()
            self._pipe, theirs = self._context.Pipe()
            self._process = self._context.Process(  # type: ignore[attr-defined]
                target=_paint, args=(theirs, *self._work), name="painter", daemon=True
            )
            self._process.start()
            theirs.close()
        return self._pipe

    def _stop(self) -> int | None:
        """End the process; its exit code."""
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if pipe:
            pipe.close()
        if process is None:
            return None
        process.join(1)
        code = process.exitcode
        process.kill()
        process.join()
        process.close()
        return code


def _paint(pipe: Connection, paint: Paint, build: str) -> None:
    """The life of a painter: what fails unforeseen ends it, with a traceback in the log."""
    begin()
    while True:
        try:
            asked: Asked = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(framed(paint(asked), asked, build))
        except ChocolibError as error:
            log.error("%s was not painted: %s", asked.name, error)
            pipe.send(str(error))
