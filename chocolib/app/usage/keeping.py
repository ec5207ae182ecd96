"""A batch of a log, kept with its position in one transaction: never twice, never half."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from chocolib.app.usage.subjects import Subjects, day_of
from chocolib.sources.access_log.batches import Batch
from chocolib.sources.access_log.marks import known
from chocolib.sources.access_log.tally import Counts
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
        add_requests(
            usage, ((*key, n, counts.errors.get(key, 0)) for key, n in counts.answers.items())
        )
        add_lines(usage, ((*key, n) for key, n in counts.lines.items()))
    return True


def _views(
    counts: Counts, subjects: Subjects, visitors: Visitors, now: pd.Timestamp
) -> Iterator[ViewRow]:
    """The views with pseudonyms; of two who are one, `add_views` adds the counts."""
    days = {hour: day_of(hour) for hour in {hour for hour, _ in counts.views}}
    rows = {one: (days[one[0]], one[1][1], one[1][0]) for one in counts.views}
    subject = subjects.of(dict.fromkeys(rows.values()))
    named = {one: one.removeprefix("login:") for one in subject.values()}
    named |= {one: "" for one in named if one.startswith("address:")}
    found = visitors(subjects.people, named, now) if named else {}
    for one, seen in counts.views.items():
        who, device = found[subject[rows[one]]], one[1][2]
        for at, shown, count in seen:
            for kind, page, card, seconds in shown:
                yield at, who, device, kind, page, card, count, seconds * count
