"""Who a reader is and what they asked for."""

from __future__ import annotations

import re

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from chocolib.core.i18n import Lang
from chocolib.doors.dash.reader import LOCAL, UNNAMED, lang_of, name_of, role_of
from chocolib.doors.languages import accepted
from chocolib.doors.trust import Trust, is_from

ANA = Trust(("10.8.0.0/16", "127.0.0.1"), frozenset({"ana@example.org"}))


def request(uri: str = "/today", peer: str = "10.8.0.1", **headers: str) -> HTTPServerRequest:
    named = HTTPHeaders(
        {"Host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
    )
    line = RequestStartLine("GET", uri, "HTTP/1.1")
    asked = HTTPServerRequest(start_line=line, headers=named)
    asked.remote_ip = peer
    return asked


def test_the_trusted_proxy_says_who_is_an_admin() -> None:
    login = {"Tailscale_User_Login": "ana@example.org"}
    assert role_of(request(**login), ANA, local_only=False) == "admin"
    assert role_of(request(peer="10.9.0.1", **login), ANA, local_only=False) == "viewer"
    assert role_of(request(peer="::ffff:10.8.0.1", **login), ANA, local_only=False) == "admin"
    eve = {"Tailscale_User_Login": "eve@example.org"}
    assert role_of(request(**eve), ANA, local_only=False) == "viewer"
    assert role_of(request(), ANA, local_only=False) == "viewer"


def test_nobody_is_believed_where_no_proxy_is_trusted() -> None:
    nobody = Trust((), frozenset({"ana@example.org"}))
    login = {"Tailscale_User_Login": "ana@example.org"}
    assert role_of(request(peer="127.0.0.1", **login), nobody, local_only=False) == "viewer"


def test_who_reaches_a_server_for_this_machine_is_its_user_but_not_by_a_proxy() -> None:
    assert role_of(request(peer="127.0.0.1"), Trust(), local_only=True) == "admin"
    assert role_of(request(peer="127.0.0.1"), ANA, local_only=True) == "viewer"


def test_a_reader_has_the_name_that_the_trusted_proxy_tells() -> None:
    login = {"Tailscale_User_Login": "ana@example.org"}
    assert name_of(request(**login), ANA, b"1", local_only=False) == "ana@example.org"
    assert name_of(request(), ANA, b"1", local_only=False) == UNNAMED
    assert name_of(request(peer="127.0.0.2", **login), ANA, b"1", local_only=True) == LOCAL


def test_without_a_login_a_name_stands_for_the_address_and_does_not_tell_it() -> None:
    one, other = request(peer="192.168.1.20"), request(peer="192.168.1.21")
    names = [name_of(each, Trust(), b"1", local_only=False) for each in (one, one, other)]
    assert names[0] == names[1] != names[2]
    assert re.fullmatch(r"reader-[0-9a-f]{8}", names[0])
    assert name_of(one, Trust(), b"2", local_only=False) != names[0]


def test_an_address_that_is_none_is_in_no_network() -> None:
    assert not is_from("", ("0.0.0.0/0",))
    assert is_from("fe80::1%eth0", ("fe80::/10",))


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("fr,es-ES;q=0.5,en;q=0.4", "es"),
        ("es;q=0.1,en;q=0.8", "en"),
        ("fr", None),
        ("", None),
        ("en;q=x", None),
        ("en;q=0", None),
        ("*", None),
    ],
)
def test_the_browser_s_language_is_the_one_it_likes_best(header: str, lang: Lang | None) -> None:
    assert accepted(header) == lang


def test_the_address_goes_before_the_cookie_and_the_cookie_before_the_browser() -> None:
    spanish = {"Accept_Language": "es"}
    assert lang_of(request("/today?lang=en", Cookie="lang=es", **spanish), "es") == "en"
    assert lang_of(request(Cookie="lang=en", **spanish), "es") == "en"
    assert lang_of(request(Cookie="lang=xx", Accept_Language="en"), "es") == "en"
    assert lang_of(request("/today?lang=%ff"), "en") == "en"
