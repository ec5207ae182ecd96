"""What of a home is in a backup, besides the store and the views (`usage.py` beside this).

Named one by one: keys, logs, kept answers and whatever else lies in a home stay out. The key of
the models' seals goes along (see `store.shelf`): without it no version would be accepted again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chocolib.app.jobs.place import Place
from chocolib.app.settings import Settings

#: Folders of the home that are taken whole.
FOLDERS = ("models", "reports", "notebooks", "notices")
#: In the home or a backup, by the setting that names such a file.
SETTINGS = {
    "CHOCOLIB_FACTORY": "settings/factory.toml",
    "CHOCOLIB_SCHEDULE": "settings/schedule.toml",
}


def parts(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Files by their names in a backup: plain ones, neither drafts nor locks nor links."""
    for name in FOLDERS:
        place = settings.home / name
        for path in sorted(place.rglob("*")):
            inside = path.relative_to(place)
            hidden = any(part.startswith(".") for part in inside.parts)
            if not hidden and path.suffix != ".lock" and _is_plain(path):
                yield f"{name}/{inside.as_posix()}", path
    state = Place.of(settings).state
    if _is_plain(state):
        yield "jobs/state.json", state
    yield from files_of_settings(settings)


def files_of_settings(settings: Settings) -> Iterator[tuple[str, Path]]:
    """The factory and the schedule, where they are files of the factory's own."""
    for path, name in zip((settings.factory, settings.schedule), SETTINGS.values(), strict=True):
        if path is not None and path.is_file():
            yield name, path


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
