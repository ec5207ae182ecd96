"""The hostile requests, as data: what is sent, by whom, and what may come back.

Everything is written down to the byte; `attacks.py` sends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

#: Logins that the sidecar puts on; the second may see every page.
VIEWER, ADMIN = "eve@example.org", "ana@example.org"
#: Who connects: tailscaled beside nginx, or somebody who got to its port otherwise.
SIDECAR, STRANGER = "127.0.0.1", "127.0.0.9"
#: Nothing answered, and the connection was closed.
CLOSED = 0
REFUSED = frozenset({403})
#: nginx itself knows that this is no HTTP, or a method that nobody may use.
NO_HTTP = frozenset({400, 403, 405, 414, 501, 505, CLOSED})
#: Stands for the port of the edge, which is known when it runs.
AUTHORITY = "127.0.0.1:@PORT@"
LISTS = Path(__file__).with_name("hostile.txt")
DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True)
class Attack:
    """One hostile request.

    Attributes:
        kind, name: what it tries.
        sent: the bytes.
        expected: the statuses that may come back, all of them; `CLOSED` is none.
        peer: who connects.
        slow: what is sent on, a byte each second, until the edge hangs up.
    """

    kind: str
    name: str
    sent: bytes
    expected: frozenset[int] = REFUSED
    peer: str = SIDECAR
    slow: bytes = b""


def request(
    path: str,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    *,
    host: str | None = AUTHORITY,
    login: str = VIEWER,
    version: str = "HTTP/1.1",
    body: str = "",
) -> bytes:
    """A request to the byte."""
    named = [("Host", host)] if host is not None else []
    named += [("Tailscale-User-Login", login)] if login else []
    lines = [f"{name}: {value}" for name, value in (*named, *headers, ("Connection", "close"))]
    head = "\r\n".join((f"{method} {path} {version}", *lines))
    return f"{head}\r\n\r\n{body}".encode("latin-1")


def listed(section: str) -> list[str]:
    """The words of a section of hostile.txt."""
    told = LISTS.read_text(encoding="utf-8").partition(f"[{section}]\n")[2]
    return told.partition("\n\n")[0].split()


def attacks() -> list[Attack]:
    """All of them but the words on an open socket (`hostile_words.py`)."""
    from tests.deploy.hostile_heads import heads
    from tests.deploy.hostile_raw import raw

    return [*paths(), *methods(), *heads(), *raw()]


#: What the query of a page must not carry.
QUERIES = [
    "at=<script>alert(1)</script>", 'at="><svg', "at=%00\x01", "q={{7*7}}", "at=`id`", "q=|cat",
    "q=a\\b", "at=2025#x", "q=^", "q=[]", "x=\x7f", "q=\xe9", "q=" + "a" * 1100,
]  # fmt: skip


def paths() -> Iterator[Attack]:
    """Addresses that lead nowhere."""
    kernel = "6f1c8a52-9d1e-4a8a-8a52-1c8a52d5f1ce"
    for kind in ("traversal", "jupyter", "scanner", "near", "seen"):
        for path in listed(kind):
            allowed = {"traversal": NO_HTTP, "seen": NO_HTTP | {404}}.get(kind, REFUSED)
            yield Attack(kind, path, request(path.replace("@KERNEL@", kernel)), allowed)
    for query in QUERIES:
        yield Attack("query", query[:30], request(f"/today?{query}"), frozenset({400, 403}))
    for path in api_paths():
        yield Attack("api", path, request(path))


def api_paths() -> list[str]:
    """The paths of the HTTP door, as its docs list them: none is served here."""
    told = (DOCS / "api.md").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"`(?:GET|POST) (/[\w/{}-]+)`", told)))


def methods() -> Iterator[Attack]:
    """Methods that change something, on addresses that are served."""
    served = ("/today", "/revision", "/live/plan", "/seen/today/room")
    for method, path in product(listed("method"), served):
        allowed = NO_HTTP if method in ("TRACE", "CONNECT", "get", "GeT") else REFUSED
        yield Attack("method", f"{method} {path}", request(path, method), allowed)
