"""Faults of a factory file: where, what was there, and what it should be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from chocolib.core.factory.keys import Key
from chocolib.core.factory.lines import KeyPath

#: Validation context of a draft, whose values need not fit each other.
DRAFT = "draft"
_LONGEST = 40
#: The smaller unit that people write by mistake, and how many make one.
_SLIPS = {"kW": ("W", 1000), "h": ("minutes", 60), "kg": ("g", 1000), "EUR/kg": ("cents", 100)}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a file.

    Attributes:
        line: 1-based.
        key: the key's path, "stages[3].power_kw".
        unit: what it is measured in, or "".
        found: what was there.
        wanted: what it should be.
        hint: what may have been meant, or "".
    """

    line: int
    key: str
    unit: str
    found: str
    wanted: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.key}: {self.found}, should be {self.wanted}{_and(self.hint)}"

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Values that are each possible, but not together.

    Attributes:
        path: the key that is named as the fault's place.
        beside: the other keys it depends on.
    """

    path: KeyPath
    found: str
    wanted: str
    hint: str = ""
    beside: tuple[KeyPath, ...] = ()

    def __str__(self) -> str:
        return f"{self.found}, should be {self.wanted}{_and(self.hint)}"


def _and(hint: str) -> str:
    return f"; {hint}" if hint else ""


def shown(path: KeyPath, document: Any) -> str:
    """A path for people, the name of a stage beside its number: `stages[3].hours (temper)`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{_safe(part)}" for part in path)
    named = at(document, (*path[:2], "name")) if path[:1] == ("stages",) else None
    named = named if isinstance(named, str) and named.isprintable() else ""
    whose = f" ({named[:_LONGEST]})" if named else ""
    return text.lstrip(".")[: 3 * _LONGEST] + whose


def _safe(name: object) -> str:
    """A key's name as it can be printed."""
    text = str(name)
    return text if text.isprintable() else repr(text)


def at(document: Any, path: KeyPath) -> Any:
    """What stands at a path of a document, or None."""
    for part in path:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def value(found: object, unit: str = "") -> str:
    """A value as the file has it, cut short, with its unit when it is a number."""
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, dict):
        return "a table"
    if isinstance(found, list):
        return f"an array of {len(found)}"
    number = isinstance(found, (int, float))
    text = repr(found) if number or isinstance(found, str) else str(found)
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return f"{short} {unit}" if number and unit else short


def slip(found: object, key: Key) -> str:
    """The unit that may have been meant, where the number would be possible in it."""
    small, many = _SLIPS.get(key.unit.split(",")[0], ("", 1))
    most = key.limits.get("le", math.inf)
    if not small or isinstance(found, bool) or not isinstance(found, (int, float)):
        return ""
    if not most < found <= most * many:
        return ""
    return f"did you mean {small}? {found:.10g} {small} are {found / many:.10g} {key.unit}"


def nearest(word: str, known: list[str]) -> str:
    """The known word that may have been meant."""
    close = get_close_matches(word[:_LONGEST], known, n=1)
    return f"did you mean {close[0]}?" if close else ""
