from __future__ import annotations

from pathlib import Path

import pytest

from chocolib.app.jobs.functions import FUNCTIONS as REAL
from chocolib.app.jobs.names import FUNCTIONS
from chocolib.app.jobs.schedule import reports
from chocolib.core.errors import DataError, ScheduleFaults
from chocolib.core.jobs.reading import read_schedule
from chocolib.core.jobs.spec import Schedule
from tests.conftest import ROOT

SHIPPED = ROOT / "jobs" / "schedule.toml"
TEXT = SHIPPED.read_text(encoding="utf-8")


def read(tmp_path: Path, text: str) -> Schedule:
    path = tmp_path / "schedule.toml"
    path.write_text(text, encoding="utf-8")
    return read_schedule(path, functions=FUNCTIONS, reports=reports())


def faults(tmp_path: Path, *changes: tuple[str, str]) -> dict[str, str]:
    """The faults of the shipped schedule after some changes: line and key, then the words."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(ScheduleFaults) as raised:
        read(tmp_path, text)
    assert all(0 < fault.line <= text.count("\n") for fault in raised.value.faults)
    return {fault.key: str(fault) for fault in raised.value.faults}


def test_the_shipped_schedule_has_the_jobs_of_the_factory() -> None:
    schedule = read_schedule(SHIPPED, functions=FUNCTIONS, reports=reports())
    names = [job.name for job in schedule.jobs]
    assert len(names) == 16
    assert {"prices", "plan", "daily_report", "backup", "backup_drill", "usage"} <= set(names)


def test_every_function_of_a_schedule_exists() -> None:
    assert set(FUNCTIONS) == set(REAL)


def test_every_fault_is_told_at_once_with_what_may_stand_there(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        ('cron = ["5 * * * *"]', 'cron = ["65 * * * *"]'),
        ('every = "2h"', 'evry = "2h"'),
        ('catch_up = "skip"', 'catch_up = "skipp"'),
        ('function = "train_price"', 'function = "train_prices"'),
        ("days = 14", "dais = 14"),
    )
    assert "it goes from 0 to 59" in found["jobs[0].cron[0] (prices)"]
    assert "did you mean every?" in found["jobs[2].evry (gaps)"]
    assert "one of once, each, skip" in found["jobs[5].catch_up (alerts)"]
    assert "did you mean train_price?" in found["jobs[6].function (train_price)"]
    assert "did you mean days?" in found["jobs[15].parameters.dais (plans_of_two_weeks)"]
    assert len(found) == 5


def test_contradictions_are_faults_too(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        ('name = "weather"', 'name = "prices"'),
        ('after = ["prices", "gaps"]', 'after = ["plan"]'),
        ('after = ["prices"]', 'after = ["forecast", "price"]'),
        ('every = "15min"', ""),
        ('cron = ["0 4 * * *"]', 'cron = ["0 4 30 2 *"]'),
        ('report = "daily"', 'report = "starter"'),
    )
    assert "another job has this name" in found["jobs[1].name (prices)"]
    assert "in a circle" in found["jobs[3].after (forecast)"]
    assert "no other job" in found["jobs[4].after[1] (plan)"]
    assert "it never fires" in found["jobs[5] (alerts)"]
    assert 'no cell tagged "parameters"' in found["jobs[8].report (daily_report)"]
    assert "no such day ever comes" in found["jobs[13].cron (backup)"]


def test_a_text_that_is_not_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 2: is not TOML"):
        read(tmp_path, "at_once = 2\n[[jobs]\n")
