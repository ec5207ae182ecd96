"""Topics: what questions can be about, by the meanings of their words (`intents.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chocolib.assistant.parts import Category

#: A question has at most so many topics.
MOST = 3
#: Points of each new meaning of a clue, and of a hint.
_CLUE, _HINT = 2, 1


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question can be about.

    Attributes:
        clues: sets of meanings, the largest first; one that is whole in a question speaks for it.
        hints: meanings that speak for it a little.
        unless: meanings that speak against it.
        tools: what is looked up for it, the first one being its answer.
    """

    name: str
    category: Category
    clues: tuple[frozenset[str], ...]
    hints: frozenset[str]
    unless: frozenset[str]
    tools: tuple[str, ...]

    def points(self, said: frozenset[str]) -> tuple[int, frozenset[str]]:
        """How much the meanings of a question speak for it, and which of them do."""
        if said & self.unless:
            return 0, frozenset()
        used: frozenset[str] = frozenset()
        points = 0
        for clue in self.clues:
            if clue <= said:
                points += _CLUE * len(clue - used)
                used |= clue
        hinted = (self.hints & said) - used
        return points + _HINT * len(hinted), used | hinted


@cache
def topics() -> dict[str, Topic]:
    """Every topic by name, in the order of the file."""
    path = Path(__file__).with_name("intents.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: Topic(
            name=name,
            category=one["category"],
            clues=tuple(
                sorted((frozenset(c.split()) for c in one["clues"]), key=len, reverse=True)
            ),
            hints=frozenset(one.get("hints", ())),
            unless=frozenset(one.get("unless", ())),
            tools=tuple(one["tools"]),
        )
        for name, one in table.items()
    }


def topics_of(said: frozenset[str], *, unknown: int = 0) -> tuple[Topic, ...]:
    """What the meanings speak for, the surest first.

    A further topic needs words that no surer one has used, and at least half of the points of the
    surest. One that has only hints counts where there is no other. What is known of the question
    has to outweigh its words that mean nothing here: "the capital of Australia".

    Args:
        unknown: how many words of the question mean nothing here.
    """
    rated = [(*topic.points(said), topic) for topic in topics().values()]
    ranked = sorted((one for one in rated if one[0]), key=lambda one: -one[0])
    sure = [one for one in ranked if one[0] >= _CLUE] or ranked[:1]
    if sure and sure[0][0] <= _CLUE * min(unknown, 2) / 2:
        return ()
    return tuple(_explaining(sure))[:MOST]


def _explaining(ranked: Sequence[tuple[int, frozenset[str], Topic]]) -> Iterator[Topic]:
    explained: frozenset[str] = frozenset()
    best = max((points for points, _used, _topic in ranked), default=0)
    for points, used, topic in ranked:
        is_new = not (used - _TIMES) & explained and 2 * points >= best
        if not explained or is_new:
            explained |= used
            yield topic


#: Marks of time, which belong to every topic of a question alike.
_TIMES = frozenset(
    (
        "now",
        "today",
        "ahead",
        "past",
        "day",
        "week",
        "weekend",
        "at",
        "hours",
        "days",
        "month",
        "year",
    )
)
