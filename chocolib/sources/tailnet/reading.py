"""Tailscale's answers as facts. Pure; fields that are new are ignored, names are cleaned.

The documents are `ipnstate.Status` and `apitype.WhoIsResponse` of Tailscale's source, whose help
says that the former's form may change.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any

import pandas as pd

from chocolib.core.errors import SourceChanged
from chocolib.core.tailnet import TAGGED, Tailnet, TailnetDevice, TailnetUser, Way

SOURCE = "tailscale"
_LONGEST = 128
_MOST_BYTES = 2**63
#: Go's time of nothing is in the year 1.
_FIRST = pd.Timestamp("2000-01-01T00:00Z")

Item = Mapping[str, Any]


def read_status(answer: bytes, *, at: pd.Timestamp) -> Tailnet:
    """The Tailnet from `tailscale status --json`.

    Args:
        at: when it was asked, UTC.

    Raises:
        SourceChanged: it is not as documented.
    """
    item = _document(answer)
    state = item.get("BackendState")
    if not isinstance(state, str):
        raise SourceChanged("the status has no BackendState", source=SOURCE)
    users = dict(_users(_map(item, "User")))
    own = [_device(one, users, own=True) for one in (_map(item, "Self"),) if one]
    peers = [_device(one, users) for one in _map(item, "Peer").values() if isinstance(one, dict)]
    owners = {device.login for device in (*own, *peers)}
    return Tailnet(
        at=at,
        state=clean(state),
        name=_text(_map(item, "CurrentTailnet"), "Name"),
        users=tuple(
            sorted((u for u in users.values() if u.login in owners), key=lambda u: u.login)
        ),
        devices=(*own, *sorted(peers, key=lambda device: (device.name, device.addresses))),
    )


def read_whois(answer: bytes) -> str:
    """The login behind an address from `tailscale whois --json`; "" of a device that is nobody's.

    Raises:
        SourceChanged: it is not as documented.
    """
    item = _document(answer)
    profile = item.get("UserProfile")
    if not isinstance(profile, dict) or not isinstance(item.get("Node"), dict):
        raise SourceChanged("whois names no node and user", source=SOURCE)
    return "" if _texts(item["Node"], "Tags") else _login(profile)


def clean(text: str) -> str:
    """A name that came from outside: one line, without signs that are not seen, not too long."""
    seen = (" " if unicodedata.category(one)[0] in "CZ" else one for one in text)
    return " ".join("".join(seen).split())[:_LONGEST]


def _document(answer: bytes) -> Item:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        raise SourceChanged("the answer is no JSON", source=SOURCE) from None
    if not isinstance(found, dict):
        raise SourceChanged("the answer is no JSON object", source=SOURCE)
    return found


def _users(items: Item) -> Iterator[tuple[str, TailnetUser]]:
    for number, item in items.items():
        if isinstance(item, dict) and (login := _login(item)):
            yield number, TailnetUser(login, _text(item, "DisplayName"))


def _login(profile: Item) -> str:
    login = _text(profile, "LoginName")
    return "" if login == TAGGED else login


def _device(item: Item, users: Mapping[str, TailnetUser], *, own: bool = False) -> TailnetDevice:
    tags = _texts(item, "Tags")
    owner = None if tags else users.get(str(item.get("UserID")))
    online = item.get("Online") is True
    way = _way(item, own=own)
    return TailnetDevice(
        name=_text(item, "DNSName").partition(".")[0] or _text(item, "HostName"),
        login=owner.login if owner else "",
        system=_text(item, "OS"),
        tags=tags,
        addresses=tuple(filter(_is_address, _texts(item, "TailscaleIPs"))),
        online=online,
        last_seen=None if online else _time(item, "LastSeen"),
        way=way,
        region=_text(item, "Relay") if way == "relay" else "",
        received=_bytes(item, "RxBytes"),
        sent=_bytes(item, "TxBytes"),
        own=own,
    )


def _way(item: Item, *, own: bool) -> Way:
    """As `tailscale status` tells it; every device has a relay, which counts when it is used."""
    if own:
        return ""
    if _text(item, "CurAddr"):
        return "direct"
    if _text(item, "PeerRelay"):
        return "peer"
    return "relay" if _text(item, "Relay") and item.get("Active") is True else ""


def _map(item: Item, name: str) -> Item:
    """An object in an object; null, as Go writes an empty one, is empty.

    Raises:
        SourceChanged: it is something else.
    """
    found = item.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise SourceChanged(f"{name} is no JSON object", source=SOURCE)
    return found


def _text(item: Item, name: str) -> str:
    found = item.get(name)
    return clean(found) if isinstance(found, str) else ""


def _texts(item: Item, name: str) -> tuple[str, ...]:
    found = item.get(name)
    if not isinstance(found, list):
        return ()
    return tuple(clean(one) for one in found if isinstance(one, str))


def _bytes(item: Item, name: str) -> int | None:
    found = item.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        return None
    return found if 0 <= found < _MOST_BYTES else None


def _time(item: Item, name: str) -> pd.Timestamp | None:
    found = item.get(name)
    try:
        moment = pd.Timestamp(found) if isinstance(found, str) else None
    except (ValueError, OverflowError):
        return None
    if moment is None or moment.tzinfo is None or moment < _FIRST:
        return None
    return moment.tz_convert("UTC").floor("s")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
