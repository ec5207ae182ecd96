"""The short name of a refused row, and what a person can decide on it."""

from __future__ import annotations

from hashlib import sha256

from chocolib.core.measurement import RELEASED

#: Held until a person decides; a row that was decided on is not held again.
HELD, LET_IN, DROPPED = "held", RELEASED, "dropped"


def row_id(time_s: int, said: str) -> str:
    """The first 12 hex digits of the SHA-256 of a row's time and of what it says.

    Args:
        time_s: seconds since 1970, UTC.
        said: tags, fields and source as JSON; not when it was known, for the same row
            that comes again has the same name.
    """
    return sha256(f"{time_s} {said}".encode()).hexdigest()[:12]
