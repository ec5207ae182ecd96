"""The whole schedule for weeks, on a test clock, with faults: `python -m tests.jobs_simulation`.

The dispatcher, the ledger and the store are the real ones; the clock and the runs are stand-ins.
Runs fail, hang and lose the network; the worker is killed and stays away for minutes or a day; the
disk fills up; jobs are paused. At the end every firing has to be accounted for, once.
"""

from __future__ import annotations

import argparse
import heapq
import logging
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.app.jobs.dispatcher import Dispatcher
from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.moment import holds
from chocolib.app.jobs.names import FUNCTIONS
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.running import Result
from chocolib.app.jobs.schedule import reports
from chocolib.app.jobs.state import changing
from chocolib.core.errors import DataError
from chocolib.core.jobs.firings import firings, next_firing
from chocolib.core.jobs.reading import read_schedule
from chocolib.core.jobs.runs import OWN, JobRun
from chocolib.core.jobs.spec import Job, Schedule
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.time import DAY, Window, iso, local_date, midnight, utc
from chocolib.store.sqlite import SqliteStore
from tests.conftest import ROOT, made_up_prices, price_frame

LONG_AGO = pd.Timestamp(0, tz="UTC")
SECOND, MINUTE = pd.Timedelta(seconds=1), pd.Timedelta(minutes=1)


@dataclass
class World:
    """What runs find: the time, the prices that are published, the network, the disk."""

    now: pd.Timestamp
    dice: random.Random
    folder: Path
    published: dict[pd.Timestamp, pd.Timestamp] = field(default_factory=dict)
    coming: dict[str, pd.Timestamp] = field(default_factory=dict)
    offline_until: pd.Timestamp = LONG_AGO
    full_until: pd.Timestamp = LONG_AGO

    def next_of(self, job: Job) -> pd.Timestamp | None:
        """When a job fires next."""
        known = self.coming.get(job.name)
        if known is None or known <= self.now:
            known = next_firing((*job.triggers, *job.watching), self.now)
            if known is not None:
                self.coming[job.name] = known
        return known

    def publication(self, day: pd.Timestamp) -> pd.Timestamp:
        """When the prices of a day (its UTC midnight) come out: 20:15 to 20:50 the day before."""
        if day not in self.published:
            evening = utc(pd.Timestamp(local_date(day)) - DAY + pd.Timedelta(hours=20))
            minutes = self.dice.randint(15, 50)
            self.published[day] = evening + minutes * MINUTE
        return self.published[day]


class FullDisk:
    """A store whose disk may be full."""

    def __init__(self, store: SqliteStore, world: World) -> None:
        self._store, self._world = store, world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, measurement: str, frame: pd.DataFrame, *, received_at: pd.Timestamp) -> Written:
        if self._world.now < self._world.full_until:
            raise DataError("cannot be written (database or disk is full)")
        return self._store.write(measurement, frame, received_at=received_at)


@dataclass
class Played:
    """A run as it is played: it ends at some moment, well or not."""

    world: World
    ends: pd.Timestamp
    result: Result
    stopped: bool = False

    def ended(self) -> Result | None:
        return self.result if not self.stopped and self.world.now >= self.ends else None

    def end(self) -> None:
        self.stopped = True


class Players:
    """Runs jobs by saying how they end; what they write is real."""

    def __init__(self, world: World, store: Store) -> None:
        self.world, self.store = world, store
        self.playing: dict[str, tuple[JobRun, Played]] = {}
        self.at_once = 0
        self.began: Counter[tuple[Any, ...]] = Counter()

    def claim(self, job: Job) -> Claimed | None:
        return Claimed(self, job)

    def left(self, run: JobRun) -> Result:
        """After a kill: the run's own account if it had come to its end, else nothing."""
        _, played = self.playing.pop(run.job, (run, None))
        if played is not None and played.ended():
            return played.result
        return Result("interrupted", error="the worker or the machine stopped")

    def crash(self) -> None:
        """The worker is gone, and its runs with it, except those that had just ended."""
        for _, played in self.playing.values():
            played.stopped = played.ended() is None


