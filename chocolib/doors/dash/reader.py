"""Who a reader is and what they asked for, from a request's address, headers and peer."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from tornado.httputil import HTTPServerRequest

from chocolib.core.i18n import LANGS, Lang
from chocolib.doors.dash.site import Role, Trust

#: The login that a trusted proxy (`tailscale serve`) puts on a request.
LOGIN = "Tailscale-User-Login"
#: What readers without a login are called, and who is at this machine.
UNNAMED, LOCAL = "reader", "local"
#: A login is at most so long, in characters.
LONGEST = 120
#: The cookie that keeps a chosen language.
COOKIE = "lang"


def role_of(request: HTTPServerRequest, trust: Trust, *, local_only: bool) -> Role:
    """What the reader may see.

    Behind a trusted proxy it is who the proxy says; without a proxy, who can reach a server
    for this machine only is its user. Everybody else is a viewer.

    Args:
        local_only: nobody but this machine reaches the server.
    """
    if is_from(str(request.remote_ip), trust.proxies):
        return "admin" if request.headers.get(LOGIN) in trust.admins else "viewer"
    return "admin" if local_only else "viewer"


def name_of(request: HTTPServerRequest, trust: Trust, secret: bytes, *, local_only: bool) -> str:
    """Who the reader is: the login that a trusted proxy tells, else a name for the address.

    Such a name says nothing of the address, and is another one when the server starts anew.

    Args:
        secret: what the name is made with, beside the address.
    """
    address = str(request.remote_ip)
    if is_from(address, trust.proxies):
        return request.headers.get(LOGIN, "")[:LONGEST] or UNNAMED
    if local_only:
        return LOCAL
    digest = hmac.new(secret, address.encode(), hashlib.sha256).hexdigest()
    return f"{UNNAMED}-{digest[:8]}"


def is_from(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an IP address is one of these, or in one of these networks."""
    try:
        peer = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(peer, "ipv4_mapped", None)
    return any((mapped or peer) in ipaddress.ip_network(one, strict=False) for one in networks)


def lang_of(request: HTTPServerRequest, default: Lang) -> Lang:
    """The reader's language: chosen in the address, kept in the cookie, the browser's, ours."""
    kept = request.cookies.get(COOKIE)
    chosen = chosen_lang(request) or _known(kept.value if kept else "")
    return chosen or accepted(request.headers.get("Accept-Language", "")) or default


def chosen_lang(request: HTTPServerRequest) -> Lang | None:
    """The language that the address asks for."""
    return _known(asked_for(request, "lang") or "")


def asked_for(request: HTTPServerRequest, name: str) -> str | None:
    """The last value of a name in the address's query, `None` where it is not, or empty."""
    values = request.query_arguments.get(name)
    return values[-1].decode("utf-8", "replace").strip() or None if values else None


def accepted(header: str) -> Lang | None:
    """The language that an Accept-Language header likes best, of those there are."""
    liked: list[tuple[float, Lang]] = []
    for one in header.split(","):
        tag, _, quality = one.partition(";")
        known = _known(tag.strip().lower()[:2])
        weight = _weight(quality)
        if known and weight > 0:
            liked.append((weight, known))
    return max(liked, key=lambda each: each[0])[1] if liked else None


def _weight(quality: str) -> float:
    try:
        return float(quality.partition("=")[2]) if quality else 1.0
    except ValueError:
        return 0.0


def _known(text: str) -> Lang | None:
    return next((lang for lang in LANGS if lang == text), None)
