"""Keys of the SOPS file for programs that read files only: put where no disk is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from chocolib.app.secrets.sops import secrets_of
from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError

#: File systems that are memory, by what /proc/mounts calls them.
MEMORY = frozenset({"tmpfs", "ramfs"})
_MOUNTS = Path("/proc/mounts")


def unlock(settings: Settings, folder: Path, wanted: Sequence[str]) -> tuple[str, ...]:
    """Write keys into files of their own, one line without an end; the files, in order.

    The folder is for its owner only. The files in it may be read by all: a container is given
    one file, and runs as a user of its own.

    Args:
        folder: in memory; made if need be.
        wanted: names of the SOPS file, or NAME=PATH with a path inside the folder.

    Raises:
        SettingsError: no SOPS file is set, it lacks a key, or the folder is on a disk.
        DataError: the SOPS file is damaged.
    """
    if not settings.secrets_file or not settings.secrets_identity:
        what = "CHOCOLIB_SECRETS_FILE and CHOCOLIB_SECRETS_IDENTITY are not both set"
        raise SettingsError(what, hint="docs/secrets.md tells how they come to be")
    files = dict(_file(one) for one in wanted)
    known = secrets_of(settings.secrets_file, settings.secrets_identity)
    missing = [name for name in files if not known.get(name)]
    if missing:
        what = f"{settings.secrets_file} has no {', '.join(missing)}"
        raise SettingsError(what, hint="sops edit adds it")
    _in_memory(folder)
    for name, path in files.items():
        _write(folder / path, known[name])
    return tuple(str(folder / path) for path in files.values())


def kind_of(folder: Path, mounts: Iterable[str]) -> str:
    """The file system a folder is on.

    Args:
        folder: absolute.
        mounts: lines of /proc/mounts.
    """
    found, kind = -1, ""
    for _, place, is_of, *_ in (line.split() for line in mounts):
        if folder.is_relative_to(place) and len(place) >= found:
            found, kind = len(place), is_of
    return kind


def _in_memory(folder: Path) -> None:
    """Make the folder, and make sure that it is neither on a disk nor for everyone."""
    try:
        kind = kind_of(folder.absolute().resolve(), _MOUNTS.read_text().splitlines())
        if kind not in MEMORY:
            what = f"{folder} is on a disk ({kind}), which keys are not written to"
            raise SettingsError(what, hint="use a folder in /run or /dev/shm")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise SettingsError(f"{folder} cannot be used: {error.strerror}") from None


def _file(wanted: str) -> tuple[str, PurePosixPath]:
    name, _, path = wanted.partition("=")
    inside = PurePosixPath(path or name)
    if not name or inside.is_absolute() or ".." in inside.parts:
        raise SettingsError(f"{wanted}: NAME, or NAME=PATH with a path inside the folder")
    return name, inside


def _write(path: Path, key: str) -> None:
    """Replace a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_text(key, encoding="utf-8")
    new.chmod(0o444)
    os.replace(new, path)
