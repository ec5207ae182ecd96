"""The keys a file may hold, read off the schema: what, unit, bounds, default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from chocolib.core.toml.lines import KeyPath
from chocolib.core.toml.parts import Unit

_WORDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}
#: Units of the keys that carry them at the end of their names only.
_SUFFIXES = {
    "_eur_kwh": "EUR/kWh",
    "_quantile": "share",
    "_share": "share",
    "_points": "points",
    "_days": "days",
    "_pct": "%",
    "_min": "min",
    "_c": "C",
    "_h": "h",
    "_hours": "h",
}
_BOUNDS = ("gt", "ge", "lt", "le", "multiple_of")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file.

    Attributes:
        path: "[]" stands for an item of an array, "*" for a name of the user's.
        kind: the Python type of its value; tuple, dict or a model for what holds others.
        choices: the words it may be, where only some are allowed.
        limits: "ge", "le" and so on, by name.
        default: how the file would write it; None where the key must be there.
    """

    path: tuple[str, ...]
    what: str
    kind: type
    unit: str
    choices: tuple[str, ...]
    limits: dict[str, float]
    default: str | None

    @property
    def name(self) -> str:
        """As the docs write it: `stages[].hours.*`."""
        return ".".join(self.path).replace(".[]", "[]")

    @property
    def is_table(self) -> bool:
        """Whether other keys lie inside it."""
        return self.kind in (tuple, dict) or issubclass(self.kind, BaseModel)

    @property
    def wanted(self) -> str:
        """What its value has to be, in words: "0 to 1000 kW"."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.kind is date:
            return "a date, such as 2026-12-25"
        if self.is_table:
            return "an array" if self.kind is tuple else "a table"
        numbers = _limits(self.limits)
        unit = f" {self.unit}" if self.unit else ""
        return f"{_WORDS[self.kind]}{numbers and ' ' + numbers}{unit}"


def _limits(limits: dict[str, float]) -> str:
    above = f"above {limits['gt']:.10g}" if "gt" in limits else ""
    low = above or (f"from {limits['ge']:.10g}" if "ge" in limits else "")
    below = f"below {limits['lt']:.10g}" if "lt" in limits else ""
    high = below or (f"to {limits['le']:.10g}" if "le" in limits else "")
    grid = f"in steps of {limits['multiple_of']:.10g}" if "multiple_of" in limits else ""
    return " ".join(word for word in (low, high, grid) if word)


@cache
def keys(model: type[BaseModel]) -> tuple[Key, ...]:
    """Every key of a model and of the tables inside it, in their order."""
    return tuple(_walk(model, ()))


def key_at(model: type[BaseModel], path: KeyPath) -> Key | None:
    """The key that a place in a document is an instance of, or None."""
    found = (key for key in keys(model) if _is_at(key.path, path))
    return next(found, None)


def _is_at(pattern: tuple[str, ...], path: KeyPath) -> bool:
    return len(pattern) == len(path) and all(
        isinstance(part, int) if known == "[]" else known in ("*", str(part))
        for known, part in zip(pattern, path, strict=True)
    )


def _walk(model: type[BaseModel], prefix: tuple[str, ...]) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        what = field.description or ""
        yield from _keys((*prefix, name), field.annotation, field.metadata, what, _default(field))


def _keys(
    path: tuple[str, ...], annotation: Any, metadata: list[Any], what: str, default: str | None
) -> Iterator[Key]:
    bare, metadata = _bare(annotation, metadata)
    origin = get_origin(bare) or bare
    choices = get_args(bare) if origin is Literal else ()
    kind: type = str if origin is Literal else origin
    named = next((unit for end, unit in _SUFFIXES.items() if path[-1].endswith(end)), "")
    unit = next((m.name for m in metadata if isinstance(m, Unit)), named)
    if not what and isinstance(bare, type) and issubclass(bare, BaseModel):
        what = (bare.__doc__ or "").partition("\n")[0].rstrip(".")
    yield Key(path, what, kind, unit, choices, _bounds(metadata), default)
    if kind is tuple:
        yield from _inside((*path, "[]"), get_args(bare)[0])
    elif kind is dict:
        yield from _inside((*path, "*"), get_args(bare)[1])
    elif isinstance(bare, type) and issubclass(bare, BaseModel):
        yield from _walk(bare, path)


def _inside(path: tuple[str, ...], annotation: Any) -> Iterator[Key]:
    """The keys below an item; a table of an array has no line of its own in the docs."""
    yield from _keys(path, annotation, [], "", "")


def _bare(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """The type without `Annotated` and `| None`, and all that was annotated."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata = [*metadata, *more]
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        else:
            return annotation, metadata


def _bounds(metadata: list[Any]) -> dict[str, float]:
    flat = [part for m in metadata for part in (m.metadata if isinstance(m, FieldInfo) else [m])]
    return {
        name: float(value)
        for part in flat
        for name in _BOUNDS
        if (value := getattr(part, name, None)) is not None
    }


def _default(field: FieldInfo) -> str | None:
    if field.is_required():
        return None
    default = field.default
    if default is PydanticUndefined or isinstance(default, BaseModel) or default in (None, ()):
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return f"[{', '.join(map(str, default))}]" if isinstance(default[0], str) else ""
    return f"{default:g}" if isinstance(default, (int, float)) else str(default)
