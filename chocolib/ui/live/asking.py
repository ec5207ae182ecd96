"""What the widgets share: a question from a browser, answered beside the event loop.

A reader's browser may set any synced trait; only `asked` is taken from it, and every
value of it is checked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import traitlets
from anywidget import AnyWidget

from chocolib.core.errors import ChocolibError
from chocolib.ui.theme import css

#: Seconds a question has to stand before what takes longer is begun: a thumb taps in rows.
REST_S = 0.3


class Asking(AnyWidget):
    """A widget that is asked something, and answers with markup.

    One answer is made at a time; of the questions that come meanwhile the newest is
    answered and the others are forgotten.
    """

    _css = css()
    #: The one trait that a browser sets.
    asked = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict(read_only=True).tag(sync=True)
    answer = traitlets.Unicode("", read_only=True).tag(sync=True)
    error = traitlets.Unicode("", read_only=True).tag(sync=True)
    busy = traitlets.Bool(False, read_only=True).tag(sync=True)

    def __init__(self, words: Mapping[str, str], **shown: object) -> None:
        """The widget; a browser is told all of it when it is made.

        Args:
            words: texts of its script, besides `failed`: what is said of an answer that
                never came.
            shown: values of other traits.
        """
        self._waiting: object = None
        self._work: asyncio.Task[None] | None = None
        for name, value in {"words": dict(words), **shown}.items():
            self.set_trait(name, value)  # before the comm is opened with what they are
        super().__init__()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """What a browser sends: `asked` is taken, everything else is not listened to."""
        super().set_state({name: sync_data[name] for name in ("asked",) if name in sync_data})

    def say(self, error: str) -> None:
        """Show a sentence in the place of an answer."""
        self.set_trait("error", error)

    def answered(self, given: object) -> str:
        """The markup for what a browser sent; may take seconds.

        Raises:
            ChocolibError: it is not a question, or cannot be answered: its message is shown.
        """
        raise NotImplementedError

    def begun(self, given: object) -> None:
        """Say what can be said at once."""

    @traitlets.observe("asked")
    def _on_asked(self, change: Mapping[str, Any]) -> None:
        self.begun(change["new"])
        self._waiting = change["new"]
        if self._work is None:
            self._begin()

    def _begin(self) -> None:
        """Answer beside the event loop of the kernel; where there is none, at once."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._show(*self._told(self._waiting))
            return
        self._work = loop.create_task(self._answer_waiting())

    async def _answer_waiting(self) -> None:
        said = ("", str(self.words["failed"]))
        self.set_trait("busy", True)
        try:
            while self._waiting is not None:
                await asyncio.sleep(REST_S)
                given, self._waiting = self._waiting, None
                said = await asyncio.to_thread(self._told, given)
        finally:
            self._work = None
            self._show(*said)
            self.set_trait("busy", False)

    def _told(self, given: object) -> tuple[str, str]:
        """Markup and no error, or none and what is wrong."""
        try:
            return self.answered(given), ""
        except ChocolibError as error:
            return "", error.message

    def _show(self, answer: str, error: str) -> None:
        self.set_trait("answer", answer)
        self.set_trait("error", error)
