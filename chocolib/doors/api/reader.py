"""Who asks, and in which language: what the gate found out of a request."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from chocolib.core.i18n import Lang
from chocolib.core.roles import Role
from chocolib.doors.languages import accepted

#: Where the gate leaves the reader, in the scope of the request.
KEY = "chocolib.reader"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks.

    Attributes:
        name: the login that the trusted proxy told, else the peer's address.
    """

    name: str
    role: Role


def reader_of(request: Request) -> Reader:
    """Who asks this."""
    found: Reader = request.scope[KEY]
    return found


def lang_of(request: Request) -> Lang | None:
    """The language that the request likes best, where it names one that there is."""
    return accepted(request.headers.get("Accept-Language", ""))
