"""`Tool`: an answer as the doors offer it; everything else follows from its function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from chocolib.app.context import Context
from chocolib.core.errors import SettingsError
from chocolib.core.roles import Role
from chocolib.tools.answer import Answer

Group = Literal["realtime", "predictions", "analysis", "alerts", "operations", "usage"]

_SECTIONS = ("Args:", "Returns:", "Raises:")


@dataclass(frozen=True)
class Tool:
    """A read-only function that answers a question.

    Attributes:
        function: takes a `Context` and named arguments, all with defaults; its docstring, its
            annotations and its return type are the contract.
        path: where the HTTP door has it; what the system before it had, where it had one.
        role: who may ask; "admin" may ask everything.
        personal: it names people to administrators: no model reads that, no book keeps it.
    """

    function: Callable[..., Answer]
    group: Group
    path: str
    role: Role = "viewer"
    personal: bool = False

    @property
    def name(self) -> str:
        """As MCP and the chatbot call it: get_optimal_windows."""
        return self.function.__name__

    @property
    def short(self) -> str:
        """As people call it: optimal_windows."""
        return self.name.removeprefix("get_")

    @cached_property
    def description(self) -> str:
        """What it answers and when to ask it, in English: its docstring up to its sections."""
        lines = inspect.cleandoc(self.function.__doc__ or "").splitlines()
        ends = [n for n, line in enumerate(lines) if line in _SECTIONS]
        return " ".join("\n".join(lines[: min(ends, default=len(lines))]).split())

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """The model of its arguments: types, bounds, defaults and descriptions."""
        hints = get_type_hints(self.function, include_extras=True)
        named = list(inspect.signature(self.function).parameters.values())[1:]
        fields: dict[str, Any] = {one.name: (hints[one.name], one.default) for one in named}
        return create_model(
            f"{self.function.__name__}_arguments",
            __config__=ConfigDict(extra="forbid", frozen=True),
            **fields,
        )

    @cached_property
    def answer(self) -> type[Answer]:
        """The model of its answers."""
        returned: type[Answer] = get_type_hints(self.function)["return"]
        return returned

    def ask(self, context: Context, given: Mapping[str, Any] | None = None) -> Answer:
        """The answer, as known at the context's `as_of`.

        Args:
            given: arguments by name; numbers may come as text.

        Raises:
            SettingsError: arguments that are unknown or out of range; names each of them.
            ChocolibError: as the function says.
        """
        try:
            asked = self.arguments.model_validate(dict(given or {}))
        except ValidationError as error:
            raise self._refused(error) from None
        return self.function(context, **_named(asked))

    def _refused(self, error: ValidationError) -> SettingsError:
        said = "; ".join(f"{_place(one)}: {one['msg']}" for one in error.errors())
        known = ", ".join(self.arguments.model_fields) or "none"
        return SettingsError(
            f"{self.short} cannot be asked so: {said}", hint=f"its arguments: {known}"
        )


def _named(asked: BaseModel) -> dict[str, Any]:
    """The arguments as Python values, by name."""
    return {name: getattr(asked, name) for name in type(asked).model_fields}


def _place(fault: Mapping[str, Any]) -> str:
    """Which argument a fault is of."""
    return ".".join(map(str, fault["loc"])) or "arguments"
