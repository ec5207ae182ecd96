"""The Tailnet as it was last known: asked now and then, kept with its age, used for names.

It is kept in `tailnet.json` of the home, for its owner alone and in no backup: it names people.
Without Tailscale everything still works, by address.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from chocolib.app.settings import Settings
from chocolib.core.errors import ChocolibError, SettingsError, SourceChanged, SourceError
from chocolib.core.tailnet import Tailnet, of_tailnet
from chocolib.core.time import DAY
from chocolib.sources.tailnet.asking import Asks, find
from chocolib.sources.tailnet.reading import read_status, read_whois
from chocolib.store.durable import replace

#: Older than that, what was known of the Tailnet says nothing of whose an address is.
OLD = DAY
#: So many addresses that the status has not are asked for one by one; a flood of them is not.
MOST_ASKED = 50


@dataclass(frozen=True, slots=True)
class Found:
    """What asking came to.

    Attributes:
        tailnet: as it is now; else as it was last known; `None`: it never was, or it is off.
        trouble: what is wrong, by its name in the catalogue (`usage.trouble.` before it); "" when
            all is well, or no Tailscale is there.
        said: what is wrong, in a sentence.
        detail: the state of a Tailscale that is not running.
    """

    tailnet: Tailnet | None
    trouble: str = ""
    said: str = ""
    detail: str = ""


def refresh(settings: Settings, *, now: pd.Timestamp) -> Found:
    """Ask Tailscale, and keep what it says; never raises for what it says.

    Raises:
        DataError: it cannot be kept.
    """
    try:
        asks = find(settings.tailscale)
        found = None if asks is None else read_status(asks.status(), at=now)
    except SettingsError as error:
        return Found(known(settings), "tailnet_missing", error.message)
    except SourceError as error:
        changed = isinstance(error, SourceChanged)
        kind = "tailnet_changed" if changed else "tailnet_silent"
        return Found(known(settings), kind, error.message)
    if found is None:
        return Found(None)
    if not found.running:
        said = f"this machine is not in the Tailnet: {found.state}"
        return Found(known(settings), "tailnet_out", said, found.state)
    text = json.dumps(found.to_dict(), ensure_ascii=False, indent=1)
    replace(_path(settings), text.encode(), private=True)
    return Found(found)


def known(settings: Settings) -> Tailnet | None:
    """The Tailnet as it was last known; its `at` says when. None: it never was."""
    try:
        return Tailnet.from_dict(json.loads(_path(settings).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def who_of(settings: Settings, *, now: pd.Timestamp) -> Callable[[str], str | None]:
    """Who is behind an address: a function that remembers what it was told, and asks seldom.

    It gives the login of an address of the Tailnet; None of any other, of a device that is
    nobody's, and where Tailscale does not say. It never raises.
    """
    kept = known(settings)
    logins: dict[str, str] = {}
    if kept is not None and abs(now - kept.at) < OLD:
        logins = kept.logins()
    asked = _Asked(settings)

    def who(address: str) -> str | None:
        if not of_tailnet(address):
            return None
        if address not in logins:
            logins[address] = asked.login(address)
        return logins[address] or None

    return who


@dataclass(slots=True)
class _Asked:
    """Addresses asked for one by one, until there were enough or one was not answered."""

    settings: Settings
    left: int = MOST_ASKED
    asks: Asks | None = None

    def login(self, address: str) -> str:
        if not self.left:
            return ""
        self.left -= 1
        try:
            self.asks = self.asks or find(self.settings.tailscale)
            answer = None if self.asks is None else self.asks.whois(address)
            return "" if answer is None else read_whois(answer)
        except ChocolibError:
            self.left = 0  # the refresh tells why
            return ""


def _path(settings: Settings) -> Path:
    return settings.home / "tailnet.json"
