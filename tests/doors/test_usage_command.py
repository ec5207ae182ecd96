"""`chocolib usage`: what it prints is what was asked of usage, and forgetting says what is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chocolib.app.context import clock
from chocolib.core.usage import FEWEST, KEY_DAYS, VIEW_DAYS
from tests.app.usage.homes import ANA, DAY, EVA, LEO, MINUTE, home, looked
from tests.doors.test_cli import chocolib, document

EVERYBODY = (ANA, EVA, LEO)


@pytest.fixture
def _seen() -> None:
    now = clock()
    looked({who: [now - MINUTE, now - DAY] for who in EVERYBODY}, read_at=now)


@pytest.mark.usefixtures("_seen")
def test_the_stats_are_printed_for_admins_and_for_viewers() -> None:
    found = document("usage", "stats", "--days", "7", "--json")
    assert (found["people"], found["views"], found["days"]) == (3, 6, 7)
    assert {one["name"] for one in found["visitors"]} == {"ana@example.org", "eva", "leo"}
    assert [one["views"] for one in found["by_day"]][-2:] == [3, 3]
    assert [row["hour"] for row in found["by_hour"]] == list(range(24))
    told = document("usage", "stats", "--as", "viewer", "--json")
    assert (told["people"], told["visitors"]) == (3, [])
    assert "ana" not in json.dumps(told)
    text = chocolib("usage", "stats").stdout
    assert "People: 3, on two days or more: 3" in text
    assert "today/price_now" in text
    assert "ana@example.org" not in chocolib("usage", "stats", "--as", "viewer").stdout


@pytest.mark.usefixtures("_seen")
def test_who_is_there_is_printed() -> None:
    found = document("usage", "active", "--minutes", "30", "--json")
    assert (found["people"], len(found["present"]), len(found["looks"])) == (3, 3, 3)
    told = chocolib("usage", "active", "--minutes", "30", "--as", "viewer").stdout
    assert told.startswith("People: 3,")
    assert "eva" not in told


def test_a_role_that_is_none_is_refused() -> None:
    failed = chocolib("usage", "stats", "--as", "boss", code=1)
    assert "there is no role 'boss'" in failed.stderr


def test_before_anything_was_read_nothing_is_told_and_no_file_made() -> None:
    assert document("usage", "active", "--json")["people"] is None
    assert "People: not known" in (text := chocolib("usage", "stats").stdout)
    assert "no log was read yet" in text
    assert document("usage", "status", "--json")["files"] == {}
    assert not list(home().glob("usage*"))


def test_the_log_is_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "access.json"
    line = {
        "time": clock().isoformat(),
        "request": "1",
        "login": "ana@example.org",
        "address": "100.64.0.1",
        "method": "GET",
        "path": "/today",
        "status": 200,
        "bytes": 9,
        "seconds": 0.1,
        "upstream_status": "200",
        "upstream_seconds": "0.1",
        "agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36",
    }
    log.write_text(json.dumps(line) + "\n")
    monkeypatch.setenv("CHOCOLIB_ACCESS_LOG", str(log))
    monkeypatch.setenv("CHOCOLIB_TAILSCALE", "off")
    assert document("usage", "read", "--json")["lines"] == {"page": 1}
    assert chocolib("usage", "read").stdout == "nothing new\n"
    (one,) = document("usage", "active", "--json")["present"]
    assert (one["name"], one["page"]) == ("ana@example.org", "today")
    log.unlink()
    assert "access.json" in chocolib("usage", "read").stderr


@pytest.mark.usefixtures("_seen")
def test_a_person_is_forgotten_and_it_is_said_what_is_left() -> None:
    refused = chocolib("usage", "forget", "eva", code=1)
    assert "Delete everything that is kept of eva?" in refused.stderr
    done = chocolib("usage", "forget", "eva", "--yes")
    assert done.stdout == "4 views and 1 entries of the register deleted\n"
    assert "up to 30 days" in done.stderr
    assert "Backups made before" in done.stderr
    again = document("usage", "forget", "eva", "--yes", "--json")
    assert (again["views"], again["entries"], len(again["left"])) == (0, 0, 2)
    assert "nothing is kept of eva" in chocolib("usage", "forget", "eva", "--yes").stderr
    assert "nobody is named" in chocolib("usage", "forget", "", "--yes", code=1).stderr
    assert document("usage", "stats", "--json")["people"] == 2


@pytest.mark.parametrize("lang", ["es", "en"])
def test_what_is_kept_is_told_with_the_figures_of_the_code(lang: str) -> None:
    text = chocolib("usage", "privacy", "--lang", lang).stdout
    for figure in (FEWEST, KEY_DAYS, VIEW_DAYS):
        assert str(figure) in text
    assert "{" not in text


@pytest.mark.usefixtures("_seen")
def test_the_status_tells_what_is_kept() -> None:
    found = document("usage", "status", "--json")
    assert set(found["files"]) == {"usage.sqlite", "usage-people.sqlite"}
    assert (found["views"], found["people"], found["troubles"]) == (12, 3, [])
    assert "key in use since" in chocolib("usage", "status").stdout
