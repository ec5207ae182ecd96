"""`chocolib ask`: a question in words, answered from the catalogue of tools."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json, Lang

if TYPE_CHECKING:
    from chocolib.assistant.parts import Consulted, Reply

#: Of standard input so many bytes are read: more than any question, less than a trap.
_READ = 100_000


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(ask)


def ask(
    question: Annotated[str, typer.Argument(help="The question; - reads standard input.")] = "-",
    as_of: AsOf = None,
    lang: Lang = None,
    builtin: Annotated[
        bool, typer.Option("--builtin", help="Ask no language model, even where a key is set.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask the factory a question in Spanish or English; fails when it is not answered.

    Example: chocolib ask "Cuando debo producir hoy?" --as-of 2025-11-20T21:00
    """
    text = _piped() if question == "-" else question
    from chocolib.app.context import open_context
    from chocolib.assistant.opening import open_assistant
    from chocolib.assistant.parts import Piece, Reply

    context = open_context(as_of=as_of, lang=lang, role="admin")
    assistant = open_assistant(lambda: context, role="admin", lang=context.lang, builtin=builtin)
    for event in assistant.ask(text):
        if isinstance(event, Piece) and not as_json:
            typer.echo(event.text, nl=False)
        if isinstance(event, Reply):
            _end(event, as_json=as_json)


def _piped() -> str:
    """What is piped in; bytes that are no text become signs that say so."""
    if sys.stdin.isatty():
        return ""
    return sys.stdin.buffer.read(_READ).decode("utf-8", errors="replace")


def _end(reply: Reply, *, as_json: bool) -> None:
    if as_json:
        present.document(document(reply))
    else:
        typer.echo()
        for one in reply.consulted:
            present.note(f"[{one.tool.short}{_given(one)}]")
    if not _is_answered(reply):
        raise typer.Exit(1)


def _is_answered(reply: Reply) -> bool:
    """Not where it was refused, cut, or what it is about has no answer in the built-in mode."""
    if reply.asked.refusal is not None or not reply.spoken.complete:
        return False
    return reply.mode == "claude" or any(one.answer is not None for one in reply.consulted[:1])


def _given(one: Consulted) -> str:
    return "".join(f" {name}={value}" for name, value in one.arguments.items())


def document(reply: Reply) -> dict[str, Any]:
    """A reply as a JSON document, with every answer it rests on."""
    asked, spoken = reply.asked, reply.spoken
    return {
        "question": asked.text,
        "lang": asked.lang,
        "categories": list(asked.categories),
        "day": asked.day.isoformat() if asked.day else None,
        "refusal": asked.refusal,
        "reply": reply.text,
        "mode": reply.mode,
        "model": spoken.model,
        "complete": spoken.complete,
        "problem": spoken.problem,
        "unmatched": list(reply.unmatched),
        "cost_eur": reply.cost_eur,
        "seconds": reply.seconds,
        "consulted": [_consulted(one) for one in reply.consulted],
    }


def _consulted(one: Consulted) -> dict[str, Any]:
    return {
        "tool": one.tool.short,
        "arguments": {name: str(value) for name, value in one.arguments.items()},
        "answer": one.answer.model_dump(mode="json") if one.answer else None,
        "problem": one.problem,
    }
