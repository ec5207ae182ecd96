"""Who may come in by the doors for programs (HTTP, MCP): by which name, and with which token."""

from __future__ import annotations

import secrets
from ipaddress import ip_address

from chocolib.app.settings import Settings, parts
from chocolib.core.errors import SettingsError

#: The names of this machine for itself, as they stand in a Host header.
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine for itself: "localhost", or a loopback address.

    Nobody else reaches it, and no foreign page can pretend to be one: browsers look none up.
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return False


def needed_token(host: str, settings: Settings) -> str | None:
    """The token that callers must bring; `None`: none is asked for.

    Args:
        host: the address that is listened on.

    Raises:
        SettingsError: other machines reach the address, and no token is set.
    """
    if settings.api_token:
        return settings.api_token.get_secret_value()
    if is_loopback(host):
        return None
    raise SettingsError(
        f"other machines reach {host}, and no token is set",
        hint="set CHOCOLIB_API_TOKEN (16 characters or more), or listen on 127.0.0.1",
    )


def fits(given: str, token: str) -> bool:
    """Whether a token is the right one; how long that takes tells nothing about it."""
    return secrets.compare_digest(given.encode(), token.encode())


def host_names(settings: Settings, *, host: str) -> tuple[str, ...]:
    """The names that a Host header may have, without their port."""
    listened = f"[{host}]" if ":" in host else host
    return tuple(dict.fromkeys((*LOOPBACK, listened, *parts(settings.api_hosts))))
