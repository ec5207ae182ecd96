"""How the house fares: what is kept of probes and requests, as `core.usage.Performance`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.jobs.health import QUIET
from chocolib.app.newest import newest_step
from chocolib.core.errors import SettingsError
from chocolib.core.gaps import step_end
from chocolib.core.i18n import Lang, t
from chocolib.core.schema import ENERGY_PRICES, WEATHER_DATA
from chocolib.core.time import DAY, HOUR, Window, day_window, local_date, midnight
from chocolib.core.usage import PARTS, Performance, Uptime
from chocolib.store.usage import probes, speeds
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.probes import Newest
from chocolib.usage import fares
from chocolib.usage.fares import MINUTE

#: It probes, so where it does not work there is no probe: its minutes are counted instead.
PROBER = "worker"
#: What was turned away, as the lines of the logs are counted.
REFUSED = "refused"
_WEEK, _MONTH = 7 * DAY, 30 * DAY
_LONGEST = 400


def performance(
    context: Context, days: int = 7, *, told: Collection[date] | None = None
) -> Performance:
    """Up-time of every part over 7 and 30 days, and the speed of answers over some days.

    Nothing after `context.as_of` is counted: of the hour that it stands in, whose requests are
    counted together, nothing but at the present. Nothing here names a person; what of it a viewer
    is told is decided in `app.usage.asking`.

    Args:
        days: of speeds: whole Madrid days that end with the one of `as_of`.
        told: of these of them only; None: of all.

    Raises:
        SettingsError: so many days cannot be asked for.
        DataError: the file of usage or the store cannot be read.
    """
    if not 1 <= days <= _LONGEST:
        raise SettingsError(f"{days} days cannot be told", hint=f"ask for 1 to {_LONGEST}")
    with _file(context.settings.home) as file:
        probed = _Probed.of(file, context.as_of)
        windows = list(_windows(_days(context, days), told))
        requests = speeds.tallies_of(file, windows)
        refused = sum(speeds.lines(file, one, REFUSED) for one in windows)
        strip = _strip(file, probed)
    return Performance(
        days=days,
        uptimes=tuple(_uptime(part, probed, context.lang) for part in PARTS),
        paths=fares.path_speeds(requests),
        share_7d=fares.share(probed.week),
        mean_ms=fares.mean_ms(requests),
        requests=int(requests["count"].sum()),
        errors=int(requests["errors"].sum()),
        refused=refused,
        strip=strip,
        newest=tuple(_ages(context)),
        probed_at=max((one.time for one in probed.newest.values()), default=None),
    )


def _file(home: Path) -> UsageFile:
    """The file of a home; where there is none yet, an empty one that is kept nowhere."""
    if (home / "usage.sqlite").exists():
        return UsageFile.usage(home)
    return UsageFile.empty()


@dataclass(frozen=True, slots=True)
class _Probed:
    """What is kept of probes until `as_of`.

    Attributes:
        minutes: from the first probe of all to the last minute that is over or was probed; None
            where there never was one.
        week, month: tallies of the last 7 and 30 days.
        newest: by part.
    """

    as_of: pd.Timestamp
    minutes: Window | None
    week: pd.DataFrame
    month: pd.DataFrame
    newest: dict[str, Newest]

    @classmethod
    def of(cls, file: UsageFile, as_of: pd.Timestamp) -> _Probed:
        found = {part: probes.newest(file, part, as_of=as_of) for part in PARTS}
        newest = {part: one for part, one in found.items() if one}
        return cls(
            as_of=as_of,
            minutes=_minutes(file, as_of, newest.get(PROBER)),
            week=probes.tallies(file, _last(_WEEK, as_of)),
            month=probes.tallies(file, _last(_MONTH, as_of)),
            newest=newest,
        )

    def share(self, part: str, tally: pd.DataFrame, span: pd.Timedelta) -> float | None:
        """The share of a part's probes that were well; of the worker's, of the minutes."""
        rows = fares.of_part(tally, part)
        if part != PROBER:
            return fares.share(rows)
        return fares.share_of(rows, fares.minutes(_last(span, self.as_of), self.minutes))


def _minutes(file: UsageFile, as_of: pd.Timestamp, newest: Newest | None) -> Window | None:
    first = probes.first(file, as_of=as_of)
    if first is None:
        return None
    over = as_of.floor("min")
    probed = newest is not None and newest.time >= over
    return Window(first.floor("min"), max(first, over + MINUTE if probed else over))


def _last(span: pd.Timedelta, as_of: pd.Timestamp) -> Window:
    """The minutes of the last days, the one that has begun too."""
    end = as_of.floor("min") + MINUTE
    return Window(end - span, end)


def _days(context: Context, days: int) -> Window:
    """Whole hours until `as_of`; at the present the one that has begun too."""
    first = midnight(local_date(context.as_of) - timedelta(days=days - 1))
    present = context.now - context.as_of <= MINUTE
    return Window(first, context.as_of if present else context.as_of.floor("h"))


def _windows(window: Window, told: Collection[date] | None) -> Iterator[Window]:
    if told is None:
        yield window
        return
    for both in (window.overlap(day_window(day)) for day in sorted(told)):
        if both is not None:
            yield both


def _uptime(part: str, probed: _Probed, lang: Lang) -> Uptime:
    rows = fares.of_part(probed.week, part)
    ok, since, why = _standing(part, probed.newest.get(part), probed.as_of, lang)
    return Uptime(
        part=part,
        ok=ok,
        share_7d=probed.share(part, probed.week, _WEEK),
        share_30d=probed.share(part, probed.month, _MONTH),
        probes_7d=int(rows["count"].sum()),
        p50_ms=fares.quantile_ms(rows, 50),
        p95_ms=fares.quantile_ms(rows, 95),
        since=since,
        why=why,
    )


def _standing(
    part: str, newest: Newest | None, as_of: pd.Timestamp, lang: Lang
) -> tuple[bool | None, pd.Timestamp | None, str]:
    """How a part is, since when, and what is wrong."""
    if newest is None:
        return None, None, ""
    if as_of - newest.time > QUIET:
        ok = False if part == PROBER else None
        return ok, newest.time + MINUTE, t("usage.probe.quiet", lang)
    why = newest.probe.why
    return newest.probe.ok, newest.since, why.text(lang) if why else ""


def _strip(file: UsageFile, probed: _Probed) -> pd.DataFrame:
    last = probed.as_of.floor("h")
    hours = pd.date_range(last - _WEEK + HOUR, last, freq="h")
    span = Window(hours[0], probed.as_of.floor("min") + MINUTE)
    due = {PROBER: fares.minutes_by_hour(hours, probed.minutes)}
    return fares.strip(probes.by_hour(file, span), hours, PARTS, due=due)


def _ages(context: Context) -> Iterator[tuple[str, float | None]]:
    """How many hours the newest step of each source has been over at `as_of`."""
    for kind in (ENERGY_PRICES, WEATHER_DATA):
        newest = newest_step(context.store, kind, as_of=context.as_of)
        age = None if newest is None else (context.as_of - step_end(kind, newest)) / HOUR
        yield kind.name, age
