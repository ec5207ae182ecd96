"""A draft of a faulty factory: wrong values replaced, so that the others can be compared."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from chocolib.core.factory.spec import FactorySpec
from chocolib.core.toml.faults import DRAFT, at
from chocolib.core.toml.keys import Key, key_at, keys
from chocolib.core.toml.reading import Error

#: A replaced table may show faults of its own once; more rounds mean that nothing helps.
_ROUNDS = 3


def drafted(document: dict[str, Any], errors: list[Error]) -> FactorySpec | None:
    """The factory with every wrong value replaced by a harmless one, or None."""
    mended = deepcopy(document)
    for _ in range(_ROUNDS):
        for error in errors:
            _mend(mended, error)
        try:
            return FactorySpec.model_validate(mended, context=DRAFT)
        except ValidationError as again:
            errors = [Error.of(error) for error in again.errors()]
    return None


def _mend(document: dict[str, Any], error: Error) -> None:
    *around, last = error.path or ("",)
    holder, key = at(document, tuple(around)), key_at(FactorySpec, error.path)
    if isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        holder[last] = harmless(key) if key else None
    elif isinstance(holder, dict):
        holder.pop(last, None)
        if key and key.default is None and not error.bad_name:
            holder[last] = harmless(key)


def harmless(key: Key) -> Any:
    """A value that the key may have and that says as little as can be."""
    if key.choices:
        return key.choices[0]
    if issubclass(key.kind, BaseModel):
        needed = (k for k in keys(key.kind) if len(k.path) == 1 and k.default is None)
        return {k.path[0]: harmless(k) for k in needed}
    if key.kind is tuple:
        return []
    if key.kind is dict:
        return {}
    simple = {str: "?", bool: False, date: date(2000, 1, 1)}
    return simple.get(key.kind, max(1, int(key.limits.get("ge", 1))))
