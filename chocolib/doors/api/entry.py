"""Who may come in: the names the server answers to, the token, and what a proxy says of callers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Response
from starlette.datastructures import Headers

from chocolib.app.settings import Settings
from chocolib.doors.access import fits, host_names, is_loopback, needed_token
from chocolib.doors.api.problems import NO_TOKEN, NOT_FOR_YOU, OTHER_HOST, problem
from chocolib.doors.api.reader import Reader
from chocolib.doors.trust import LOGIN, Trust

#: What anybody may ask under any name: whether the server lives tells nothing of the factory.
OPEN = frozenset({"/health", "/ready"})


@dataclass(frozen=True, slots=True)
class Entry:
    """The rules of one server.

    Attributes:
        names: that a Host header may have, without a port.
        token: that callers must bring; None: nobody but this machine reaches the server.
        trust: whose identity headers are believed.
    """

    names: tuple[str, ...]
    token: str | None
    trust: Trust

    @classmethod
    def of(cls, settings: Settings, host: str) -> Entry:
        """The rules for an address to listen on.

        Raises:
            SettingsError: other machines reach it, and no token is set.
        """
        token = needed_token(host, settings)
        return cls(host_names(settings, host=host), token, Trust.of(settings))

    def judged(self, path: str, headers: Headers, peer: str) -> Reader | Response:
        """Who asks, or why they may not.

        Args:
            peer: the caller's IP address, as the socket has it.
        """
        if path in OPEN:
            return Reader(peer, "viewer")
        return self._foreign(headers) or self._known(headers, peer)

    def _foreign(self, headers: Headers) -> Response | None:
        """The refusal of another name, or of another site's page."""
        if not self._named(headers.get("Host", "")):
            hint = "call it localhost, or name it in CHOCOLIB_API_HOSTS"
            return problem(OTHER_HOST, "the Host header names another server", hint=hint)
        origin = headers.get("Origin")
        if origin is not None and not self._named(_host_of(origin)):
            return problem(NOT_FOR_YOU, "pages of other sites may not ask this server")
        return None

    def _known(self, headers: Headers, peer: str) -> Reader | Response:
        """Who asks: by token, by the proxy's word, or this machine's user."""
        login = headers.get(LOGIN)
        told = self.trust.login_of(peer, login)
        if self.token is None:
            role = self.trust.role_of(peer, login, local_only=True)
            return Reader(told or peer, role)
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and fits(given.strip(), self.token):
            return Reader(told or peer, "admin")
        if told and not scheme:
            return Reader(told, self.trust.role_of(peer, login, local_only=False))
        return problem(
            NO_TOKEN,
            "the token is wrong" if scheme else "this server asks for a token",
            hint="send the header Authorization: Bearer TOKEN",
            headers={"WWW-Authenticate": 'Bearer realm="chocolib"'},
        )

    def _named(self, host: str) -> bool:
        name = _without_port(host).lower()
        return is_loopback(name) or name in {one.lower() for one in self.names}


def _without_port(host: str) -> str:
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _host_of(origin: str) -> str:
    """The host of an Origin, "" where it has none ("null")."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
