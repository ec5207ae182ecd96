"""The file of usage in a backup: of one moment, and without who is behind its pseudonyms.

`usage-people.sqlite`, which has the key and the names, is in none: what is forgotten or
re-keyed cannot be linked by an old backup.
"""

from __future__ import annotations

from pathlib import Path

from chocolib.app.settings import Settings
from chocolib.store.usage.file import USAGE_FILE, UsageFile

#: Its name in a backup.
NAME = f"usage/{USAGE_FILE}"


def usage_held(settings: Settings, folder: Path) -> dict[str, Path]:
    """A copy by SQLite itself, by its name in the backup; nothing where nothing is kept.

    Raises:
        DataError: it cannot be read or written.
    """
    if not (settings.home / USAGE_FILE).is_file():
        return {}
    target = folder / NAME
    target.parent.mkdir(parents=True)
    with UsageFile.usage(settings.home) as file:
        file.back_up(target)
    return {NAME: target}


def usage_bytes(settings: Settings) -> int:
    """About how much room it needs, bytes."""
    path = settings.home / USAGE_FILE
    return path.stat().st_size if path.is_file() else 0


def usage_as_home(folder: Path) -> None:
    """Put it where a home has it, after it was unpacked there; backups of before have none."""
    if (folder / NAME).exists():
        (folder / NAME).rename(folder / USAGE_FILE)
        (folder / NAME).parent.rmdir()
