"""A backup read from its first byte to its last: compared, and put where it is wanted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from chocolib.app.backup.contents import differences, told
from chocolib.app.backup.place import Tell
from chocolib.app.settings import Settings
from chocolib.core.backup import manifest
from chocolib.core.backup.manifest import PRIVATE, STORE, File, Manifest
from chocolib.core.errors import DataError, SettingsError
from chocolib.store import packed, sealing
from chocolib.store.backing import damage
from chocolib.store.members import Members

#: Where a file goes to; None where it is only compared.
Where = Callable[[str], Path | None]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a backup.

    Attributes:
        manifest: None where it could not be read.
        faults: what is not as it was made, a sentence each, with the file's name.
    """

    manifest: Manifest | None
    faults: tuple[str, ...]

    @property
    def whole(self) -> Manifest:
        """The manifest of a backup without a fault.

        Raises:
            DataError: it has one.
        """
        if self.manifest is None or self.faults:
            first, *more = self.faults
            raise DataError(
                "\n  ".join(["the backup is not as it was made:", first, *more]),
                hint="take another one: chocolib backup list",
            )
        return self.manifest


def identities(settings: Settings, archive: Path) -> Sequence[Any]:
    """What opens an archive; nothing for one that is not encrypted.

    Raises:
        SettingsError: it is encrypted, and no identity is set or can be read.
    """
    if not is_encrypted(archive):
        return ()
    if settings.backup_identity is None:
        what = f"{archive.name} is encrypted, and nothing says what opens it"
        raise SettingsError(what, hint="set CHOCOLIB_BACKUP_IDENTITY to the identity's file")
    return sealing.identities(settings.backup_identity.expanduser())


def is_encrypted(archive: Path) -> bool:
    """Whether a file was encrypted by age, whatever it is called.

    Raises:
        DataError: it cannot be read.
    """
    try:
        with archive.open("rb") as file:
            return file.read(len(sealing.MAGIC)) == sealing.MAGIC
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", path=str(archive)) from None


def look(archive: Path, folder: Path, by: Sequence[Any], tell: Tell, *, everything: bool) -> Looked:
    """Read a backup, compare every file and every row; never raises for what it finds.

    Args:
        folder: an empty one; the store goes there, and all other files with `everything`.
        by: from `identities`.

    Raises:
        DataError: the folder cannot be written.
    """

    def where(name: str) -> Path | None:
        return folder / name if everything or name == STORE else None

    try:
        with archive.open("rb") as file, _opened(file, by) as stream:
            members = Members(packed.unpack(stream, vouched=bool(by)))
            found, faults = _compared(members, where, tell)
    except OSError as error:
        raise DataError(
            f"cannot be read or unpacked ({error.strerror})", path=str(archive)
        ) from None
    if found is not None and not faults:
        tell("rows", 1.0)
        faults = [f"{STORE}: {said}" for said in _store_faults(folder / STORE, found)]
    return Looked(found, tuple(faults))


def _opened(file: BinaryIO, by: Sequence[Any]) -> AbstractContextManager[packed.Readable]:
    return sealing.opened(file, by) if by else nullcontext(file)


def _compared(members: Members, where: Where, tell: Tell) -> tuple[Manifest | None, list[str]]:
    """The manifest, and what is wrong with it or the files after it."""
    found, name, faults = None, manifest.NAME, list[str]()
    try:
        found = _manifest(members)
        done = 0
        for file in found.files:
            name = file.name
            tell(name, done / max(found.size, 1))
            faults += _file_faults(members, file, where(name))
            done += file.size
        name = "after the last file"
        if members.next() is not None:
            raise DataError("there is more than the manifest names")
    except DataError as error:
        faults.append(f"{name}: {error.message}")
    return found, faults


def _manifest(members: Members) -> Manifest:
    head = members.next()
    if head is None or head[0] != manifest.NAME or head[1] > manifest.LONGEST_BYTES:
        raise DataError("it is not a backup of chocolib")
    return manifest.read(b"".join(members.content(head[1])))


def _file_faults(members: Members, file: File, target: Path | None) -> Iterator[str]:
    """Whether the next member is that file.

    Raises:
        DataError: it is another one: nothing after it can be told apart.
    """
    if members.next() != (file.name, file.size):
        raise DataError("another file stands in its place")
    digest = hashlib.sha256()
    with _created(target, private=file.name == PRIVATE) as into:
        for piece in members.content(file.size):
            digest.update(piece)
            into.write(piece)
    if digest.hexdigest() != file.sha256:
        yield f"{file.name}: not as it was written"


def _created(target: Path | None, *, private: bool) -> BinaryIO:
    """A new file, or nowhere."""
    if target is None:
        return Path(os.devnull).open("wb")
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o600 if private else 0o666
    return os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb")


def _store_faults(file: Path, wanted: Manifest) -> Iterator[str]:
    try:
        said = damage(file)
        if said:
            yield said
        else:
            yield from differences(wanted.rows, told(file, synthetic=wanted.synthetic))
    except DataError as error:
        yield error.message
