"""Whether an answer is right: how it was read, what was looked up, what is in the reply."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chocolib.app.context import Context
from chocolib.assistant.compact import compact, tokens
from chocolib.assistant.conversation import Assistant
from chocolib.assistant.figures import figures
from chocolib.assistant.known import Known
from chocolib.assistant.parts import Asked, Piece, Reply
from chocolib.assistant.topics import topics

HERE = Path(__file__).parent
#: All questions are asked at this moment, which has a kept forecast and plan.
AS_OF = "2025-11-20T21:00"
Question = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """A question with what was wrong in its answer (nothing: it is right).

    Attributes:
        context_ms: to read the question, look everything up and begin the reply.
        cpu_ms: the same in time of the processor, which a busy machine does not lengthen.
        context_tokens: of the compact form that a model would get.
    """

    question: Question
    wrong: tuple[str, ...]
    categories: tuple[str, ...]
    context_ms: float
    cpu_ms: float
    context_tokens: int
    cost_eur: float | None


def questions(name: str) -> list[Question]:
    """The questions of a file beside this."""
    found: list[Question] = tomllib.loads((HERE / name).read_text(encoding="utf-8"))["question"]
    return found


def read_wrong(question: Question, asked: Asked) -> Iterator[str]:
    """What is wrong in how a question was read; needs no data."""
    if "lang" in question and asked.lang != question["lang"]:
        yield f"language {asked.lang}"
    if "refusal" in question:
        if asked.refusal != question["refusal"]:
            yield f"refusal {asked.refusal}, topics {asked.topics}"
    elif question.get("declined"):
        if asked.refusal is None and asked.categories:
            yield f"read as {asked.topics}"
    elif asked.refusal is not None:
        yield f"refused: {asked.refusal}"
    elif not asked.categories or asked.categories[0] not in question["category"]:
        yield f"read as {asked.topics}"
    if "day" in question and str(asked.day) != question["day"]:
        yield f"day {asked.day}"
    missing = set(question.get("tools", ())) - _tools(asked)
    if missing:
        yield f"not looked up: {', '.join(sorted(missing))}"


def _tools(asked: Asked) -> set[str]:
    return {tool for name in asked.topics for tool in topics()[name].tools}


def reply_wrong(question: Question, reply: Reply) -> Iterator[str]:
    """What is wrong in a reply: what lacks, what must not be there, numbers of nobody."""
    for fact in _facts(question, reply):
        if not _has(reply, fact):
            yield f"lacks {fact}"
    for text in question.get("never", ()):
        if text.lower() in reply.text.lower():
            yield f"says {text!r}"
    if reply.unmatched:
        yield f"numbers of nobody: {reply.unmatched}"
    if not reply.text.strip():
        yield "says nothing"


def _facts(question: Question, reply: Reply) -> Iterator[str]:
    """Fields that must be in the reply, as tool.field: named by the question, else the tool's."""
    named: list[str] = question.get("facts", [])
    yield from named
    usual = tomllib.loads((HERE / "facts.toml").read_text(encoding="utf-8"))
    for one in reply.consulted:
        tool = one.tool.short
        is_named = any(fact.startswith(tool) for fact in named)
        if one.answer is not None and tool in question.get("tools", ()) and not is_named:
            yield from (f"{tool}.{path}" for path in usual[tool])


def _has(reply: Reply, fact: str) -> bool:
    """Whether the reply has a field of an answer: a name as it is, a number or time in any form."""
    tool, _, path = fact.partition(".")
    answers = (one.answer for one in reply.consulted if one.tool.short == tool and one.answer)
    value = _field(next(answers, None), path)
    if value is None:
        return False
    if isinstance(value, str):
        return value in reply.text
    known = Known()
    known.learn(value, path.rpartition(".")[2])
    return any(known.has(written) for written in figures(reply.text))


def _field(answer: Any, path: str) -> Any:
    for name in path.split("."):
        if answer is None:
            return None
        if name.isdigit():
            answer = answer[int(name)] if int(name) < len(answer) else None
        else:
            answer = getattr(answer, name)
    return answer


def score(
    question: Question, context: Context, opener: Callable[[Callable[[], Context]], Assistant]
) -> Scored:
    """A question asked as a person would, and judged."""
    assistant = opener(lambda: context)
    for before in (question["after"],) if "after" in question else ():
        _answer(assistant, before)
    reply, took, worked = _answer(assistant, question["text"])
    return Scored(
        question,
        (*read_wrong(question, reply.asked), *reply_wrong(question, reply)),
        reply.asked.categories,
        1000 * took,
        1000 * worked,
        tokens(compact(reply.consulted)),
        reply.cost_eur,
    )


def _answer(assistant: Assistant, question: str) -> tuple[Reply, float, float]:
    """The reply, and seconds (of the clock, of the processor) until its first words."""
    began, worked = time.perf_counter(), time.process_time()
    took: tuple[float, float] | None = None
    for event in assistant.ask(question):
        if isinstance(event, Piece) and took is None:
            took = time.perf_counter() - began, time.process_time() - worked
        if isinstance(event, Reply) and took is not None:
            return event, *took
    raise TypeError("an answer has words, and ends with its reply")
