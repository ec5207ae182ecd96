"""What a conversation needs of whoever counts its questions: admit one, settle it after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import pandas as pd

from chocolib.app.context import Context, clock
from chocolib.assistant.parts import Asked, Reply
from chocolib.core.i18n import Lang


class Entry(Protocol):
    """A question that was entered.

    Attributes:
        wait_s: the asker has to wait so long before the next question; 0: it is admitted.
        why_not: why no model may be asked for it; empty: it may.
    """

    @property
    def wait_s(self) -> int:
        """Seconds to wait."""
        ...

    @property
    def why_not(self) -> str:
        """Why no model."""
        ...

    def said(self, lang: Lang, *, now: pd.Timestamp) -> str:
        """What the reader is told of a limit; empty: nothing."""
        ...


E = TypeVar("E", bound=Entry)


class Ledger(Protocol[E]):
    """Where questions are entered before they are answered, and settled after."""

    now: Callable[[], pd.Timestamp]

    def enter(self, asked: Asked, *, context: Context) -> E:
        """Admit a question, or say how long to wait. Never raises."""
        ...

    def settle(
        self, entry: E, reply: Reply, *, context: Context, first_text_s: float | None
    ) -> None:
        """Write what the answer took. Never raises."""
        ...


class Admitted:
    """An entry that nobody counts."""

    wait_s = 0
    why_not = ""

    def said(self, lang: Lang, *, now: pd.Timestamp) -> str:  # noqa: ARG002 - of the Protocol
        """Nothing."""
        return ""


class Uncounted:
    """A ledger that admits everything and writes nothing."""

    now = staticmethod(clock)

    def enter(self, asked: Asked, *, context: Context) -> Admitted:  # noqa: ARG002 - of the Protocol
        """Admit it."""
        return Admitted()

    def settle(
        self,
        entry: Admitted,
        reply: Reply,
        *,
        context: Context,
        first_text_s: float | None,
    ) -> None:
        """Write nothing."""