@dataclass
class Claimed:
    players: Players
    job: Job

    def begin(self, run: JobRun, _: Mapping[str, Any]) -> Played:
        players, world = self.players, self.players.world
        players.began[run.key] += 1
        seconds = min(0.6 * self.job.timeout.total_seconds(), world.dice.expovariate(1 / 40)) + 1
        ends = world.now + round(seconds) * SECOND
        result = self._result(run, ends)
        if result is None:
            ends, result = world.now + 30 * DAY, Result("failed")  # it hangs
        played = Played(world, ends, result)
        players.playing[run.job] = (run, played)
        return played

    def release(self) -> None:
        self.players.playing.pop(self.job.name, None)

    def _result(self, run: JobRun, ends: pd.Timestamp) -> Result | None:
        world = self.players.world
        luck = world.dice.random()
        asks = run.job in ("prices", "weather", "gaps")
        if luck < 0.003:
            return None
        if luck < 0.05 or (asks and ends < world.offline_until):
            return Result("failed", error="made to fail", duration_s=(ends - world.now) / SECOND)
        return self._done(run, ends)

    def _done(self, run: JobRun, ends: pd.Timestamp) -> Result:
        world, lasted = self.players.world, (ends - self.players.world.now) / SECOND
        if run.job == "prices":
            fresh = self._new_prices()
            return Result("done", rows=fresh, news=fresh > 0, duration_s=lasted)
        if run.job == "daily_report":
            moment = run.scheduled if run.cause == "catch-up" else world.now
            page = world.folder / f"daily-{local_date(moment)}.html"
            page.write_text(f"{page.exists()}")
            return Result("done", artefacts=(page.name,), duration_s=lasted)
        return Result("done", rows=1, duration_s=lasted)

    def _new_prices(self) -> int:
        """Every published day that the store does not have yet."""
        world, store = self.players.world, self.players.store
        newest = store.latest("energy_prices").index
        day = newest[-1] + pd.Timedelta(hours=1) if len(newest) else midnight(local_date(world.now))
        fresh = 0
        while world.publication(day) <= world.now:
            after = midnight((pd.Timestamp(local_date(day)) + DAY).date())
            frame = price_frame(made_up_prices(str(day), len(Window(day, after))))
            try:
                fresh += store.write("energy_prices", frame, received_at=world.now).new
            except DataError:
                return fresh
            day = after
        return fresh


@dataclass
class Told:
    """What came of it."""

    counts: Counter[str]
    faults: Counter[str]
    problems: list[str]


def simulate(
    folder: Path, *, since: pd.Timestamp, days: float, seed: int = 7, troubled: bool = True
) -> Told:
    """Play the schedule of the factory from a moment on, and account for every firing."""
    path = ROOT / "jobs" / "schedule.toml"
    schedule = read_schedule(path, functions=FUNCTIONS, reports=reports())
    world = World(since, random.Random(seed), folder)
    store = SqliteStore(folder / "store.sqlite")
    shy: Any = FullDisk(store, world)
    players = Players(world, shy)
    faults = Counter[str]()
    worker = _hired(schedule, world, players, shy)
    until = since + days * DAY
    agenda = list(_troubles(world, until)) if troubled else []
    heapq.heapify(agenda)
    asleep_until = since
    for _ in count():
        while agenda and agenda[0][0] <= world.now:
            _, what, amount = heapq.heappop(agenda)
            faults[what] += 1
            asleep_until = max(asleep_until, _happens(what, amount, schedule, world, players))
            if what == "killed":
                worker = _hired(schedule, world, players, shy)
        again = None
        if world.now >= asleep_until:
            try:
                again = worker.wake()
            except DataError:
                faults["wakings with a full disk"] += 1
            running = len(players.playing)
            players.at_once = max(players.at_once, running)
        world.now = _next(world, schedule, players, again, agenda, asleep_until)
        if world.now >= until:
            break
    return Told(*_accounts(schedule, store, players, Window(since, world.now), faults))


def _hired(schedule: Schedule, world: World, players: Players, store: Any) -> Dispatcher:
    return Dispatcher(
        schedule,
        place=Place(world.folder / "jobs"),
        ledger=Ledger(store, keep=schedule.keep_days * DAY),
        runner=players,
        clock=lambda: world.now,
        holds=lambda condition: holds(store, condition, world.now),
    )


def _troubles(world: World, until: pd.Timestamp) -> Iterator[tuple[pd.Timestamp, str, float]]:
    """Kills, outages, full disks and pauses over the whole time; amounts are minutes."""
    dice, start = world.dice, world.now
    minutes = (until - start) / MINUTE
    kinds = (("killed", 1440), ("offline", 4000), ("disk full", 6000), ("pause", 5000))
    for what, mean in kinds:
        for _ in range(max(1, round(minutes / mean))):
            at = (start + dice.uniform(0, minutes) * MINUTE).floor("s")
            amount = (
                dice.choice((1, 5, 30, 200))
                if what != "killed"
                else dice.choice((0, 0, 2, 20, 180, 1600))
            )
            yield at, what, float(amount)


def _happens(
    what: str, amount: float, schedule: Schedule, world: World, players: Players
) -> pd.Timestamp:
    """Something goes wrong; until when there is no worker."""
    until = world.now + amount * MINUTE
    if what == "killed":
        players.crash()
        return until
    if what == "offline":
        world.offline_until = max(world.offline_until, until)
    elif what == "disk full":
        world.full_until = max(world.full_until, until)
    else:
        name = world.dice.choice(schedule.jobs).name
        with changing(Place(world.folder / "jobs")) as state:
            if not state.resume(name, world.now):
                state.pause(name, world.now)
    return world.now


def _next(
    world: World,
    schedule: Schedule,
    players: Players,
    again: pd.Timestamp | None,
    agenda: list[tuple[pd.Timestamp, str, float]],
    asleep_until: pd.Timestamp,
) -> pd.Timestamp:
    """The next moment at which anything happens; the worker looks around at every tenth minute."""
    if world.now < asleep_until:
        return min([asleep_until, *(one[0] for one in agenda[:1])], default=asleep_until)
    fires = (world.next_of(job) for job in schedule.jobs)
    ends = [p.ends for _, p in players.playing.values()]
    look = world.now.floor("10min") + 10 * MINUTE
    moments = [look, *(m for m in fires if m), *ends, *(one[0] for one in agenda[:1])]
    moments += [again] if again is not None else []
    return max(min(m for m in moments if m > world.now), world.now + SECOND)


