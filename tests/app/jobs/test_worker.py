"""The worker: when it is woken, what it does with a broken schedule, and what a kill leaves."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from chocolib.app import worker as door
from chocolib.app.alerts import attention
from chocolib.app.context import clock, open_context
from chocolib.app.jobs.health import look, only_sign
from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.schedule import the_schedule
from chocolib.app.jobs.state import changing
from chocolib.app.settings import Settings, read_settings
from chocolib.core.errors import ScheduleFaults, SettingsError
from chocolib.core.jobs.runs import JobRun
from chocolib.core.jobs.spec import Job
from chocolib.core.time import DAY
from chocolib.core.usage import PARTS
from chocolib.store.sqlite import SqliteStore
from chocolib.store.usage import probes
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.troubles import note_trouble
from tests.conftest import NOW, made_up_prices, price_frame
from tests.jobs_kill import drill

TEXT = '[[jobs]]\nname = "yearly"\nwhat = "x"\nfunction = "health"\ncron = ["0 0 1 1 *"]\n'
MINUTE = pd.Timedelta(minutes=1)
MORE = TEXT + TEXT.replace("yearly", "other")


@pytest.fixture
def schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "schedule.toml"
    path.write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("CHOCOLIB_SCHEDULE", str(path))
    return path


@pytest.fixture
def worker(schedule: Path) -> Iterator[door.Worker]:
    settings = read_settings()
    place = Place.of(settings)
    with closing(SqliteStore(settings.home / "chocolib.sqlite")):
        place.folder.mkdir(parents=True)
    made = door._worker(settings, the_schedule(settings), place, ("false",))
    yield made
    made.dispatcher.stop()


def signs(settings: Settings) -> dict[str, tuple[bool, str]]:
    return {sign.what: (sign.ok, sign.detail) for sign in look(settings, now=clock())}


def test_a_broken_schedule_leaves_the_last_good_one_in_force(
    worker: door.Worker, schedule: Path
) -> None:
    worker.wake()
    assert worker.problem == ""
    schedule.write_text(MORE.replace("health", "helth"), encoding="utf-8")
    worker.wake()
    assert "the schedule of before is kept" in worker.problem
    assert "did you mean health?" in worker.problem
    assert [job.name for job in worker.dispatcher.schedule.jobs] == ["yearly"]
    worker.wake()
    assert "the schedule of before is kept" in worker.problem
    assert not signs(read_settings())["worker"][0]
    schedule.write_text(MORE, encoding="utf-8")
    worker.wake()
    assert worker.problem == ""
    assert {job.id for job in worker.scheduler.get_jobs()} == {"yearly", "other"}
    ok, said = signs(read_settings())["worker"]
    assert ok
    assert str(os.getpid()) in said


def test_a_full_disk_begins_nothing_raises_an_alert_and_work_goes_on_when_there_is_room(
    worker: door.Worker, schedule: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, now = read_settings(), clock()
    schedule.write_text(TEXT.replace('cron = ["0 0 1 1 *"]', 'every = "10min"'), encoding="utf-8")
    with changing(worker.place) as state:
        state.know(["yearly"], now - 35 * MINUTE)
    before = JobRun("yearly", now - 35 * MINUTE, 1, "schedule", "done", now, duration_s=1.0)
    with closing(SqliteStore(settings.home / "chocolib.sqlite")) as store:
        Ledger(store, keep=DAY).write([before], now=now)
        store.write("energy_prices", price_frame(made_up_prices("2025-01-01", 24)), received_at=now)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=50e6))
        worker.wake()
        assert worker.dispatcher.going == []
        assert signs(settings)["disk"] == (False, "50 MB free")
        assert "job_late:yearly" in {one.topic for one in attention(open_context()).alerts}
    worker.wake()
    assert worker.dispatcher.going == ["yearly"]


def test_a_worker_does_not_start_on_a_broken_schedule_nor_beside_another(schedule: Path) -> None:
    schedule.write_text(TEXT.replace("health", "helth"), encoding="utf-8")
    with pytest.raises(ScheduleFaults, match="no such name"):
        door.start_worker(read_settings())
    schedule.write_text(TEXT, encoding="utf-8")
    held = door._alone(Place.of(read_settings()))
    with pytest.raises(SettingsError, match=f"process {os.getpid()} on "):
        door.start_worker(read_settings())
    held.close()
    door._alone(Place.of(read_settings())).close()


def test_apscheduler_gets_our_firing_times_also_out_of_its_store() -> None:
    job = Job(name="night", what="", function="health", cron=("30 2 * * *",))
    trigger = pickle.loads(pickle.dumps(door.Firing(job)))  # noqa: S301
    before = datetime(2026, 10, 24, 20, tzinfo=UTC)
    first = trigger.get_next_fire_time(None, before)
    second = trigger.get_next_fire_time(first, first)
    assert [first, second] == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
    ]


def test_health_without_a_worker_says_what_to_do() -> None:
    found = {sign.what: sign for sign in look(read_settings(), now=clock())}
    assert found["worker"].do == "chocolib jobs start"
    assert found["disk"].ok
    assert not found["prices"].ok


def test_a_store_forgets_only_its_own_work_and_is_backed_up_whole(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.sqlite")
    store.write("energy_prices", price_frame(made_up_prices("2025-01-01", 48)), received_at=NOW)
    with pytest.raises(ValueError, match="never forgotten"):
        store.forget("energy_prices", before=NOW)
    store.back_up(tmp_path / "backups" / "b.sqlite")
    with closing(SqliteStore(tmp_path / "backups" / "b.sqlite")) as copy:
        pd.testing.assert_frame_equal(copy.read("energy_prices"), store.read("energy_prices"))
    assert [path.name for path in (tmp_path / "backups").glob("*")] == ["b.sqlite"]
    store.close()


def test_a_worker_that_is_killed_twice_loses_and_doubles_nothing(tmp_path: Path) -> None:
    home = tmp_path / "drill"
    home.mkdir()
    told = drill(home, kills=2, seed=5, longest_s=8)
    assert told.problems == []
    assert told.counts["runs done"] >= 1


def test_a_sign_may_be_asked_for_alone_where_it_needs_no_store() -> None:
    assert not only_sign("worker", read_settings(), now=NOW).ok
    assert only_sign("disk", read_settings(), now=NOW).ok
    with pytest.raises(SettingsError, match="no sign 'data' by itself"):
        only_sign("data", read_settings(), now=NOW)


def test_the_worker_probes_once_it_has_left_a_sign_of_life_itself(worker: door.Worker) -> None:
    home = worker.settings.home
    worker.probe()
    assert not (home / "usage.sqlite").exists()
    worker.wake()
    worker.probe()
    with UsageFile.usage(home) as file:
        found = {part: probes.newest(file, part, as_of=clock()) for part in PARTS}
    ok = {part: one.probe.ok for part, one in found.items() if one}
    assert ok == dict.fromkeys(PARTS, False) | {"store": True, "worker": True}


def test_probes_that_cannot_be_kept_are_logged_once_and_stop_no_job(
    worker: door.Worker, caplog: pytest.LogCaptureFixture
) -> None:
    worker.wake()
    (worker.settings.home / "usage.sqlite").write_bytes(b"something else" * 100)
    for _ in range(3):
        worker.probe()
    assert len([one for one in caplog.records if one.message == "probes are not kept"]) == 1
    worker.wake()
    assert worker.problem == ""


def test_health_says_how_far_the_log_was_read_and_what_is_wrong(worker: door.Worker) -> None:
    settings = worker.settings
    assert "usage" not in signs(settings)
    with UsageFile.usage(settings.home) as file:
        assert signs(settings)["usage"] == (True, "no access log was read yet")
        file.do("insert into logs values ('access.json', 'm', 5, 5, ?)", (int(NOW.timestamp()),))
        note_trouble(file, "tailnet_silent", now=NOW)
    said = "access log read at 2026-11-21T10:00:00Z, wrong: 1"
    assert signs(settings)["usage"] == (True, said)
    (settings.home / "usage.sqlite").write_bytes(b"something else" * 100)
    assert signs(settings)["usage"][0] is False


def test_the_worker_probes_every_minute_beside_its_jobs(worker: door.Worker) -> None:
    worker.scheduler.add_job(door.probe, door._EACH_MINUTE, id="probe", executor="probes")
    fired, now = [], datetime(2026, 11, 21, 10, 0, 31, 250_000, tzinfo=UTC)
    for _ in range(3):
        fired.append(door._EACH_MINUTE.get_next_fire_time(fired[-1] if fired else None, now))
        now = fired[-1]
    assert [(one.minute, one.second) for one in fired] == [(1, 30), (2, 30), (3, 30)]
    executors = worker.scheduler._executors
    assert executors["probes"] is not executors["default"]
