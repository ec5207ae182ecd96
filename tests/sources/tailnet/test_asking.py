"""Tailscale asked by its command and its socket, and what becomes of one that does not answer."""

from __future__ import annotations

import os
import socket
import time
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from chocolib.core.errors import SettingsError, SourceUnavailable
from chocolib.sources.tailnet.asking import Asks, Command, Socket, find
from chocolib.sources.tailnet.reading import read_status, read_whois
from tests.sources.tailnet.doubles import KNOWN, STATUS, command, tailscaled

AT = pd.Timestamp("2026-11-21T10:00Z")


def answers_as_recorded(asks: Asks) -> None:
    assert read_status(asks.status(), at=AT) == read_status(STATUS, at=AT)
    whose = asks.whois(KNOWN)
    assert whose is not None
    assert read_whois(whose) == "maria@fabrica.example"
    assert asks.whois("100.1.1.1") is None


def test_the_command_answers(tmp_path: Path) -> None:
    answers_as_recorded(Command(command(tmp_path)))


def test_the_socket_answers(tmp_path: Path) -> None:
    with tailscaled(tmp_path) as path:
        answers_as_recorded(Socket(path))
    with pytest.raises(SourceUnavailable, match="no answer from its socket"):
        Socket(path).status()


def test_what_there_is_is_found_the_socket_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    nothing = tmp_path / "nothing.sock"
    assert find("", sockets=(nothing,)) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    made = command(tmp_path)
    assert find("", sockets=(nothing,)) == Command(made)
    with tailscaled(tmp_path) as path:
        assert find("", sockets=(nothing, path)) == Socket(path)
        assert find("off", sockets=(path,)) is None
        assert find(str(path)) == Socket(path)
    assert find(str(made)) == Command(made)


@pytest.mark.parametrize("given", ["nothing", ".", "plain", "a" * 5000])
def test_a_setting_that_names_neither_is_refused(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").write_text("no program")
    with pytest.raises(SettingsError, match="CHOCOLIB_TAILSCALE"):
        find(given)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'failed to connect to local tailscaled' >&2; exit 1", "failed to connect"),
        ("exit 3", "without a word"),
        ("kill -9 $$", "without a word"),
        ("printf 'bad\\033[31m\\nline' >&2; exit 1", "bad \\[31m line"),
        ("exec 2>&1; sleep 30 & exec sleep 30", "no answer in 0.3 s"),
        ("head -c 9000000 /dev/zero", "too long"),
    ],
)
def test_a_command_that_fails_or_hangs_is_told_in_a_sentence(
    script: str, said: str, tmp_path: Path
) -> None:
    patience = 0.3 if "sleep" in script else 20
    asks = Command(command(tmp_path, script), patience_s=patience)
    with pytest.raises(SourceUnavailable, match=said):
        asks.status()
    with pytest.raises(SourceUnavailable):
        asks.whois(KNOWN)


def test_a_command_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    path = command(tmp_path)
    path.write_bytes(b"\x7fELF no program")
    with pytest.raises(SourceUnavailable, match="cannot be run"):
        Command(path).status()


def test_what_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    script = f"sleep 77 & echo $! > {tmp_path}/child; wait"
    with pytest.raises(SourceUnavailable, match="no answer in"):
        Command(command(tmp_path, script), patience_s=0.5).status()
    child = int((tmp_path / "child").read_text())
    limit = time.monotonic() + 10
    while alive(child) and time.monotonic() < limit:
        time.sleep(0.02)  # it was told to end, which takes a moment on a busy machine
    assert not alive(child)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_command_gets_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEMET_API_KEY", "very-secret")
    told = Command(command(tmp_path, "env")).status().decode()
    assert f"PATH={os.defpath}" in told
    assert "very-secret" not in told


def test_a_socket_that_refuses_hangs_or_drips_is_told(tmp_path: Path) -> None:
    with tailscaled(tmp_path, code=403) as path, pytest.raises(SourceUnavailable, match="403"):
        Socket(path).status()
    with (
        tailscaled(tmp_path, before=0.6) as path,
        pytest.raises(SourceUnavailable, match=r"no answer in 0\.2 s"),
    ):
        Socket(path, patience_s=0.2).status()
    with (
        tailscaled(tmp_path, between=0.05, piece=100) as path,
        pytest.raises(SourceUnavailable, match=r"no answer in 0\.3 s"),
    ):
        Socket(path, patience_s=0.3).status()
    with (
        tailscaled(tmp_path, status=b" " * 9_000_000) as path,
        pytest.raises(SourceUnavailable, match="too long"),
    ):
        Socket(path).status()


def test_a_socket_that_nobody_reads_is_told(tmp_path: Path) -> None:
    path = tmp_path / "dead.sock"
    with closing(socket.socket(socket.AF_UNIX)) as left:
        left.bind(str(path))
        with pytest.raises(SourceUnavailable, match="no answer from its socket"):
            Socket(path).status()
    assert os.path.exists(path)
