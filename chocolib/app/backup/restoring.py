"""Use case: a home as a backup has it: unpacked beside, proven, put in place in one step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.app.backup.bucket import fill_bucket, refuse_strangers
from chocolib.app.backup.looking import identities, look
from chocolib.app.backup.parts import SETTINGS
from chocolib.app.backup.place import Tell
from chocolib.app.backup.place import folder as place_of_backups
from chocolib.app.backup.usage import usage_as_home
from chocolib.app.context import REAL_STORE
from chocolib.app.jobs.place import Place
from chocolib.app.settings import Settings
from chocolib.app.stores import is_bucket
from chocolib.core.backup.manifest import STORE, Manifest
from chocolib.core.errors import DataError, SettingsError
from chocolib.store.durable import settled
from chocolib.store.exchange import exchange
from chocolib.store.locks import locked

#: What a home may have and count as empty, the backups apart. It is in the restored one, too.
LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Restored:
    """A home that was put back.

    Attributes:
        aside: where the home of before is now; None where it had nothing.
        settings: variables that named a file, and the file as it was put back.
    """

    home: Path
    manifest: Manifest
    aside: Path | None
    settings: dict[str, Path]

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib backup restore --json`."""
        return {
            "home": str(self.home),
            "made_at": self.manifest.made_at,
            "rows": {name: one.rows for name, one in self.manifest.rows.items()},
            "files": len(self.manifest.files),
            "aside": str(self.aside) if self.aside else None,
            "settings": {name: str(path) for name, path in self.settings.items()},
        }


def restore(
    settings: Settings,
    archive: Path,
    *,
    into: Path | None,
    replace: bool,
    now: pd.Timestamp,
    tell: Tell,
) -> Restored:
    """Put a backup back; until all of it is proven, nothing of the home is touched.

    Where the store of the settings is a bucket, the rows go there, unless `into` is given.

    Args:
        into: a home other than that of the settings.
        replace: let a home that has something give way; it is kept aside.

    Raises:
        SettingsError: the place cannot be one, or the backup is encrypted for others.
        DataError: the home is in use or not empty, or anything in the backup is wrong.
    """
    home = (into or settings.home).expanduser().absolute()
    to_bucket = into is None and is_bucket(settings)
    _refuse_place(settings, home, into)
    by = identities(settings, archive)
    with _drafting(home) as draft, _no_worker(home):
        stays = _stays(settings, home)
        held = _refuse_data(home, stays, replace=replace)
        new = draft / "new"
        manifest = look(archive, new, by, tell, everything=True).whole
        as_home(new)
        if to_bucket:
            refuse_strangers(settings, new / REAL_STORE)
            fill_bucket(settings, new / REAL_STORE, manifest, tell)
            (new / REAL_STORE).unlink()
        aside = home.with_name(f"{home.name}.before-{now:%Y%m%dT%H%M%SZ}")
        _put(new, home, aside, stays)
    if home.exists() and aside.exists() and not held:
        shutil.rmtree(aside)
    named = {name: home / file for name, file in SETTINGS.items() if (home / file).exists()}
    return Restored(home, manifest, aside if held else None, named)


def as_home(folder: Path) -> None:
    """Put the store and the views of usage where a home has them."""
    (folder / STORE).rename(folder / REAL_STORE)
    (folder / STORE).parent.rmdir()
    usage_as_home(folder)


def _refuse_place(settings: Settings, home: Path, into: Path | None) -> None:
    if home.is_symlink() or os.path.ismount(home):
        raise SettingsError(
            f"{home} is a mount or a link, which cannot change its place in one step",
            hint="restore --into a folder on the same disk, and let the mount name that",
        )
    elsewhere = settings.store_url is not None and not is_bucket(settings)
    if elsewhere and into is None:
        raise SettingsError(
            "CHOCOLIB_STORE_URL names a file; a restore makes a whole home",
            hint=f"restore --into a folder, then let it name {REAL_STORE} there",
        )


def _stays(settings: Settings, home: Path) -> tuple[str, ...]:
    """What the home of before and the restored one share: logs, and the backups if in the home."""
    backups = place_of_backups(settings)
    inside = backups.relative_to(home).parts[:1] if backups.is_relative_to(home) else ()
    return (LOGS, *inside)


def _refuse_data(home: Path, stays: tuple[str, ...], *, replace: bool) -> bool:
    """Whether the home has something that has to give way.

    Raises:
        DataError: it has, and may not.
    """
    there = sorted({path.name for path in home.iterdir()} - set(stays)) if home.exists() else []
    if there and not replace:
        raise DataError(
            f"the home is not empty: {', '.join(there[:5])}",
            path=str(home),
            hint="--replace keeps it aside, --into FOLDER restores beside it",
        )
    return bool(there)


@contextmanager
def _no_worker(home: Path) -> Iterator[None]:
    """Keep a worker from beginning in the home meanwhile.

    Raises:
        DataError: one is running.
    """
    place = Place(home / "jobs")
    if not (place.folder / "worker.lock").exists():
        yield
        return
    held = place.worker_lock()
    if held is None:
        pid = place.holder().get("pid")
        what = f"a worker is running in this home (process {pid})"
        raise DataError(what, path=str(home), hint="end it first, and the dashboards too")
    with held:
        yield


@contextmanager
def _drafting(home: Path) -> Iterator[Path]:
    """A folder beside the home for this process alone; what a killed one left there goes."""
    draft = home.with_name(f".{home.name}.restoring")
    with locked(draft / ".lock", patience_s=0, busy="another restore is going on"):
        try:
            for left in draft.iterdir():
                if left.is_dir():
                    shutil.rmtree(left)
            yield draft
        except OSError as error:
            raise DataError(f"cannot be written ({error.strerror})", path=str(draft)) from None
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _put(new: Path, home: Path, aside: Path, stays: tuple[str, ...]) -> None:
    """The new home in its place, and the old one aside: one step, everything on the disk before.

    The new one waits under the old one's future name. So whenever this is cut off, each folder
    is either where it was or where it belongs.
    """
    for name in stays:
        if (home / name).is_dir():
            shutil.copytree(home / name, new / name, copy_function=_linked, dirs_exist_ok=True)
    for path in new.rglob("*"):
        if path.is_file() and path.relative_to(new).parts[0] not in stays:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    if home.exists():
        new.rename(aside)
        exchange(home, aside)
    else:
        new.rename(home)
    settled(home.parent)


def _linked(source: str, target: str) -> None:
    """A second name for a file, or a copy where there is no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
