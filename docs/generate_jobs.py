"""docs/jobs.md from its text, the schedule and the keys; called by `docs.generate`."""

from __future__ import annotations

from pathlib import Path

from chocolib.app.jobs.names import FUNCTIONS
from chocolib.app.jobs.schedule import reports
from chocolib.core.jobs.reading import read_schedule
from chocolib.core.jobs.spec import Job, Schedule
from chocolib.core.toml.keys import Key, keys

HERE = Path(__file__).parent
SCHEDULE = HERE.parent / "jobs" / "schedule.toml"


def jobs() -> str:
    """How the jobs work, with the table of those in the schedule."""
    schedule = read_schedule(SCHEDULE, functions=FUNCTIONS, reports=reports())
    table = "\n".join(_line(job) for job in schedule.jobs)
    every = (key for key in keys(Schedule) if key.path[-1] not in ("[]", "*"))
    known = "\n".join(_key(key) for key in every)
    text = (HERE / "jobs.md.in").read_text(encoding="utf-8")
    return text.replace("{jobs}", table).replace("{keys}", known)


def _line(job: Job) -> str:
    when = job.when.replace("*", "\\*")
    cells = (
        f"`{job.name}`", when, job.runs, job.catch_up, str(job.retries),
        f"{job.timeout_min:g} min, {job.memory_mb} MB", job.what,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _key(key: Key) -> str:
    default = "**needed**" if key.default is None else key.default and f"`{key.default}`"
    return f"| `{key.name}` | {key.what} | {key.wanted} | {default} |"
