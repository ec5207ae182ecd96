"""Where a server listens: a socket, and the address that people are told."""

from __future__ import annotations

import socket

from chocolib.core.errors import SettingsError


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, or a SettingsError that says what to do.

    Args:
        port: 0 is any that is free.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        raise SettingsError(
            f"cannot listen on {host}:{port} ({getattr(error, 'strerror', None) or error})",
            hint=f"stop what runs there, or use another port: --port {port + 1}",
        ) from None
    listening.setblocking(False)
    return listening


def address(host: str, port: int) -> str:
    """The URL of a server; an IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
