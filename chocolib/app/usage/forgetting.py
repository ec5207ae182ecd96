"""Use case: let a person be forgotten."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from chocolib.app.settings import Settings
from chocolib.app.usage.people import pseudonym
from chocolib.core.errors import SettingsError
from chocolib.core.usage import KEY_DAYS
from chocolib.store.usage import kept
from chocolib.store.usage import people as register
from chocolib.store.usage.file import PEOPLE_FILE, USAGE_FILE, UsageFile
from chocolib.store.usage.logins import forget_address, forget_logins

#: The web server keeps its lines so long (deploy/nginx/logrotate.conf).
LOG_DAYS = 30
_PSEUDONYM = re.compile(r"[0-9a-f]{16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted of somebody; nothing where it had been forgotten before.

    Attributes:
        views: rows of views.
        entries: of the register.
    """

    views: int
    entries: int

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib usage forget --json`."""
        return asdict(self)


def forget(settings: Settings, who: str) -> Forgotten:
    """Delete every view of somebody, and their entry in the register, for good.

    Views go first: cut off in between, the same call again does the rest.

    Args:
        who: a login in capitals or not, an address, or a pseudonym of 16 hexadecimal digits.

    Raises:
        SettingsError: it is nobody.
        DataError: a file of usage cannot be read or written.
    """
    if not who.strip():
        raise SettingsError("nobody is named", hint="give a login, an address or a pseudonym")
    subjects, visitors = _known_as(settings, who.strip())
    views = _delete_views(settings, visitors)
    entries = 0
    if (settings.home / PEOPLE_FILE).exists():
        with UsageFile.people(settings.home) as people:
            entries = _strike(people, subjects)
    return Forgotten(views, entries)


def left_elsewhere(settings: Settings) -> list[str]:
    """What `forget` cannot reach, and until when it is there, in sentences."""
    months = settings.backup_monthly
    return [
        f"The web server's own log still has their lines, for up to {LOG_DAYS} days; they are not "
        "counted again.",
        "Backups made before keep their views under pseudonyms until they are pruned (chocolib "
        f"backup prune; the oldest that stays is about {months} months old); when the key has "
        f"changed, at most {KEY_DAYS} days from now, nothing leads from them to a person.",
    ]


def _known_as(settings: Settings, who: str) -> tuple[set[str], set[str]]:
    """Subjects, and every pseudonym that they may have views under, also while keys change."""
    subjects = {f"login:{who}", f"address:{who}"}
    visitors = {who} if _PSEUDONYM.fullmatch(who) else set()
    if not (settings.home / PEOPLE_FILE).exists():
        return subjects, visitors
    with UsageFile.people(settings.home) as people:
        entries, keys = register.entries(people), register.keys(people)
    alike = {one.casefold() for one in subjects}
    subjects |= {
        one.subject for one in entries if one.visitor in visitors or one.subject.casefold() in alike
    }
    visitors |= {one.visitor for one in entries if one.subject in subjects}
    visitors |= {pseudonym(key.secret, one) for key in keys for one in subjects}
    return subjects, visitors


def _delete_views(settings: Settings, visitors: set[str]) -> int:
    if not (settings.home / USAGE_FILE).exists():
        return 0
    with UsageFile.usage(settings.home) as usage:
        with usage.writing():
            views = sum(kept.delete_of(usage, one) for one in visitors)
        usage.overwrite()
    return views


def _strike(people: UsageFile, subjects: set[str]) -> int:
    with people.writing():
        entries = sum(register.delete(people, one) for one in subjects)
        for _, _, name in (one.partition(":") for one in subjects):
            forget_logins(people, login=name)
            forget_address(people, name)
    people.overwrite()
    return entries
