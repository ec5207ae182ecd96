"""One question to the chat as it is kept, and the rows of `chat_turns`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from chocolib.core.time import as_utc

#: asked: no answer yet; partial: stopped or cut off; refused: not answered, and why was said.
Outcome = Literal["asked", "answered", "partial", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """A question and what its answer took; `(time, place)` names it.

    Attributes:
        time: when it was asked, UTC, to the second.
        place: tells the questions of one second apart.
        cost_eur: while it is only asked, the most that it may cost.
        ended: when it was answered, UTC; None: not yet.
        duration_s: from question to end; first_text_s: to the first text. None: not known.
        unmatched: numbers of the reply that no answer has.
        question, reply: empty unless a setting keeps them.
    """

    time: pd.Timestamp
    place: int
    session: str
    user: str
    mode: str
    lang: str
    outcome: Outcome = "asked"
    model: str = ""
    category: str = ""
    read_tokens: int = 0
    written_tokens: int = 0
    cache_read_tokens: int = 0
    cache_written_tokens: int = 0
    cost_eur: float = 0.0
    ended: pd.Timestamp | None = None
    duration_s: float | None = None
    first_text_s: float | None = None
    unmatched: int | None = None
    question: str = ""
    reply: str = ""


_TEXTS = ("session", "user", "mode", "lang", "outcome", "model", "category", "question", "reply")
_COUNTS = ("read_tokens", "written_tokens", "cache_read_tokens", "cache_written_tokens")
_OPTIONAL = ("duration_s", "first_text_s")


def to_frame(turns: Iterable[ChatTurn]) -> pd.DataFrame:
    """Turns as rows of `chat_turns`, by the time of the question (UTC).

    A turn is known from when it was asked, what it took from when it was answered.
    """
    listed = list(turns)
    names = ("place", *_TEXTS, *_COUNTS, "cost_eur", *_OPTIONAL, "unmatched")
    rows = [
        {name: getattr(turn, name) for name in names}
        | {
            "source": "chocolib",
            "available_at": turn.time if turn.ended is None else turn.ended,
            "flag": "",
        }
        for turn in listed
    ]
    index = pd.DatetimeIndex([turn.time for turn in listed], name="time")
    return pd.DataFrame(rows, index=as_utc(index))


def from_frame(rows: pd.DataFrame) -> Iterator[ChatTurn]:
    """The turns of rows of `chat_turns`, in their order."""
    for time, row in zip(pd.DatetimeIndex(rows.index), rows.to_dict("records"), strict=True):
        found: dict[str, Any] = {name: _text(row[name]) for name in _TEXTS}
        found |= {name: int(row[name]) for name in _COUNTS}
        found |= {name: _number(row[name]) for name in _OPTIONAL}
        unmatched = _number(row["unmatched"])
        yield ChatTurn(
            time=pd.Timestamp(time),
            place=int(row["place"]),
            cost_eur=float(row["cost_eur"]),
            ended=None if found["outcome"] == "asked" else pd.Timestamp(row["available_at"]),
            unmatched=None if unmatched is None else int(unmatched),
            **found,
        )


def _number(found: Any) -> float | None:
    return None if pd.isna(found) else float(found)


def _text(found: Any) -> str:
    return "" if pd.isna(found) else str(found)
