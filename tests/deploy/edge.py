"""The edge as it is deployed: the real nginx on our configuration, before real dashboards.

Between the two stands a tap, which remembers the head of every request that got through.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.nginxd import nginx

CONFIG = Path(__file__).parents[2] / "deploy" / "nginx"
#: Where the image has its folders, and so our configuration.
LOGS, TEMPORARY = "/var/log/nginx", "/tmp/"  # noqa: S108 - of the image
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Edge:
    """A running edge: its ports, what got through it, its access log."""

    port: int
    status: int
    log: Path
    heads: list[str]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def render(folder: Path, *, port: int, status: int, upstream: str, host: str = HOST) -> Path:
    """Our configuration with its names put in, as the image does; the path of nginx.conf."""
    values = {
        "CHOCOLIB_EDGE_HOST": host,
        "CHOCOLIB_EDGE_PORT": str(port),
        "CHOCOLIB_EDGE_STATUS_PORT": str(status),
        "CHOCOLIB_EDGE_UPSTREAM": upstream,
    }
    (folder / "logs").mkdir(parents=True)
    for source in sorted(CONFIG.rglob("*.conf*")):
        place = source.relative_to(CONFIG)
        if place.suffix == ".template":
            place = Path("conf.d") / place.stem
        text = re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], source.read_text())
        text = text.replace(TEMPORARY, f"{folder}/").replace(LOGS, str(folder / "logs"))
        target = folder / place
        target.parent.mkdir(exist_ok=True)
        target.write_text(text.replace("/dev/stderr", str(folder / "logs" / "error.log")))
    return folder / "nginx.conf"


class Tap(socketserver.BaseRequestHandler):
    """Carries bytes to the dashboards and back."""

    def handle(self) -> None:
        tap: TapServer = self.server  # type: ignore[assignment]
        with contextlib.suppress(OSError), socket.create_connection(tap.behind) as behind:
            back = threading.Thread(target=carry, args=(behind, self.request, None), daemon=True)
            back.start()
            carry(self.request, behind, tap.heads)
            back.join()


class TapServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, behind: tuple[str, int]) -> None:
        super().__init__((HOST, 0), Tap)
        self.behind = behind
        self.heads: list[str] = []


def carry(source: socket.socket, target: socket.socket, heads: list[str] | None) -> None:
    """Hand bytes on until there are no more; of requests, remember their heads."""
    before = b""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if heads is not None:
                *whole, before = (before + data).split(b"\r\n\r\n")
                heads += [head.decode("latin-1") for head in whole if b" HTTP/1." in head]
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def edge(folder: Path, dashboards: int) -> Iterator[Edge]:
    """nginx before the dashboards at this port of ours, with a tap between them, until the end.

    Raises:
        NotHad: there is no nginx.
    """
    with TapServer((HOST, dashboards)) as tap:
        threading.Thread(target=tap.serve_forever, daemon=True).start()
        try:
            with proxied(folder, f"{HOST}:{tap.server_address[1]}") as (port, status):
                yield Edge(port, status, folder / "logs" / "access.json", tap.heads)
        finally:
            tap.shutdown()


@contextlib.contextmanager
def proxied(
    folder: Path, upstream: str, clock: Mapping[str, str] | None = None
) -> Iterator[tuple[int, int]]:
    """nginx before an upstream; its ports, for readers and for itself.

    Args:
        clock: variables of a library that moves its clock.

    Raises:
        NotHad: there is no nginx.
    """
    binary, (port, status) = nginx(), free_ports(2)
    config = render(folder, port=port, status=status, upstream=upstream)
    user = "user root; " if os.geteuid() == 0 else ""  # the folder of a test is its user's
    kept = "".join(f" env {name};" for name in clock or {})  # workers get no other variable
    said = folder / "said.log"
    command = [str(binary), "-p", str(folder), "-c", str(config), "-e", "stderr"]
    with said.open("w") as log:
        process = subprocess.Popen(
            [*command, "-g", f"{user}daemon off;{kept}"],
            env=os.environ | dict(clock or {}),
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(process, status, said)
        yield port, status
    finally:
        process.terminate()
        process.wait(20)


def wait_for(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    """Return once it listens."""
    limit = time.monotonic() + 20
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"nginx does not start: {said.read_text()[-2000:]}")


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.create_server((HOST, 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in held]
