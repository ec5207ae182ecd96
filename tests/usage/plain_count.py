"""The numbers of a window counted once more, by loops over plain Python: no pandas, no chocolib."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.usage.traffic import Sign

MADRID = ZoneInfo("Europe/Madrid")
PAUSE = timedelta(minutes=30)


def day_of(moment: datetime) -> date:
    """Madrid's date."""
    return moment.astimezone(MADRID).date()


def sessions(signs: Iterable[Sign]) -> list[tuple[str, str, datetime, datetime]]:
    """(visitor, device, begin, end): spans that touch, when each is drawn 30 minutes longer."""
    spans = defaultdict(list)
    for sign in signs:
        back = timedelta(seconds=sign.seconds if sign.kind == "stay" else 0)
        spans[sign.visitor, sign.device].append((sign.time - back, sign.time))
    found = []
    for (visitor, device), own in spans.items():
        groups: list[tuple[datetime, datetime]] = []
        for begin, end in own:  # in no order: whatever is near melts into one
            near = [one for one in groups if begin - one[1] < PAUSE and one[0] - end < PAUSE]
            groups = [one for one in groups if one not in near]
            begins, ends = [begin, *(one[0] for one in near)], [end, *(one[1] for one in near)]
            groups.append((min(begins), max(ends)))
        found += [(visitor, device, begin, end) for begin, end in groups]
    return sorted(found)


def counted(signs: Sequence[Sign], days: Sequence[date]) -> dict[str, Any]:
    """What a summary of these days has to say."""
    there = [sign for sign in signs if day_of(sign.time) in days]
    opened = [sign for sign in there if sign.kind in ("page", "report")]
    begun = [one for one in sessions(signs) if day_of(one[2]) in days]
    days_begun = defaultdict(set)
    for visitor, _, begin, _ in begun:
        days_begun[visitor].add(day_of(begin))
    return {
        "people": len({sign.visitor for sign in there}),
        "devices": len({(sign.visitor, sign.device) for sign in there}),
        "sessions": len(begun),
        "views": sum(sign.count for sign in opened),
        "returning": sum(len(one) > 1 for one in days_begun.values()),
        "seconds": sum(sign.seconds for sign in there if sign.kind == "stay"),
        "by_day": [
            (
                sum(day_of(begin) == day for _, _, begin, _ in begun),
                len({sign.visitor for sign in there if day_of(sign.time) == day}),
                sum(sign.count for sign in opened if day_of(sign.time) == day),
            )
            for day in days
        ],
        "by_hour": [
            sum(sign.count for sign in opened if sign.time.astimezone(MADRID).hour == hour)
            for hour in range(24)
        ],
        "pages": _seen((sign.page, "", sign) for sign in opened),
        "cards": _seen((sign.page, sign.card, sign) for sign in there if sign.kind == "card"),
    }


def _seen(rows: Iterable[tuple[str, str, Sign]]) -> dict[tuple[str, str], tuple[int, int]]:
    found = defaultdict(list)
    for page, card, sign in rows:
        found[page, card].append(sign)
    return {
        name: (sum(sign.count for sign in own), len({sign.visitor for sign in own}))
        for name, own in found.items()
    }
