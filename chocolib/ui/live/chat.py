"""The chat: a question from a browser, answered in pieces by a thread beside the kernel's loop.

Messages from a browser, everything else is not listened to:

- `{"t": "ask", "id": ..., "q": ...}`: a question, one at a time; a retry is the same again.
- `{"t": "stop"}`, `{"t": "clear"}`.

Messages to it, each with the `id` of its question: `start`, `delta` (`x`, more text, at most
one in `APART_S`), `consulted` (a `Source`), `end` (an `Ending` with the whole text), or
`refused` (`problem`); and `cleared`.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import traitlets
from anywidget import AnyWidget

from chocolib.assistant.parts import Consulted, Event, Piece, Reply
from chocolib.core.errors import ChocolibError
from chocolib.ui.live.pieces import Pieces
from chocolib.ui.theme import chat_css, css

#: A question a browser sends is at most so long, in characters; the assistant takes fewer.
LONGEST = 16_000
_ID = re.compile(r"[a-z0-9]{1,16}", re.ASCII)


class Talks(Protocol):
    """What answers: `assistant.conversation.Assistant`, or a script in tests."""

    def ask(self, question: str, *, stop: threading.Event | None = None) -> Iterator[Event]:
        """What happens while the question is answered; a `Reply` is the last."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was consulted, for people: its title, lines about it, what went wrong."""

    title: str
    about: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of an answer.

    Attributes:
        full: the whole text.
        unmatched: numbers of it without a source, as written.
        badge: who answered.
        spent: seconds and cost; "": not for this reader.
        cards: tables and charts, markup drawn by the house.
        problem: what went wrong, a sentence.
    """

    full: str
    unmatched: tuple[str, ...]
    badge: str
    spent: str
    cards: str
    problem: str


@dataclass(frozen=True, slots=True)
class Wording:
    """How what happens is told: the functions that turn events into words and markup."""

    source: Callable[[Consulted], Source]
    ending: Callable[[Reply], Ending]


class Chat(AnyWidget):
    """Questions and answers; a browser sets none of its traits.

    What answers is opened while the reader still writes, and anew after `clear`.
    """

    _esm = Path(__file__).with_name("chat.js")
    _css = css() + chat_css()
    words = traitlets.Dict(read_only=True).tag(sync=True)
    suggested: traitlets.List[str] = traitlets.List(read_only=True).tag(sync=True)
    #: Under which name a browser keeps the conversation while its tab is open.
    key = traitlets.Unicode("", read_only=True).tag(sync=True)
    #: Names this kernel's conversation: another one does not know what was said before.
    session = traitlets.Unicode("", read_only=True).tag(sync=True)

    def __init__(
        self,
        opened: Callable[[], Talks],
        words: Mapping[str, str | int],
        suggested: Sequence[str],
        told: Wording,
        *,
        key: str = "",
    ) -> None:
        """The chat.

        Args:
            opened: makes what answers; a `ChocolibError` is told as its message.
            words: texts of the script, and of `busy`, `wrong`, `failed`.
            suggested: usual questions.
            key: as the trait; default the session's own.
        """
        self._opened, self._told = opened, told
        self._talks: Talks | None = None
        self._opening = threading.Lock()
        self._stop = threading.Event()
        self._work: threading.Thread | None = None
        session = secrets.token_hex(8)
        shown = {"words": dict(words), "suggested": list(suggested), "session": session}
        for name, value in {**shown, "key": key or session}.items():
            self.set_trait(name, value)  # before the comm is opened with what they are
        super().__init__()
        self.on_msg(self._heard)
        threading.Thread(target=self._get_ready, daemon=True).start()

    def set_state(self, sync_data: dict[str, Any]) -> None:  # noqa: ARG002 - ipywidgets'
        """What a browser sets is not listened to."""
        super().set_state({})

    def join(self, timeout_s: float | None = None) -> None:
        """Wait until nothing is being answered."""
        if self._work:
            self._work.join(timeout_s)

    def _heard(self, _: object, content: object, __: object) -> None:
        match content:
            case {"t": "ask", "id": str(asked), "q": str(question)} if _ID.fullmatch(asked):
                self._ask(asked, _sound(question))
            case {"t": "stop"}:
                self._stop.set()
            case {"t": "clear"}:
                self._stop.set()
                self._talks = None
                self._tell("cleared")

    def _ask(self, asked: str, question: str) -> None:
        if self._work and self._work.is_alive() and not self._stop.is_set():
            self._tell("refused", id=asked, problem=self.words["busy"])
        elif len(question) > LONGEST:
            self._tell("refused", id=asked, problem=self.words["wrong"])
        else:
            before, self._stop = self._work, threading.Event()
            work = (asked, question, self._stop, before)
            self._work = threading.Thread(target=self._answer, args=work, daemon=True)
            self._work.start()

    def _answer(
        self, asked: str, question: str, stop: threading.Event, before: threading.Thread | None
    ) -> None:
        """The life of an answer; whatever happens, its end is told."""
        if before:
            before.join()  # it was stopped: one speaks at a time
        end = Ending("", (), "", "", "", str(self.words["failed"]))
        try:
            self._tell("start", id=asked, q=question)
            end = self._said(asked, question, stop)
        except ChocolibError as error:
            end = Ending("", (), "", "", "", error.message)
        finally:
            self._tell("end", id=asked, **asdict(end))

    def _said(self, asked: str, question: str, stop: threading.Event) -> Ending:
        """Tell what happens, and how it ends.

        Raises:
            ChocolibError: nothing could be opened, or nothing was said.
        """
        talks = self._open()
        reply: Reply | None = None
        with Pieces(lambda text: self._tell("delta", id=asked, x=text)) as pieces:
            for event in talks.ask(question, stop=stop):
                match event:
                    case Piece():
                        pieces.add(event.text)
                    case Consulted():
                        self._tell("consulted", id=asked, **asdict(self._told.source(event)))
                    case Reply():
                        reply = event
        if reply is None:
            raise ChocolibError(str(self.words["failed"]))
        return self._told.ending(reply)

    def _open(self) -> Talks:
        with self._opening:
            self._talks = talks = self._talks or self._opened()
        return talks

    def _get_ready(self) -> None:
        with suppress(ChocolibError):  # it is said to whoever asks
            self._open()

    def _tell(self, kind: str, **facts: object) -> None:
        self.send({"t": kind, **facts})


def _sound(text: str) -> str:
    """Text that can be written as UTF-8: half a sign, as a browser may cut it, is none."""
    return text.encode("utf-8", "replace").decode("utf-8")
