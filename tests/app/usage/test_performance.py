"""How the house fares, asked of what was kept: shares, speeds, the strip, and nothing of later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context
from chocolib.app.usage.performance import performance
from chocolib.core.errors import SettingsError
from chocolib.core.remarks import Remark
from chocolib.core.time import DAY, HOUR
from chocolib.core.usage import PARTS, Performance, Probe, Uptime
from chocolib.store.sqlite import SqliteStore
from chocolib.store.usage import probes, speeds
from chocolib.store.usage.file import UsageFile
from tests.conftest import made_up_prices, price_frame

NOW = pd.Timestamp("2026-11-21T10:30:20Z")
MINUTE = pd.Timedelta(minutes=1)
WRONG = Remark("usage.probe.silent")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def context(home: Path) -> Context:
    store = SqliteStore(home / "chocolib.sqlite")
    store.write(
        "energy_prices", price_frame(made_up_prices("2026-11-20T23:00", 24)), received_at=NOW
    )
    opened = open_context(store=store)
    return replace(opened, as_of=NOW, now=NOW)


def probed(file: UsageFile, first: pd.Timestamp, minutes: int, *, down: range = range(0)) -> None:
    """Every part well for so many minutes, but the API in those of `down`."""
    for minute in range(minutes):
        api = Probe("api", ok=minute not in down, ms=7, why=WRONG if minute in down else None)
        others = [Probe(part, ok=True, ms=5) for part in PARTS if part != "api"]
        probes.add(file, first.floor("min") + minute * MINUTE, [api, *others])


def asked(file: UsageFile, hour: str, path: str, ms: int, count: int = 1, errors: int = 0) -> None:
    file.do(
        "insert into requests values (?, ?, ?, ?, ?)",
        (int(pd.Timestamp(hour).timestamp()), path, ms, count, errors),
    )


def of(told: Performance, part: str) -> Uptime:
    return next(one for one in told.uptimes if one.part == part)


def test_where_nothing_was_ever_probed_nothing_is_told_and_no_file_is_made(
    context: Context, home: Path
) -> None:
    told = performance(context)
    assert [(one.part, one.ok, one.share_7d, one.probes_7d, one.why) for one in told.uptimes] == [
        (part, None, None, 0, "") for part in PARTS
    ]
    assert (told.share_7d, told.mean_ms, told.requests, told.refused) == (None, None, 0, 0)
    assert told.paths == ()
    assert told.probed_at is None
    assert len(told.strip) == 7 * 24
    assert told.strip.isna().all(axis=None)
    assert not (home / "usage.sqlite").exists()


def test_a_part_that_is_down_is_told_with_its_share_since_when_and_why(
    context: Context, home: Path
) -> None:
    with UsageFile.usage(home) as file:
        probed(file, NOW - 99 * MINUTE, 100, down=range(90, 100))
    told = performance(replace(context, lang="es"))
    api, worker = of(told, "api"), of(told, "worker")
    assert (api.ok, api.share_7d, api.share_30d, api.probes_7d) == (False, 0.9, 0.9, 100)
    assert api.since == NOW.floor("min") - 9 * MINUTE
    assert api.why == "No responde."
    assert (api.p50_ms, api.p95_ms) == (7, 7)
    assert (worker.ok, worker.share_7d, worker.since) == (True, 1, NOW.floor("min") - 99 * MINUTE)
    assert told.share_7d == pytest.approx(490 / 500)
    assert told.probed_at == NOW.floor("min")


def test_minutes_without_a_worker_are_its_own_and_nobody_elses(
    context: Context, home: Path
) -> None:
    with UsageFile.usage(home) as file:
        probed(file, NOW - 200 * MINUTE, 50)
        probed(file, NOW - 50 * MINUTE, 51)
    told = performance(context)
    assert of(told, "worker").share_7d == pytest.approx(101 / 201)
    assert {of(told, part).share_7d for part in PARTS if part != "worker"} == {1.0}
    hours = told.strip.loc[NOW.floor("h") - 2 * HOUR :]
    assert hours["worker"].tolist() == pytest.approx([0, 20 / 60, 1])
    assert hours["api"].fillna(-1).tolist() == [-1, 1, 1]


def test_a_worker_that_fell_silent_is_not_well_and_of_the_others_nothing_is_known(
    context: Context, home: Path
) -> None:
    with UsageFile.usage(home) as file:
        probed(file, NOW - 60 * MINUTE, 40)
    told = performance(context)
    worker, api = of(told, "worker"), of(told, "api")
    assert (worker.ok, api.ok) == (False, None)
    assert worker.since == NOW.floor("min") - 20 * MINUTE
    assert "not at work" in performance(replace(context, lang="en")).uptimes[3].why
    assert worker.share_7d == pytest.approx(40 / 60)
    assert api.share_7d == 1


def test_nothing_after_the_moment_is_counted(context: Context, home: Path) -> None:
    with UsageFile.usage(home) as file:
        probed(file, NOW - 60 * MINUTE, 61, down=range(31, 61))
        asked(file, "2026-11-21T09:00Z", "/today", 10)
        asked(file, "2026-11-21T10:00Z", "/today", 5000, errors=1)
    past = performance(replace(context, as_of=NOW - 30 * MINUTE))
    assert of(past, "api").share_7d == 1
    assert past.probed_at == (NOW - 30 * MINUTE).floor("min")
    assert (past.requests, past.errors, past.mean_ms) == (1, 0, 10)
    present = performance(context)
    assert (present.requests, present.errors) == (2, 1)


def test_speeds_are_of_whole_madrid_days_and_the_slowest_comes_first(
    context: Context, home: Path
) -> None:
    with UsageFile.usage(home) as file:
        asked(file, "2026-11-20T22:00Z", "/before", 1)
        asked(file, "2026-11-20T23:00Z", "/today", 20, count=18)
        asked(file, "2026-11-21T08:00Z", "/today", 400, count=2, errors=2)
        asked(file, "2026-11-21T08:00Z", "/plan", 100, count=5)
        for hour, count in (("2026-11-20T22:00Z", 7), ("2026-11-20T23:00Z", 3)):
            seconds = int(pd.Timestamp(hour).timestamp())
            file.do("insert into lines values (?, 'refused', ?)", (seconds, count))
            file.do("insert into lines values (?, 'page', 50)", (seconds,))
    told = performance(context, days=1)
    assert [(one.path, one.p50_ms, one.p95_ms, one.requests, one.errors) for one in told.paths] == [
        ("/today", 20, 400, 20, 2),
        ("/plan", 100, 100, 5, 0),
    ]
    assert (told.requests, told.errors, told.refused) == (25, 2, 3)
    assert told.mean_ms == pytest.approx((18 * 20 + 2 * 400 + 5 * 100) / 25)
    assert performance(context, days=2).refused == 10


def test_of_older_days_the_same_is_told_after_their_roll_up(context: Context, home: Path) -> None:
    with UsageFile.usage(home) as file:
        for day in range(40):
            probed(file, NOW - day * DAY, 3, down=range(day % 3))
            asked(file, str((NOW - day * DAY).floor("h")), "/today", day, errors=day % 2)
        before = performance(context, days=40)
        probes.roll_up(file, before=NOW - 30 * DAY)
        assert speeds.roll_up(file, before=NOW - 30 * DAY) > 0
    after = performance(context, days=40)
    pd.testing.assert_frame_equal(before.strip, after.strip)
    assert repr(plain(before)) == repr(plain(after))
    assert after.requests == 40


def plain(told: Performance) -> Performance:
    """What can be compared: since when something is so is only known of what is kept whole."""
    uptimes = tuple(replace(one, since=None) for one in told.uptimes)
    return replace(told, strip=pd.DataFrame(), uptimes=uptimes)


def test_the_age_of_what_is_newest_is_told_and_nothing_of_what_is_not_there(
    context: Context,
) -> None:
    ages = dict(performance(context).newest)
    assert ages["energy_prices"] == pytest.approx(-12.494, abs=0.01)
    assert ages["weather_data"] is None


@pytest.mark.parametrize("days", [0, -1, 401])
def test_days_that_cannot_be_told_are_refused(context: Context, days: int) -> None:
    with pytest.raises(SettingsError, match="days cannot be told"):
        performance(context, days=days)
