"""What `chocolib health` says of the backups."""

from __future__ import annotations

import pandas as pd

from chocolib.app.backup import place as shelf
from chocolib.app.settings import Settings
from chocolib.core.backup.retention import DRILL_EVERY
from chocolib.core.time import DAY, iso


def drilled(settings: Settings, now: pd.Timestamp) -> tuple[bool, str]:
    """Whether a restore was tried lately and went well, and what to say of it."""
    place = shelf.folder(settings)
    there, known = shelf.archives(place), shelf.last_drills(place)
    if not there:
        return True, "no backup yet"
    if known and not known["last"]["ok"]:
        bad = [check["what"] for check in known["last"]["checks"] if check["ok"] is False]
        return False, f"the last drill failed at {known['last']['at']}: {', '.join(bad)}"
    since = pd.Timestamp(known["good"]["at"]) if known else there[-1].made_at
    said = f"the last good drill was at {iso(since)}" if known else "no restore was tried yet"
    return now - since <= DRILL_EVERY, f"{said}, {(now - since) // DAY} days ago" if known else said
