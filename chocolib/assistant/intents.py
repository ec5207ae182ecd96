"""From a question in words to what it asks: pure, without a model, in Spanish and English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from chocolib.assistant.days import When, when
from chocolib.assistant.parts import Asked, Category, Refusal
from chocolib.assistant.refusals import (
    LONGEST,
    cleaned,
    form,
    is_outside,
    is_unmeasured,
    without_orders,
)
from chocolib.assistant.tokens import plain
from chocolib.assistant.topics import Topic, topics_of
from chocolib.assistant.vocabulary import language, meanings
from chocolib.core.i18n import Lang
from chocolib.core.time import local_date

#: How a question begins that goes on from the one before.
_GOES_ON = re.compile(r"^[\s¿]*(y|e|pero|and|what about|how about|but|also|tambien|entonces)\b")
#: Marks that do not say when.
_COUNTED = frozenset(("hours", "days"))
#: So many words may a question have that leans on the one before.
_SHORT = 6


@dataclass(frozen=True, slots=True)
class _Read:
    """A question's times and the meanings of its words, marks of time among them."""

    when: When
    said: frozenset[str]
    topics: tuple[Topic, ...]


def read(question: str, *, as_of: pd.Timestamp, lang: Lang, earlier: Sequence[str] = ()) -> Asked:
    """What a question asks.

    Args:
        as_of: "today" is the Madrid day of it.
        lang: the session's language, where the words do not tell.
        earlier: questions of the session before it, the oldest first: "¿y mañana?" is about
            what the one before was about.
    """
    text = cleaned(question)[:LONGEST]
    spoken = language(text) or lang
    refused = form(question)
    if refused:
        return Asked(text, spoken, refusal=refused)
    harmless = without_orders(text)
    if not harmless:
        return Asked(text, spoken, refusal="instruction")
    found = _with_earlier(harmless, as_of, spoken, [cleaned(one) for one in earlier])
    refusal = _refusal(found, plain(harmless), is_ordered=harmless != text)
    return Asked(
        text=harmless if refusal is None else text,
        lang=spoken,
        categories=() if refusal else _categories(found.topics),
        topics=() if refusal else tuple(topic.name for topic in found.topics),
        day=found.when.day,
        numbers=found.when.numbers,
        marks=frozenset(found.when.marks),
        refusal=refusal,
    )


def _refusal(found: _Read, text: str, *, is_ordered: bool) -> Refusal | None:
    if is_outside(text):
        return "outside"
    if is_unmeasured(text):
        return "unmeasured"
    return "instruction" if is_ordered and not found.topics else None


def _categories(found: Sequence[Topic]) -> tuple[Category, ...]:
    return tuple(dict.fromkeys(topic.category for topic in found))


def _read(text: str, as_of: pd.Timestamp, lang: Lang) -> _Read:
    times = when(plain(text), local_date(as_of), as_of)
    known, unknown = meanings(times.rest, lang)
    said = known | times.marks
    if "cost" in known and not unknown:
        said |= {"price"}  # of electricity, where nothing else is named
    return _Read(times, said, topics_of(said, unknown=len(unknown)))


def _with_earlier(text: str, as_of: pd.Timestamp, lang: Lang, earlier: Sequence[str]) -> _Read:
    """The question read, completed by the one before where it leans on that."""
    found = _read(text, as_of, lang)
    if not earlier or not _leans(plain(text), found):
        return found
    *others, last = earlier
    before = _with_earlier(last, as_of, language(last) or lang, others)
    times = found.when
    if not times.marks - _COUNTED:
        times.day, times.marks = before.when.day, before.when.marks | times.marks
    times.numbers = {**_lasting(before.when.numbers), **times.numbers}
    said = (before.said - before.when.marks) | found.said | times.marks
    return _Read(times, said, topics_of(said))


def _lasting(numbers: dict[str, int]) -> dict[str, int]:
    """Numbers that hold on: how many hours, not which one."""
    return {name: value for name, value in numbers.items() if name in ("hours", "batch")}


def _leans(text: str, found: _Read) -> bool:
    """Whether a question says too little by itself: a time, or "and ...?"."""
    own = found.said - found.when.marks
    if len(text.split()) > _SHORT:
        return False
    return not own or (bool(_GOES_ON.match(text)) and len(own) <= 1 and bool(found.when.marks))
