"""Who a reader is and what they asked for, from a request's address, headers and peer."""

from __future__ import annotations

import hashlib
import hmac

from tornado.httputil import HTTPServerRequest

from chocolib.core.i18n import Lang
from chocolib.core.roles import Role
from chocolib.doors.languages import accepted, known
from chocolib.doors.trust import LOGIN, Trust

#: What readers without a login are called, and who is at this machine.
UNNAMED, LOCAL = "reader", "local"
#: A login is at most so long, in characters.
LONGEST = 120
#: The cookie that keeps a chosen language.
COOKIE = "lang"


def role_of(request: HTTPServerRequest, trust: Trust, *, local_only: bool) -> Role:
    """What the reader may see; see `Trust.role_of`.

    Args:
        local_only: nobody but this machine reaches the server.
    """
    login = request.headers.get(LOGIN)
    return trust.role_of(str(request.remote_ip), login, local_only=local_only)


def name_of(request: HTTPServerRequest, trust: Trust, secret: bytes, *, local_only: bool) -> str:
    """Who the reader is: the login that a trusted proxy tells, else a name for the address.

    Such a name says nothing of the address, and is another one when the server starts anew.

    Args:
        secret: what the name is made with, beside the address.
    """
    address = str(request.remote_ip)
    login = trust.login_of(address, request.headers.get(LOGIN))
    if login is not None:
        return login[:LONGEST] or UNNAMED
    if local_only:
        return LOCAL
    digest = hmac.new(secret, address.encode(), hashlib.sha256).hexdigest()
    return f"{UNNAMED}-{digest[:8]}"


def lang_of(request: HTTPServerRequest, default: Lang) -> Lang:
    """The reader's language: chosen in the address, kept in the cookie, the browser's, ours."""
    kept = request.cookies.get(COOKIE)
    chosen = chosen_lang(request) or known(kept.value if kept else "")
    return chosen or accepted(request.headers.get("Accept-Language", "")) or default


def chosen_lang(request: HTTPServerRequest) -> Lang | None:
    """The language that the address asks for."""
    return known(asked_for(request, "lang") or "")


def asked_for(request: HTTPServerRequest, name: str) -> str | None:
    """The last value of a name in the address's query, `None` where it is not, or empty."""
    values = request.query_arguments.get(name)
    return values[-1].decode("utf-8", "replace").strip() or None if values else None
