"""The dashboards: served until stopped, or started and checked once."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

from chocolib.app.context import open_context
from chocolib.app.notebooks import folder
from chocolib.app.today import revision
from chocolib.core.errors import ChocolibError
from chocolib.doors.dash.server import serve

Say = Callable[[str], None]

START_TIMEOUT_S = 90
PAGE_TIMEOUT_S = 120
#: What a page carries once its cards are drawn, and what it must never show.
READY, BROKEN = "data-ready", "Traceback (most recent call last)"


def serve_dashboards(*, as_of: str | None, host: str, port: int, check: bool, say: Say) -> None:
    """Serve the dashboards at http://host:port until stopped.

    Args:
        as_of: replay this moment on every page.
        check: only see that a page answers with its cards, then end.

    Raises:
        SettingsError: the port is taken, or `as_of` is not a moment.
        ChocolibError: (check) the page did not answer, or not with its cards.
    """
    context = open_context(as_of=as_of)
    if check:
        check_dashboards(as_of, host, port, say)
        return
    url = f"http://{host}:{port}"
    serve(
        notebooks=folder("dashboards"),
        host=host,
        port=port,
        lang=context.lang,
        env={"CHOCOLIB_AS_OF": as_of} if as_of else {},
        revision=lambda: _revision(as_of),
        ready=lambda: say(f"The dashboard is at {url} (stop with Ctrl-C)"),
    )


def _revision(as_of: str | None) -> str:
    """The revision of the store that pages read now (the demonstration may have ended)."""
    context = open_context(as_of=as_of)
    try:
        return f"{int(context.store.synthetic)}-{revision(context)}"
    finally:
        context.store.close()


def check_dashboards(as_of: str | None, host: str, port: int, say: Say) -> None:
    """Start the server beside this process, read its page, and stop it again.

    Raises:
        ChocolibError: it did not start, or the page came without its cards.
    """
    url = f"http://{host}:{port}"
    with running(as_of, host, port) as ended:
        wait_for(f"{url}/healthz", ended)
        began = time.perf_counter()
        page = _read(url, PAGE_TIMEOUT_S)
        if READY not in page or BROKEN in page:
            raise ChocolibError(f"the page at {url} came without its cards")
        say(f"the dashboard answers: {len(page)} characters in {time.perf_counter() - began:.1f} s")


@contextmanager
def running(as_of: str | None, host: str, port: int) -> Iterator[Callable[[], str | None]]:
    """A dashboard server in a process of its own, stopped at the end.

    Yields:
        A function that says why the server ended, or None while it runs.
    """
    command = [sys.executable, "-m", "chocolib", "dash", "--host", host, "--port", str(port)]
    command += ["--as-of", as_of] if as_of else []
    with TemporaryFile("w+") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603

        def ended() -> str | None:
            if server.poll() is None:
                return None
            log.seek(0)
            return log.read()[-2000:] or f"exit code {server.returncode}"

        try:
            yield ended
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_for(url: str, ended: Callable[[], str | None]) -> None:
    """Return once `url` answers.

    Raises:
        ChocolibError: the server ended, or did not answer in time.
    """
    limit = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < limit:
        why = ended()
        if why is not None:
            raise ChocolibError(f"the dashboard server did not start: {why.strip()}")
        try:
            _read(url, 5)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.3)
        else:
            return
    raise ChocolibError(f"{url} did not answer within {START_TIMEOUT_S} s")


def _read(url: str, timeout_s: float) -> str:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=timeout_s) as answer:
        return str(answer.read().decode("utf-8"))
