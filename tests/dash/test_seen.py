"""What open pages tell of what was on screen, in a real Chromium and by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from chocolib.doors.dash.shots import launch, playwright
from tests.dash.dash_process import Server, stop
from tests.dash.site_process import start_site, until, visits_of, write_site
from tests.dash.test_live_browser import HIDE, SHOW

#: Seconds in which a page would have told of a card, had it been looked at.
QUIET_MS = 5500


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seen") / "pages"
    write_site(folder)
    return folder


@pytest.fixture(scope="module")
def site(place: Path) -> Iterator[Server]:
    running = start_site(place, warm="0")
    yield running
    stop(running)


@pytest.fixture(scope="module")
def stranger(place: Path) -> Iterator[Server]:
    """The same site as readers from elsewhere reach it."""
    running = start_site(place, host="0.0.0.0", warm="0")  # noqa: S104
    yield running
    stop(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright() as driver:
        opened = launch(driver)
        yield opened
        opened.close()


class Open:
    """A phone at the page "numbers", and what the server's log says that it told."""

    def __init__(self, browser: Any, site: Server, script: str = "") -> None:
        self.wrong: list[str] = []
        self._folder, self._before = site.folder, len(visits_of(site.folder))
        self.context = browser.new_context(viewport={"width": 390, "height": 844})
        self.context.add_init_script(script) if script else None
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.wrong.append(said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", lambda asked: self.wrong.append(asked.url))
        self.page.goto(f"{site.url}/numbers")

    @property
    def told(self) -> list[str]:
        """What stands after "/seen/numbers/", in order."""
        paths = [line["path"] for line in visits_of(self._folder)[self._before :]]
        named = [path.partition("/seen/numbers/") for path in paths]
        return [what for _, found, what in named if found]

    @property
    def cards(self) -> list[str]:
        """Every card that was told of, in order, with repetitions."""
        return [card for one in self.told if not one.isdigit() for card in one.split(".")]

    @property
    def seconds(self) -> list[int]:
        """How long it was visible, as told."""
        return [int(one) for one in self.told if one.isdigit()]

    def __enter__(self) -> Open:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()
        assert self.wrong == []

    def comes(self, cards: list[str]) -> bool:
        return until(lambda: self.cards == cards, 30)


@pytest.mark.parametrize(
    "path",
    ["/seen/numbers/one", "/seen/numbers/one.far_below", "/seen/numbers/1", "/seen/secret/99999"],
)
def test_what_was_seen_is_taken_and_nothing_answered(site: Server, path: str) -> None:
    answer = site.get(path)
    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["cache-control"] == "no-store"
    assert site.ask("HEAD", path).status == site.ask("POST", path).status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/seen",
        "/seen/",
        "/seen/numbers",
        "/seen/numbers/",
        "/seen/nothing/one",
        "/seen/numbers/One",
        "/seen/numbers/one.",
        "/seen/numbers/.one",
        "/seen/numbers/one..two",
        "/seen/numbers/far-below",
        "/seen/numbers/one%2e",
        "/seen/numbers/one%0a",
        "/seen/numbers/one?x=1",
        "/seen/numbers/0",
        "/seen/numbers/-1",
        "/seen/numbers/1.5",
        "/seen/numbers/100000",
        "/seen/numbers/one.1",
        "/seen/numbers/" + "a" * 41,
        "/seen/numbers/" + ".".join("a" * 21),
        "/seen/../numbers",
    ],
)
def test_what_no_page_would_tell_is_not_found(site: Server, path: str) -> None:
    assert site.get(path).status == 404


def test_what_one_may_not_see_one_cannot_have_seen(stranger: Server) -> None:
    assert stranger.get("/seen/numbers/one").status == 204
    mine, nobodys = stranger.get("/seen/secret/one"), stranger.get("/seen/nothing/one")
    assert (mine.status, mine.text) == (nobodys.status, nobodys.text) == (404, mine.text)


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_only_what_was_on_screen_is_told_and_once(browser: Any, site: Server) -> None:
    with Open(browser, site) as opened:
        assert opened.comes(["one", "two", "input"])
        opened.page.evaluate("scrollTo(0, 2000)")  # half the screen of a card of four screens
        assert opened.comes(["one", "two", "input", "far_below"])
        opened.page.evaluate("scrollTo(0, 0)")
        opened.page.wait_for_timeout(QUIET_MS)
        assert len(opened.cards) == 4


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_what_flies_past_was_not_seen(browser: Any, site: Server) -> None:
    with Open(browser, site) as opened:
        assert opened.comes(["one", "two", "input"])
        opened.page.evaluate("scrollTo(0, 2000); setTimeout(() => scrollTo(0, 0), 300)")
        opened.page.wait_for_timeout(QUIET_MS)
        assert "far_below" not in opened.cards


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_a_page_in_the_background_is_not_seen(browser: Any, site: Server) -> None:
    hidden = HIDE.partition("\n")[0]
    with Open(browser, site, hidden) as opened:
        opened.page.wait_for_timeout(QUIET_MS)
        assert opened.told == []
        opened.page.evaluate(SHOW)
        assert opened.comes(["one", "two", "input"])


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_time_is_told_when_the_page_is_hidden_and_when_it_is_left(
    browser: Any, site: Server
) -> None:
    began = monotonic()
    with Open(browser, site) as opened:
        opened.page.wait_for_timeout(2000)
        opened.page.evaluate(HIDE)
        visible = monotonic() - began
        assert opened.comes(["one", "two", "input"])  # at once, not when they have gathered
        opened.page.wait_for_timeout(3000)
        began = monotonic()
        opened.page.evaluate(SHOW)
        opened.page.wait_for_timeout(1000)
        opened.page.goto("about:blank")
        visible += monotonic() - began  # and no second of those in which it was hidden
        assert until(lambda: len(opened.seconds) == 2)
        assert 3 <= sum(opened.seconds) <= visible + 1
        assert opened.cards == ["one", "two", "input"]


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize(
    "wish",
    [
        "navigator.__defineGetter__('doNotTrack', () => '1')",
        "navigator.__defineGetter__('globalPrivacyControl', () => true)",
    ],
    ids=["dnt", "gpc"],
)
def test_who_asks_not_to_be_tracked_is_not(browser: Any, site: Server, wish: str) -> None:
    with Open(browser, site, wish) as opened:
        opened.page.wait_for_timeout(QUIET_MS)
        opened.page.evaluate(HIDE)
        opened.page.goto(f"{site.url}/numbers")
        opened.page.wait_for_timeout(500)
        assert opened.told == []


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_a_card_drawn_anew_is_not_seen_twice_and_nothing_is_kept(
    browser: Any, site: Server, place: Path
) -> None:
    with Open(browser, site) as opened:
        assert opened.comes(["one", "two", "input"])
        again = """() => { const card = document.querySelector('[data-card=one]');
            card.replaceWith(card.cloneNode(true));
            document.dispatchEvent(new CustomEvent('choco:fresh')); }"""
        opened.page.evaluate(again)
        opened.page.wait_for_timeout(QUIET_MS)
        assert opened.cards == ["one", "two", "input"]
        assert opened.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        assert opened.context.cookies() == []


def test_the_script_is_in_every_painted_page(site: Server) -> None:
    assert "/static/seen." in site.get("/numbers").text
    assert "/static/seen." not in site.get("/run").text
