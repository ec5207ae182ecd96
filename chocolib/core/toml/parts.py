"""What the tables of such a file are made of: strict, immutable, numbers with units."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a number, as the docs and the faults write it."""

    name: str


class Part(BaseModel):
    """A table of a file: immutable, and no key but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")
