"""What was probed, by the minute; later only how often, by day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from chocolib.core.remarks import Remark
from chocolib.core.time import Window, day_window, local_date
from chocolib.core.usage import NO_MS, SKEW, Probe
from chocolib.store.usage.days import moment, oldest_day, seconds, whole_days
from chocolib.store.usage.file import UsageFile

#: A probe as it is counted: how long it took only matters where it was well.
_COUNTED = f"part, ok, case when ok then coalesce(ms, {NO_MS}) else {NO_MS} end"
_TALLIES = f"""
select part, ok, ms, sum(count) from (
  select {_COUNTED} as ms, 1 as count from probes where time >= ? and time < ?
  union all
  select part, ok, ms, count from probe_days where day >= ? and day < ?)
group by part, ok, ms order by part, ok, ms"""
_ROLL_UP = f"""
insert into probe_days select ?, {_COUNTED}, count(*)
from probes where time >= ? and time < ? group by 2, 3, 4
on conflict do update set count = count + excluded.count"""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest probe of a part; `since` is the first of those that were like it, UTC."""

    time: pd.Timestamp
    probe: Probe
    since: pd.Timestamp


def add(file: UsageFile, minute: pd.Timestamp, probes: Iterable[Probe]) -> None:
    """Keep the probes of a minute (UTC), in the place of any it had before.

    Raises:
        DataError: they cannot be written.
    """
    rows = [(seconds(minute), p.part, int(p.ok), p.ms, _written(p.why)) for p in probes]
    with file.writing():
        file.each("insert or replace into probes values (?, ?, ?, ?, ?)", rows)


def tallies(file: UsageFile, window: Window) -> pd.DataFrame:
    """How often each part answered how, columns `part`, `ok`, `ms`, `count`.

    `ms` is `NO_MS` where it was not well or has no time. Of days of which only the numbers are
    kept, those that lie wholly in the window.
    """
    bounds = (seconds(window.start), seconds(window.end), *whole_days(window))
    found = file.frame(_TALLIES, bounds, columns=("part", "ok", "ms", "count"))
    return found.astype({"ok": bool, "ms": int, "count": int, "part": str})


def by_hour(file: UsageFile, window: Window) -> pd.DataFrame:
    """The probes that are kept by the minute, counted by the hour.

    Returns:
        Index `hour` (UTC, not unique), columns `part`, `well` and `count`.
    """
    found = file.frame(
        "select time / 3600 * 3600, part, sum(ok), count(*) from probes "
        "where time >= ? and time < ? group by 1, 2",
        (seconds(window.start), seconds(window.end)),
        columns=("hour", "part", "well", "count"),
    )
    found["hour"] = pd.to_datetime(found["hour"].astype("int64"), unit="s", utc=True)
    return found.astype({"well": int, "count": int}).set_index("hour")


def newest(file: UsageFile, part: str, *, as_of: pd.Timestamp) -> Newest | None:
    """The newest probe of a part until `as_of`; None where none is kept by the minute."""
    rows = file.rows(
        "select time, ok, ms, why from probes where part = ? and time <= ? "
        "order by time desc limit 1",
        (part, seconds(as_of)),
    )
    if not rows:
        return None
    time, ok, ms, why = tuple(rows[0])
    (since,) = file.rows(
        "select min(time) from probes where part = ? and ok = ? and time > coalesce("
        "(select max(time) from probes where part = ? and ok = ? and time <= ?), 0)",
        (part, ok, part, 1 - ok, time),
    )
    return Newest(moment(time), Probe(part, bool(ok), ms, _read(why)), moment(since[0]))


def first(file: UsageFile, *, as_of: pd.Timestamp) -> pd.Timestamp | None:
    """When probing began, UTC: the first probe, or the begin of the first day of numbers."""
    ((day, minute),) = file.frame(
        "select (select min(day) from probe_days), (select min(time) from probes where time <= ?)",
        (seconds(as_of),),
        columns=("day", "minute"),
    ).itertuples(index=False)
    begun = [] if pd.isna(minute) else [moment(int(minute))]
    if day:
        begun.append(day_window(pd.Timestamp(day).date()).start)
    return min(begun, default=None)


def ahead(file: UsageFile, *, now: pd.Timestamp) -> int:
    """How many minutes were probed that have not come yet: a clock was wrong, or is."""
    rows = file.rows(
        "select count(distinct time) from probes where time > ?", (seconds(now + SKEW),)
    )
    return int(rows[0][0])


def roll_up(file: UsageFile, *, before: pd.Timestamp) -> int:
    """Of the Madrid days that are over at `before` keep numbers only; how many probes went.

    Nothing is lost or counted twice, however often it is done and wherever it is cut off.

    Raises:
        DataError: it cannot be written.
    """
    gone = 0
    while (day := oldest_day(file, "probes")) and day < local_date(before):
        window = day_window(day)
        bounds = (seconds(window.start), seconds(window.end))
        with file.writing():
            file.do(_ROLL_UP, (day.isoformat(), *bounds))
            gone += file.do("delete from probes where time >= ? and time < ?", bounds)
    return gone


def _written(why: Remark | None) -> str:
    """Key and values; the words are made when it is read."""
    if why is None:
        return ""
    item = why.to_dict()
    return json.dumps({"key": item["key"], "values": item["values"]}, ensure_ascii=False)


def _read(why: str) -> Remark | None:
    return Remark.from_dict(json.loads(why)) if why else None
