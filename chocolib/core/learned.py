"""What a model has learnt, as plain arrays and facts: all that a saved version holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from chocolib.core.errors import ModelRejected

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Learned:
    """Numbers and names, nothing that can run.

    Attributes:
        arrays: numeric arrays by name ("lad/slopes").
        facts: what JSON can hold.
    """

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def under(self, name: str) -> Learned:
        """The same with every name put under `name`."""
        return Learned(
            {f"{name}/{key}": value for key, value in self.arrays.items()},
            {f"{name}/{key}": value for key, value in self.facts.items()},
        )

    def part(self, name: str) -> Learned:
        """What stands under `name`, the name taken away."""
        return Learned(_below(self.arrays, name), _below(self.facts, name))

    def __or__(self, other: Learned) -> Learned:
        return Learned(self.arrays | other.arrays, self.facts | other.facts)

    def array(self, name: str, *shape: int | None) -> np.ndarray:
        """An array of finite numbers with these axes (None: any length).

        Raises:
            ModelRejected: it is not there, or not of that shape.
        """
        found = self.arrays.get(name)
        if found is None or not np.issubdtype(found.dtype, np.floating):
            raise _other_form(f"it lacks the numbers {name!r}")
        wanted = len(shape) == found.ndim and all(
            asked in {None, have} for asked, have in zip(shape, found.shape, strict=True)
        )
        if not wanted or not np.isfinite(found).all():
            raise _other_form(f"{name!r} are numbers of the form {found.shape}")
        return found

    def fact(self, name: str) -> Any:
        """A fact.

        Raises:
            ModelRejected: it is not there.
        """
        if name not in self.facts:
            raise _other_form(f"it lacks {name!r}")
        return self.facts[name]


def _below(values: Mapping[str, Value], name: str) -> dict[str, Value]:
    start = f"{name}/"
    return {key.removeprefix(start): kept for key, kept in values.items() if key.startswith(start)}


def _other_form(what: str) -> ModelRejected:
    return ModelRejected(
        f"the trained model is not of this chocolib's form: {what}",
        hint="chocolib models train makes a new version",
    )
