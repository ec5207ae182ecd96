"""Pages painted without a kernel, as readers and intruders meet them."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.dash.dash_process import Server, stop
from tests.dash.site_process import (
    alive,
    family,
    health,
    log_of,
    paintings,
    show,
    start_site,
    until,
    write_site,
)

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
POLITE = "Esta página no se ha podido preparar"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "pages"
    write_site(folder)
    return folder


@pytest.fixture(scope="module")
def site(place: Path) -> Iterator[Server]:
    running = start_site(place, host="0.0.0.0", warm="0")  # noqa: S104 - readers from elsewhere
    yield running
    stop(running)


def test_a_page_is_painted_and_no_kernel_runs(site: Server, place: Path) -> None:
    show(place, "a1", shown="seen")
    answer = site.get("/numbers")
    assert answer.status == 200
    assert "<p id=one>seen</p>" in answer.text
    assert 'data-revision="a1"' in answer.text
    assert health(site)["kernels"] == 0


def test_a_painting_is_never_older_than_the_store(site: Server, place: Path) -> None:
    for step in range(6):
        show(place, f"b{step}", shown=f"step {step}")
        assert f"<p id=one>step {step}</p>" in site.get("/numbers").text


def test_an_unchanged_page_is_painted_once_and_not_sent_twice(site: Server, place: Path) -> None:
    show(place, "c1", shown="unchanged")
    first = site.get("/numbers?at=2025-11-20T21:00")
    before = paintings(place)
    again = site.get("/numbers?at=2025-11-20T21:00", **{"If-None-Match": first.headers["etag"]})
    assert (again.status, again.text) == (304, "")
    assert site.get("/numbers?at=2025-11-20T21:00").text == first.text
    assert paintings(place) == before


def test_a_crowd_that_asks_the_same_shares_one_painting(site: Server, place: Path) -> None:
    show(place, "d1", shown="slow")
    before = paintings(place)
    with ThreadPoolExecutor(12) as crowd:
        asked = [crowd.submit(site.get, "/numbers?at=2025-11-21T09:00") for _ in range(12)]
    assert {one.result().status for one in asked} == {200}
    show(place, "d2", shown="quick")
    assert paintings(place) - before <= 3  # one for the crowd; those looked at are painted ahead


def test_a_page_somebody_looks_at_is_painted_ahead(site: Server, place: Path) -> None:
    show(place, "e1", shown="before")
    site.get("/numbers")
    before = paintings(place)
    show(place, "e2", shown="after")
    assert until(lambda: paintings(place) > before)


@pytest.mark.parametrize("mishap", ["boom", "no store"])
def test_a_page_that_fails_is_polite_and_the_log_says_why(
    site: Server, place: Path, mishap: str
) -> None:
    show(place, f"f-{mishap}", shown=mishap)
    answer = site.get("/numbers")
    assert answer.status == 500
    assert POLITE in answer.text
    assert "secret" not in answer.text
    assert until(lambda: "secret_reason" in log_of(place) or "secret_path" in log_of(place))
    show(place, f"g-{mishap}", shown="well again")
    assert "well again" in site.get("/numbers").text


def test_a_painter_that_is_killed_is_replaced_and_the_reader_does_not_notice(
    site: Server, place: Path
) -> None:
    show(place, "h1", shown="killed once")
    answer = site.get("/numbers")
    assert answer.status == 200
    assert "painted again" in answer.text
    assert health(site)["painter"] is True


def test_a_moment_is_replayed_and_none_to_come(site: Server, place: Path) -> None:
    show(place, "i1", shown="past")
    assert "<p id=at>2025-11-20T21:00</p>" in site.get("/numbers?at=2025-11-20T21:00").text
    assert "<p id=at>2025-11-20T21:00</p>" in site.get("/numbers?at=2025-11-20T20:00Z").text
    assert "<p id=at>None</p>" in site.get("/numbers?at=").text


@pytest.mark.parametrize(
    "at",
    ["2199-01-01", "yesterday", "1500-01-01", "2025-03-30T02:30", "0", "%ff", "../etc", "9" * 400],
)
def test_a_moment_that_cannot_be_is_refused_politely(site: Server, at: str) -> None:
    answer = site.get(f"/numbers?at={at}")
    assert answer.status == 400
    assert "Ese momento no se puede mostrar" in answer.text


def test_the_language_is_asked_for_kept_and_else_the_browser_s(site: Server, place: Path) -> None:
    show(place, "j1", shown="words")
    english = site.get("/numbers?lang=en")
    assert '<html lang="en"' in english.text
    cookie = english.headers["set-cookie"]
    assert cookie.startswith("lang=en;")
    assert "HttpOnly" in cookie
    assert "<nav>en</nav>" in site.get("/numbers", Cookie="lang=en").text
    assert "<nav>en</nav>" in site.get("/numbers", **{"Accept-Language": "en-GB"}).text
    plain = site.get("/numbers")
    assert "<nav>es</nav>" in plain.text
    assert "set-cookie" not in plain.headers
    assert "There is no page here" in site.get("/nothing", **{"Accept-Language": "en"}).text


@pytest.mark.parametrize("path", ["/secret", "/revision?page=secret", "/voila/render/secret.ipynb"])
def test_a_page_one_may_not_see_is_as_one_that_does_not_exist(site: Server, path: str) -> None:
    mine, nobodys = site.get(path), site.get("/nothing")
    assert (mine.status, mine.text) == (nobodys.status, nobodys.text) == (404, mine.text)
    believed = site.get(path, **{"Tailscale-User-Login": "ana@example.org"})
    assert believed.status == 404  # nobody trusts this address


def test_the_user_of_this_machine_sees_all(place: Path) -> None:
    show(place, "k1", shown="own")
    own = start_site(place, warm="0")
    try:
        assert "<p id=role>admin</p>" in own.get("/secret").text
    finally:
        assert stop(own) == 0


def test_scripts_are_kept_for_good_under_a_name_of_their_content(site: Server) -> None:
    text = site.get("/numbers").text
    address = re.findall(r'src="(/static/live\.\w+\.js)"', text)[0]
    answer = site.get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    for path in ("/static/live.js", "/static/live.0.js", "/static/../x", "/static/dial.py"):
        assert site.get(path).status == 404


def test_a_page_has_no_script_and_no_handler_inside(site: Server) -> None:
    text = site.get("/numbers").text
    assert set(re.findall(r"<script[^>]*>([^<]*)</script>", text)) == {" "}
    assert not re.search(r"\son\w+=", text)


def test_a_notebook_that_does_more_is_still_run(site: Server) -> None:
    assert "<p>forty-two</p>" in site.get("/run").text


def test_head_answers_as_get_does(site: Server) -> None:
    for path in ("/numbers", "/nothing", "/numbers?at=x"):
        asked, got = site.ask("HEAD", path), site.get(path)
        assert (asked.status, asked.text) == (got.status, "")
    assert site.ask("POST", "/numbers").status == 405


@needs_proc
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_server(place: Path, how: signal.Signals) -> None:
    once = start_site(place, warm="2")
    assert until(lambda: health(once).get("pool", {}).get("waiting") == 2, 30)
    below = family(once)
    assert len(below) >= 4
    os.kill(once.process.pid, how)
    once.process.wait(20)
    if once.process.stdout is not None:
        once.process.stdout.close()
    assert until(lambda: not alive(below))
