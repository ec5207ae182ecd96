"""Use case: one backup, whole and looked through before it has its name."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from chocolib.app.backup import place as shelf
from chocolib.app.backup.contents import snapshot
from chocolib.app.backup.looking import identities, look
from chocolib.app.backup.parts import files_of_settings, parts
from chocolib.app.backup.place import Archive, Tell
from chocolib.app.backup.usage import usage_bytes, usage_held
from chocolib.app.jobs.health import LEAST_FREE_MB, free_mb
from chocolib.app.settings import Settings
from chocolib.app.settings import parts as between_commas
from chocolib.core.backup.manifest import NAME, STORE, File, Manifest
from chocolib.core.errors import DataError
from chocolib.core.ports import Store
from chocolib.core.time import Window, iso
from chocolib.store import members, packed, sealing
from chocolib.store.durable import settled
from chocolib.store.sqlite import SqliteStore

#: Compressed pages of a store are a third of it; half leaves room for what else there is.
_SHRINKS_TO = 0.5


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made.

    Attributes:
        lost: measurements that have fewer rows than in the backup before it, in words.
    """

    archive: Archive
    manifest: Manifest
    lost: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib backup create --json`."""
        return self.archive.to_dict() | {"path": str(self.archive.path), "lost": list(self.lost)}


def create(settings: Settings, store: Store, *, now: pd.Timestamp, tell: Tell) -> Made:
    """Back up a store and what else a home has (see `app.backup.parts`).

    It is encrypted where recipients are set. It is read again before it gets its name; what is
    encrypted for others only cannot be.

    Raises:
        SettingsError: recipients or an identity that cannot be used.
        DataError: another backup goes on, there is no room, or something cannot be read or
            written; nothing is left of it.
    """
    to = sealing.recipients(between_commas(settings.backup_recipients))
    place = shelf.folder(settings)
    before = next((one for one in shelf.archives(place) if one.good), None)
    target = place / shelf.name_of(now, encrypted=bool(to))
    with shelf.drafting(place) as draft:
        if target.exists():
            raise DataError("there is a backup of this very second", path=str(target))
        _refuse_no_room(settings, store, place)
        try:
            manifest, files = _gathered(settings, store, draft, now, tell)
            made = draft / target.name
            written = _written(made, manifest, files, to, tell)
            facts = _checked(settings, made, draft / "again", tell)
            made.rename(target)
            settled(place)
        except OSError as error:
            raise DataError(f"cannot be written ({error.strerror})", path=str(target)) from None
        facts |= {"sha256": written, "checked_at": iso(now)} | _counts(manifest)
        shelf.keep_note(target, facts)
    archive = next(one for one in shelf.archives(place) if one.path == target)
    return Made(archive, manifest, tuple(_lost(manifest, before)))


def _refuse_no_room(settings: Settings, store: Store, place: Path) -> None:
    """Room for a copy of the store, twice while it is looked through, and the archive."""
    rows = store.path.stat().st_size if isinstance(store, SqliteStore) else 0
    others = sum(path.stat().st_size for _, path in parts(settings)) + usage_bytes(settings)
    needed = (2 * rows + _SHRINKS_TO * (rows + others)) / 1e6 + LEAST_FREE_MB
    if (free := free_mb(place)) < needed:
        what = f"a backup needs {needed:.0f} MB here, {free:.0f} are free"
        raise DataError(what, path=str(place), hint="make room, or set CHOCOLIB_BACKUPS")


def _gathered(
    settings: Settings, store: Store, draft: Path, now: pd.Timestamp, tell: Tell
) -> tuple[Manifest, dict[str, Path]]:
    """The store and the files as they are now, held fast, and what the manifest says of them."""
    files = {STORE: draft / STORE}
    files[STORE].parent.mkdir()

    def copied(measurement: str, window: Window) -> None:
        tell(f"{measurement} {window.start:%Y-%m-%d}", 0.0)

    tell("store", 0.0)
    rows = snapshot(store, files[STORE], copied)
    files |= usage_held(settings, draft / "parts")
    for name, path in parts(settings):
        files[name] = draft / "parts" / name
        if not _held(path, files[name]):
            del files[name]
    manifest = Manifest(
        made_at=iso(now),
        chocolib=version("chocolib"),
        store=store.address,
        synthetic=store.synthetic,
        rows=rows,
        files=tuple(_entry(name, path) for name, path in files.items()),
        came_from={name: str(path) for name, path in files_of_settings(settings)},
    )
    return manifest, files


def _held(path: Path, target: Path) -> bool:
    """A file that stays as it is when another takes its place; False where it is gone already.

    Files of a home are replaced whole or grow at their end, so a second name is enough, and
    costs nothing. Where the backups are on another disk it is copied.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except FileNotFoundError:
        return False
    except OSError:
        shutil.copyfile(path, target)
    return True


def _entry(name: str, path: Path) -> File:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return File(name=name, size=file.tell(), sha256=digest)


def _written(
    target: Path, manifest: Manifest, files: dict[str, Path], to: Sequence[Any], tell: Tell
) -> str:
    """Write the archive and have it on the disk; returns its SHA-256."""
    with target.open("x+b") as file:
        target.chmod(0o600)
        with _sealed(file, to) as into:
            packer = packed.Packer(into)
            for name, share in _packed(packer, manifest, files):
                tell(name, share)
            packer.close()
        if not to:
            packer.sign(file)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sealed(file: BinaryIO, to: Sequence[Any]) -> AbstractContextManager[packed.Writable]:
    return sealing.sealed(file, to) if to else nullcontext(file)


def _packed(
    into: packed.Packer, manifest: Manifest, files: dict[str, Path]
) -> Iterator[tuple[str, float]]:
    """Write every member; before each its name, and which part of all is done.

    Raises:
        DataError: a file is not any more what its manifest says.
    """
    text = manifest.written()
    for _ in members.put(into, NAME, len(text), BytesIO(text)):
        yield NAME, 0.0
    done = 0
    for entry in manifest.files:
        yield entry.name, done / max(manifest.size, 1)
        digest = hashlib.sha256()
        with files[entry.name].open("rb") as file:
            for piece in members.put(into, entry.name, entry.size, file):
                digest.update(piece)
        if digest.hexdigest() != entry.sha256:
            raise DataError("it was changed in place while it was read", path=entry.name)
        done += entry.size
    members.finish(into)


def _checked(settings: Settings, made: Path, folder: Path, tell: Tell) -> dict[str, Any]:
    """Read it again; what is encrypted, and opens only elsewhere, is "sealed".

    Raises:
        DataError: it is not as it should be.
    """
    if made.suffix == ".age" and settings.backup_identity is None:
        return {"state": "sealed"}
    look(made, folder, identities(settings, made), tell, everything=False).whole  # noqa: B018
    return {"state": "verified"}


def _counts(manifest: Manifest) -> dict[str, Any]:
    return {
        "rows": {name: one.rows for name, one in manifest.rows.items()},
        "files": len(manifest.files),
    }


def _lost(manifest: Manifest, before: Archive | None) -> Iterator[str]:
    """What had more rows in the backup before, of what describes the world."""
    known: dict[str, int] = before.facts.get("rows", {}) if before else {}
    for name, rows in known.items():
        now = manifest.rows[name].rows if name in manifest.rows else 0
        if now < rows:
            yield f"{name}: {now} rows, {rows} in the backup before"
