"""Use case: let go of the backups that newer ones make superfluous."""

from __future__ import annotations

from chocolib.app.backup import place as shelf
from chocolib.app.backup.place import Archive
from chocolib.app.settings import Settings
from chocolib.core.backup.retention import kept


def superfluous(settings: Settings) -> list[Archive]:
    """What `prune` would delete, the newest first.

    Faulty ones count for no day, and go too. Where no backup is known to be good, all stay.
    """
    there = shelf.archives(shelf.folder(settings))
    good = [one.made_at for one in there if one.good]
    if not good:
        return []
    sound = [one.made_at for one in there if one.state != "faulty"]
    stays = kept(sound, shelf.retention(settings)) | {max(good)}
    return [one for one in there if one.state == "faulty" or one.made_at not in stays]


def prune(settings: Settings) -> list[Archive]:
    """Delete them; returns them.

    Raises:
        DataError: another backup or drill goes on, or one cannot be deleted.
    """
    with shelf.alone(shelf.folder(settings)):
        gone = superfluous(settings)
        for archive in gone:
            shelf.drop(archive)
    return gone
