"""When each report is usually made, and on which past days a backfill makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from chocolib.core.errors import SettingsError
from chocolib.core.time import at, local_date

#: Longest span of one backfill, days.
MOST_DAYS = 1100


@dataclass(frozen=True, slots=True)
class ReportKind:
    """The usual moment of a report, as in `jobs/schedule.toml`.

    Attributes:
        hour, minute: Madrid clock; never in the hour that the clock changes move.
        weekday: 0 is Monday; None is every day.
        prices: it has nothing to say without prices.
    """

    hour: int = 6
    minute: int = 0
    weekday: int | None = None
    prices: bool = True

    def moment(self, day: date) -> pd.Timestamp:
        """When it is made on a Madrid day, UTC."""
        return at(day, self.hour) + pd.Timedelta(minutes=self.minute)

    def days(self, since: date, until: date) -> Iterator[date]:
        """The days from `since` to `until` (both counted) on which it is made."""
        for n in range((until - since).days + 1):
            day = since + timedelta(days=n)
            if self.weekday in (None, day.weekday()):
                yield day


#: Every other report is made daily at 06:00.
KINDS = {
    "weekly": ReportKind(6, 30, weekday=0),
    "climate_history": ReportKind(prices=False),
    "data_quality": ReportKind(prices=False),
}


def report_kind(name: str) -> ReportKind:
    """The kind of a report; an analyst's own one is made daily at 06:00."""
    return KINDS.get(name, ReportKind())


def past_days(name: str, since: date, until: date, *, now: pd.Timestamp) -> list[date]:
    """The days of a backfill whose usual moment is over at `now` (UTC).

    Raises:
        SettingsError: the span ends before it begins, is too long, or has no such day.
    """
    if until < since:
        raise SettingsError(f"--until {until} is before --since {since}")
    if (until - since).days >= MOST_DAYS:
        raise SettingsError(f"{since} to {until} are more than {MOST_DAYS} days at once")
    kind = report_kind(name)
    days = [day for day in kind.days(since, until) if kind.moment(day) <= now]
    if not days:
        raise SettingsError(
            f"no {name} report falls between {since} and {until}",
            hint=f"days after {local_date(now)} have not come yet"
            + ("; it is made on Mondays" if kind.weekday == 0 else ""),
        )
    return days
