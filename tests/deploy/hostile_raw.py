"""Hostile bytes: two requests in one, lines that are none, clients that never end."""

from __future__ import annotations

from collections.abc import Iterator

from tests.deploy.hostile import ADMIN, AUTHORITY, CLOSED, NO_HTTP, REFUSED, Attack, request

LOGIN = "Tailscale-User-Login"
HEAD = f"Host: {AUTHORITY}\r\n{LOGIN}: eve@example.org\r\n"
#: What is hidden in another request: a page of admins, with the identity of one.
HIDDEN = (
    f"GET /system HTTP/1.1\r\nHost: {AUTHORITY}\r\nTailscale-User-Login: {ADMIN}\r\n"
    "X-Hidden: 1\r\n\r\n"
)

#: Ways to disagree about where a request ends.
FRAMINGS = {
    "CL": "Content-Length: @LENGTH@",
    "TE": "Transfer-Encoding: chunked",
    "CL.TE": "Content-Length: @LENGTH@\r\nTransfer-Encoding: chunked",
    "TE.CL": "Transfer-Encoding: chunked\r\nContent-Length: 4",
    "CL.CL": "Content-Length: @LENGTH@\r\nContent-Length: 0",
    "CL, CL": "Content-Length: @LENGTH@, 0",
    "TE.TE": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "TE x": "Transfer-Encoding: xchunked",
    "TE space": "Transfer-Encoding : chunked",
    "TE tab": "Transfer-Encoding:\tchunked",
    "TE line": "Transfer-Encoding:\r\n chunked",
    "TE case": "tRANSFER-ENCODING: CHUNKED",
    "TE vertical": "Transfer-Encoding:\x0bchunked",
    "TE quoted": 'Transfer-Encoding: "chunked"',
    "TE list": "Transfer-Encoding: identity, chunked",
    "TE gzip": "Transfer-Encoding: gzip, chunked",
    "TE underscore": "Transfer_Encoding: chunked\r\nContent-Length: @LENGTH@",
    "CL plus": "Content-Length: +@LENGTH@",
    "CL space": "Content-Length : @LENGTH@",
    "CL zero": "Content-Length: 0@LENGTH@",
    "CL null": "Content-Length: @LENGTH@\x00",
    "expect": "Expect: 100-continue\r\nContent-Length: @LENGTH@",
}

#: First lines and heads that no browser sends.
LINES = {
    "nothing": "\r\n\r\n",
    "no version": "GET /system\r\n\r\n",
    "version 9": f"GET /today HTTP/9.9\r\n{HEAD}\r\n",
    "version 2": f"GET /today HTTP/2.0\r\n{HEAD}\r\n",
    "preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "asterisk": f"OPTIONS * HTTP/1.1\r\n{HEAD}\r\n",
    "GET asterisk": f"GET * HTTP/1.1\r\n{HEAD}\r\n",
    "no slash": f"GET system HTTP/1.1\r\n{HEAD}\r\n",
    "spaces": f"GET  /system  HTTP/1.1\r\n{HEAD}\r\n",
    "tab": f"GET\t/system\tHTTP/1.1\r\n{HEAD}\r\n",
    "space within": f"GET /today /system HTTP/1.1\r\n{HEAD}\r\n",
    "second line": f"GET /system HTTP/1.1\nX: y\r\n{HEAD}\r\n",
    "null": f"GET /sys\x00tem HTTP/1.1\r\n{HEAD}\r\n",
    "null in a header": f"GET /system HTTP/1.1\r\nX: a\x00b\r\n{HEAD}\r\n",
    "folded header": f"GET /system HTTP/1.1\r\n{HEAD}X: a\r\n {LOGIN}: {ADMIN}\r\n\r\n",
    "no colon": f"GET /system HTTP/1.1\r\n{HEAD}Tailscale-User-Login {ADMIN}\r\n\r\n",
    "empty name": f"GET /system HTTP/1.1\r\n{HEAD}: {ADMIN}\r\n\r\n",
    "bare return": f"GET /system HTTP/1.1\r\n{HEAD}X: a\rTailscale-User-Login: {ADMIN}\r\n\r\n",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "SSH": "SSH-2.0-OpenSSH_9.2\r\n",
    "proxy protocol": f"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\nGET /system HTTP/1.1\r\n{HEAD}\r\n",
    "tunnel": f"CONNECT dashboards:8866 HTTP/1.1\r\n{HEAD}\r\n",
    "proxy": f"GET http://dashboards:8866/system HTTP/1.1\r\n{HEAD}\r\n",
    "noise": "\x00\xff\xfe" * 40,
    "HTTP/0.9 page": "GET /today\r\n",
}

#: Ways to keep a connection for good.
SLOW = {
    "no byte": ("", ""),
    "half a line": ("GET /tod", ""),
    "a header a second": (f"GET /today HTTP/1.1\r\n{HEAD}", "X-A: b\r\n" * 8),
    "a byte a second": ("GET /today HTTP/1.1\r\nX: ", "a" * 60),
    "a body that never comes": (f"POST /today HTTP/1.1\r\n{HEAD}Content-Length: 500\r\n\r\n", ""),
    "a chunk a second": (f"POST / HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n", "1\r\na"),
}  # fmt: skip


def raw() -> Iterator[Attack]:
    """All of them."""
    seen = frozenset({200, 404})
    for name, framing in FRAMINGS.items():
        for method in ("GET", "POST"):
            length = framing.replace("@LENGTH@", str(len(HIDDEN) + 5))
            head = f"{method} /today HTTP/1.1\r\n{HEAD}{length}\r\n\r\n"
            sent = f"{head}0\r\n\r\n{HIDDEN}".encode("latin-1")
            yield Attack("smuggling", f"{name}, {method}", sent, NO_HTTP | {413, 417})
    for name, line in LINES.items():
        # HTTP/0.9 knows no status; a header that is none is left out, and a viewer sees no page
        allowed = NO_HTTP | ({404} if name in ("spaces", "folded header", "no colon") else set())
        allowed |= {404} if name in ("empty name", "bare return", "second line") else set()
        yield Attack("line", name, line.encode("latin-1"), frozenset(allowed))
    # two in one connection: each is judged by itself, and the second has no other identity
    first = request("/week", login="").replace(b"Connection: close\r\n", b"")
    yield Attack("smuggling", "pipelined", first + request("/system", login=""), seen | REFUSED)
    for name, (start, slow) in SLOW.items():
        allowed = frozenset({CLOSED, 400, 403, 408})
        yield Attack("slow", name, start.encode(), allowed, slow=slow.encode() or b"")
