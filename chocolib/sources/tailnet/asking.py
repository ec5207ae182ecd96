"""Asking Tailscale: by its command, or by the socket of tailscaled.

Both wait a few seconds at most and read a few megabytes at most; the command gets none of this
process's variables, for keys may stand in them.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from chocolib.core.errors import SettingsError, SourceUnavailable
from chocolib.sources.tailnet.reading import SOURCE, clean

OFF = "off"
#: Where tailscaled listens: on a machine, and in the container of Tailscale.
SOCKETS = (Path("/var/run/tailscale/tailscaled.sock"), Path("/tmp/tailscaled.sock"))  # noqa: S108
#: Seconds until an answer has to be there.
PATIENCE_S = 5.0
_MOST_BYTES = 8_000_000
#: What it says of an address that is nobody's.
_NOBODY = ("peer not found", "no match for")


class Asks(Protocol):
    """A way to ask Tailscale."""

    def status(self) -> bytes:
        """The status as JSON.

        Raises:
            SourceUnavailable: it does not answer, or with an error.
        """
        ...

    def whois(self, address: str) -> bytes | None:
        """Whose an address is, as JSON; None: nobody's.

        Raises:
            SourceUnavailable: it does not answer, or with an error.
        """
        ...


def find(given: str, *, sockets: tuple[Path, ...] = SOCKETS) -> Asks | None:
    """The way to ask: what a setting names, or what there is; None: there is none, or it is off.

    Args:
        given: the path of a command or a socket, "off", or "" for what is found.
        sockets: where a socket may be found.

    Raises:
        SettingsError: what is named is not there, or is neither.
    """
    if given == OFF:
        return None
    if given:
        return _named(Path(given).expanduser())
    found = next((path for path in sockets if _is_a(stat.S_ISSOCK, path)), None)
    if found:
        return Socket(found)
    command = shutil.which("tailscale")
    return Command(Path(command)) if command else None


def _named(path: Path) -> Asks:
    if _is_a(stat.S_ISSOCK, path):
        return Socket(path)
    if _is_a(stat.S_ISREG, path) and os.access(path, os.X_OK):
        return Command(path)
    raise SettingsError(
        "CHOCOLIB_TAILSCALE names no command and no socket that can be used",
        hint="it is the path of tailscale or of tailscaled.sock, or off",
    )


def _is_a(kind: Callable[[int], bool], path: Path) -> bool:
    """Whether a path is there and of a kind; one that may not be looked at is not."""
    try:
        return kind(path.stat().st_mode)
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Command:
    """The `tailscale` command."""

    path: Path
    patience_s: float = PATIENCE_S

    def status(self) -> bytes:
        """See `Asks`."""
        code, out, wrong = self._run("status", "--json")
        if code:
            raise _refused(wrong)
        return out

    def whois(self, address: str) -> bytes | None:
        """See `Asks`."""
        code, out, wrong = self._run("whois", "--json", address)
        if not code:
            return out
        if any(said in wrong for said in _NOBODY):
            return None
        raise _refused(wrong)

    def _run(self, *words: str) -> tuple[int, bytes, str]:
        """Exit code, what it printed and what it complained of.

        Its output goes to files: a child that it left behind and that holds them open keeps
        nobody waiting.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as wrong:
            code = self._wait([str(self.path), *words], out.fileno(), wrong.fileno())
            out.seek(0)
            wrong.seek(0)
            printed, said = out.read(_MOST_BYTES + 1), wrong.read(_MOST_BYTES)
        if len(printed) > _MOST_BYTES:
            raise SourceUnavailable("its answer is too long", source=SOURCE)
        return code, printed, said.decode(errors="replace")

    def _wait(self, words: list[str], out: int, wrong: int) -> int:
        quiet = {"PATH": os.defpath}
        try:
            running = subprocess.Popen(  # noqa: S603 - the command that the settings name
                words,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=wrong,
                env=quiet,
                start_new_session=True,
            )
        except OSError as error:
            said = f"its command cannot be run ({error.strerror})"
            raise SourceUnavailable(said, source=SOURCE) from None
        try:
            return running.wait(self.patience_s)
        except subprocess.TimeoutExpired:
            raise _silent(self.patience_s) from None
        finally:
            _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    """End a command that goes on, and what it started."""
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


@dataclass(frozen=True, slots=True)
class Socket:
    """The socket of tailscaled: its LocalAPI, which whoever may open it may read."""

    path: Path
    patience_s: float = PATIENCE_S

    def status(self) -> bytes:
        """See `Asks`."""
        code, body = self._get("/localapi/v0/status")
        if code != 200:
            raise _refused(f"{code} {body.decode(errors='replace')}")
        return body

    def whois(self, address: str) -> bytes | None:
        """See `Asks`."""
        code, body = self._get(f"/localapi/v0/whois?addr={quote(address, safe='')}")
        if code == 404:
            return None
        if code != 200:
            raise _refused(f"{code} {body.decode(errors='replace')}")
        return body

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = _Unix(self.path, self.patience_s)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, _all_of(answer, until=time.monotonic() + self.patience_s)
        except TimeoutError:
            raise _silent(self.patience_s) from None
        except (OSError, HTTPException) as error:
            said = f"no answer from its socket ({clean(str(error))})"
            raise SourceUnavailable(said, source=SOURCE, hint="is tailscaled running?") from None
        finally:
            connection.close()


class _Unix(HTTPConnection):
    """HTTP over a socket of this machine, by the name that tailscaled answers to."""

    def __init__(self, path: Path, patience_s: float) -> None:
        super().__init__("local-tailscaled.sock", timeout=patience_s)
        self._path = path

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def _all_of(answer: HTTPResponse, *, until: float) -> bytes:
    body = bytearray()
    while piece := answer.read1(65_536):
        body += piece
        if len(body) > _MOST_BYTES:
            raise SourceUnavailable("its answer is too long", source=SOURCE)
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(body)


def _refused(said: str) -> SourceUnavailable:
    words = clean(said) or "without a word"
    return SourceUnavailable(f"it answers with an error: {words}", source=SOURCE)


def _silent(patience_s: float) -> SourceUnavailable:
    return SourceUnavailable(
        f"no answer in {patience_s:g} s", source=SOURCE, hint="is tailscaled running?"
    )
