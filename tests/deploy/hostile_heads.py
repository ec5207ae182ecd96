"""Hostile headers: a forged identity, another Host, a socket from elsewhere, a body."""

from __future__ import annotations

from collections.abc import Iterator

from tests.deploy.hostile import (
    ADMIN,
    AUTHORITY,
    NO_HTTP,
    REFUSED,
    STRANGER,
    VIEWER,
    Attack,
    listed,
    request,
)

HOSTS = [
    "evil.example", "evil.example:80", "127.0.0.1.evil.example", "127.0.0.1:99999", "localhost",
    "127.0.0.1:@PORT@.evil.example", "127.0.0.1@evil.example", "127.0.0.1:@PORT@@evil.example",
    "127.0.0.2", "[::1]", "0.0.0.0:80", "2130706433", "127.1", "dashboards:8866", "api:8868", "*",
    "127.0.0.1:8866", "127.0.0.1:@PORT@, evil.example", " evil.example", "127.0.0.1\t.evil", "",
    ".", "influxdb:8086",
    "%31%32%37.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:@PORT@/x",
]  # fmt: skip

KEY = ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
VERSION = ("Sec-WebSocket-Version", "13")
UPGRADE = ("Upgrade", "websocket")
OWN = ("Origin", f"http://{AUTHORITY}")

ORIGINS = [
    "http://evil.example", "https://evil.example", "null", "", "http://127.0.0.1", "file://",
    f"http://{AUTHORITY}.evil.example", f"http://{AUTHORITY}@evil.example", f"https://{AUTHORITY}",
    f"http://{AUTHORITY}/", f"HTTP://{AUTHORITY}x", "http://localhost:@PORT@", "ws://127.0.0.1:@PORT@",
]  # fmt: skip


def heads() -> Iterator[Attack]:
    """All of them."""
    yield from identities()
    yield from hosts()
    yield from sockets()
    yield from bodies()


def identities() -> Iterator[Attack]:
    """A viewer, a machine without a user, and a stranger, who all want the page for admins."""
    not_found = frozenset({404})
    for name in listed("identity"):
        forged = [(name, ADMIN)]
        sent = request("/system", headers=forged, login="")
        yield Attack("identity", f"stranger, {name}", sent, peer=STRANGER)
        if name.lower() != "tailscale-user-login":  # which tailscaled replaces
            yield Attack("identity", f"no login, {name}", sent)
            sent = request("/system", headers=forged)
            yield Attack("identity", f"viewer, {name}", sent, not_found)
    twice = request("/system", headers=[("Tailscale-User-Login", ADMIN)])
    yield Attack("identity", "two logins", twice, frozenset({400, 403, 404}))
    for value in (
        f"{VIEWER},{ADMIN}",
        f"{VIEWER} {ADMIN}",
        f"x{ADMIN}",
        ADMIN.upper(),
        f"{ADMIN}x",
    ):
        yield Attack("identity", f"login {value}", request("/system", login=value), not_found)
    for name in listed("address"):
        for value in ("127.0.0.1", "/system", "for=127.0.0.1"):
            forged = [(name, value)]
            sent = request("/system", headers=forged, login=ADMIN)
            yield Attack("address", f"stranger, {name}: {value}", sent, peer=STRANGER)
    for value in ("?1", "0", "?0", " ", "false"):
        funnel = [("Tailscale-Funnel-Request", value)]
        allowed = frozenset({200, 403}) if value == " " else REFUSED  # an empty header is none
        yield Attack("funnel", value, request("/today", headers=funnel), allowed)


def hosts() -> Iterator[Attack]:
    """Other names than our own."""
    for host in HOSTS:
        yield Attack("host", host, request("/today", host=host), frozenset({400, 403}))
    yield Attack("host", "none", request("/today", host=None), NO_HTTP)
    two = request("/today", headers=[("Host", "evil.example")])
    yield Attack("host", "two", two, frozenset({400, 403}))
    for address in (
        "http://evil.example/today",
        "http://evil.example:80/system",
        "//evil.example/",
    ):
        yield Attack("host", f"line {address}", request(address), frozenset({400, 403}))
    own = request(f"http://{AUTHORITY}/system", host="evil.example", login=ADMIN)
    yield Attack("host", "line ours, header theirs", own, frozenset({400, 403}))


def sockets() -> Iterator[Attack]:
    """Sockets that our own pages would not open."""
    for origin in ORIGINS:
        given = [UPGRADE, KEY, VERSION, *([("Origin", origin)] if origin else [])]
        yield Attack("socket", f"origin {origin or 'none'}", request("/live/plan", headers=given))
    for path in (
        "/live/system",
        "/live/today",
        "/api/kernels/1/channels",
        "/terminals/websocket/1",
    ):
        sent = request(path, headers=[UPGRADE, KEY, VERSION, OWN], login=ADMIN)
        yield Attack("socket", path, sent)
    for other in ("h2c", "websocket2", "TLS/1.0", "websocket, h2c", "connect-udp"):
        sent = request("/live/plan", headers=[("Upgrade", other), KEY, VERSION, OWN])
        yield Attack("socket", f"upgrade {other}", sent)
    wrong = frozenset({400, 403, 426})
    yield Attack("socket", "no key", request("/live/plan", headers=[UPGRADE, VERSION, OWN]), wrong)
    old = [UPGRADE, KEY, ("Sec-WebSocket-Version", "1"), OWN]
    yield Attack("socket", "version 1", request("/live/plan", headers=old), wrong)


def bodies() -> Iterator[Attack]:
    """Questions have no body; heads have an end."""
    too_big = frozenset({400, 403, 413})
    for size in (
        "1",
        "5",
        "1024",
        "1025",
        "1000000",
        "99999999999",
        "-1",
        "0x10",
        "1e3",
        "+1",
        "1,1",
    ):
        sent = request("/today", headers=[("Content-Length", size)], body="x" * 5)
        yield Attack("body", f"GET, length {size}", sent, too_big)
        sent = request("/today", "POST", [("Content-Length", size)], body="x" * 5)
        yield Attack("body", f"POST, length {size}", sent, too_big)
    big = frozenset({400, 403, 414, 431, 494})
    for size in (5_000, 20_000, 70_000):
        yield Attack(
            "body", f"header of {size}", request("/today", headers=[("X", "a" * size)]), big
        )
        yield Attack("body", f"address of {size}", request("/" + "a" * size), big)
        cookie = [("Cookie", "a=" + "b" * size)]
        yield Attack("body", f"cookie of {size}", request("/today", headers=cookie), big)
    many = [(f"X-{number}", "a" * 100) for number in range(400)]
    yield Attack("body", "400 headers", request("/today", headers=many, login=""), big)
