"""Which logins came from which address on which day, for two days: so that one cannot be many."""

from __future__ import annotations

from collections.abc import Iterable

from chocolib.store.usage.file import UsageFile

#: day of Madrid ("2026-11-22"), address, login
LoginRow = tuple[str, str, str]


def logins_of(people: UsageFile, day: str, address: str) -> set[str]:
    """The logins that came from an address on a day.

    Args:
        people: the file of people, which is in no backup.

    Raises:
        DataError: the file cannot be read.
    """
    found = people.rows("select login from logins where day = ? and address = ?", (day, address))
    return {str(login) for (login,) in found}


def add_logins(people: UsageFile, rows: Iterable[LoginRow]) -> None:
    """Remember logins.

    Raises:
        DataError: the file cannot be written.
    """
    people.each("insert or ignore into logins(day, address, login) values(?, ?, ?)", list(rows))


def forget_address(people: UsageFile, address: str) -> int:
    """Forget which logins came from an address; how many.

    Raises:
        DataError: the file cannot be written.
    """
    return people.do("delete from logins where address = ?", (address,))


def forget_logins(people: UsageFile, *, before: str = "", login: str = "") -> int:
    """Forget those of days before one, or those of a person; how many.

    Raises:
        DataError: the file cannot be written.
    """
    return people.do("delete from logins where day < ? or login = ?", (before, login))