def _accounts(
    schedule: Schedule,
    store: SqliteStore,
    players: Players,
    window: Window,
    faults: Counter[str],
) -> tuple[Counter[str], Counter[str], list[str]]:
    """Counts of what became of the firings, and everything that does not add up."""
    ledger = Ledger(store, keep=400 * DAY)
    runs = ledger.all(since=window.start, now=window.end)
    counts: Counter[str] = Counter()
    problems: list[str] = []
    for job in schedule.jobs:
        mine = [run for run in runs if run.job == job.name]
        problems += answered(job, mine, window, counts)
        problems += overlaps(mine)
    problems += [f"{key} began {n} times" for key, n in players.began.items() if n > 1]
    if players.at_once > schedule.at_once:
        problems.append(f"{players.at_once} runs at once")
    counts["runs"] = sum(run.outcome != "skipped" for run in runs)
    counts["after news"] = sum(run.cause == "news" for run in runs)
    problems += _consistent(store, runs, players.world.folder, counts)
    return counts, faults, problems


def answered(job: Job, runs: list[JobRun], window: Window, counts: Counter[str]) -> Iterator[str]:
    """Every firing by exactly one row, in order; counts what became of them."""
    own: dict[pd.Timestamp, JobRun] = {r.scheduled: r for r in runs if r.cause in OWN}
    start = window.start
    for scheduled, last in sorted(own.items()):
        span = Window(start + SECOND, scheduled + SECOND)
        due = len(firings((*job.triggers, *job.watching), span))
        if due != last.firings:
            yield f"{job.name} {iso(scheduled)}: {due} firings, {last.firings} answered"
        tries = [run for run in runs if run.scheduled == scheduled and run.cause in OWN]
        counts["firings"] += last.firings
        counts[_fate(last, tries)] += last.firings
        start = scheduled
    open_ = len(firings((*job.triggers, *job.watching), Window(start + SECOND, window.end)))
    counts["firings"] += open_
    counts["still open or paused at the end"] += open_


def _fate(last: JobRun, tries: list[JobRun]) -> str:
    if last.outcome == "done":
        late = "late" if last.cause == "catch-up" else "in time"
        return f"done {late}" if len(tries) == 1 else "done after a retry"
    if last.outcome == "failed":
        return "failed, retries used up or a newer firing took over"
    if last.outcome == "interrupted":
        return "interrupted, a newer firing took over"
    return f"skipped by policy: {last.error}" if last.outcome == "skipped" else "running at the end"


def overlaps(runs: list[JobRun]) -> Iterator[str]:
    """Two runs of one job at the same time."""
    began = sorted((r for r in runs if r.outcome != "skipped"), key=lambda r: (r.started, r.key))
    for one, two in pairwise(began):
        if one.ended is None or one.ended - SECOND > two.started:
            yield f"{two.stem} began before {one.stem} ended"


def _consistent(
    store: SqliteStore, runs: list[JobRun], folder: Path, counts: Counter[str]
) -> Iterator[str]:
    """The rows and the reports are those that the runs say they made."""
    prices = store.read("energy_prices")
    said = sum(int(run.rows or 0) for run in runs if run.job == "prices")
    counts["price rows in the store"] = len(prices)
    counts["price rows that runs say they wrote"] = said
    if len(prices) and (prices.index[1:] - prices.index[:-1]).nunique() > 1:
        yield "the prices have holes"
    pages = {path.name for path in folder.glob("daily-*.html")}
    told = {name for run in runs for name in run.artefacts}
    counts["daily reports"] = len(pages)
    if told - pages:
        yield f"reports that nobody can find: {sorted(told - pages)}"


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--days", type=float, default=30)
    reader.add_argument(
        "--since", nargs="+", default=["2025-03-15", "2026-10-10"], help="over both clock changes"
    )
    reader.add_argument("--seed", type=int, default=7)
    given = reader.parse_args()
    logging.getLogger("chocolib").addHandler(logging.NullHandler())
    told = [_played(since, given.days, given.seed) for since in given.since]
    sys.exit(any(one.problems for one in told))


def _played(since: str, days: float, seed: int) -> Told:
    """Play from a day on, and print what came of it."""
    folder = Path(tempfile.mkdtemp(prefix="jobs-simulation-"))
    try:
        told = simulate(folder, since=utc(since), days=days, seed=seed)
    finally:
        shutil.rmtree(folder)
    print(f"\n{days:g} days from {since}")
    for what, counted in (("what became of them", told.counts), ("made to happen", told.faults)):
        print(f"\n{what}")
        for name, number in sorted(counted.items()):
            print(f"  {number:7d}  {name}")
    print(f"\n{len(told.problems)} things that do not add up")
    for problem in told.problems[:20]:
        print(f"  {problem}")
    return told


if __name__ == "__main__":
    main()
