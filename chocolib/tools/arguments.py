"""What a tool may be asked with, as doors and docs show it: kind, bounds, default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chocolib.tools.tool import Tool

Kind = Literal["integer", "number", "boolean", "date", "string"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a tool.

    Attributes:
        least, most: bounds of a number, both included; None: there is none.
        choices: all that may be said; empty: anything of its kind.
        default: as JSON has it; None where leaving it out means what `description` says.
    """

    name: str
    kind: Kind
    description: str
    default: Any
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def bounds(self) -> str:
        """What may be said, in a few signs: "1 to 24", "day | hour", "YYYY-MM-DD"."""
        if self.choices:
            return " | ".join(self.choices)
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        return "YYYY-MM-DD" if self.kind == "date" else self.kind


def arguments_of(tool: Tool) -> Iterator[Argument]:
    """Every argument of a tool, in the order of its function."""
    for name, said in tool.arguments.model_json_schema().get("properties", {}).items():
        kinds = [one for one in said.get("anyOf", [{}]) if one.get("type") != "null"]
        yield _argument(name, {**kinds[0], **said})


def _argument(name: str, said: Mapping[str, Any]) -> Argument:
    return Argument(
        name=name,
        kind="date" if said.get("format") == "date" else said["type"],
        description=said["description"],
        default=said["default"],
        least=said.get("minimum"),
        most=said.get("maximum"),
        choices=tuple(said.get("enum", ())),
    )
