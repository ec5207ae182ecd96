"""The short name of a refused row."""

from __future__ import annotations

from hashlib import sha256

#: Held until a person decides; a row that was decided on is not held again.
HELD, LET_IN, DROPPED = "held", "released", "dropped"


def row_id(payload: str) -> str:
    """The first 12 hex digits of the SHA-256 of what the row says."""
    return sha256(payload.encode()).hexdigest()[:12]
