"""Sends the hostile requests to an edge: `python -m tests.deploy.attacks` prints the table.

An outcome is good when every status is an expected one, the answer shows nothing of the machine,
and what got through to the dashboards is a question that a page might ask.
"""

from __future__ import annotations

import re
import socket
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.deploy.edge import Edge
from tests.deploy.hostile import CLOSED, Attack

#: A connection that is open after so many seconds has not been ended by the edge.
LIMIT_S = 25
AT_ONCE = 8
#: What stands in nothing that a reader of a page may see.
NEVER = (
    b"root:",
    b"Traceback",
    b"SQLite format",
    b"connection_file",
    b"CHOCOLIB_",
    b'data-card="jobs',
)
#: All that the dashboards may be asked, and all they may be told of who asks.
THROUGH = re.compile(
    r"(GET|HEAD) /(|home|today|week|plan|ask|climate|models|history|usage|reports|system|revision"
    r"|seen/[a-z]+/([a-z_][a-z_.]{0,818}|[1-9]\d{0,4})"
    r"|static/[a-z_]+\.[0-9a-f]{12}\.js|live/(plan|ask)"
    r"|reports/[A-Za-z]\w*-\d{4}-\d{2}-\d{2}(\.failed)?\.html)(\?[!-~]*)? HTTP/1\.1"
)
TOLD = (
    "host tailscale-user-login x-request-id accept accept-encoding accept-language cookie "
    "if-none-match upgrade connection origin sec-websocket-key sec-websocket-version "
    "sec-websocket-extensions"
)


@dataclass(frozen=True)
class Outcome:
    """What became of an attack."""

    attack: Attack
    statuses: tuple[int, ...]
    wrong: tuple[str, ...] = field(default=())

    @property
    def said(self) -> str:
        """The statuses in words."""
        return ", ".join("closed" if one == CLOSED else str(one) for one in self.statuses)


def run(edge: Edge, attacks: Sequence[Attack]) -> list[Outcome]:
    """The outcomes, in the attacks' order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda one: _run(edge, *one), enumerate(attacks)))


def _run(edge: Edge, number: int, attack: Attack) -> Outcome:
    sent = attack.sent.replace(b"@PORT@", str(edge.port).encode())
    own_limits = f"X-Forwarded-For: 100.64.{number // 250}.{number % 250 + 1}\r\n".encode()
    if b"\r\nX-Forwarded-For" not in sent:
        sent = sent.replace(
            b"\r\nConnection: close", b"\r\n" + own_limits + b"Connection: close", 1
        )
    got = exchange(edge.port, sent, attack.peer, attack.slow)
    statuses = tuple(
        int(one) for one in re.findall(rb"^HTTP/1\.1 (\d{3}) ", got or b"", re.MULTILINE)
    )
    statuses = statuses or (CLOSED,)
    wrong = [f"{one} came back" for one in statuses if one not in attack.expected]
    wrong += [f"shows {mark.decode()}" for mark in NEVER if mark in (got or b"")]
    wrong += ["still open"] if got is None else []
    return Outcome(attack, statuses, tuple(wrong))


def exchange(port: int, sent: bytes, peer: str, slow: bytes) -> bytes | None:
    """What comes back until the edge ends the connection; `None`: it did not."""
    limit, got = time.monotonic() + LIMIT_S, b""
    with socket.create_connection(("127.0.0.1", port), LIMIT_S, (peer, 0)) as line:
        try:
            line.sendall(sent)
            if b"\r\n\r\n" not in sent and not slow and sent:
                line.shutdown(socket.SHUT_WR)
            line.settimeout(1)
            while time.monotonic() < limit:
                try:
                    data = line.recv(65536)
                except TimeoutError:
                    if got and not slow:  # answered, and kept for another request
                        return got
                    line.sendall(slow[:1])
                    slow = slow[1:]
                    continue
                if not data:
                    return got
                got += data
        except OSError:  # reset, which is an end as well
            return got
    return None


def intruders(heads: Iterable[str]) -> list[str]:
    """What got through to the dashboards and should not have."""
    found, told = [], set(TOLD.split())
    for head in heads:
        first, *lines = head.split("\r\n")
        names = {line.partition(":")[0].lower() for line in lines}
        if not THROUGH.fullmatch(first) or names - told:
            found.append(f"{first} {sorted(names - told)}")
    return found


def table(outcomes: Sequence[Outcome]) -> str:
    """One line for each kind of attack, and one for each that went wrong."""
    lines = ["| kind | requests | what came back | wrong |", "|---|---|---|---|"]
    for kind in dict.fromkeys(one.attack.kind for one in outcomes):
        own = [one for one in outcomes if one.attack.kind == kind]
        said = Counter(one.said for one in own).most_common()
        told = ", ".join(f"{count} x {what}" for what, count in said)
        lines.append(f"| {kind} | {len(own)} | {told} | {sum(bool(one.wrong) for one in own)} |")
    lines.append(f"| all | {len(outcomes)} | | {sum(bool(one.wrong) for one in outcomes)} |")
    lines += [f"WRONG {o.attack.kind}: {o.attack.name}: {o.wrong}" for o in outcomes if o.wrong]
    return "\n".join(lines)


def main() -> None:
    """Start dashboards on the demonstration and the edge before them, attack, print."""
    import os
    import tempfile
    from pathlib import Path

    from chocolib.app.context import clock, demo_store, open_context
    from chocolib.app.daily import update
    from chocolib.app.live import fill_demo
    from chocolib.app.settings import read_settings
    from chocolib.doors.dashboards import running
    from tests.deploy.edge import HOST, edge
    from tests.deploy.hostile import ADMIN, attacks
    from tests.deploy.words import words

    with tempfile.TemporaryDirectory() as place:
        ours = {"HOME": f"{place}/home", "TRUSTED_PROXY": HOST, "ADMINS": ADMIN}
        os.environ.update({f"CHOCOLIB_{name}": value for name, value in ours.items()})
        fill_demo(demo_store(read_settings()), now=clock())
        update(open_context(), model="naive")
        with (
            running(None, HOST) as url,
            edge(Path(place) / "nginx", int(url.rpartition(":")[2])) as served,
        ):
            outcomes = [*run(served, attacks()), *words(served)]
            print(table(outcomes))
            print("Got through and should not have:", intruders(served.heads) or "nothing")


if __name__ == "__main__":
    main()
