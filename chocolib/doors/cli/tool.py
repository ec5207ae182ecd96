"""The command that asks the catalogue of answers: one sub-command for each of its tools."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json, Lang

if TYPE_CHECKING:
    from chocolib.core.i18n import Lang as Language
    from chocolib.tools.answer import Answer
    from chocolib.tools.arguments import Argument
    from chocolib.tools.tool import Tool


class _Catalogue(TyperGroup):
    """`list`, and a command for each tool, made of its arguments when it is needed."""

    def list_commands(self, ctx: Any) -> list[str]:
        from chocolib.tools.catalogue import TOOLS

        return [*super().list_commands(ctx), *TOOLS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        from chocolib.tools.catalogue import tool_called

        own = super().get_command(ctx, cmd_name)
        return own or _command(tool_called(cmd_name))


tool = typer.Typer(
    cls=_Catalogue,
    help="Ask the catalogue of answers, each by its name.",
    epilog="Example: chocolib tool optimal_windows --hours 4 --json",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(tool, name="tool")


@tool.command("list")
def list_(as_json: Json = False) -> None:
    """List the tools: what each answers, and what it may be asked with.

    Example: chocolib tool list --json
    """
    from chocolib.tools.arguments import arguments_of
    from chocolib.tools.catalogue import TOOLS

    if as_json:
        present.document([_described(one) for one in TOOLS.values()])
        return
    rows = [
        {
            "tool": one.short,
            "group": one.group,
            "arguments": ", ".join(argument.name for argument in arguments_of(one)),
            "answers": one.description.partition(". ")[0].rstrip("."),
        }
        for one in TOOLS.values()
    ]
    present.table(rows, empty="no tools")


def _described(one: Tool) -> dict[str, Any]:
    return {
        "name": one.name,
        "tool": one.short,
        "group": one.group,
        "path": one.path,
        "role": one.role,
        "description": one.description,
        "arguments": one.arguments.model_json_schema(),
        "answer": one.answer.model_json_schema(),
    }


def _command(one: Tool) -> Any:
    """A tool as a command: an option for each of its arguments."""
    from chocolib.tools.arguments import arguments_of

    arguments = tuple(arguments_of(one))

    def command(**given: Any) -> None:
        _ask(one, given)

    options = {argument.name: _option(argument) for argument in arguments}
    options |= {"as_of": (AsOf, None), "lang": (Lang, None), "as_json": (Json, False)}
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind
            )
            for name, (kind, default) in options.items()
        ]
    )
    command.__annotations__ = {name: kind for name, (kind, _) in options.items()}
    command.__doc__ = f"{one.description}\n\nExample: {example(one, arguments)}"
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    alone.command(one.short)(command)
    return typer.main.get_command(alone)


def example(one: Tool, arguments: tuple[Argument, ...]) -> str:
    """A call of a tool on the command line."""
    said = [f"--{a.name} {a.default}" for a in arguments[:1] if a.default is not None]
    return " ".join(["chocolib tool", one.short, *said, "--json"])


def _option(argument: Argument) -> tuple[Any, Any]:
    """The type of an option with its bounds and help, and its default."""
    kinds: dict[str, Any] = {"integer": int, "number": float, "boolean": bool}
    kind = Literal[argument.choices] if argument.choices else kinds.get(argument.kind, str)
    option = typer.Option(
        f"--{argument.name.replace('_', '-')}",
        min=argument.least,
        max=argument.most,
        metavar="YYYY-MM-DD" if argument.kind == "date" else None,
        help=f"{argument.description[0].upper()}{argument.description[1:]}.",
    )
    return Annotated[
        kind if argument.default is not None else kind | None, option
    ], argument.default


def _ask(one: Tool, given: dict[str, Any]) -> None:
    from chocolib.app.context import open_context

    as_json = given.pop("as_json")
    context = open_context(as_of=given.pop("as_of"), lang=given.pop("lang"), role="admin")
    answer = one.ask(context, {name: value for name, value in given.items() if value is not None})
    if as_json:
        present.document(answer.model_dump(mode="json"))
    else:
        _print(answer, context.lang)


def _print(answer: Answer, lang: Language) -> None:
    from chocolib.tools.telling import frame, told

    found = told(answer, lang)
    width = max((len(name) for name, _, _ in found.facts), default=0)
    for name, text, _ in found.facts:
        typer.echo(f"{name.ljust(width)}  {text}")
    for name, sentences in found.sentences.items():
        typer.echo(f"\n{name}")
        for text in sentences:
            typer.echo(f"  {text}")
    for name, rows in found.tables.items():
        typer.echo(f"\n{name}")
        present.table(rows, empty="-")
    for text in frame(answer, lang):
        present.note(text)
