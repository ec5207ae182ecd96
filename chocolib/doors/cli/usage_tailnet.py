"""`chocolib usage tailnet`: who is in the Tailnet, and how their devices are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    from chocolib.core.tailnet import TailnetDevice

_WAYS = {"": "", "direct": "direct", "peer": "by another device", "relay": "by relay"}


def add(usage: typer.Typer) -> None:
    """Add this command to the group `usage`."""
    usage.command()(tailnet)


def tailnet(as_json: Json = False) -> None:
    """Ask Tailscale who is in the Tailnet: devices, owners, online or since when not, traffic.

    Example: chocolib usage tailnet
    """
    from chocolib.app.context import clock
    from chocolib.app.settings import read_settings
    from chocolib.app.usage.tailnet import refresh
    from chocolib.core.errors import NotEnoughData
    from chocolib.doors.cli.usage_shown import moment

    found = refresh(read_settings(), now=clock())
    if found.said:
        present.note(f"Not asked: {found.said}" if found.tailnet is None else found.said)
    if found.tailnet is None:
        raise NotEnoughData(
            "nothing is known of a Tailnet", hint="CHOCOLIB_TAILSCALE says how it is asked"
        )
    if as_json:
        present.document(found.tailnet.to_dict() | {"trouble": found.trouble})
        return
    if found.trouble:
        present.note(f"as of {moment(found.tailnet.at)}")
    present.table([_row(one) for one in found.tailnet.devices], empty="no devices")


def _row(one: TailnetDevice) -> dict[str, Any]:
    from chocolib.doors.cli.usage_shown import moment

    seen = "" if one.last_seen is None else f"not since {moment(one.last_seen)}"
    return {
        "device": one.name,
        "owner": one.login or ", ".join(one.tags),
        "system": one.system,
        "online": "yes" if one.online else seen or "no",
        "reached": f"{_WAYS[one.way]} {one.region}".strip() if not one.own else "this one",
        "received MB": _megabytes(one.received),
        "sent MB": _megabytes(one.sent),
    }


def _megabytes(count: int | None) -> str:
    return "" if count is None else f"{count / 1e6:.1f}"
