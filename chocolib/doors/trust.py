"""Who a caller is: what a trusted proxy says, or that it is this machine's user."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from chocolib.app.settings import Settings, parts
from chocolib.core.roles import Role

#: The login that a trusted proxy (`tailscale serve`) puts on a request.
LOGIN = "Tailscale-User-Login"


@dataclass(frozen=True, slots=True)
class Trust:
    """Who may say who a caller is.

    Attributes:
        proxies: addresses and networks whose identity headers are believed; empty: nobody.
        admins: logins of those who may see everything.
    """

    proxies: tuple[str, ...] = ()
    admins: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings) -> Trust:
        """As `CHOCOLIB_TRUSTED_PROXY` and `CHOCOLIB_ADMINS` say."""
        return cls(parts(settings.trusted_proxy), frozenset(parts(settings.admins)))

    def login_of(self, address: str, header: str | None) -> str | None:
        """Who the trusted proxy says the caller is; anybody else's header is not believed."""
        return (header or "") if is_from(address, self.proxies) else None

    def role_of(self, address: str, header: str | None, *, local_only: bool) -> Role:
        """What the caller may see.

        Behind a trusted proxy it is who the proxy says; without a proxy, who can reach a server
        for this machine only is its user. Everybody else is a viewer.

        Args:
            address: the peer's IP address.
            header: the login that came with the request.
            local_only: nobody but this machine reaches the server.
        """
        login = self.login_of(address, header)
        if login is not None:
            return "admin" if login in self.admins else "viewer"
        return "admin" if local_only else "viewer"


def is_from(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an IP address is one of these, or in one of these networks."""
    try:
        peer = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(peer, "ipv4_mapped", None)
    return any((mapped or peer) in ipaddress.ip_network(one, strict=False) for one in networks)
