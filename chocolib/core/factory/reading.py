"""Reading a factory file: every fault at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from chocolib.core.errors import DataError, FactoryFaults
from chocolib.core.factory.contradictions import unsound
from chocolib.core.factory.draft import Error, drafted
from chocolib.core.factory.faults import (
    DRAFT,
    Contradiction,
    Fault,
    at,
    nearest,
    shown,
    slip,
    value,
)
from chocolib.core.factory.impossible import impossible
from chocolib.core.factory.keys import Key, key_at, keys
from chocolib.core.factory.lines import KeyPath, lines
from chocolib.core.factory.spec import FactorySpec
from chocolib.core.factory.units import LONGEST_NAME

#: Bytes; a factory takes a few thousand.
LARGEST = 256 * 1024
_A_NAME = f"text of 1 to {LONGEST_NAME} characters, without control characters or outer spaces"
_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_SIX_PERIODS = (
    "3.0TD, six periods for sites over 15 kW, is not implemented; "
    "with 2.0TD its prices are a signal, not the contract"
)


def shipped() -> dict[str, Path]:
    """The factories that come with the package, by name: factory, heavy, small-10kw."""
    return {path.stem: path for path in sorted(Path(__file__).parent.glob("*.toml"))}


def located(path: Path) -> Path:
    """The file that `path` means: itself, or a shipped factory where no file has its name."""
    own = path.name in shipped() and str(path) == path.name and not path.exists()
    return shipped()[path.name] if own else path


def read(path: Path) -> FactorySpec:
    """The factory of a TOML file, or a shipped one by its name.

    Raises:
        FactoryFaults: values that cannot be or contradict each other; has all of them.
        DataError: unreadable, or not TOML.
    """
    path = located(path)
    text = _text(path)
    document = _document(text, path)
    try:
        found = list(_faults(document, text))
    except RecursionError:
        raise DataError("is not a factory: it is nested too deep", path=str(path)) from None
    if found:
        raise FactoryFaults(tuple(sorted(found, key=lambda f: f.line)), path=str(path))
    return FactorySpec.model_validate(document)


def _text(path: Path) -> str:
    """The text of a file that is one, and is small; a byte order mark does no harm."""
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
        raise DataError(f"is not a factory: {size}", path=str(path))
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        hint = "save it as UTF-8"
        raise DataError("is not TOML: not UTF-8", path=str(path), line=line, hint=hint) from None


def _document(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise DataError("is not a factory: it is nested too deep", path=str(path)) from None
    except ValueError as error:  # TOMLDecodeError, or a number with thousands of digits
        said = _LINE.search(str(error))
        line = int(said.group(1)) if said else text.count("\n") + 1
        what = _LINE.sub("", str(error)).strip()
        raise DataError(
            f"is not TOML: {what.partition(';')[0][:200]}", path=str(path), line=line
        ) from None


def _faults(document: dict[str, Any], text: str) -> Iterator[Fault]:
    """Every fault of a document: of single values, then between the values that are right."""
    errors = _errors(document)
    where = lines(text) if errors else None
    draft = (
        drafted(document, errors) if errors else FactorySpec.model_validate(document, context=DRAFT)
    )
    wrong = [error.path for error in errors]
    crossed = [] if draft is None else list(_crossed(draft, wrong))
    if not errors and not crossed:
        return
    where = where or lines(text)
    for error in errors:
        yield _of_value(error, document, where)
    for found in crossed:
        unit = key.unit if (key := key_at(FactorySpec, found.path)) else ""
        place = shown(found.path, document)
        yield Fault(_line(found.path, where), place, unit, found.found, found.wanted, found.hint)


def _errors(document: dict[str, Any]) -> list[Error]:
    try:
        FactorySpec.model_validate(document, context=DRAFT)
    except ValidationError as error:
        return [Error.of(e) for e in error.errors(include_url=False, include_context=False)]
    return []


def _crossed(draft: FactorySpec, wrong: Iterable[KeyPath]) -> Iterator[Contradiction]:
    """Contradictions that none of the wrong values takes part in."""
    for found in (*unsound(draft), *impossible(draft)):
        concerned = (found.path, *found.beside)
        if not any(_related(path, bad) for path in concerned for bad in wrong):
            yield found


def _related(path: KeyPath, other: KeyPath) -> bool:
    short = min(len(path), len(other))
    return path[:short] == other[:short]


def _line(path: KeyPath, where: dict[KeyPath, int]) -> int:
    """The line of a path, or of the nearest table around it; 1 for the whole file."""
    while path and path not in where:
        path = path[:-1]
    return where.get(path, 1)


def _of_value(error: Error, document: dict[str, Any], where: dict[KeyPath, int]) -> Fault:
    line, place = _line(error.path, where), shown(error.path, document)
    key = key_at(FactorySpec, error.path)
    if key is None:
        siblings = _siblings(error.path)
        name = str(error.path[-1]) if error.path else ""
        hint = nearest(name, siblings)
        return Fault(line, place, "", "no such key", f"one of {', '.join(siblings)}", hint)
    if error.kind == "missing":
        return Fault(line, place, key.unit, "it is missing", key.wanted)
    if error.kind == "value_error":
        return Fault(line, place, key.unit, error.message, "values that fit each other")
    found = at(document, error.path)
    if error.bad_name and error.kind.startswith("string_"):
        return Fault(line, place, "", value(str(error.path[-1])), _A_NAME)
    if error.bad_name:
        wanted = error.message.removeprefix("Input should be ")
        return Fault(line, place, "", "no such name", wanted)
    hint = _SIX_PERIODS if found == "3.0TD" else slip(found, key)
    return Fault(line, place, key.unit, value(found, key.unit), _wanted(key, error), hint)


def _wanted(key: Key, error: Error) -> str:
    return _A_NAME if error.kind.startswith("string_") else key.wanted


def _siblings(path: KeyPath) -> list[str]:
    """The keys that a table may have."""
    depth = len(path)
    return [
        key.path[-1]
        for key in keys(FactorySpec)
        if len(key.path) == depth and _fits(key.path[:-1], path[:-1])
    ]


def _fits(pattern: tuple[str, ...], path: KeyPath) -> bool:
    return all(
        isinstance(part, int) if known == "[]" else known in ("*", str(part))
        for known, part in zip(pattern, path, strict=True)
    )
