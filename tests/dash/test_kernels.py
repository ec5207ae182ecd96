"""Kernels: none outlives its page, whenever the reader leaves, and the queue has an end."""

from __future__ import annotations

import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chocolib.doors.dash.server import KERNELS, WAITING
from tests.dash.dash_process import Server, start, stop, write_pages

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def short_folder() -> Iterator[Path]:
    """A folder with a short name: the sockets of kernels lie beside it."""
    with tempfile.TemporaryDirectory(prefix="choco-", ignore_cleanup_errors=True) as place:
        folder = Path(place) / "pages"
        folder.mkdir()
        write_pages(folder)
        yield folder


@pytest.fixture(scope="module")
def once(short_folder: Path) -> Iterator[Server]:
    running = start(short_folder)
    yield running
    stop(running)


@needs_proc
def test_readers_who_leave_at_once_leave_no_process_behind(once: Server) -> None:
    moments = random.Random(7)
    waits = [moments.uniform(0.0, 0.8) for _ in range(28)]
    with ThreadPoolExecutor(len(waits)) as crowd:
        list(crowd.map(lambda wait: once.leave("/slow", wait), waits))
    assert once.kernels_settle() == 0
    assert once.processes_settle() == []
    assert "forty-two" in once.get("/plain").text  # and there is still room


@needs_proc
def test_a_server_told_to_stop_ends_the_kernels_that_are_starting(short_folder: Path) -> None:
    temporary = short_folder.parent / "tmp"
    temporary.mkdir()
    once = start(short_folder, temporary=temporary)
    with ThreadPoolExecutor(10) as crowd:
        left = [crowd.submit(once.leave, "/slow", 1.5) for _ in range(10)]
        while len(found := once.kernel_processes()) < 2:
            time.sleep(0.02)
        assert list(temporary.glob("chocolib-dash-*"))
        assert stop(once) == 0
        assert [leaver.exception() for leaver in left] == [None] * 10
    assert not [pid for pid in found if Path(f"/proc/{pid}").exists()]
    assert list(temporary.glob("chocolib-dash-*")) == []


def test_the_queue_has_an_end_and_says_so_politely(once: Server) -> None:
    with contextlib.ExitStack() as crowd:
        for _ in range(KERNELS + WAITING):
            crowd.enter_context(once.waiting("/slow"))
        assert once.kernels_settle(KERNELS, 25) == KERNELS
        answer = once.get("/plain")
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "Hay demasiadas páginas abiertas" in answer.text
        assert once.get("/healthz").status == 200
    assert once.kernels_settle() == 0
    assert once.get("/plain").status == 200
