"""Access logs read on: nothing is lost, nothing counts twice, whatever happens to the files."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.settings import Settings
from chocolib.app.usage.reading import Read, read_logs
from chocolib.app.usage.troubles import said
from chocolib.core.time import Window
from chocolib.core.usage import LOGINS_OF_ADDRESS
from chocolib.sources.access_log import batches
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.kept import views_between
from chocolib.store.usage.troubles import troubles
from chocolib.usage.sessions import in_sessions, sessions
from tests.usage_traffic import Truth, line, month

NOW = pd.Timestamp("2026-11-22T10:00Z")
ALL = Window(pd.Timestamp("2020-01-01", tz="UTC"), pd.Timestamp("2030-01-01", tz="UTC"))
#: How many lines were what.
LINES = "select what, sum(count) from lines group by what"


@pytest.fixture
def log() -> Path:
    path = Settings().home / "access" / "access.json"
    path.parent.mkdir(parents=True)
    return path


def read(**more: object) -> Read:
    return read_logs(Settings(), now=NOW, **more)  # type: ignore[arg-type]


def views() -> pd.DataFrame:
    with UsageFile.usage(Settings().home) as file:
        return views_between(file, ALL)


def at(second: int, path: str = "/today", **more: object) -> bytes:
    moment = NOW - pd.Timedelta(hours=2) + pd.Timedelta(seconds=second)
    return line(moment.isoformat(), path, request=second, **more)  # type: ignore[arg-type]


def seconds() -> list[int]:
    """When the views were, as `at` counts."""
    begin = NOW - pd.Timedelta(hours=2)
    return [int((one - begin).total_seconds()) for one in views().index]


def test_what_is_kept_of_a_month_is_the_truth(log: Path) -> None:
    truth = Truth()
    log.write_bytes(b"".join(month(20_000, truth=truth)))
    found = read()
    assert found.lines == truth.lines
    assert found.until == pd.Timestamp(truth.until, unit="s", tz="UTC")
    frame = views()
    of = dict(iter(frame.groupby("kind")))
    assert of["page"].groupby("page")["count"].sum().to_dict() == dict(truth.pages)
    assert of["card"].groupby(["page", "card"])["count"].sum().to_dict() == dict(truth.cards)
    assert of["stay"].groupby("page")["seconds"].sum().to_dict() == dict(truth.seconds)
    assert of["refresh"]["count"].sum() == truth.refreshes
    assert frame["visitor"].nunique() == len(truth.people)
    assert len(frame[["visitor", "device"]].drop_duplicates()) == len(truth.devices)
    assert len(sessions(in_sessions(frame))) == truth.sessions.total()


def test_every_answer_and_every_line_of_a_month_is_counted(log: Path) -> None:
    truth = Truth()
    log.write_bytes(b"".join(month(10_000, truth=truth)))
    read()
    with UsageFile.usage(Settings().home) as file:
        lines = dict(file.rows(LINES))
        answers = file.frame(
            "select path, ms, sum(count), sum(errors) from requests group by path, ms",
            columns=("path", "ms", "count", "errors"),
        )
    assert lines == dict(truth.lines)
    assert set(answers["path"]) == set(truth.answers)
    for path, times in truth.answers.items():
        part = answers[answers["path"] == path]
        kept = Counter(dict(part.groupby("ms")["count"].sum()))
        assert kept == Counter(times)
        assert part["errors"].sum() == truth.errors[path]


def test_a_month_read_in_pieces_is_the_month_read_at_once(log: Path, tmp_path: Path) -> None:
    whole, dice = b"".join(month(5_000, truth=Truth())), random.Random(3)
    cuts = sorted(dice.sample(range(len(whole)), 6))
    for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        with log.open("ab") as file:
            file.write(whole[begin:end])
        read()
    in_pieces = views().drop(columns="visitor")
    for name in ("usage.sqlite", "usage.sqlite-wal", "usage.sqlite-shm"):
        (Settings().home / name).unlink(missing_ok=True)
    read()
    pd.testing.assert_frame_equal(
        in_pieces.sort_values(list(in_pieces)).sort_index(kind="stable"),
        views().drop(columns="visitor").sort_values(list(in_pieces)).sort_index(kind="stable"),
    )


def test_nothing_new_is_nothing_read(log: Path) -> None:
    log.write_bytes(at(1))
    assert read().lines == {"page": 1}
    assert read().lines == {}
    assert seconds() == [1]


def test_a_line_without_an_end_waits_for_its_rest(log: Path) -> None:
    log.write_bytes(at(1) + at(2)[:90])
    assert read().lines == {"page": 1}
    with log.open("ab") as file:
        file.write(at(2)[90:])
    assert read().lines == {"page": 1}
    assert seconds() == [1, 2]


def renamed(log: Path) -> None:
    log.rename(f"{log}.1")


def renamed_by_day(log: Path) -> None:
    log.rename(f"{log}-20261122")


def copied_and_emptied(log: Path) -> None:
    shutil.copyfile(log, f"{log}.1")
    os.truncate(log, 0)


def packed(log: Path) -> None:
    Path(f"{log}.1.gz").write_bytes(gzip.compress(log.read_bytes()))
    log.unlink()


@pytest.mark.parametrize("rotated", [renamed, renamed_by_day, copied_and_emptied, packed])
@pytest.mark.parametrize("seen", [True, False], ids=["read before", "not read before"])
def test_a_rotated_log_is_read_on_and_never_again(
    log: Path, rotated: Callable[[Path], None], seen: bool
) -> None:
    log.write_bytes(b"".join(at(n) for n in range(5)))
    if seen:
        read()
    with log.open("ab") as file:
        file.write(at(5) + at(6))
    rotated(log)
    with log.open("ab") as file:
        file.write(at(7))
    read()
    read()
    assert seconds() == list(range(8))


def test_a_log_that_is_packed_after_it_was_read_is_not_read_again(log: Path) -> None:
    log.write_bytes(b"".join(at(n) for n in range(9)))
    read()
    packed(log)
    assert read().lines == {}
    Path(f"{log}.1.gz").rename(f"{log}.2.gz")
    assert read().lines == {}
    assert seconds() == list(range(9))


def test_a_copy_beside_its_original_counts_once(log: Path) -> None:
    log.write_bytes(b"".join(at(n) for n in range(4)))
    shutil.copyfile(log, f"{log}.1")
    Path(f"{log}.2.gz").write_bytes(gzip.compress(log.read_bytes()))
    read()
    os.truncate(log, 0)
    read()
    assert seconds() == list(range(4))


def test_a_log_emptied_and_written_anew_is_a_new_one(log: Path) -> None:
    log.write_bytes(b"".join(at(n) for n in range(9)))
    read()
    log.write_bytes(b"".join(at(n) for n in range(20, 40)))
    read()
    assert seconds() == [*range(9), *range(20, 40)]


def test_a_log_that_was_made_shorter_is_not_counted_again(log: Path) -> None:
    log.write_bytes(b"".join(at(n) for n in range(9)))
    read()
    log.write_bytes(b"".join(at(n) for n in range(5)))
    assert [one.what for one in read().told] == ["log_shortened:access.json"]
    with log.open("ab") as file:
        file.write(at(60))
    read()
    assert seconds() == [*range(9), 60]


def test_a_packed_log_that_is_damaged_gives_what_came_before(log: Path) -> None:
    log.write_bytes(at(100))
    whole = gzip.compress(b"".join(month(3_000, truth=Truth())))
    Path(f"{log}.1.gz").write_bytes(whole[: len(whole) // 2])
    found = read()
    assert "log_damaged:access.json.1.gz" in [one.what for one in found.told]
    assert found.lines["page"] > 10
    assert read().lines == {}


def test_a_missing_log_is_told_once_and_not_when_it_is_there(log: Path) -> None:
    (told,) = read().told
    assert "access.json" in said(told, "es")
    assert str(log.parent) not in said(told, "en")
    assert read().told == ()
    log.write_bytes(at(1))
    read()
    with UsageFile.usage(Settings().home) as file:
        assert troubles(file) == ()


def test_what_is_no_log_is_told_and_does_not_stop_the_others(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_bytes(at(1))
    (log.parent / "folder").mkdir()
    os.mkfifo(log.parent / "pipe")
    (log.parent / "errors").write_text("2026/11/21 10:00:00 [error] no\n" * 3)
    monkeypatch.setenv("CHOCOLIB_ACCESS_LOG", f"{log.parent}/[!x]*, {log.parent}/none*")
    found = read()
    assert sorted(one.what for one in found.told) == [
        "log_foreign:errors",
        "log_missing:none*",
        "log_no_file:folder",
        "log_no_file:pipe",
    ]
    assert all(said(one, lang) for one in found.told for lang in ("es", "en"))
    assert seconds() == [1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_log_that_may_not_be_read_is_told(log: Path) -> None:
    log.write_bytes(at(1))
    log.chmod(0)
    assert [one.what for one in read().told] == ["log_unreadable:access.json"]


def test_a_log_that_leads_nowhere_is_told(log: Path) -> None:
    log.symlink_to(log)
    assert [one.what for one in read().told] == ["log_unreadable:access.json"]
    assert read().told == ()


def test_a_clock_that_is_wrong_is_told_once_and_makes_no_views(log: Path) -> None:
    log.write_bytes(line("2031-01-01T00:00:00Z", "/today") + line("1970-01-01T00:00:00Z", "/week"))
    found = read()
    assert found.lines == {"future": 1, "past": 1}
    assert [one.what for one in found.told] == ["log_future:access.json"]
    assert views().empty


def test_one_address_is_not_ten_thousand_people(log: Path) -> None:
    fakes = [at(n % 3_000, login=f"fake{n}@x", address="100.64.0.66") for n in range(10_000)]
    log.write_bytes(b"".join(fakes[:5_000]) + at(1, login="maria@f.es", address="100.64.0.1"))
    assert "log_logins" in [one.what for one in read().told]
    with log.open("ab") as file:
        file.write(b"".join(fakes[5_000:]))
    assert read().told == ()
    assert views()["visitor"].nunique() == LOGINS_OF_ADDRESS + 1 + 1
    assert views()["count"].sum() == 10_001


def test_nothing_of_a_line_is_kept_in_the_file_that_is_backed_up(log: Path) -> None:
    log.write_bytes(at(1, login="maria@f.es", address="100.64.0.77") + at(2, "/secret-path"))
    read()
    home = Settings().home
    kept = b"".join(one.read_bytes() for one in home.glob("usage.sqlite*"))
    assert not [word for word in (b"maria", b"100.64", b"secret", b"Mozilla") if word in kept]


def test_an_address_is_who_the_tailnet_says(log: Path) -> None:
    log.write_bytes(at(1, login="maria@f.es") + at(2, address="100.64.0.9") + at(3, address="::1"))
    read(who={"100.64.0.9": "maria@f.es"}.get)
    assert views()["visitor"].nunique() == 2


def test_two_who_read_at_once_count_nothing_twice(log: Path) -> None:
    log.write_bytes(b"".join(at(n) for n in range(40)))

    def meanwhile(people: UsageFile, subjects: object, now: pd.Timestamp) -> dict[str, str]:
        raise AssertionError("what another process has read is not kept")

    def read_first(_log: str, _part: float) -> None:
        if not done:
            done.append(read())

    done: list[Read] = []
    found = read(visitors=meanwhile, tell=read_first)
    assert found.lines == {}
    assert seconds() == list(range(40))


def test_a_reader_killed_at_any_moment_loses_nothing_and_doubles_nothing(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth, dice = Truth(), random.Random(7)
    log.write_bytes(b"".join(month(12_000, truth=truth)))
    monkeypatch.setattr(batches, "BATCH_LINES", 100)
    for _ in range(12):
        child = os.fork()
        if not child:
            read()
            os._exit(0)
        time.sleep(dice.uniform(0.005, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    read()
    with UsageFile.usage(Settings().home) as file:
        lines = dict(file.rows(LINES))
    assert lines == dict(truth.lines)
    frame = views()
    pages = frame[frame["kind"] == "page"].groupby("page")["count"].sum().to_dict()
    assert pages == dict(truth.pages)
    assert frame["visitor"].nunique() == len(truth.people)
