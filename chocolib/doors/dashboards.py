"""The dashboards: served until stopped, or started and checked once."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from chocolib.app.context import Context, open_context
from chocolib.app.notebooks import folder
from chocolib.app.settings import Settings
from chocolib.app.views.today import today_view
from chocolib.core.errors import ChocolibError
from chocolib.core.views import TodayView
from chocolib.doors.dash.server import serve
from chocolib.doors.dash.visits import CHECK
from chocolib.doors.listening import address, listen
from chocolib.doors.painting import revision_of, site

Say = Callable[[str], None]

START_TIMEOUT_S = 90
PAGE_TIMEOUT_S = 120
#: What the server says once it answers, before its address.
ANNOUNCED = "The dashboard is at"
#: The page that a check reads: the landing page shows too little of the data.
CHECKED = "today"
#: What a page carries once its cards are drawn, and what it must never show.
READY, BROKEN = "data-ready", ("Traceback (most recent call last)", "data-failed")
#: The card and the drawings of a page that has something to show.
PRICE, DRAWING = 'data-card="price-now"', "<svg"
#: Where to ask a server that listens on every address.
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked, not bound


def serve_dashboards(*, as_of: str | None, host: str, port: int, check: bool, say: Say) -> None:
    """Serve the dashboards at http://host:port until stopped.

    Args:
        as_of: replay this moment on every page.
        port: where to serve; a check takes a free port of its own and leaves this alone.
        check: only see that a page answers with its cards, then end.

    Raises:
        SettingsError: the port is taken, or `as_of` is not a moment.
        ChocolibError: (check) the page did not answer, or not with its cards.
    """
    context = open_context(as_of=as_of)
    if check:
        check_dashboards(context, as_of, host, say)
        return
    url = address(host, port)
    serve(
        notebooks=folder("dashboards"),
        host=host,
        port=port,
        lang=context.lang,
        env={"CHOCOLIB_AS_OF": as_of} if as_of else {},
        revision=lambda: revision_of("today", as_of),
        site=site(context, as_of),
        visits=visits(context.settings),
        ready=lambda: say(f"{ANNOUNCED} {url} (stop with Ctrl-C)"),
    )


def visits(settings: Settings) -> Path | None:
    """The access log that the server writes itself.

    `None` behind a trusted proxy, which keeps one (nginx does), unless `CHOCOLIB_ACCESS_LOG` names
    ours: `tailscale serve` alone keeps none.
    """
    own = settings.home / "access" / "access.json"
    named = Path(settings.access_log).expanduser() if settings.access_log else None
    return own if not settings.trusted_proxy or named == own else None


def check_dashboards(context: Context, as_of: str | None, host: str, say: Say) -> None:
    """Start a server on a free port beside this process, read its page, and stop it again.

    Args:
        context: what the page reads; says whether it must have drawings.
        as_of: what the server replays, as given on the command line.

    Raises:
        ChocolibError: it did not start, or the page came without its cards.
    """
    view = today_view(context)
    with running(as_of, host) as url:
        began = time.perf_counter()
        try:
            page = _read(f"{url}/{CHECKED}", PAGE_TIMEOUT_S)
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            raise ChocolibError(f"the page at {url} did not come: {error}") from None
        wrong = faults(page, view)
        if wrong:
            raise ChocolibError(f"the page at {url} is not whole: {', '.join(wrong)}")
        say(f"the dashboard answers: {len(page)} characters in {time.perf_counter() - began:.1f} s")


def faults(page: str, view: TodayView) -> list[str]:
    """What is wrong with a page that shows `view`; empty when nothing is."""
    drawn = view.prices.notna().any() or view.forecast or view.plan
    needed = [READY]
    needed += [PRICE] if view.newest_price is not None else []
    needed += [DRAWING] if drawn else []
    lacking = [f"no {mark}" for mark in needed if mark not in page]
    return lacking + [f"it shows {mark!r}" for mark in BROKEN if mark in page]


@contextmanager
def running(as_of: str | None, host: str) -> Iterator[str]:
    """A dashboard server in a process of its own, on a free port, stopped at the end.

    Yields:
        Its URL, once the server itself has said that it answers there.

    Raises:
        ChocolibError: it did not start; says why.
    """
    with listen(host, 0) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "chocolib", "dash", "--host", host, "--port", str(port)]
    command += ["--as-of", as_of] if as_of else []
    with TemporaryDirectory(prefix="chocolib-check-", ignore_cleanup_errors=True) as place:
        log = Path(place) / "server.log"
        with log.open("w", encoding="utf-8") as written:
            server = subprocess.Popen(command, stdout=written, stderr=written)  # noqa: S603
        try:
            _wait_for(server, log)
            yield address(ANYWHERE.get(host, host), port)
        finally:
            _stop(server)


def _wait_for(server: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server has announced itself: another one on its port cannot."""
    limit = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < limit:
        ended = server.poll() is not None
        said = log.read_text(encoding="utf-8", errors="replace")
        if ended:
            why = said[-2000:].strip() or f"exit code {server.returncode}"
            raise ChocolibError(f"the dashboard server did not start: {why}")
        if ANNOUNCED in said:
            return
        time.sleep(0.1)
    raise ChocolibError(f"the dashboard server did not start within {START_TIMEOUT_S} s")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _read(url: str, timeout_s: float) -> str:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(url, headers={"User-Agent": CHECK})  # noqa: S310 - our own
    with direct.open(asked, timeout=timeout_s) as answer:
        return str(answer.read().decode("utf-8"))
