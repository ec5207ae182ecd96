"""Marks of answers (ETag): what one depends on, so that what is known is not sent again."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from chocolib.app.context import open_context
from chocolib.app.usage.marks import traces
from chocolib.core.records import CHAT_TURNS
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import iso
from chocolib.doors.answering import Question


def mark_of(question: Question, build: str) -> str:
    """A hash of all that an answer depends on: newer data, a later minute, another role change it.

    No answer tells of the chat's own books.

    Args:
        build: names this start of the server, so that no answer of older code is believed.

    Raises:
        SettingsError, DataError: a setting or the store cannot be used.
    """
    context = open_context(as_of=question.as_of, lang=question.lang, role=question.role)
    try:
        store = context.store
        facts = [
            build,
            question.key,
            context.lang,
            iso(context.now.floor("min")),
            f"{store.address} {store.synthetic}",
            *(str(store.revision(name)) for name in MEASUREMENTS if name != CHAT_TURNS.name),
            *(traces(context.settings.home) if question.tool.group == "usage" else ()),
        ]
    finally:
        context.store.close()
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:24]


def has(known: str, mark: str) -> bool:
    """Whether an If-None-Match names a mark; a weak comparison (RFC 9110, 13.1.2)."""
    names = (one.strip().removeprefix("W/") for one in known.split(","))
    return any(name in ("*", f'"{mark}"') for name in names)


class Kept:
    """The last answers by their mark.

    Args:
        most: how many there are at most; the one longest unasked goes.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[str, bytes] = OrderedDict()

    def get(self, mark: str) -> bytes | None:
        """The answer of this mark, or None."""
        if mark in self._answers:
            self._answers.move_to_end(mark)
        return self._answers.get(mark)

    def keep(self, mark: str, answer: bytes) -> None:
        """Keep an answer, and let go of the oldest."""
        self._answers[mark] = answer
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
