"""Time: UTC inside, Europe/Madrid at the edges, windows always `[start, end)`.

A civil day in Madrid has 23, 24 or 25 hours; everything here counts hours in
UTC and asks the calendar only where a day begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import pandas as pd

from chocolib.core.errors import SettingsError

MADRID = ZoneInfo("Europe/Madrid")
HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)

#: Replays treat PVPC of day D+1 as known from this time of day D (domain: it
#: appears between 20:15 and 20:25 Europe/Madrid; 20:30 is the safe side).
DAY_AHEAD_PUBLICATION = pd.Timedelta(hours=20, minutes=30)

#: SIAR states no hour; by ten the day before is on its web site.
SIAR_PUBLICATION = DAY + pd.Timedelta(hours=10)
#: The slowest of the weather sources has an hour on its page by then.
WEATHER_PUBLICATION = HOUR + pd.Timedelta(minutes=70)

#: Outside these years nothing is known of any series, and calendars get strange.
_YEARS = range(1940, 2200)

_EXAMPLE = "for example 2025-11-20T21:00 (Madrid time) or 2025-11-20T20:00Z"
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time `[start, end)`, both UTC.

    Raises:
        ValueError: if a bound has no time zone or the end is before the start.
    """

    start: pd.Timestamp
    end: pd.Timestamp

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a Window needs time zones on both bounds")
        object.__setattr__(self, "start", self.start.tz_convert("UTC"))
        object.__setattr__(self, "end", self.end.tz_convert("UTC"))
        if self.end < self.start:
            raise ValueError(f"window ends ({self.end}) before it starts ({self.start})")

    def hours(self) -> pd.DatetimeIndex:
        """Every full UTC hour that starts inside the window."""
        return pd.date_range(
            self.start.ceil("h"), self.end, freq="h", inclusive="left", name="time"
        )

    def __len__(self) -> int:
        return len(self.hours())

    def overlap(self, other: Window) -> Window | None:
        """What this and another window share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None

    def split(self, longest: pd.Timedelta) -> Iterator[Window]:
        """The same span cut into consecutive windows of at most `longest`."""
        start = self.start
        while start < self.end:
            end = min(start + longest, self.end)
            yield Window(start, end)
            start = end


def inside(times: pd.DatetimeIndex, window: Window) -> pd.DatetimeIndex:
    """The times of an index that lie in a window, in its order."""
    chosen: pd.DatetimeIndex = times[(times >= window.start) & (times < window.end)]
    return chosen


def utc(moment: str | datetime | pd.Timestamp) -> pd.Timestamp:
    """A UTC timestamp; a moment without a zone is read as Europe/Madrid.

    An ambiguous local time (02:30 on the autumn change) is its first
    occurrence, summer time; a local time skipped in spring raises SettingsError.
    """
    stamp = pd.Timestamp(moment)
    if stamp.tzinfo is None:
        try:
            stamp = stamp.tz_localize(MADRID, ambiguous=True, nonexistent="raise")
        except ValueError:
            raise SettingsError(
                f"{stamp} does not exist in Madrid: the clocks jump over it that night",
                hint="give the time in UTC instead, with a Z at its end",
            ) from None
    return stamp.tz_convert("UTC")


def parse_as_of(text: str | datetime | None, *, now: pd.Timestamp) -> pd.Timestamp:
    """The moment a computation stands at, in UTC; `None` means `now`.

    Args:
        text: ISO 8601 date or time; without a zone it is Europe/Madrid.
        now: the edge's clock, UTC.

    Raises:
        SettingsError: not a time; the message shows a good one.
    """
    return now if text is None else parse_moment(text)


def span(
    since: str | None, until: str | None, *, now: pd.Timestamp
) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Two bounds given by a person, UTC; None where there is none.

    Raises:
        SettingsError: not times, in the wrong order, or beginning after `now`.
    """
    start = parse_moment(since) if since else None
    end = parse_moment(until) if until else None
    if start and start >= (end or now):
        latest = "--until" if end else "now"
        raise SettingsError(f"--since {since} is not before {latest}", hint=_EXAMPLE)
    return start, end


def parse_moment(text: str | datetime) -> pd.Timestamp:
    """A moment given by a person, UTC; without a zone it is Europe/Madrid.

    Raises:
        SettingsError: not a time; the message shows a good one.
    """
    if isinstance(text, str) and not _ISO.fullmatch(text.strip()):
        raise SettingsError(f"{text!r} is not a moment in time", hint=_EXAMPLE)
    try:
        moment = utc(text.strip() if isinstance(text, str) else text)
    except (ValueError, OverflowError):
        raise SettingsError(f"{text!r} is not a moment in time", hint=_EXAMPLE) from None
    if moment.year not in _YEARS:
        raise SettingsError(f"{text!r} is not of {_YEARS[0]} to {_YEARS[-1]}", hint=_EXAMPLE)
    return moment


