"""Reading a factory file: every fault at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from chocolib.core.errors import DataError, FactoryFaults
from chocolib.core.factory.contradictions import unsound
from chocolib.core.factory.draft import drafted
from chocolib.core.factory.impossible import impossible
from chocolib.core.factory.spec import FactorySpec
from chocolib.core.factory.units import LONGEST_NAME
from chocolib.core.toml.faults import DRAFT, Contradiction, Fault, shown, slip
from chocolib.core.toml.keys import Key, key_at
from chocolib.core.toml.lines import KeyPath, lines
from chocolib.core.toml.reading import (
    LARGEST,
    concerns,
    document_of,
    errors_of,
    fault_of,
    line_of,
    text_of,
)

__all__ = ["LARGEST", "located", "read", "shipped"]

_WHAT = "a factory"
_A_NAME = f"text of 1 to {LONGEST_NAME} characters, without control characters or outer spaces"
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
    text = text_of(path, what=_WHAT)
    document = document_of(text, path, what=_WHAT)
    try:
        found = list(_faults(document, text))
    except RecursionError:
        raise DataError("is not a factory: it is nested too deep", path=str(path)) from None
    if found:
        raise FactoryFaults(tuple(sorted(found, key=lambda f: f.line)), path=str(path))
    return FactorySpec.model_validate(document)


def _faults(document: dict[str, Any], text: str) -> Iterator[Fault]:
    """Every fault of a document: of single values, then between the values that are right."""
    errors = errors_of(FactorySpec, document, context=DRAFT)
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
        yield fault_of(FactorySpec, error, document, where, meant=_meant, text=_A_NAME)
    for found in crossed:
        unit = key.unit if (key := key_at(FactorySpec, found.path)) else ""
        place = shown(found.path, document)
        yield Fault(line_of(found.path, where), place, unit, found.found, found.wanted, found.hint)


def _meant(found: object, key: Key) -> str:
    return _SIX_PERIODS if found == "3.0TD" else slip(found, key)


def _crossed(draft: FactorySpec, wrong: Iterable[KeyPath]) -> Iterator[Contradiction]:
    """Contradictions that none of the wrong values takes part in."""
    for found in (*unsound(draft), *impossible(draft)):
        if not any(concerns(path, wrong) for path in (found.path, *found.beside)):
            yield found
