"""Backfills: in parallel, skipping what is there, going on after a failure or a stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.plan_store import plan_of
from chocolib.app.report_backfill import Replayed, backfill_reports, moment_text, plans_in_order
from chocolib.app.report_files import is_made, listed, put, stem
from chocolib.app.settings import read_settings
from chocolib.core.time import utc
from tests.conftest import NOW, made_up_prices, price_frame

DAYS = [date(2025, 11, 1) + timedelta(days=n) for n in range(4)]
WRITES = """
import pathlib, sys, time
folder, base, seconds = pathlib.Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
time.sleep(seconds)
folder.mkdir(exist_ok=True)
for end in (".ipynb", ".html"):
    (folder / (base + end)).write_text("made")
"""
FAILS = 'import sys; sys.exit("progress ...\\nError: no prices are known\\n  -> chocolib ingest")'


def writes(folder: Path, seconds: float = 0.0) -> Callable[[date], Sequence[str]]:
    """A command that makes a report in so many seconds."""
    return lambda day: [sys.executable, "-c", WRITES, str(folder), stem("x", day), str(seconds)]


def test_every_day_is_made_once_and_told(tmp_path: Path) -> None:
    told: list[Replayed] = []
    done = backfill_reports(tmp_path, "x", DAYS, command=writes(tmp_path), jobs=2, tell=told.append)
    assert sorted(done.made) == DAYS
    assert sorted(one.day for one in told) == DAYS
    assert len(listed(tmp_path)) == 4


def test_what_is_there_is_skipped_unless_asked_for_again(tmp_path: Path) -> None:
    for end in (".html", ".ipynb"):
        put(tmp_path / f"{stem('x', DAYS[1])}{end}", b"old")
    done = backfill_reports(tmp_path, "x", DAYS, command=writes(tmp_path), jobs=2)
    assert (done.skipped, sorted(done.made)) == ([DAYS[1]], [DAYS[0], *DAYS[2:]])
    assert (tmp_path / "x-2025-11-02.html").read_text() == "old"
    again = backfill_reports(tmp_path, "x", DAYS, command=writes(tmp_path), jobs=2, again=True)
    assert sorted(again.made) == DAYS
    assert (tmp_path / "x-2025-11-02.html").read_text() == "made"


def test_a_failing_day_is_named_with_its_reason_and_stops_no_other(tmp_path: Path) -> None:
    good = writes(tmp_path)
    done = backfill_reports(
        tmp_path,
        "x",
        DAYS,
        command=lambda day: [sys.executable, "-c", FAILS] if day == DAYS[0] else good(day),
        jobs=1,
    )
    assert done.failed == {DAYS[0]: "no prices are known -> chocolib ingest"}
    assert sorted(done.made) == DAYS[1:]


def test_a_process_that_says_nothing_is_told_by_its_code(tmp_path: Path) -> None:
    dies = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    done = backfill_reports(tmp_path, "x", DAYS[:1], command=lambda _: dies, jobs=1)
    assert done.failed == {DAYS[0]: "it ended with code -9"}


def test_stopped_in_the_middle_it_ends_what_runs_and_begins_nothing(tmp_path: Path) -> None:
    class Stop(BaseException):
        """As Ctrl-C comes."""

    def stop(_: Replayed) -> None:
        raise Stop

    began = time.monotonic()
    with pytest.raises(Stop):
        backfill_reports(
            tmp_path,
            "x",
            DAYS,
            command=lambda day: writes(tmp_path, 0 if day == DAYS[0] else 300)(day),
            jobs=2,
            tell=stop,
        )
    assert time.monotonic() - began < 200  # the one that ran was ended, not waited for
    assert [one.day for one in listed(tmp_path)] == [DAYS[0]]


def test_the_moment_is_the_usual_one_also_on_the_days_the_clock_changes() -> None:
    assert moment_text("daily", date(2025, 10, 26)) == "2025-10-26T05:00:00Z"
    assert moment_text("daily", date(2025, 3, 30)) == "2025-03-30T04:00:00Z"


def test_plans_in_order_go_on_from_one_another_and_are_made_once(priced_home: Path) -> None:
    context = open_context()
    moments = [utc("2025-11-03T05:00"), utc("2025-11-04T05:00")]
    assert list(plans_in_order(context, moments)) == moments
    first, second = (plan_of(at(context, moment)) for moment in moments)
    assert first is not None
    assert second is not None
    begun = {task.batch for task in first.best.tasks if task.start <= moments[1]}
    assert begun <= {task.batch for task in second.best.tasks} | {
        task.batch for task in first.best.tasks if task.end <= moments[1]
    }
    revision = context.store.revision("production_plan")
    list(plans_in_order(context, moments))
    assert context.store.revision("production_plan") == revision


def test_a_moment_without_prices_has_no_plan_and_stops_nothing() -> None:
    moments = [utc("2025-11-03T05:00")]
    assert list(plans_in_order(open_context(), moments)) == moments


def at(context: Context, moment: pd.Timestamp) -> Context:
    from dataclasses import replace

    return replace(context, as_of=moment)


def test_interrupted_half_way_and_run_again_it_completes_the_rest(tmp_path: Path) -> None:
    rows = price_frame(made_up_prices("2025-10-01", 24 * 40))
    real_store(read_settings()).write("energy_prices", rows, received_at=NOW)
    folder, last = read_settings().reports, str(DAYS[2])
    words = ["report", "backfill", "data_quality", "--since", str(DAYS[0]), "--until", last]
    command = [sys.executable, "-m", "chocolib", *words, "--jobs", "1"]
    work = tmp_path / "tmp"
    work.mkdir()
    env = os.environ | {"TMPDIR": str(work)}
    first = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    limit = time.monotonic() + 120
    while not is_made(folder, "data_quality", DAYS[0]) and time.monotonic() < limit:
        time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    _, said = first.communicate(timeout=60)
    assert first.returncode == 130, said
    assert b"Traceback" not in said
    assert list(work.iterdir()) == []
    done = len(listed(folder))
    assert 1 <= done < 3
    again = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=240, check=True
    )
    assert again.stdout.startswith(f"data_quality: {3 - done} made, {done} were there already")
    assert [one.day for one in listed(folder)] == DAYS[2::-1]
