"""What is not answered: nothing, too much, no text, other matters, orders, people's work."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from chocolib.assistant.parts import Refusal
from chocolib.assistant.tokens import plain

#: Longest question that is taken, in characters; the predecessor's limit.
LONGEST = 500
#: Where one demand ends and the next begins.
_SENTENCE = re.compile(r"(?<=[?!.;])\s+|\n+")
#: Letters and digits in one long word with both, as texts in base64 have.
_CODED = re.compile(r"\b(?=[A-Za-z0-9+/]*\d)(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{20,}={0,2}")
#: At most this share of a question may be letters that are none.
_STRANGE = 0.3


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    path = Path(__file__).with_name("refusals.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: re.compile("|".join(parts)) for name, parts in table.items()}


def cleaned(question: str) -> str:
    """The question on one line, without control and other unseen characters, not cut."""
    kept = (
        " " if unicodedata.category(letter)[0] == "Z" or letter in "\t\r" else letter
        for letter in question
        if letter in "\n\t\r" or unicodedata.category(letter) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )
    return re.sub(r"[ \t]+", " ", "".join(kept)).strip()


def form(question: str) -> Refusal | None:
    """What is wrong with the form of a question as it came, or None."""
    text = cleaned(question)
    if not text:
        return "unreadable" if question.strip() else "empty"
    if len(text) > LONGEST:
        return "long"
    unseen = sum(unicodedata.category(one) in ("Cc", "Co", "Cn", "Cs") for one in question)
    unseen -= sum(one in "\n\t\r" for one in question)
    unseen += question.count("\ufffd")
    if unseen > _STRANGE * len(question) or "\x00" in question:
        return "unreadable"
    return None if any(one.isalnum() for one in text) else "unreadable"


def without_orders(text: str) -> str:
    """The sentences of a cleaned question that order the assistant nothing, joined."""
    return " ".join(one for one in _SENTENCE.split(text) if one and not _is_order(one)).strip()


def _is_order(sentence: str) -> bool:
    return bool(_patterns()["instruction"].search(plain(sentence)) or _CODED.search(sentence))


def is_outside(text: str) -> bool:
    """Whether a plain text names matters that are not the factory's."""
    return bool(_patterns()["outside"].search(text))


def is_unmeasured(text: str) -> bool:
    """Whether a plain text asks what a person made or how well they work."""
    return bool(_patterns()["unmeasured"].search(text))
