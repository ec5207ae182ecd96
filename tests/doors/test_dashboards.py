"""`dash --check`: green only when our own server shows a whole page."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator

import pandas as pd
import pytest

from chocolib.app.context import clock, demo_store
from chocolib.app.live import fill_demo
from chocolib.app.settings import read_settings
from chocolib.core import time
from chocolib.core.errors import ChocolibError
from chocolib.core.views import TodayView
from chocolib.doors import dashboards
from chocolib.doors.dashboards import address, faults, serve_dashboards
from chocolib.ui.pages import today_fragment

NOW = time.utc("2025-11-20T21:05")
HOURS = pd.date_range(NOW.floor("D"), periods=48, freq="h")
VIEW = TodayView(NOW, "es", pd.Series(0.1, index=HOURS), newest_price=HOURS[-1])
EMPTY = TodayView(NOW, "es", pd.Series(dtype=float, index=HOURS[:0]))


def check(host: str = "127.0.0.1", port: int = 8866) -> str:
    said: list[str] = []
    serve_dashboards(as_of=None, host=host, port=port, check=True, say=said.append)
    return " ".join(said)


class Impostor(http.server.BaseHTTPRequestHandler):
    """Another server, which answers everything with a page that looks ready."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'<svg data-ready data-card="price-now">')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def impostor() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Impostor) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_server_on_the_port_neither_disturbs_nor_passes_the_check(impostor: int) -> None:
    fill_demo(demo_store(read_settings()), now=clock())
    said = check(port=impostor)
    assert "the dashboard answers" in said
    assert " 38 characters" not in said


def test_a_server_that_cannot_start_fails_the_check_whoever_else_answers(
    impostor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Taken:
        """A port that was free when it was looked for, and is not any more."""

        def __enter__(self) -> Taken:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def getsockname(self) -> tuple[str, int]:
            return "127.0.0.1", impostor

    monkeypatch.setattr(dashboards, "listen", lambda *_: Taken())
    with pytest.raises(ChocolibError, match=r"did not start.*cannot listen"):
        check()


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here")
def test_an_empty_store_is_shown_whole_also_over_ipv6() -> None:
    assert "the dashboard answers" in check("::1")


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert address("::1", 8866) == "http://[::1]:8866"
    assert address("localhost", 8866) == "http://localhost:8866"


def test_a_whole_page_has_no_faults() -> None:
    for view in (VIEW, EMPTY):
        assert faults(today_fragment(view), view) == []


def test_each_missing_part_is_a_fault() -> None:
    page = today_fragment(VIEW)
    assert faults(page.replace("data-ready", "x"), VIEW) == ["no data-ready"]
    assert faults(page.replace('data-card="price-now"', ""), VIEW) == ['no data-card="price-now"']
    assert faults(today_fragment(EMPTY), VIEW) == ["no <svg"]
    assert len(faults(f"{page} Traceback (most recent call last)", VIEW)) == 1
    assert len(faults(f"{page} <p data-failed>", VIEW)) == 1
