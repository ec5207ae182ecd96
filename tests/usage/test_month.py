"""A month through a real nginx: the page, the answers, HTTP and the chat are as the visits were."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chocolib.doors.dashboards import running
from chocolib.doors.trust import LOGIN
from chocolib.sources.access_log.plain import find
from deploy.debian import NotHad
from deploy.moved_clock import library
from deploy.nginxd import nginx
from tests.deploy.edge import HOST
from tests.doors.api.server_process import running as api
from tests.usage.month import MADRID, READERS, Expected, Truth, made, moved, now, planned

ADMIN, VIEWER = READERS[0][0], READERS[1][0]
#: What of a person no viewer may ever read.
PERSONAL = [part for reader in READERS for part in reader[:2] if part]
#: tailscale's command, as far as it is asked: whose the address of the last reader but one is.
TAILSCALE = """#!/bin/sh
case "$1 $2 $3" in
  "whois --json {address}"*) cat '{whois}' ;;
  "status --json "*) cat '{status}' ;;
  *) echo "peer not found" >&2; exit 1 ;;
esac
"""


@dataclass(frozen=True)
class Played:
    """A month that was played: its truth, the settings of the home that read it, the page's place.

    Attributes:
        at: when the last visit was.
        edge: the address of nginx.
    """

    truth: Truth
    at: datetime
    settings: dict[str, str]
    edge: str

    def run(self, *arguments: str) -> str:
        """What a command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "chocolib", *arguments],
            env=os.environ | self.settings,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tool(self, name: str, **arguments: int) -> dict[str, Any]:
        """An answer of the catalogue."""
        options = [part for key, value in arguments.items() for part in (f"--{key}", str(value))]
        found: dict[str, Any] = json.loads(self.run("tool", name, *options, "--json"))
        return found

    def expected(self, days: int) -> Expected:
        """The truth about the last days, today one of them."""
        return self.truth.since(self.at.astimezone(MADRID).date() - timedelta(days=days - 1))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    try:
        nginx(), library()
    except NotHad as reason:
        pytest.skip(f"no month can be played: {reason}")
    folder = tmp_path_factory.mktemp("month")
    settings = {
        "CHOCOLIB_HOME": str(folder / "home"),
        "CHOCOLIB_TRUSTED_PROXY": HOST,
        "CHOCOLIB_ADMINS": ADMIN,
        "CHOCOLIB_ACCESS_LOG": str(folder / "nginx" / "logs" / "access.json"),
        "CHOCOLIB_TAILSCALE": str(tailscale(folder)),
    }
    with ExitStack() as serving:
        with pytest.MonkeyPatch.context() as patch:  # the server keeps it, other tests must not
            for name, value in settings.items():
                patch.setenv(name, value)
            address = serving.enter_context(running(None, HOST))
        upstream = address.removeprefix("http://").rstrip("/")
        port, clock = serving.enter_context(moved(folder / "nginx", upstream))
        truth = planned(at := now())
        answers = made(port, clock, truth)
        assert set(answers) == {200, 204}
        clock.back(0)
        month = Played(truth, at, settings, f"http://{HOST}:{port}")
        month.run("usage", "read")
        yield month


def tailscale(folder: Path) -> Path:
    """A command that answers as tailscale was written down to."""
    login, address, *_ = READERS[4]
    whois, status = folder / "whois.json", folder / "status.json"
    node = {"ID": 5, "StableID": "n5", "Name": "eva.example.ts.net.", "User": 55,
            "Addresses": [f"{address}/32"], "ComputedName": "eva"}  # fmt: skip
    user = {"ID": 55, "LoginName": login, "DisplayName": "Eva"}
    whois.write_text(json.dumps({"Node": node, "UserProfile": user, "CapMap": None}))
    status.write_text(json.dumps({"Version": "1.103.0", "BackendState": "Running", "Peer": None,
                                  "TailscaleIPs": ["100.64.0.1"], "User": {}}))  # fmt: skip
    command = folder / "tailscale"
    command.write_text(TAILSCALE.format(address=address, whois=whois, status=status))
    command.chmod(0o755)
    return command


def names(counts: dict[int, int]) -> dict[str, int]:
    """Numbers of readers by the name that an admin reads: their login, else their address."""
    return {READERS[one][0] or READERS[one][1]: count for one, count in counts.items()}


