"""The Tailnet as it was last known: kept for its owner, used for names, told once when it fails."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.settings import Settings, read_settings
from chocolib.app.usage import tailnet
from chocolib.app.usage.rounds import round_of, upkeep
from chocolib.app.usage.tailnet import MOST_ASKED, known, refresh, who_of
from chocolib.app.usage.troubles import said
from chocolib.core.time import DAY, Window
from chocolib.core.usage import Probe
from chocolib.sources.tailnet import asking
from chocolib.store.usage import probes
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.troubles import troubles
from tests.sources.tailnet.doubles import STATUS, command, tailscaled

NOW = pd.Timestamp("2026-11-21T10:30:20Z")
MINUTE = pd.Timedelta(minutes=1)
MARIA = "100.101.102.103"


def asks(monkeypatch: pytest.MonkeyPatch, how: Path | str) -> Settings:
    monkeypatch.setenv("CHOCOLIB_TAILSCALE", str(how))
    return read_settings()


def test_what_tailscale_says_is_kept_for_its_owner_alone_with_its_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = asks(monkeypatch, command(tmp_path))
    assert known(settings) is None
    found = refresh(settings, now=NOW)
    assert found.trouble == ""
    assert known(settings) == found.tailnet
    assert found.tailnet is not None
    assert found.tailnet.at == NOW
    mode = stat.S_IMODE((settings.home / "tailnet.json").stat().st_mode)
    assert mode == 0o600


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ("exit 1", "tailnet_silent"),
        ("echo '{}'", "tailnet_changed"),
        ("echo not json", "tailnet_changed"),
        ('echo \'{"BackendState": "NeedsLogin"}\'', "tailnet_out"),
        ("", "tailnet_missing"),
    ],
)
def test_what_was_known_counts_on_when_tailscale_fails(
    script: str, trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = command(tmp_path)
    settings = asks(monkeypatch, path)
    before = refresh(settings, now=NOW).tailnet
    if script:
        command(tmp_path, script)
    else:
        path.unlink()
    found = refresh(settings, now=NOW + MINUTE)
    assert (found.tailnet, found.trouble) == (before, trouble)
    assert found.said


def test_a_tailscale_that_hangs_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = asking.Command(command(tmp_path, "sleep 60"), patience_s=0.2)
    monkeypatch.setattr(tailnet, "find", lambda _: hangs)
    settings = read_settings()
    assert refresh(settings, now=NOW).trouble == "tailnet_silent"
    assert who_of(settings, now=NOW)(MARIA) is None


def test_without_tailscale_nothing_is_wrong_and_nobody_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = asks(monkeypatch, "off")
    found = refresh(settings, now=NOW)
    assert (found.tailnet, found.trouble) == (None, "")
    assert who_of(settings, now=NOW)(MARIA) is None
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(tailnet, "find", lambda given: asking.find(given, sockets=()))
    assert refresh(asks(monkeypatch, ""), now=NOW).trouble == ""


def test_who_is_behind_an_address_is_told_by_the_status_that_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = asks(monkeypatch, command(tmp_path))
    refresh(settings, now=NOW)
    command(tmp_path, "exit 1")
    who = who_of(settings, now=NOW + MINUTE)
    assert who(MARIA) == who("fd7a:115c:a1e0::3") == "maria@fabrica.example"
    assert who("100.101.102.106") is None  # a tagged device is nobody's
    assert who("192.168.1.5") is None
    assert who("not an address") is None
    assert who_of(settings, now=NOW + 2 * DAY)(MARIA) is None


def test_an_address_that_the_status_has_not_is_asked_for_once_and_a_flood_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = tmp_path / "asked"
    settings = asks(
        monkeypatch, command(tmp_path, f"echo x >> {counted}; echo 'peer not found' >&2; exit 1")
    )
    who = who_of(settings, now=NOW)
    for _ in range(2):
        assert {who(f"100.100.{high}.{low}") for high in range(20) for low in range(50)} == {None}
    assert len(counted.read_text().split()) == MOST_ASKED
    with tailscaled(tmp_path) as path:
        assert who_of(asks(monkeypatch, path), now=NOW)(MARIA) == "maria@fabrica.example"


def test_after_one_that_is_not_answered_no_other_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = tmp_path / "asked"
    settings = asks(monkeypatch, command(tmp_path, f"echo x >> {counted}; exit 1"))
    who = who_of(settings, now=NOW)
    assert [who(f"100.100.1.{low}") for low in range(5)] == [None] * 5
    assert len(counted.read_text().split()) == 1


@pytest.mark.parametrize("text", ["", "[", "null", "[]", '{"at": 5}', "[" * 100_000])
def test_a_damaged_file_is_as_none(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = asks(monkeypatch, command(tmp_path))
    settings.home.mkdir()
    (settings.home / "tailnet.json").write_text(text)
    assert known(settings) is None
    assert refresh(settings, now=NOW).tailnet is not None
    assert known(settings) is not None


def test_a_round_tells_what_is_wrong_once_and_forgets_it_when_it_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = json.dumps(json.loads(STATUS) | {"BackendState": "Stopped\u202e"})
    settings = asks(monkeypatch, command(tmp_path, f"cat <<'X'\n{stopped}\nX"))
    told = [
        said(one, "en") for one in round_of(settings, now=NOW).told if one.what[:7] == "tailnet"
    ]
    assert told == ["This machine is not in the Tailnet (Stopped): log in with tailscale up."]
    again = round_of(settings, now=NOW + 5 * MINUTE)
    assert [one.what for one in again.told] == []
    assert "not in the Tailnet" in again.said
    command(tmp_path)
    assert round_of(settings, now=NOW + 10 * MINUTE).said == ""
    with UsageFile.usage(settings.home) as file:
        assert [one.what for one in troubles(file) if one.what.startswith("tailnet")] == []


def test_a_round_finds_out_that_a_clock_was_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = asks(monkeypatch, "off")
    with UsageFile.usage(settings.home) as file:
        probes.add(file, NOW.floor("min") + 30 * DAY, [Probe("api", ok=True, ms=3)])
    told = [said(one, "es") for one in round_of(settings, now=NOW).told]
    assert any("1 minutos comprobados con un reloj adelantado" in one for one in told)


def test_whoever_comes_by_an_address_of_the_tailnet_is_known_by_their_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = asks(monkeypatch, command(tmp_path))
    log = settings.home / "access" / "access.json"
    log.parent.mkdir(parents=True)
    line = {
        "time": "2026-11-21T10:29:00+00:00", "request": "r", "login": "", "address": MARIA,
        "method": "GET", "path": "/today", "status": 200, "bytes": 5, "seconds": 0.01,
        "upstream_status": "200", "upstream_seconds": "0.009", "agent": "Mozilla/5.0 (Android)",
    }  # fmt: skip
    log.write_text(json.dumps(line) + "\n")
    done = round_of(settings, now=NOW)
    assert done.read.lines["page"] == 1
    with UsageFile.people(settings.home) as people:
        assert people.rows("select subject from people") == [("login:maria@fabrica.example",)]


def test_the_upkeep_leaves_numbers_of_old_days(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = asks(monkeypatch, "off")
    every = Window(NOW - 60 * DAY, NOW + DAY)
    with UsageFile.usage(settings.home) as file:
        for day in (0, 20, 31, 40):
            probes.add(file, NOW.floor("min") - day * DAY, [Probe("api", ok=True, ms=3)])
        before = probes.tallies(file, every)
    done = upkeep(settings, now=NOW)
    assert (done.probes, done.requests) == (2, 0)
    assert upkeep(settings, now=NOW).probes == 0
    with UsageFile.usage(settings.home) as file:
        pd.testing.assert_frame_equal(
            probes.tallies(file, Window(NOW - 60 * DAY, NOW + DAY)), before
        )
