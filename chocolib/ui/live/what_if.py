"""The what-if controls of the plan, in JupyterLab by anywidget, on a page by our own client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import traitlets

from chocolib.core.errors import ChocolibError, SettingsError
from chocolib.ui.live.asking import Asking

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


class WhatIf(Asking):
    """Dials, and what comes of them: at once what is asked for, then the plan.

    A browser sends `asked`, whole numbers by dial; a dial left out stands as it is.
    """

    _esm = Path(__file__).with_name("what_if.js")
    dials: traitlets.List[dict[str, Any]] = traitlets.List(read_only=True).tag(sync=True)
    first = traitlets.Unicode("", read_only=True).tag(sync=True)

    def __init__(
        self, dials: Sequence[Dial], words: Mapping[str, str], first: Draw, answer: Draw
    ) -> None:
        """The controls.

        Args:
            dials: in the order they are shown.
            words: texts of the script: `less`, `more`, `back`, `busy`, `lang`; `wrong` is
                what is said of values that are none, `failed` of an answer that never came.
            first: what can be said at once.
            answer: what takes seconds.
        """
        self._dials = {dial.name: dial for dial in dials}
        self._draw_first, self._draw_answer = first, answer
        super().__init__(words, dials=[asdict(dial) for dial in dials])

    def begun(self, given: object) -> None:
        """Say what is asked for, before it is planned."""
        said = ""
        with suppress(ChocolibError):  # the answer says what is wrong
            said = self._draw_first(self._read(given))
        self.set_trait("first", said)

    def answered(self, given: object) -> str:
        """The plan, drawn; see `Asking.answered`."""
        return self._draw_answer(self._read(given))

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
