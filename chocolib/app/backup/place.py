"""Where the backups lie, and what is known of each.

```
backups/chocolib-20261121T030000Z.tar.gz      a backup; .age after it: encrypted
backups/notes/<its name>.json                 what was found when it was last looked through
backups/drill.json                            when a restore was last tried
backups/.draft                                what is being made, or was when a machine stopped
backups/.lock                                 held by whoever writes here
```

The archives are all that matters: without the notes they are only not known to be good.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from chocolib.app.jobs.place import read_json, write_json
from chocolib.app.settings import Settings
from chocolib.core.backup.retention import Keep
from chocolib.core.errors import DataError, SettingsError
from chocolib.core.time import iso
from chocolib.store.locks import locked

#: Hears what is being done, and which part of it is done, 0 to 1.
Tell = Callable[[str, float], None]
#: verified: read to its end and as it was made; sealed: its bytes are those that were written,
#: but nobody here can open it; faulty: it is not; unknown: not looked at since it came or changed.
State = Literal["verified", "sealed", "faulty", "unknown"]

_FILE = re.compile(r"chocolib-(\d{8}T\d{6}Z)\.tar\.gz(\.age)?", re.ASCII)
_STAMP = "%Y%m%dT%H%M%SZ"
_DRILL = "drill.json"


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup in the folder.

    Attributes:
        made_at: UTC, by its name.
        size: bytes.
        facts: of its note.
    """

    path: Path
    made_at: pd.Timestamp
    size: int
    state: State
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def encrypted(self) -> bool:
        """Whether it opens only by an identity of age."""
        return self.path.suffix == ".age"

    @property
    def good(self) -> bool:
        """Whether it was as it should be when it was last looked at."""
        return self.state in ("verified", "sealed")

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib backup list --json`."""
        return {
            "backup": self.path.name,
            "made_at": iso(self.made_at),
            "bytes": self.size,
            "encrypted": self.encrypted,
            "state": self.state,
            "checked_at": self.facts.get("checked_at"),
            "faults": self.facts.get("faults", []),
            "rows": self.facts.get("rows", {}),
            "files": self.facts.get("files"),
        }


def folder(settings: Settings) -> Path:
    """Where they lie."""
    return (settings.backups or settings.home / "backups").expanduser().absolute()


def retention(settings: Settings) -> Keep:
    """How many are kept."""
    return Keep(settings.backup_daily, settings.backup_weekly, settings.backup_monthly)


def name_of(made_at: pd.Timestamp, *, encrypted: bool) -> str:
    """What a backup of that second is called."""
    return f"chocolib-{made_at:{_STAMP}}.tar.gz{'.age' * encrypted}"


def archives(place: Path) -> list[Archive]:
    """Every backup of a folder, the newest first."""
    found = [path for path in place.glob("chocolib-*") if _FILE.fullmatch(path.name)]
    return sorted(
        (_archive(path) for path in found if path.is_file()),
        key=lambda one: (one.made_at, one.path.name),
        reverse=True,
    )


def chosen(settings: Settings, asked: str | None) -> Path:
    """A backup by its path or name; the newest that is not known to be faulty without one.

    Raises:
        SettingsError: there is none.
    """
    place, hint = folder(settings), "chocolib backup list shows them"
    if asked is None:
        found = next((one.path for one in archives(place) if one.state != "faulty"), None)
        if found is None:
            what = f"there is no backup in {place} that is not known to be faulty"
            raise SettingsError(what, hint="chocolib backup create makes one")
        return found
    for path in (Path(asked), place / asked):
        if path.is_file():
            return path.absolute()
    raise SettingsError(f"there is no backup {asked}", hint=hint)


def keep_note(archive: Path, facts: dict[str, Any]) -> None:
    """Keep what was found in an archive, as long as it is the same file.

    Raises:
        DataError: it cannot be written.
    """
    write_json(_note(archive), facts | _identity(archive))


def note_of(archive: Path) -> dict[str, Any]:
    """What was found in an archive; empty where it was not looked at, or is another file now."""
    found = read_json(_note(archive))
    return found if found and found.items() >= _identity(archive).items() else {}


def written_as(archive: Path) -> str:
    """SHA-256 of the file when it was made here, or ""."""
    return str(read_json(_note(archive)).get("sha256", ""))


def drop(archive: Archive) -> None:
    """Delete a backup and its note.

    Raises:
        DataError: it cannot be deleted.
    """
    try:
        archive.path.unlink()
        _note(archive.path).unlink(missing_ok=True)
    except OSError as error:
        raise DataError(f"cannot be deleted ({error.strerror})", path=str(archive.path)) from None


def last_drills(place: Path) -> dict[str, Any]:
    """The last drill (`last`) and the last that went well (`good`); empty before the first."""
    return read_json(place / _DRILL)


def keep_drill(place: Path, facts: dict[str, Any]) -> None:
    """Put a drill on record.

    Raises:
        DataError: it cannot be written.
    """
    known = last_drills(place)
    good = facts if facts["ok"] else known.get("good")
    write_json(place / _DRILL, {"last": facts} | ({"good": good} if good else {}))


@contextmanager
def drafting(place: Path) -> Iterator[Path]:
    """An empty folder among the backups that only this process uses, and that is gone after it.

    What a process that was killed left there is taken away first.

    Raises:
        DataError: another backup or drill is going on, or the folder cannot be written.
    """
    with alone(place):
        draft = place / ".draft"
        try:
            if draft.exists():
                shutil.rmtree(draft)
            draft.mkdir(mode=0o700)
        except OSError as error:
            raise DataError(f"cannot be written ({error.strerror})", path=str(draft)) from None
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Keep other backups, prunings and drills away.

    Raises:
        DataError: one is going on, or the folder cannot be written.
    """
    with locked(place / ".lock", patience_s=0, busy="another backup or drill is going on"):
        yield


def _archive(path: Path) -> Archive:
    named = _FILE.fullmatch(path.name)
    stamp = named[1] if named else ""
    facts = note_of(path)
    made_at = pd.to_datetime(stamp, format=_STAMP, utc=True)
    return Archive(path, made_at, path.stat().st_size, facts.get("state", "unknown"), facts)


def _note(archive: Path) -> Path:
    return archive.parent / "notes" / f"{archive.name}.json"


def _identity(archive: Path) -> dict[str, int]:
    """What changes when a file is written to or replaced."""
    found = archive.stat()
    return {"bytes": found.st_size, "mtime_ns": found.st_mtime_ns}
