"""Reports of past days, each in a process of its own: papermill changes the folder of a whole one.

Each day is replayed at the report's usual moment, so nothing that was known later is
seen. What is there already is skipped, so a backfill that was stopped goes on.
"""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import update
from chocolib.app.plan_store import plan_of
from chocolib.app.report_files import is_made
from chocolib.app.report_kinds import report_kind
from chocolib.core.errors import NotEnoughData, PlanInfeasible
from chocolib.core.time import iso

#: Seconds that a report gets to end when the backfill is stopped; then its processes are killed.
ENDING_S = 10

#: The command that makes the report of a day: its arguments.
Command = Callable[[date], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a day.

    Attributes:
        error: what its report said when it failed, or "".
    """

    day: date
    error: str = ""


@dataclass(slots=True)
class Backfilled:
    """What became of all of them."""

    name: str
    skipped: list[date] = field(default_factory=list)
    made: list[date] = field(default_factory=list)
    failed: dict[date, str] = field(default_factory=dict)

    def note(self, one: Replayed) -> None:
        """Count a day."""
        if one.error:
            self.failed[one.day] = one.error
        else:
            self.made.append(one.day)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `chocolib report backfill --json`."""
        return {
            "report": self.name,
            "made": [day.isoformat() for day in sorted(self.made)],
            "skipped": [day.isoformat() for day in self.skipped],
            "failed": {day.isoformat(): said for day, said in sorted(self.failed.items())},
        }


def moment_text(name: str, day: date) -> str:
    """The usual moment of a report's day as `--as-of` takes it."""
    return iso(report_kind(name).moment(day))


def plans_in_order(
    context: Context, moments: Sequence[pd.Timestamp], *, again: bool = False
) -> Iterator[pd.Timestamp]:
    """Plan each of these moments (UTC, in order) that has no plan of its own yet.

    A plan goes on from the newest one made before it. Days that are replayed side by side
    would find that of the day before or not, as it happens; made in order first, every day
    has the same plan whatever runs beside it.

    Args:
        again: also those that have one.

    Yields:
        Each moment once it is done. One without prices or a possible plan has none, which
        its report says.
    """
    for moment in moments:
        then = replace(context, as_of=moment)
        if again or plan_of(then) is None:
            with suppress(PlanInfeasible, NotEnoughData):
                update(then)
        yield moment


def backfill_reports(
    folder: Path,
    name: str,
    days: Sequence[date],
    *,
    command: Command,
    jobs: int,
    again: bool = False,
    tell: Callable[[Replayed], None] = lambda _: None,
) -> Backfilled:
    """Make the reports of these days; one that fails does not stop the others.

    Args:
        folder: of the reports.
        command: starts the process that makes the report of a day.
        jobs: how many at once.
        again: also those that are there.
        tell: called after each day.
    """
    done = Backfilled(name)
    done.skipped = [] if again else [day for day in days if is_made(folder, name, day)]
    left = [day for day in days if day not in set(done.skipped)]
    for one in _in_parallel(left, command, jobs):
        done.note(one)
        tell(one)
    return done


def _in_parallel(days: Sequence[date], command: Command, jobs: int) -> Iterator[Replayed]:
    stopped = Event()
    with ThreadPoolExecutor(jobs) as pool, _setting_at_the_end(stopped):
        waiting = {pool.submit(_replay, command(day), day, stopped) for day in days}
        while waiting:
            ready, waiting = wait(waiting, timeout=1, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in ready)


@contextmanager
def _setting_at_the_end(stopped: Event) -> Iterator[None]:
    """However it ends (Ctrl-C too), nothing more is begun and what runs is ended."""
    try:
        yield
    finally:
        stopped.set()


def _replay(command: Sequence[str], day: date, stopped: Event) -> Replayed:
    """Run a process to its end, or end it when all is to stop."""
    if stopped.is_set():
        return Replayed(day, "not begun")
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
        )
        while True:
            try:
                code = process.wait(0.2)
            except subprocess.TimeoutExpired:
                if stopped.is_set():
                    _end(process)
                    return Replayed(day, "stopped")
                continue
            said.seek(0)
            text = said.read().decode("utf-8", errors="replace")
            return Replayed(day, "" if code == 0 else _reason(text, code))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a report to end, so that its kernel and temporary files go with it; then insist."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(ENDING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _reason(text: str, code: int) -> str:
    """The error in what a report said."""
    _, found, said = text.rpartition("Error: ")
    return " ".join(said.split()) if found else f"it ended with code {code}"
