"""`chocolib usage tailnet` on what was recorded of Tailscale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chocolib.core.errors import NotEnoughData
from chocolib.doors.cli import app
from tests.sources.tailnet.doubles import command


@pytest.fixture
def tailscale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = command(tmp_path)
    monkeypatch.setenv("CHOCOLIB_TAILSCALE", str(path))
    return path


def chocolib(*words: str) -> Result:
    return CliRunner().invoke(app, ["usage", "tailnet", *words])


def test_devices_are_listed_with_owner_way_and_traffic(tailscale: Path) -> None:
    rows = {line.split()[0]: line for line in chocolib().stdout.splitlines()}
    assert "maria@fabrica.example" in rows["movil-maria"]
    assert rows["movil-maria"].split()[-3:] == ["direct", "1.2", "7.7"]
    assert "by relay par" in rows["tableta"]
    assert "by another device" in rows["git"]
    assert "not since 2026-11-20 19:30" in rows["pc-luis"]
    assert "this one" in rows["chocolib"]


def test_the_document_has_users_and_devices(tailscale: Path) -> None:
    found = json.loads(chocolib("--json").stdout)
    assert [user["login"] for user in found["users"]] == [
        "luis@fabrica.example",
        "maria@fabrica.example",
    ]
    assert (len(found["devices"]), found["state"], found["trouble"]) == (5, "Running", "")


def test_when_tailscale_fails_what_was_known_is_shown_with_its_age(tailscale: Path) -> None:
    before = chocolib().stdout
    command(tailscale.parent, "echo 'failed to connect' >&2; exit 1")
    again = chocolib()
    assert again.stdout == before
    assert "failed to connect" in again.stderr
    assert "as of 20" in again.stderr
    assert json.loads(chocolib("--json").stdout)["trouble"] == "tailnet_silent"


def test_without_tailscale_it_says_how_one_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOCOLIB_TAILSCALE", "off")
    done = chocolib()
    assert isinstance(done.exception, NotEnoughData)
    assert "CHOCOLIB_TAILSCALE" in str(done.exception)
