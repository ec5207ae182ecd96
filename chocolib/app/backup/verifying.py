"""Use case: look through a backup, and keep what was found beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.app.backup import place as shelf
from chocolib.app.backup.looking import identities, is_encrypted, look
from chocolib.app.backup.place import State, Tell
from chocolib.app.settings import Settings
from chocolib.core.errors import DataError
from chocolib.core.time import iso


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in a backup.

    Attributes:
        state: verified, sealed or faulty.
        faults: a sentence each, with the file's name.
    """

    archive: Path
    state: State
    faults: tuple[str, ...] = ()
    rows: int = 0
    files: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib backup verify --json`."""
        return {
            "backup": self.archive.name,
            "state": self.state,
            "faults": list(self.faults),
            "rows": self.rows,
            "files": self.files,
        }


def verify(settings: Settings, archive: Path, *, now: pd.Timestamp, tell: Tell) -> Verified:
    """Read a backup to its end: each file, the store's own check, each measurement's rows.

    One that is encrypted and opens only elsewhere is compared with what was written here.

    Raises:
        SettingsError: it is encrypted, no identity is set, and it was not made here.
        DataError: it cannot be read, or there is no room to unpack its store.
    """
    place = shelf.folder(settings)
    with shelf.drafting(place) as draft:
        if is_encrypted(archive) and settings.backup_identity is None:
            found = _as_written(settings, archive)
        else:
            found = _looked(settings, archive, draft, tell)
        if archive.parent == place:
            facts = {"state": found.state, "faults": list(found.faults), "checked_at": iso(now)}
            shelf.keep_note(archive, shelf.note_of(archive) | facts)
    return found


def _looked(settings: Settings, archive: Path, draft: Path, tell: Tell) -> Verified:
    found = look(archive, draft, identities(settings, archive), tell, everything=False)
    if found.manifest is None or found.faults:
        return Verified(archive, "faulty", found.faults)
    rows = sum(one.rows for one in found.manifest.rows.values())
    return Verified(archive, "verified", (), rows, len(found.manifest.files))


def _as_written(settings: Settings, archive: Path) -> Verified:
    wanted = shelf.written_as(archive)
    if not wanted:
        identities(settings, archive)
    try:
        with archive.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == wanted
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", path=str(archive)) from None
    if same:
        return Verified(archive, "sealed")
    return Verified(archive, "faulty", ("the encrypted archive is not as it was written",))
