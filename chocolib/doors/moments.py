"""A moment that somebody at a door asks about: one that has been, and that there are data of."""

from __future__ import annotations

import pandas as pd

from chocolib.app.context import clock
from chocolib.core.errors import SettingsError
from chocolib.core.time import parse_moment

#: Nothing is replayed before this moment: no series begins earlier.
EARLIEST = pd.Timestamp("2000-01-01T00:00Z")


def past_moment(text: str, *, until: pd.Timestamp | None = None) -> pd.Timestamp:
    """The moment that a reader wrote, to the minute, UTC.

    Args:
        text: Madrid time, or ISO with a zone.
        until: the latest moment there is, UTC; default now.

    Raises:
        SettingsError: it is none, it has not been yet, or it is before any data.
    """
    asked = parse_moment(text).floor("min")
    if not EARLIEST <= asked <= (until or clock()):
        raise SettingsError(f"{text} cannot be replayed", hint="give a moment that has passed")
    return asked
