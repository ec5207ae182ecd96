"""Which figures of a reply nobody told: each is looked for in the answers and in the question.

Units are converted (EUR/kWh, cents and EUR/MWh; shares and percent), numbers may be rounded, times
are Madrid's. Sums and differences are not made: what a tool did not say is unmatched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import pandas as pd

from chocolib.assistant.figures import figures
from chocolib.assistant.known import Known
from chocolib.assistant.parts import Consulted


def unmatched(
    text: str,
    consulted: Iterable[Consulted],
    question: str,
    as_of: pd.Timestamp,
    day: date | None = None,
) -> tuple[str, ...]:
    """The figures of a reply that neither an answer nor the question has, as written, once each.

    Args:
        as_of: the moment of the answers; its own day and time are known.
        day: the Madrid day that the question was read to be of.
    """
    known = known_of(consulted, question, as_of)
    known.learn(day)
    bare = _without_names(text, known.names)
    return tuple(dict.fromkeys(one.text for one in figures(bare) if not known.has(one)))


def known_of(consulted: Iterable[Consulted], question: str, as_of: pd.Timestamp) -> Known:
    """Everything that a reply may quote."""
    known = Known()
    known.learn(as_of.to_pydatetime())
    known.learn_text(question)
    for one in consulted:
        known.learn(dict(one.arguments))
        if one.answer is not None:
            known.learn(one.answer.model_dump())
        known.learn_text(one.problem)
    return known


def _without_names(text: str, names: Iterable[str]) -> str:
    """The text without the names that came in the answers and have digits: "conche-1", "5279X"."""
    bare = text
    for name in sorted(names, key=len, reverse=True):
        bare = re.sub(rf"(?<![\w]){re.escape(name)}(?![\w])", " ", bare)
    return bare
