"""The facts of the Tailnet: who is in it, with which devices, and how these are reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, Literal

import pandas as pd

from chocolib.core.time import iso

#: How a device is reached now: directly, through another device, through a server of Tailscale
#: (DERP); "" of this machine itself and of those that nothing was said to lately.
Way = Literal["", "direct", "peer", "relay"]
#: Addresses that Tailscale gives out; whoever has another one is not asked for.
NETWORKS = (IPv4Network("100.64.0.0/10"), IPv6Network("fd7a:115c:a1e0::/48"))
#: What Tailscale calls the owner of devices that belong to nobody.
TAGGED = "tagged-devices"


@dataclass(frozen=True, slots=True)
class TailnetUser:
    """Somebody with devices in the Tailnet."""

    login: str
    name: str


@dataclass(frozen=True, slots=True)
class TailnetDevice:
    """A device of the Tailnet.

    Attributes:
        name: its short name in the Tailnet.
        login: of its owner; "" of one with tags, which is nobody's.
        system: "android", "linux", ...; "" where it is not told.
        addresses: those that Tailscale gave it.
        last_seen: UTC; `None` while it is online, and where it is not told.
        region: of the relay, where `way` is "relay".
        received, sent: bytes between it and this machine since tailscaled began; `None`: not told.
        own: whether it is this machine.
    """

    name: str
    login: str
    system: str
    tags: tuple[str, ...]
    addresses: tuple[str, ...]
    online: bool
    last_seen: pd.Timestamp | None
    way: Way
    region: str
    received: int | None
    sent: int | None
    own: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As it stands in JSON; times as ISO UTC."""
        seen = {"last_seen": None if self.last_seen is None else iso(self.last_seen)}
        return asdict(self) | {"tags": list(self.tags), "addresses": list(self.addresses)} | seen


@dataclass(frozen=True, slots=True)
class Tailnet:
    """The Tailnet as this machine knew it at `at` (UTC).

    Attributes:
        state: of this machine's Tailscale: "Running", "NeedsLogin", "Stopped", ...
        name: of the Tailnet; "" where it is not told.
        users: by login.
        devices: this machine first, then by name.
    """

    at: pd.Timestamp
    state: str
    name: str
    users: tuple[TailnetUser, ...]
    devices: tuple[TailnetDevice, ...]

    @property
    def running(self) -> bool:
        """Whether this machine is in the Tailnet."""
        return self.state == "Running"

    def logins(self) -> dict[str, str]:
        """The login of each address, "" of devices that are nobody's."""
        return {address: one.login for one in self.devices for address in one.addresses}

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib usage tailnet --json`."""
        return {
            "at": iso(self.at),
            "state": self.state,
            "name": self.name,
            "users": [asdict(user) for user in self.users],
            "devices": [device.to_dict() for device in self.devices],
        }

    @classmethod
    def from_dict(cls, item: Mapping[str, Any]) -> Tailnet:
        """The inverse of `to_dict`.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        return cls(
            at=pd.Timestamp(item["at"]).tz_convert("UTC"),
            state=item["state"],
            name=item["name"],
            users=tuple(TailnetUser(**user) for user in item["users"]),
            devices=tuple(_device(device) for device in item["devices"]),
        )


def _device(item: Mapping[str, Any]) -> TailnetDevice:
    seen = item["last_seen"]
    changed = {
        "tags": tuple(item["tags"]),
        "addresses": tuple(item["addresses"]),
        "last_seen": None if seen is None else pd.Timestamp(seen).tz_convert("UTC"),
    }
    return TailnetDevice(**{**item, **changed})


def of_tailnet(address: str) -> bool:
    """Whether an address is one that Tailscale gives out; no address is not."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in NETWORKS)
