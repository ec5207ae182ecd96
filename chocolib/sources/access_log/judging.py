"""What a line of the log counts as, and who is behind it, by the values that are in it."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from chocolib.core.traffic import Asked, Judges, What
from chocolib.core.usage import Kind

_LOGIN = re.compile(r"[!-~]{1,200}", re.ASCII)
#: What nginx writes for a login that is none of ASCII: somebody, but nobody can say who.
_UNKNOWN = "<not ASCII>"
_VIEWS = frozenset({"page", "report", "card", "stay", "refresh"})
#: Turned away at once, or open as long as a page is: their times say nothing of ours.
_UNTIMED = frozenset({"refused", "live"})
#: Who asks by itself, in the words of the log.
_SCRIPT = "script"
#: nginx's own status of a client that did not wait for the answer.
_GONE = 499


class Reader(NamedTuple):
    """Who asked: login ("" none), IP address, kind of device ("" for a program)."""

    login: str
    address: str
    device: str


class Shown(NamedTuple):
    """What was before a reader: `card` is "" for a page as a whole, `seconds` are of a stay."""

    kind: str
    page: str
    card: str
    seconds: int


class Verdict(NamedTuple):
    """What a line counts as, the name its time goes under ("" none), what it brought to view."""

    what: What
    path: str
    shown: tuple[Shown, ...]


def verdict(judges: Judges, method: str, path: str, status: int, by: str) -> Verdict | None:
    """The verdict on a line; `None`: there is no such status."""
    if not 100 <= status <= 599:
        return None
    asked = judges.asked(path)
    if asked.kind == "page" and by == _SCRIPT:  # an open page takes up what is new
        asked = Asked("refresh", path=asked.path)
    what = _what(asked.kind, status, method)
    timed = what not in _UNTIMED and status != _GONE
    shown = (Shown(asked.kind, asked.page, card, asked.seconds) for card in asked.cards or ("",))
    return Verdict(what, asked.path if timed else "", tuple(shown if what in _VIEWS else ()))


def _what(kind: Kind, status: int, method: str) -> What:
    """What a line counts as: only a GET that was answered is what it asked for.

    What a browser had already (304) is before the reader all the same.
    """
    if status >= 400:
        return "failed" if status >= 500 else "other" if status == _GONE else "refused"
    served = 200 <= status < 300 or status == 304
    return "other" if kind in _VIEWS and not (served and method == "GET") else kind


def reader(judges: Judges, login: str, address: str, agent: str) -> Reader | None:
    """Who asked; `None`: no login or address looks like that."""
    known = "" if login == _UNKNOWN else login
    if known and not _LOGIN.fullmatch(known):
        return None
    place = _address(address)
    return Reader(known, place, judges.device(agent)) if place else None


def _address(text: str) -> str:
    """An IP address as it is usually written; "unix" for a socket; "" for anything else."""
    if text == "unix:":
        return "unix"
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
