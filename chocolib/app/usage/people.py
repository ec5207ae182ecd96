"""Pseudonyms: made of a secret key, and put back into names for admins.

The key lies with the register in `usage-people.sqlite`, which is in no backup. When it is
`KEY_DAYS` old, everything that is kept gets pseudonyms of a new key and the old key is deleted: the
numbers of weeks stay exact, but nothing kept elsewhere (a backup, a copy) can be linked any more.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from chocolib.core.usage import KEY_DAYS
from chocolib.store.usage import kept
from chocolib.store.usage import people as register
from chocolib.store.usage.file import PEOPLE_FILE, UsageFile
from chocolib.store.usage.people import Key

#: So many people and addresses are remembered; a flood of invented ones finds no more room.
MOST_PEOPLE = 5_000
_KEY_BYTES = 32
_DIGITS = 16
_LONGEST_NAME = 100


def pseudonym(key: bytes, subject: str) -> str:
    """The first 16 hexadecimal digits of HMAC-SHA256(key, subject), RFC 2104."""
    return hmac.new(key, subject.encode(errors="replace"), hashlib.sha256).hexdigest()[:_DIGITS]


def visitors_of(
    people: UsageFile, subjects: Mapping[str, str], now: pd.Timestamp
) -> dict[str, str]:
    """The pseudonym of each subject, whom the register then knows; the first call makes the key.

    Call it inside the transaction in which the views are written: so none is written under a key
    that is being replaced.

    Args:
        subjects: "login:..." or "address:...", with the name that admins read ("" not known).
        now: UTC; when they were seen.

    Raises:
        DataError: the file cannot be read or written.
    """
    with people.writing():
        key = _key(people, now)
        found = {subject: pseudonym(key.secret, subject) for subject in subjects}
        named = [(found[one], one, _shown(name)) for one, name in subjects.items()]
        register.register(people, named, now, most=MOST_PEOPLE)
    return found


def names_of(home: Path, visitors: Collection[str]) -> dict[str, str]:
    """The name of each visitor that the register knows; whoever has none goes by their address.

    Raises:
        DataError: the file is there and cannot be read.
    """
    if not (home / PEOPLE_FILE).exists():
        return {}
    wanted = set(visitors)
    with UsageFile.people(home) as people:
        newest = register.keys(people)[:1]
        named = {
            visitor: entry.name or _shown(entry.subject.partition(":")[2])
            for entry in register.entries(people)
            for visitor in (
                entry.visitor,
                *(pseudonym(key.secret, entry.subject) for key in newest),
            )
        }
    return {visitor: name for visitor, name in named.items() if visitor in wanted}


def key_since(home: Path) -> pd.Timestamp | None:
    """Since when the key is in use, UTC; None where there is none yet."""
    if not (home / PEOPLE_FILE).exists():
        return None
    with UsageFile.people(home) as people:
        found = register.keys(people)
    return found[0].since if found else None


def is_old(key: Key, now: pd.Timestamp) -> bool:
    """Whether a key has been in use for `KEY_DAYS`."""
    return now - key.since >= pd.Timedelta(days=KEY_DAYS)


def rotate(usage: UsageFile, people: UsageFile, now: pd.Timestamp) -> int:
    """Give everything that is kept pseudonyms of a new key, and delete the old one.

    Two files change, so it goes in three steps, each whole or not at all; whatever is cut off, the
    next call (or `finish`) goes on:

    1. the new key is written down beside the old one: from now on it counts;
    2. all views get their new pseudonyms in one transaction;
    3. the register gets them, and the old key is deleted, in one transaction.

    Returns:
        How many visitors have views.
    """
    with people.writing():
        if len(register.keys(people)) == 1:
            register.add_key(people, secrets.token_bytes(_KEY_BYTES), now)
    return finish(usage, people)


def finish(usage: UsageFile, people: UsageFile) -> int:
    """The steps of `rotate` that are left, if any; how many visitors have views."""
    if len(register.keys(people)) < 2:
        return 0
    with usage.writing():
        key, *_ = register.keys(people)
        known = register.entries(people)
        new = {entry.visitor: pseudonym(key.secret, entry.subject) for entry in known}
        there = kept.visitors(usage)
        done = set(new.values())
        kept.rename(usage, {old: new.get(old) or _nobody() for old in there if old not in done})
    with people.writing():
        subjects = [entry.subject for entry in register.entries(people)]
        register.rename(people, [(pseudonym(key.secret, one), one) for one in subjects])
        register.delete_keys_before(people, key)
    usage.overwrite()
    people.overwrite()
    return len(there)


def _key(people: UsageFile, now: pd.Timestamp) -> Key:
    """The key that counts, made when there is none."""
    if not register.keys(people):
        register.add_key(people, secrets.token_bytes(_KEY_BYTES), now)
    return register.keys(people)[0]


def _shown(name: str) -> str:
    """A name without what a terminal or a page would obey, and not without end."""
    some = name[:_LONGEST_NAME]
    if some.isprintable():
        return some
    return "".join(one if one.isprintable() else "?" for one in some)


def _nobody() -> str:
    """A pseudonym of somebody whom the register does not know: nothing leads back."""
    return secrets.token_hex(_DIGITS // 2)
