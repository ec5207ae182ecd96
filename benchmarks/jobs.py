"""What the worker costs when nothing is due, and what a run costs over calling its function.

`make bench-jobs` prints the table; every figure of one call is of one run of this script.
"""

from __future__ import annotations

import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from chocolib.app.context import clock
from chocolib.app.jobs.functions import EVERY
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.running import Processes
from chocolib.app.jobs.task import Task
from chocolib.app.notebooks import folder
from chocolib.core.jobs.runs import JobRun
from chocolib.core.jobs.spec import Job

#: A schedule with the factory's number of jobs, none of which is due while we look.
IDLE = "".join(
    f'[[jobs]]\nname = "job_{n}"\nwhat = "x"\nfunction = "health"\ncron = ["0 0 29 2 *"]\n'
    for n in range(16)
)
IDLE_S, ROUNDS = 120, 5


def idle(home: Path, seconds: float) -> dict[str, float]:
    """CPU share (of one core) and memory of a worker that has nothing to do."""
    schedule = home / "idle.toml"
    schedule.write_text(IDLE, encoding="utf-8")
    env = os.environ | {"CHOCOLIB_SCHEDULE": str(schedule)}
    worker = subprocess.Popen(
        [sys.executable, "-m", "chocolib", "jobs", "start"], env=env, stderr=subprocess.DEVNULL
    )
    try:
        while not Place(home / "jobs").heartbeat():
            time.sleep(0.5)
        time.sleep(5)
        before, began = _cpu_s(worker.pid), time.perf_counter()
        time.sleep(seconds)
        share = (_cpu_s(worker.pid) - before) / (time.perf_counter() - began)
        return {"share": share, **_memory_mb(worker.pid)}
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> dict[str, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    found = {
        name: int(rest.split()[0]) / 1024 for name, _, rest in (x.partition(":") for x in lines)
    }
    return {"rss": found["Rss"], "pss": found["Pss"]}


def timed(deed: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall and of CPU, children included."""
    began, before = time.perf_counter(), _used_s()
    deed()
    return time.perf_counter() - began, _used_s() - before


def _used_s() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def as_run(processes: Processes, job: Job) -> None:
    """A job in a process of its own, as the worker runs it."""
    claim = processes.claim(job)
    if claim is None:
        raise SystemExit(f"{job.name} is running already")
    run = JobRun(job.name, clock(), 1, "schedule", "running", clock())
    process = claim.begin(run, {})
    while (result := process.ended()) is None:
        time.sleep(0.01)
    claim.release()
    if result.outcome != "done":
        raise SystemExit(f"{job.name}: {result.error}")


def directly(job: Job) -> None:
    """The function of a job, called here."""
    EVERY[str(job.function)](Task(job, clock(), None, {}, str))


def bare_papermill(notebook: Path, target: Path) -> None:
    """The notebook alone, by papermill's own command: no HTML is made of it."""
    words = ["papermill", str(notebook), str(target), "-p", "lang", "en", "--no-progress-bar"]
    subprocess.run([sys.executable, "-m", *words], check=True, capture_output=True)


def compare(
    name: str, ours: Callable[[], object], bare: Callable[[], object], rounds: int
) -> tuple[str, float, float, float]:
    """Medians of alternating rounds: our wall, the bare wall, our CPU less the bare CPU."""
    bare()
    pairs = [(timed(ours), timed(bare)) for _ in range(rounds)]
    wall, other = (statistics.median(p[side][0] for p in pairs) for side in (0, 1))
    cpu = statistics.median(p[0][1] - p[1][1] for p in pairs)
    return name, wall, other, cpu


def main() -> None:
    """Print the figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else IDLE_S
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        os.environ["CHOCOLIB_HOME"] = str(home)
        found = idle(home, seconds)
        print(f"idle worker, 16 jobs, {seconds:.0f} s: {found['share']:.2%} of a core, "
              f"RSS {found['rss']:.0f} MB (PSS {found['pss']:.0f} MB)")  # fmt: skip
        subprocess.run([sys.executable, "-m", "chocolib", "demo"], check=True, capture_output=True)
        processes = Processes(Place(home / "jobs"))
        health = Job(name="health", what="", function="health")
        daily = Job(name="daily", what="", report="daily")
        rows = [
            compare("health", lambda: as_run(processes, health), lambda: directly(health), ROUNDS),
            compare(
                "report daily",
                lambda: as_run(processes, daily),
                lambda: bare_papermill(folder("notebooks") / "daily.ipynb", home / "bare.ipynb"),
                3,
            ),
        ]
    print("| what | as a run, s | bare, s | more, s | more CPU, s |\n|---|---|---|---|---|")
    for name, wall, other, cpu in rows:
        print(f"| {name} | {wall:.2f} | {other:.2f} | {wall - other:.2f} | {cpu:.2f} |")


if __name__ == "__main__":
    main()
