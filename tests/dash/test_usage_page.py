"""The page of use behind a proxy that says who reads: from what was on screen to what is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from chocolib.app.context import Context, clock, demo_store, open_context
from chocolib.app.live import fill_demo
from chocolib.app.settings import read_settings
from chocolib.app.usage.asking import usage
from chocolib.app.usage.people import visitors_of
from chocolib.app.usage.reading import read_logs
from chocolib.doors.dash.shots import launch, playwright
from chocolib.doors.dashboards import running
from docs.usage_traffic import DESKTOP, PHONE, READERS, fill_usage
from tests.dash.site_process import until
from tests.dash.test_live_browser import HIDE

ADMIN, VIEWER = "ana@example.org", "carmen@example.org"
DEVICES = ("móvil", "tableta", "ordenador")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def _settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the server, for what reads its log."""
    for name, value in settings(home).items():
        monkeypatch.setenv(name, value)


def settings(home: Path) -> dict[str, str]:
    return {
        "CHOCOLIB_HOME": str(home),
        "CHOCOLIB_TRUSTED_PROXY": "127.0.0.1",
        "CHOCOLIB_ADMINS": ADMIN,
        "CHOCOLIB_ACCESS_LOG": str(home / "access" / "access.json"),
    }


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    """A server with a month of made-up readers, which keeps the log itself."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings(home).items():
            patch.setenv(name, value)
        fill_demo(demo_store(read_settings()), now=clock())
        fill_usage(read_settings(), clock())
        with running(None, "127.0.0.1") as address:
            yield address


def page(url: str, login: str, lang: str = "es") -> str:
    """The page of use as somebody gets it, its exports unpacked."""
    headers = {"Tailscale-User-Login": login, "User-Agent": DESKTOP}
    asked = Request(f"{url}/usage?lang={lang}", headers=headers)
    with build_opener(ProxyHandler({})).open(asked, timeout=60) as answer:
        return unquote(unescape(answer.read().decode()))


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_viewer_gets_no_name_no_address_no_pseudonym_and_no_person(
    url: str, home: Path, lang: str
) -> None:
    viewer, admin = page(url, VIEWER, lang), page(url, ADMIN, lang)
    persons = [reader.login or reader.address for reader in READERS]
    assert all(person in admin for person in persons)
    body = viewer.partition("</style>")[2]
    words = set(re.findall(r"[\w.@-]+", body))
    assert not words & {*persons, *(person.partition("@")[0] for person in persons)}
    assert not [reader for reader in READERS if reader.address in viewer or "@example" in viewer]
    assert 'data-card="usage-people"' in admin
    assert 'data-card="usage-people"' not in viewer
    assert not re.search(r"\b[0-9a-f]{16}\b", body)
    assert "data:text/csv" in viewer
    log = (home / "access" / "access.json").read_text()
    assert {json.loads(line)["login"] for line in log.splitlines()[-2:]} == {ADMIN, VIEWER}


def test_devices_are_told_to_admins_only(url: str) -> None:
    shown = page(url, ADMIN).partition('data-card="usage-now"')[2].partition("</section>")[0]
    assert any(device in shown for device in DEVICES)
    body = page(url, VIEWER).partition("<main")[2]
    cards = re.sub(r'data-card="usage-privacy".*', "", body, flags=re.DOTALL)
    assert not [device for device in DEVICES if device in cards]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright() as driver:
        opened = launch(driver)
        yield opened
        opened.close()


@pytest.mark.browser
@pytest.mark.usefixtures("chromium", "_settings")
def test_what_was_on_a_screen_is_what_the_page_of_use_tells(
    browser: Any, url: str, home: Path
) -> None:
    def told() -> set[str]:
        log = (home / "access" / "access.json").read_text()
        paths = (json.loads(line)["path"].split("/") for line in log.splitlines()[before:])
        named = [path[3] for path in paths if path[1:3] == ["seen", "today"]]
        return {card for one in named for card in one.split(".")}

    before = len((home / "access" / "access.json").read_text().splitlines())
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        user_agent=PHONE,
        extra_http_headers={"Tailscale-User-Login": "fay@example.org"},
    )
    phone = context.new_page()
    phone.goto(f"{url}/today")
    first = phone.locator("main [data-card]").first.get_attribute("data-card").replace("-", "_")
    assert until(lambda: first in told(), 30)
    every = phone.locator("main [data-card]").count()
    assert len(told()) < every, "the cards below the screen were not seen"
    last = phone.locator("main [data-card]").last
    last.scroll_into_view_if_needed()
    phone.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    name = last.get_attribute("data-card").replace("-", "_")
    assert until(lambda: name in told(), 30)
    phone.evaluate(HIDE)  # a page that is left tells it without the headers that we add
    assert until(lambda: any(one.isdigit() for one in told()), 30)
    context.close()
    assert views(open_context(role="admin")) == {one for one in told() if not one.isdigit()}


def views(context: Context) -> set[str]:
    """The cards that Fay looked at, once the log is read."""
    before = {(one.page, one.card): one.views for one in usage(context, 1).cards}
    read_logs(context.settings, now=clock(), visitors=visitors_of)
    found = usage(open_context(role="admin"), 1)
    (fay,) = [one for one in found.visitors if one.name == "fay@example.org"]
    assert (fay.views, fay.sessions, fay.devices) == (1, 1, ("phone",))
    assert fay.seconds > 0
    after = {(one.page, one.card): one.views for one in found.cards}
    return {place[1] for place, n in after.items() if n != before.get(place)}
