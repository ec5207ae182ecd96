"""Answers that take long to make, kept in the home until what they rest on has changed.

An answer is found again by the code, the store and its revisions, and what else the caller
names. One revision of a store holds many moments, so each answer also says between which
moments it is true: the first `as_of` at which a replay would know something else ends it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.app.backtest import library_versions
from chocolib.app.context import Context
from chocolib.app.logs import application
from chocolib.core.errors import DataError
from chocolib.store.durable import replace

Document = dict[str, Any]
#: From the first moment at which an answer is true to the one at which it is not any more.
Span = tuple[pd.Timestamp, pd.Timestamp | None]

#: Of each name so many answers are kept, the newest.
_MOST = 48
_ROOMS = ("core", "core/factory", "models", "insights", "sources", "app")
_STAMP, _OPEN = "%Y%m%dT%H%M%SZ", "open"
_EVER = pd.Timestamp(0, tz="UTC")


def kept_answer(
    context: Context,
    name: str,
    *,
    reads: Sequence[str],
    make: Callable[[], tuple[Document, Span]],
    depends: str = "",
) -> Document:
    """The answer at `as_of`: kept from an earlier time, else made and kept.

    Args:
        name: of the question, fit for a file name.
        reads: the measurements it rests on.
        make: the answer, of what JSON can hold, and when it is true (see `true_between`).
        depends: whatever else it rests on.
    """
    folder = context.settings.home / "answers"
    key = _key(context, reads, depends)
    for path in folder.glob(f"{name}_{key}_*.json"):
        if _is_of(path, context.as_of) and (found := _read(path)) is not None:
            return found
    document, (since, until) = make()
    end = f"{until:{_STAMP}}" if until is not None else _OPEN
    _keep(folder / f"{name}_{key}_{since:{_STAMP}}_{end}.json", document)
    return document


def true_between(changes: pd.DatetimeIndex, as_of: pd.Timestamp) -> Span:
    """Between which moments the same is known as at `as_of`.

    Args:
        changes: when each version became known, UTC, in any order.
    """
    before, after = changes[changes <= as_of], changes[changes > as_of]
    return before.max() if len(before) else _EVER, after.min() if len(after) else None


def _key(context: Context, reads: Sequence[str], depends: str) -> str:
    """A hash of what does not move with `as_of`; a store made anew is told by its rows."""
    store = context.store
    facts = [_code_hash(), store.address, str(store.synthetic), depends]
    for name in reads:
        facts += [name, str(store.revision(name)), store.coverage(name).to_json(date_format="iso")]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


@cache
def _code_hash() -> str:
    """The code of this process and its libraries."""
    package = Path(__file__).parents[1]
    files = sorted(file for room in _ROOMS for file in (package / room).glob("*.py"))
    code = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(code + json.dumps(library_versions()).encode()).hexdigest()


def _is_of(path: Path, as_of: pd.Timestamp) -> bool:
    since, until = (part for part in path.stem.split("_")[-2:])
    begun = pd.to_datetime(since, format=_STAMP, utc=True) <= as_of
    return bool(
        begun and (until == _OPEN or as_of < pd.to_datetime(until, format=_STAMP, utc=True))
    )


def _read(path: Path) -> Document | None:
    """A kept answer; None where another process has just removed it, or it is not whole."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        application.warning("kept answer not read", extra={"file": path.name, "why": str(error)})
        return None
    return found if isinstance(found, dict) else None


def _keep(path: Path, document: Document) -> None:
    """Write an answer and let go of the oldest; a home that is full or locked only costs time."""
    text = json.dumps(document, allow_nan=False)
    try:
        replace(path, text.encode())
        kind = path.name.split("_", maxsplit=1)[0]
        there = sorted(path.parent.glob(f"{kind}_*.json"), key=lambda one: one.stat().st_mtime)
        for old in there[:-_MOST]:
            old.unlink(missing_ok=True)
    except (DataError, OSError) as error:
        application.warning("answer not kept", extra={"file": path.name, "why": str(error)})
