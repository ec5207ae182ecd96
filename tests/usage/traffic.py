"""Made-up traffic of a few weeks, as lines of plain Python and as a frame of views."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pandas as pd

from chocolib.core.usage import VIEW_COLUMNS

#: Hostile or strange, as logins of a header may be.
NAMES = ("ana@example.org", "<b>eva</b>", "José Núñez", "'; drop table views; --", "\u202eivo")


class Sign(NamedTuple):
    """One row of the table of views; `time` is UTC."""

    time: datetime
    visitor: str
    device: str
    kind: str
    page: str
    card: str = ""
    count: int = 1
    seconds: int = 0


def frame(signs: Iterable[Sign]) -> pd.DataFrame:
    """Signs as a frame of views, in the order of their times."""
    rows = sorted(signs)
    index = pd.DatetimeIndex([sign.time for sign in rows], tz="UTC", name="time").as_unit("us")
    columns = {name: [getattr(sign, name) for sign in rows] for name in VIEW_COLUMNS}
    return pd.DataFrame(columns, index=index).astype({"count": "int64", "seconds": "int64"})


def traffic(seed: int, first: datetime, days: int, people: int = 6) -> list[Sign]:
    """Visits of some people, at any hour, with pauses from minutes to hours and tabs left open."""
    dice = random.Random(seed)
    signs = []
    for number in range(people):
        for _ in range(dice.randint(days // 2, 3 * days)):
            at = first + timedelta(seconds=dice.randrange(days * 86_400))
            signs += _visit(dice, f"{number:016x}", at)
    end = first + timedelta(days=days)
    unique = {sign[:6]: sign for sign in signs if sign.time < end}
    return sorted(unique.values())


def _visit(dice: random.Random, visitor: str, at: datetime) -> list[Sign]:
    device = dice.choice(("phone", "desktop"))
    signs = []
    for _ in range(dice.randint(1, 4)):
        page = dice.choice(("today", "week", "plan", "climate"))
        kind = "page" if dice.random() < 0.9 else "report"
        signs.append(Sign(at, visitor, device, kind, page))
        if dice.random() < 0.7:
            card = dice.choice(("price_now", "windows", "alerts"))
            signs.append(Sign(at + timedelta(seconds=2), visitor, device, "card", page, card))
        stayed = dice.randrange(5, 5000)
        for minute in range(0, stayed // 60, 7):
            when = at + timedelta(minutes=minute)
            signs.append(Sign(when, visitor, device, "refresh", page))
        at += timedelta(seconds=stayed)
        if dice.random() < 0.6:
            signs.append(Sign(at, visitor, device, "stay", page, "", 1, stayed))
        at += timedelta(seconds=dice.choice((1, 60, 1799, 1800, 1801, 4000)))
    return signs


MARCH = datetime(2026, 3, 15, tzinfo=UTC)  # its 29th has 23 hours in Madrid
OCTOBER = datetime(2026, 10, 10, tzinfo=UTC)  # its 25th has 25
