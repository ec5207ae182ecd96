"""From a file to its document, and from what the schema refuses to faults with their lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from chocolib.core.errors import DataError
from chocolib.core.toml.faults import Fault, at, nearest, shown, slip, value
from chocolib.core.toml.keys import Key, key_at, keys
from chocolib.core.toml.lines import KeyPath

#: Bytes; such a file takes a few thousand.
LARGEST = 256 * 1024
_TEXT = "text that is neither empty nor long"
_LINE = re.compile(r"\(at line (\d+), column \d+\)")

#: What may have been meant by a value that a key cannot have, or "".
Meant = Callable[[object, Key], str]


@dataclass(frozen=True, slots=True)
class Error:
    """What the schema says of one value.

    Attributes:
        kind: pydantic's name of the error.
        bad_name: it is the name of the key that cannot be, not its value.
    """

    path: KeyPath
    kind: str
    message: str
    bad_name: bool

    @classmethod
    def of(cls, error: Any) -> Error:
        """From one of pydantic's error dicts."""
        *path, last = error["loc"] or ("",)
        bad_name = last == "[key]"
        place = tuple(path) if bad_name else error["loc"]
        message = error["msg"].removeprefix("Value error, ")
        return cls(place, error["type"], message, bad_name)


def text_of(path: Path, *, what: str) -> str:
    """The text of a file that is one, and is small; a byte order mark does no harm.

    Args:
        what: what the file should be ("a factory"), for the errors.

    Raises:
        DataError: unreadable, too large, or not UTF-8.
    """
    try:
        if path.exists() and not path.is_file():
            raise DataError("is not a file", path=str(path))
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", path=str(path)) from None
    except ValueError:  # a NUL in the name
        raise DataError("is not the name of a file", path=repr(str(path))) from None
    if len(raw) > LARGEST:
        size = f"it has more than {LARGEST // 1024} kB"
        raise DataError(f"is not {what}: {size}", path=str(path))
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        hint = "save it as UTF-8"
        raise DataError("is not TOML: not UTF-8", path=str(path), line=line, hint=hint) from None


def document_of(text: str, path: Path, *, what: str) -> dict[str, Any]:
    """What a text of TOML says.

    Raises:
        DataError: it is not TOML; names the line.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise DataError(f"is not {what}: it is nested too deep", path=str(path)) from None
    except ValueError as error:  # TOMLDecodeError, or a number with thousands of digits
        said = _LINE.search(str(error))
        line = int(said.group(1)) if said else text.count("\n") + 1
        told = _LINE.sub("", str(error)).strip()
        raise DataError(
            f"is not TOML: {told.partition(';')[0][:200]}", path=str(path), line=line
        ) from None


def errors_of(model: type[BaseModel], document: Any, *, context: object = None) -> list[Error]:
    """Everything that a schema refuses in a document."""
    try:
        model.model_validate(document, context=context)
    except ValidationError as error:
        return [Error.of(e) for e in error.errors(include_url=False, include_context=False)]
    return []


def fault_of(
    model: type[BaseModel],
    error: Error,
    document: Any,
    where: dict[KeyPath, int],
    *,
    meant: Meant = slip,
    text: str = _TEXT,
) -> Fault:
    """One of the schema's errors in words, with its line and what the key may hold.

    Args:
        text: what texts may be, in words.
    """
    line, place = line_of(error.path, where), shown(error.path, document)
    key = key_at(model, error.path)
    if key is None:
        siblings = _siblings(model, error.path)
        name = str(error.path[-1]) if error.path else ""
        hint = nearest(name, siblings)
        return Fault(line, place, "", "no such key", f"one of {', '.join(siblings)}", hint)
    if error.kind == "missing":
        return Fault(line, place, key.unit, "it is missing", key.wanted)
    if error.kind == "value_error" and not key.is_table:
        return Fault(line, place, "", error.message, key.wanted)
    if error.kind == "value_error":
        return Fault(line, place, key.unit, error.message, "values that fit each other")
    if error.bad_name:
        return _bad_name(error, line, place, text)
    found = at(document, error.path)
    wanted = text if error.kind.startswith("string_") else key.wanted
    return Fault(line, place, key.unit, value(found, key.unit), wanted, meant(found, key))


def _bad_name(error: Error, line: int, place: str, text: str) -> Fault:
    """A key of the user's that cannot be one."""
    if error.kind.startswith("string_"):
        return Fault(line, place, "", value(str(error.path[-1])), text)
    return Fault(line, place, "", "no such name", error.message.removeprefix("Input should be "))


def line_of(path: KeyPath, where: dict[KeyPath, int]) -> int:
    """The line of a path, or of the nearest table around it; 1 for the whole file."""
    while path and path not in where:
        path = path[:-1]
    return where.get(path, 1)


def concerns(path: KeyPath, wrong: Iterable[KeyPath]) -> bool:
    """Whether a path is, holds or lies in one of those that are wrong."""
    return any(_related(path, bad) for bad in wrong)


def _related(path: KeyPath, other: KeyPath) -> bool:
    short = min(len(path), len(other))
    return path[:short] == other[:short]


def _siblings(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that a table may have."""
    depth = len(path)
    return [
        key.path[-1]
        for key in keys(model)
        if len(key.path) == depth and _fits(key.path[:-1], path[:-1])
    ]


def _fits(pattern: tuple[str, ...], path: KeyPath) -> bool:
    return all(
        isinstance(part, int) if known == "[]" else known in ("*", str(part))
        for known, part in zip(pattern, path, strict=True)
    )
