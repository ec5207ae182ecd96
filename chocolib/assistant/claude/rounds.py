"""A question over its rounds: the model speaks, asks tools, and has to end with an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chocolib.app.context import Context
from chocolib.assistant.claude.faults import Fault
from chocolib.assistant.claude.request import (
    RESULT_TOKENS,
    ROUND_TOKENS,
    ROUNDS,
    Request,
    followed,
    refused,
    result_of,
)
from chocolib.assistant.claude.stream import Heard, Patience
from chocolib.assistant.compact import tokens
from chocolib.assistant.context import ask as consult_one
from chocolib.assistant.parts import Consulted, Piece, Tokens
from chocolib.tools.tool import Tool

#: Tools that are asked in one round; whatever the model wants more is refused.
CALLS = 6


class Asks(Protocol):
    """What a round needs of a `Line`."""

    def ask(
        self, request: Request, *, patience: Patience, within_s: float, stop: threading.Event
    ) -> Iterator[str | Heard]:
        """Pieces of text as they come, `Heard` last."""
        ...


@dataclass(slots=True)
class Course:
    """How a question has gone: what its end is told of.

    Attributes:
        spent: the tokens of each request that the server reported.
        text: whether anything was said.
        stop_reason, fault: of the last request.
    """

    spent: list[Tokens] = field(default_factory=list)
    text: bool = False
    stop_reason: str = ""
    fault: Fault | None = None


def converse(
    line: Asks,
    request: Request,
    tools: Sequence[Tool],
    course: Course,
    *,
    context: Context,
    patience: Patience,
    within_s: float,
    stop: threading.Event,
) -> Iterator[Consulted | Piece]:
    """Text in pieces, and the tools that the model asks; how it went is in `course`.

    Args:
        within_s: all rounds take no longer, seconds.
    """
    until = time.monotonic() + within_s
    for number in range(ROUNDS + 1):
        left_s = until - time.monotonic()
        if left_s <= 0:
            course.fault = Fault("slow")
            return
        said = line.ask(request, patience=patience, within_s=left_s, stop=stop)
        heard = yield from _spoken(said, course)
        if not heard.calls or heard.stop_reason != "tool_use" or stop.is_set():
            return
        results = yield from _consult(heard.calls, tools, context, stop)
        request = followed(request, heard.blocks, results, last=number == ROUNDS - 1)


def _spoken(said: Iterator[str | Heard], course: Course) -> Generator[Piece, None, Heard]:
    """The text of one round; returns what it brought."""
    fresh = course.text
    heard = Heard()
    for one in said:
        if isinstance(one, Heard):
            heard = one
        else:
            yield Piece(f"\n\n{one.lstrip()}" if fresh else one)
            fresh, course.text = False, True
    course.stop_reason, course.fault = heard.stop_reason, heard.fault
    if heard.tokens is not None:
        course.spent.append(heard.tokens)
    return heard


def _consult(
    calls: Sequence[Request], tools: Sequence[Tool], context: Context, stop: threading.Event
) -> Generator[Consulted, None, list[Request]]:
    """Ask the tools of a round, one after the other; returns their results for the model."""
    offered = {tool.name: tool for tool in tools}
    results: list[Request] = []
    left = ROUND_TOKENS
    for number, call in enumerate(calls):
        tool = offered.get(call["name"])
        if tool is None:
            known = ", ".join(offered)
            results.append(refused(call["id"], f"there is no tool of this name; there are {known}"))
        elif number >= CALLS or left <= 0 or stop.is_set():
            results.append(refused(call["id"], "too many tools at once: answer with what there is"))
        else:
            consulted, _ = consult_one(context, tool, _arguments(call["input"]))
            yield consulted
            most = min(left, RESULT_TOKENS)
            results.append(result_of(call["id"], consulted, most_tokens=most))
            left -= tokens(results[-1]["content"])
    return results


def _arguments(given: Any) -> Mapping[str, Any]:
    """What the model wrote as arguments, whatever that is; the tool judges it."""
    return given if isinstance(given, dict) else {"input": given}