def test_what_nginx_writes_is_plain(played: Played) -> None:
    found = find(Path(played.settings["CHOCOLIB_ACCESS_LOG"]).read_bytes())
    assert len(found.times) > 3_000
    assert not any(found.others)


@pytest.mark.parametrize("days", [7, 30])
def test_the_answer_on_use_is_the_truth(played: Played, days: int) -> None:
    told, true = played.tool("usage_stats", days=days), played.expected(days)
    assert (told["people"], told["devices"]) == (true.people, true.devices)
    assert (told["sessions"], told["returning"]) == (true.sessions, true.returning)
    assert told["minutes"] == round(true.seconds / 60, 1)
    assert {one["page"]: one["views"] for one in told["pages"]} == true.pages
    assert {one["card"]: one["views"] for one in told["most_viewed_cards"]} == true.cards
    assert {one["user"]: one["sessions"] for one in told["user_sessions"]} == names(true.of_reader)
    by_day = {day["day"]: day["sessions"] for day in told["by_day"] if day["sessions"]}
    assert by_day == {f"{day}": count for day, count in true.by_day.items()}


def test_the_command_line_tells_the_same(played: Played) -> None:
    told = json.loads(played.run("usage", "stats", "--days", "7", "--json"))
    true = played.expected(7)
    assert (told["people"], told["sessions"]) == (true.people, true.sessions)


def test_who_is_there_now_is_who_came_last(played: Played) -> None:
    told = played.tool("active_users", minutes=60)
    assert told["people"] == 2
    assert {one["user"] for one in told["logs"]} == {ADMIN, VIEWER}
    assert told["summary"] == {"unique_users": 2, "total_requests": len(told["logs"])}


def test_every_answer_of_a_path_was_counted(played: Played) -> None:
    told = played.tool("system_performance", days=30)
    paths = {one["path"]: one["requests"] for one in told["paths"]}
    lines = Path(played.settings["CHOCOLIB_ACCESS_LOG"]).read_text().splitlines()
    for page in ("/today", "/week", "/revision"):
        asked = [one for one in map(json.loads, lines) if one["path"] == page]
        assert paths[page] == len(asked)
    assert told["errors"] == 0


def test_the_chat_tells_who_is_there(played: Played) -> None:
    reply = played.run("ask", "Quien esta usando el panel?")
    assert "2" in reply
    assert ADMIN in reply


def test_http_tells_the_same_and_a_viewer_nothing_of_people(played: Played) -> None:
    true = played.expected(7)
    with api(Path(played.settings["CHOCOLIB_HOME"]), **played.settings) as door:

        def ask(path: str, login: str) -> dict[str, Any]:
            with door.client() as asking:
                return dict(asking.get(path, headers={LOGIN: login}).json())

        seen = ask("/analytics/dashboard-usage", ADMIN)
        assert {one["user"]: one["sessions"] for one in seen["user_sessions"]} == names(
            true.of_reader
        )
        assert {one["card"]: one["views"] for one in seen["most_viewed_cards"]} == true.cards
        logs = ask("/analytics/access-logs?minutes=60", ADMIN)
        assert logs["summary"]["unique_users"] == 2
        health = ask("/analytics/system-health-history", ADMIN)
        assert health["avg_api_response_ms"] >= 0
        for path in ("dashboard-usage", "access-logs?minutes=60", "system-health-history"):
            told = json.dumps(ask(f"/analytics/{path}", VIEWER))
            assert not [part for part in PERSONAL if part in told]


def test_the_page_tells_the_truth_to_an_admin_and_a_viewer_nothing_of_people(
    played: Played,
) -> None:
    true = played.expected(30)
    admin, viewer = page(played, ADMIN), page(played, VIEWER)
    for number in (true.people, true.sessions, sum(true.pages.values()), true.devices):
        assert re.search(rf">\s*{number}\s*<", admin), number
    assert ADMIN in admin
    assert not [part for part in PERSONAL if part in viewer]


def page(played: Played, login: str) -> str:
    """The page of use through nginx, as somebody reads it."""
    asked = urllib.request.Request(f"{played.edge}/usage?lang=en", headers={LOGIN: login})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked) as answer:
        return str(answer.read().decode())
