"""The what-if controls of the plan, in JupyterLab by anywidget, on a page by our own client.

A reader's browser may set any synced trait; only `asked` is taken from it, and every
value of it is checked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import traitlets
from anywidget import AnyWidget

from chocolib.core.errors import ChocolibError, SettingsError
from chocolib.ui.theme import css

#: What is asked, by name of the dial.
Asked = Mapping[str, int]
#: From what is asked to markup; a `ChocolibError` is shown as its message.
Draw = Callable[[Asked], str]


@dataclass(frozen=True, slots=True)
class Dial:
    """One control: a whole number between two bounds.

    Attributes:
        value: where it stands as it is.
        unit: written after the value.
        signed: a positive value has its sign: it is a difference.
    """

    name: str
    label: str
    value: int
    least: int
    most: int
    step: int = 1
    unit: str = ""
    signed: bool = False


class WhatIf(AnyWidget):
    """Dials, and what comes of them: at once what is asked, then the plan.

    One plan is made at a time, beside the event loop; of the questions that come
    meanwhile the newest is answered and the others are forgotten.
    """

    _esm = Path(__file__).with_name("what_if.js")
    _css = css()
    #: The one trait that a browser sets: values by dial; a dial left out is as it is.
    asked = traitlets.Dict().tag(sync=True)
    dials: traitlets.List[dict[str, Any]] = traitlets.List(read_only=True).tag(sync=True)
    words = traitlets.Dict(read_only=True).tag(sync=True)
    first = traitlets.Unicode("", read_only=True).tag(sync=True)
    answer = traitlets.Unicode("", read_only=True).tag(sync=True)
    error = traitlets.Unicode("", read_only=True).tag(sync=True)
    busy = traitlets.Bool(False, read_only=True).tag(sync=True)

    def __init__(
        self, dials: Sequence[Dial], words: Mapping[str, str], first: Draw, answer: Draw
    ) -> None:
        """The controls.

        Args:
            dials: in the order they are shown; none: only `error` is shown.
            words: texts of the script: `less`, `more`, `back`, `busy`, `lang`; `wrong` is
                what is said of values that are none, `failed` of an answer that never came.
            first: what can be said at once.
            answer: what takes seconds.
        """
        self._dials = {dial.name: dial for dial in dials}
        self._draw_first, self._draw_answer = first, answer
        self._waiting: object = None
        self._work: asyncio.Task[None] | None = None
        super().__init__()
        self.set_trait("dials", [asdict(dial) for dial in dials])
        self.set_trait("words", dict(words))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """What a browser sends: `asked` is taken, everything else is not listened to."""
        super().set_state({name: sync_data[name] for name in ("asked",) if name in sync_data})

    def say(self, error: str) -> None:
        """Show a sentence in the place of an answer."""
        self.set_trait("error", error)

    @traitlets.observe("asked")
    def _on_asked(self, change: Mapping[str, Any]) -> None:
        self.set_trait("first", self._told(self._draw_first, change["new"])[0])
        self._waiting = change["new"]
        if self._work is None:
            self._begin()

    def _begin(self) -> None:
        """Answer beside the event loop of the kernel; where there is none, at once."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._show(*self._told(self._draw_answer, self._waiting))
            return
        self._work = loop.create_task(self._answer_waiting())

    async def _answer_waiting(self) -> None:
        said = ("", str(self.words["failed"]))
        self.set_trait("busy", True)
        try:
            while self._waiting is not None:
                asked, self._waiting = self._waiting, None
                said = await asyncio.to_thread(self._told, self._draw_answer, asked)
        finally:
            self._work = None
            self._show(*said)
            self.set_trait("busy", False)

    def _told(self, draw: Draw, given: object) -> tuple[str, str]:
        """Markup and no error, or none and what is wrong."""
        try:
            return draw(self._read(given)), ""
        except ChocolibError as error:
            return "", error.message

    def _read(self, given: object) -> Asked:
        """Whole numbers within the bounds of known dials; those left out stand as they are.

        Raises:
            SettingsError: anything else.
        """
        if not isinstance(given, dict) or not set(given) <= set(self._dials):
            raise SettingsError(str(self.words["wrong"]))
        for name, value in given.items():
            dial = self._dials[name]
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not whole or not dial.least <= value <= dial.most:
                raise SettingsError(str(self.words["wrong"]))
        return {name: given.get(name, dial.value) for name, dial in self._dials.items()}

    def _show(self, answer: str, error: str) -> None:
        self.set_trait("answer", answer)
        self.set_trait("error", error)
