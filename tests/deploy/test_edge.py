"""The real nginx before real dashboards: what readers get, what everybody else gets."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from chocolib.doors.dash.seen import CARDS, SECONDS
from chocolib.doors.dash.shots import SIZES, launch, playwright
from chocolib.doors.dash.statics import statics
from chocolib.doors.pages import PAGES
from deploy.debian import NotHad
from deploy.nginxd import logrotate
from tests.dash.test_every_page import Opened
from tests.deploy.attacks import intruders, run, table
from tests.deploy.conftest import NAME
from tests.deploy.edge import CONFIG, Edge, render
from tests.deploy.hostile import ADMIN, VIEWER, attacks
from tests.deploy.words import WORDS, words

TEMPLATE = (CONFIG / "templates" / "dashboards.conf.template").read_text()


def get(edge: Edge, path: str, **headers: str) -> tuple[int, Message, bytes]:
    """Status, headers and body, as a reader behind the sidecar gets them."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = urllib.request.Request(f"{edge.url}{path}", headers=named)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_nginx_finds_no_fault_in_the_configuration(binary: Path, tmp_path: Path) -> None:
    config = render(tmp_path / "n", port=8080, status=8081, upstream="127.0.0.1:8866")
    command = [str(binary), "-t", "-p", str(config.parent), "-c", str(config), "-e", "stderr"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_the_pages_that_are_let_through_are_those_there_are() -> None:
    viewers = re.search(r"location ~ \^/\(\?:([\w|]+)\)\$ \{", TEMPLATE)
    admins = re.findall(r"location = /(\w+) \{\s+if \(\$login = \"\"\)", TEMPLATE)
    seen = re.search(r'location ~ "\^/seen/\(\?:([\w|]+)\)/\(\?:(.+)\)\$" \{', TEMPLATE)
    sockets = re.search(r"location ~ \^/live/\(\?:([\w|]+)\)\$", TEMPLATE)
    assert viewers
    assert sockets
    assert seen
    assert sorted(seen[1].split("|")) == sorted(PAGES)
    for told in ("a" * 40, ".".join(["a" * 40] * 20), "next_window.room", "1", "99999"):
        assert re.fullmatch(f"{CARDS}|{SECONDS}", told)
        assert re.fullmatch(seen[2], told)
    assert not re.fullmatch(seen[2], ".".join(["a" * 40] * 20) + "a")
    assert viewers[1].split("|") == [kind.name for kind in PAGES.values() if kind.role == "viewer"]
    assert admins == [kind.name for kind in PAGES.values() if kind.role == "admin"]
    assert sockets[1].split("|") == [kind.name for kind in PAGES.values() if kind.controls]
    name = re.compile(r"[a-z_]+\.[0-9a-f]{12}\.js")
    assert all(name.fullmatch(one.name) for one in statics().values())


def test_hostile_requests_reach_nothing(served: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = attacks()
    assert len({(one.kind, one.name) for one in hostile}) == len(hostile) >= 300
    outcomes = run(served, hostile)
    with capsys.disabled():
        print(f"\n{table(outcomes)}")
    assert [one for one in outcomes if one.wrong] == []
    assert intruders(served.heads) == []
    assert get(served, "/today")[0] == 200


def test_hostile_words_on_a_socket_end_it(served: Edge, tmp_path: Path) -> None:
    outcomes = words(served)
    assert len(outcomes) == len(WORDS)
    assert [one for one in outcomes if one.wrong] == []
    assert not list(Path.cwd().glob("PWNED"))


def test_the_tap_notices_what_should_not_have_got_through() -> None:
    told = "Host: 127.0.0.1\r\nCookie: lang="
    assert intruders([f"GET /today?lang=en HTTP/1.1\r\n{told}"]) == []
    assert len(intruders([f"GET /api/kernels HTTP/1.1\r\n{told}"])) == 1
    assert len(intruders([f"POST /today HTTP/1.1\r\n{told}"])) == 1
    assert len(intruders([f"GET /today HTTP/1.1\r\n{told}\r\nX-Forwarded-For: 1"])) == 1


def test_only_an_admin_by_the_sidecar_sees_the_page_for_admins(served: Edge) -> None:
    assert get(served, "/system", Tailscale_User_Login=ADMIN)[0] == 200
    assert get(served, "/system", Tailscale_User_Login=VIEWER)[0] == 404
    assert get(served, "/system")[0] == 403
    assert get(served, "/today")[0] == 200


def test_the_dashboards_answer_to_the_name_they_were_given_and_to_no_other(
    dashboards: str,
) -> None:
    direct = Edge(int(dashboards.rpartition(":")[2]), 0, Path(), [])
    assert get(direct, "/today", Host=NAME)[0] == 200
    assert get(direct, "/today", Host="localhost")[0] == 200
    for other in ("evil.example", f"{NAME}.evil.example", f"x{NAME}"):
        assert get(direct, "/today", Host=other)[0] == 403


def test_answers_have_the_headers_of_the_edge_and_the_policy_of_the_dashboards(
    served: Edge,
) -> None:
    for path in ("/today", "/.env"):
        headers = get(served, path)[1]
        policies = headers.get_all("Content-Security-Policy")
        assert len(policies) == (2 if path == "/today" else 1)
        assert any("script-src 'self';" in policy for policy in policies)
        assert not any("unsafe-eval" in policy for policy in policies)
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Strict-Transport-Security"]
        assert headers["Server"] in ("nginx", None)
    assert get(served, "/today")[1].get_all("X-Content-Type-Options") == ["nosniff"]


def test_answers_are_packed_and_kept_as_the_dashboards_say(served: Edge) -> None:
    status, headers, _ = get(served, "/today", Accept_Encoding="gzip")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    again = get(served, "/today", If_None_Match=headers["ETag"], Accept_Encoding="gzip")
    assert again[0] == 304
    script = get(served, f"/static/{statics()['live'].name}", Accept_Encoding="gzip")[1]
    assert script["Content-Encoding"] == "gzip"
    assert "immutable" in script["Cache-Control"]
    english = get(served, "/today", Cookie="lang=en; other=1")
    assert b'<html lang="en"' in english[2]


def test_who_asks_too_much_is_told_to_wait_and_nobody_else_is(served: Edge) -> None:
    many = [get(served, "/week", Tailscale_User_Login="mad@example.org")[0] for _ in range(60)]
    assert set(many) == {200, 429}
    assert get(served, "/week", Tailscale_User_Login="calm@example.org")[0] == 200


def test_what_nginx_says_of_itself_is_for_its_own_container(served: Edge) -> None:
    own = Edge(served.status, served.status, served.log, served.heads)
    assert get(own, "/healthz")[::2] == (200, b"ok\n")
    assert b"Active connections" in get(own, "/status")[2]
    assert get(own, "/today")[0] == 403
    assert get(served, "/status")[0] == 403


def test_the_log_tells_who_and_keeps_keys_and_questions_to_itself(served: Edge) -> None:
    kernel = "6f1c8a52-9d1e-4a8a-8a52-1c8a52d5f1ce"
    get(served, "/today?lang=en&q=secret-question", Tailscale_User_Login='a"b@example.org')
    assert get(served, "/revision?page=today")[0] == 200
    get(served, f"/api/kernels/{kernel}/channels")
    logged(served.log, "/api/kernels/<kernel>/channels")  # each worker of nginx writes when it can
    lines = logged(served.log, '"path":"/revision"')
    assert "/api/kernels/<kernel>/channels" in [line["path"] for line in lines]
    assert next(line for line in lines if line["login"] == 'a"b@example.org')["path"] == "/today"
    text = served.log.read_text()
    assert kernel not in text
    assert "secret-question" not in text
    well = [line["path"] for line in lines if line["status"] in (200, 304)]
    assert "/revision" in well
    assert not [path for path in well if path.startswith("/static/")]


def test_what_was_on_screen_stands_in_the_log_with_who_saw_it(served: Edge) -> None:
    for what in ("price_now.next_window", "42", "a" * 40, ".".join("a" * 20)):
        status, headers, body = get(served, f"/seen/today/{what}", Tailscale_User_Login=VIEWER)
        assert (status, headers["Cache-Control"], body) == (204, "no-store", b"")
    assert get(served, "/seen/system/jobs", Tailscale_User_Login=VIEWER)[0] == 404
    assert get(served, "/seen/system/jobs", Tailscale_User_Login=ADMIN)[0] == 204
    lines = logged(served.log, "/seen/today/42")
    told = next(one for one in lines if one["path"] == "/seen/today/price_now.next_window")
    assert (told["login"], told["status"]) == (VIEWER, 204)


def test_who_says_nothing_of_themselves_is_logged_as_nobody(served: Edge) -> None:
    get(served, "/nobody-said", User_Agent="")
    line = logged(served.log, "/nobody-said")[-1]
    assert (line["login"], line["agent"]) == ("", "")


def logged(log: Path, last: str) -> list[dict[str, Any]]:
    """The lines of the access log, once the last one is there."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit and last not in log.read_text():
        time.sleep(0.05)
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_the_log_is_turned_over_and_nginx_writes_the_new_one(served: Edge, tmp_path: Path) -> None:
    try:
        binary = logrotate()
    except NotHad as reason:
        pytest.skip(f"there is no logrotate: {reason}")
    get(served, "/before")
    logged(served.log, "/before")
    pid = (served.log.parents[1] / "nginx.pid").read_text().strip()
    rules = (CONFIG / "logrotate.conf").read_text()
    rules = rules.replace("/srv/chocolib/logs/nginx/access.json", str(served.log))
    rules = re.sub(r"docker compose .*", f"kill -USR1 {pid}", rules)
    rules = re.sub(r"^  (create|su) .*\n", "", rules, flags=re.MULTILINE)
    config = tmp_path / "logrotate.conf"
    config.write_text(rules)
    command = [str(binary), "--force", "--state", str(tmp_path / "state"), str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (old,) = served.log.parent.glob("access.json-*")
    assert "/before" in old.read_text()
    limit = time.monotonic() + 10
    while time.monotonic() < limit and not served.log.exists():
        time.sleep(0.05)
    get(served, "/after")
    assert logged(served.log, "/after")[-1]["path"] == "/after"


@pytest.fixture(scope="module")
def browser(chromium: None) -> Iterator[Any]:
    with playwright() as driver:
        opened = launch(driver)
        yield opened
        opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_on_a_phone_behind_the_edge(browser: Any, served: Edge, name: str) -> None:
    settings = {"extra_http_headers": {"Tailscale-User-Login": ADMIN}}
    with Opened(browser, f"{served.url}/{name}", SIZES[0], **settings) as opened:
        assert opened.page.locator("[data-card]").count() > 0
        assert opened.wrong == []


@pytest.mark.browser
def test_the_what_if_answers_over_its_socket_behind_the_edge(browser: Any, served: Edge) -> None:
    from playwright.sync_api import expect

    settings = {"extra_http_headers": {"Tailscale-User-Login": "phone@example.org"}}
    with Opened(browser, f"{served.url}/plan", SIZES[0], **settings) as opened:
        page = opened.page
        page.locator('[data-widget-ready="what_if"]').wait_for()
        page.get_by_label("Más: Demanda").click()
        page.get_by_label("Más: Demanda").click()
        answer = page.locator('[data-card="what-if"] [data-part="answer"]')
        expect(answer).to_contain_text("Por kilo", timeout=30_000)
        assert opened.wrong == []