def parse_window(text: str) -> Window:
    """A window from "2025", "2025-01", "2025-01-15" or "FROM/TO" (Madrid, TO excluded).

    Raises:
        SettingsError: when the text is none of these.
    """
    hint = 'say "2025", "2025-01", "2025-01-15" or "2025-01-10/2025-01-20"'
    first, slash, last = text.strip().partition("/")
    try:
        if slash:
            return Window(parse_moment(first), parse_moment(last))
        if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", first, re.ASCII):
            raise ValueError(first)
        start = pd.Timestamp(first)
        step = {
            4: pd.DateOffset(years=1),
            7: pd.DateOffset(months=1),
            10: pd.DateOffset(days=1),
        }[len(first)]
        return Window(utc(start), utc(start + step))
    except (ValueError, OverflowError, SettingsError):
        raise SettingsError(f"{text!r} is not a period", hint=hint) from None


def local(moment: pd.Timestamp) -> pd.Timestamp:
    """The same moment on a Madrid clock."""
    return moment.tz_convert(MADRID)


def local_date(moment: pd.Timestamp) -> date:
    """The civil date in Madrid at `moment`."""
    return local(moment).date()


def midnight(day: date) -> pd.Timestamp:
    """Madrid midnight that begins `day`, in UTC."""
    return pd.Timestamp(day).tz_localize(MADRID).tz_convert("UTC")


@lru_cache(maxsize=4096)
def at(day: date, hour: int) -> pd.Timestamp:
    """Local `hour` (0-24) of `day` in Madrid, in UTC; 24 is the next midnight.

    An hour skipped in spring becomes the moment the clocks jump to.
    """
    if hour == 24:
        return midnight(day + DAY.to_pytimedelta())
    naive = pd.Timestamp(day) + pd.Timedelta(hours=hour)
    return naive.tz_localize(MADRID, ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")


def days_earlier(moment: pd.Timestamp, days: int) -> pd.Timestamp:
    """The same Madrid clock time some days before, UTC."""
    clock = local(moment).tz_localize(None) - days * DAY
    there = clock.tz_localize(MADRID, ambiguous=True, nonexistent="shift_forward")
    return there.tz_convert("UTC")


def day_window(day: date) -> Window:
    """The 23, 24 or 25 hours of a civil day in Madrid."""
    return Window(midnight(day), at(day, 24))


def origin_of(as_of: pd.Timestamp) -> pd.Timestamp:
    """Where a forecast made at `as_of` begins: the first full hour at or after it."""
    return as_of.tz_convert("UTC").ceil("h")


def first_plan_day(as_of: pd.Timestamp) -> date:
    """The first whole civil day at or after `as_of`: the first day a plan can cover."""
    here = local(as_of)
    starts_now = here == here.normalize()
    return here.date() if starts_now else (here.normalize() + pd.DateOffset(days=1)).date()


def published_at(hours: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """When the PVPC of each hour becomes known: the day before, 20:30 Europe/Madrid.

    Args:
        hours: UTC index of hour starts, any length.

    Returns:
        UTC index of the same length (the rule of `domain.md`, section Electricity).
    """
    days = hours.tz_convert(MADRID).tz_localize(None).normalize()
    evening = days - DAY + DAY_AHEAD_PUBLICATION
    return as_utc(evening.tz_localize(MADRID))


def next_morning(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """When SIAR's row of each Madrid day (UTC index of midnights) becomes known, UTC."""
    return as_utc(
        (days.tz_convert(MADRID).tz_localize(None) + SIAR_PUBLICATION).tz_localize(MADRID)
    )


def hour_after(hours: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """When the weather of each UTC hour should have been observed and delivered, UTC."""
    return as_utc(hours + WEATHER_PUBLICATION)


def known_until(as_of: pd.Timestamp) -> pd.Timestamp:
    """End (exclusive, UTC) of the hours whose PVPC should be public at `as_of`."""
    here = local(as_of)
    evening = here.normalize().tz_localize(None) + DAY_AHEAD_PUBLICATION
    days = 2 if here >= evening.tz_localize(MADRID) else 1
    return midnight((here.normalize() + pd.DateOffset(days=days)).date())


def end_of_tomorrow(moment: pd.Timestamp) -> pd.Timestamp:
    """Madrid midnight that ends the civil day after the one of `moment`, UTC."""
    return midnight((pd.Timestamp(local_date(moment)) + 2 * DAY).date())


def as_utc(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """An aware index in UTC at microsecond resolution: the one dtype frames carry."""
    return index.tz_convert("UTC").as_unit("us")


def iso(moment: pd.Timestamp) -> str:
    """ISO 8601 in UTC with a Z, to the second: how JSON documents write a time."""
    return moment.tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%SZ")
