"""A batch of a log, kept with its position in one transaction: never twice, never half."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from chocolib.app.usage.subjects import Subjects, day_of
from chocolib.sources.access_log.batches import Batch
from chocolib.sources.access_log.counting import HOUR_S, Counts
from chocolib.sources.access_log.marks import known
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.lines import add_lines
from chocolib.store.usage.logs import move_on, positions
from chocolib.store.usage.requests import add_requests
from chocolib.store.usage.views import ViewRow, add_views

#: The pseudonyms of subjects ("login:...", "address:..."), which come with their names.
Visitors = Callable[[UsageFile, Mapping[str, str], pd.Timestamp], Mapping[str, str]]


def keep(
    usage: UsageFile,
    batch: Batch,
    subjects: Subjects,
    visitors: Visitors,
    *,
    now: pd.Timestamp,
) -> bool:
    """Keep what was counted and how far it was read.

    Pseudonyms are made inside the transaction, so that nobody changes their key meanwhile.

    Returns:
        False, and nothing is kept: another process has read this already.

    Raises:
        DataError: a file cannot be written.
    """
    counts = batch.counts
    with usage.writing():
        if known(batch.log.beginning, positions(usage)) != batch.before:
            return False
        move_on(usage, batch.before, batch.after, now=now)
        add_views(usage, _views(counts, subjects, visitors, now))
        add_requests(usage, counts.answers.itertuples(index=False, name=None))
        add_lines(usage, ((*key, n) for key, n in counts.lines.items()))
    return True


def _views(
    counts: Counts, subjects: Subjects, visitors: Visitors, now: pd.Timestamp
) -> Iterator[ViewRow]:
    """The views with pseudonyms; of two who are one, `add_views` adds the counts."""
    views = counts.views.assign(hour=counts.views["at"] // HOUR_S)
    place = views.groupby(["hour", "reader"], sort=False).ngroup()
    seen = views[["hour", "reader"]].drop_duplicates()
    readers = [counts.readers[number] for number in seen["reader"]]
    days = {hour: day_of(hour * HOUR_S) for hour in seen["hour"].unique()}
    rows = [
        (days[hour], one.address, one.login)
        for hour, one in zip(seen["hour"], readers, strict=True)
    ]
    subject = subjects.of(dict.fromkeys(rows))
    named = {one: one.removeprefix("login:") for one in subject.values()}
    named |= {one: "" for one in named if one.startswith("address:")}
    found = visitors(subjects.people, named, now) if named else {}
    whose = [(found[subject[row]], one.device) for row, one in zip(rows, readers, strict=True)]
    shown = [one.shown for one in counts.verdicts]
    columns = (views["at"], place, views["verdict"], views["count"])
    for at, who, verdict, times in zip(*(one.tolist() for one in columns), strict=True):
        visitor, device = whose[who]
        for kind, page, card, seconds in shown[verdict]:
            yield at, visitor, device, kind, page, card, times, seconds * times
