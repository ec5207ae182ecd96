"""Who stands behind a line of the log: a login, or the address where none is to be believed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pandas as pd

from chocolib.core.time import local
from chocolib.core.usage import LOGINS_OF_ADDRESS
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.logins import LoginRow, add_logins, logins_of

#: The login behind an address of the Tailnet; `None`: nobody knows one.
Who = Callable[[str], str | None]


@dataclass(slots=True)
class Subjects:
    """Finds the subject of login and address; what it found is remembered in the file of people.

    Attributes:
        crowded: addresses and days with more logins than one address may stand for.
    """

    people: UsageFile
    who: Who | None = None
    crowded: set[tuple[str, str]] = field(default_factory=set)
    _logins: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _whose: dict[str, str] = field(default_factory=dict)

    def of(self, rows: Iterable[LoginRow]) -> dict[LoginRow, str]:
        """The subject ("login:..." or "address:...") of each day, address and login.

        The first `LOGINS_OF_ADDRESS` logins of an address on a day are believed; whoever comes
        after them is the address.

        Args:
            rows: in the order of the log; login "": none was told.

        Raises:
            DataError: the file of people cannot be used.
        """
        new: list[LoginRow] = []
        found = {row: self._subject(row, new) for row in rows}
        if new:
            with self.people.writing():
                add_logins(self.people, new)
        return found

    def _subject(self, row: LoginRow, new: list[LoginRow]) -> str:
        _, address, login = row
        if login and self._believes(row, new):
            return f"login:{login}"
        if self.who and address not in self._whose:
            self._whose[address] = self.who(address) or ""
        known = "" if login else self._whose.get(address, "")
        return f"login:{known}" if known else f"address:{address}"

    def _believes(self, row: LoginRow, new: list[LoginRow]) -> bool:
        day, address, login = row
        place = day, address
        if place not in self._logins:
            self._logins[place] = logins_of(self.people, day, address)
        believed = self._logins[place]
        if login in believed:
            return True
        if len(believed) >= LOGINS_OF_ADDRESS:
            self.crowded.add(place)
            return False
        believed.add(login)
        new.append(row)
        return True


def day_of(second: int) -> str:
    """The day of Madrid ("2026-11-22") of seconds since 1970 UTC."""
    return f"{local(pd.Timestamp(second, unit='s', tz='UTC')):%Y-%m-%d}"
