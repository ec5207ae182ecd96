"""What is told of each visitor, against a count that goes through the views one by one."""

from __future__ import annotations

from collections import Counter, defaultdict

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.time import Window
from chocolib.core.usage import VIEW_COLUMNS
from chocolib.usage.summary import days_of, summarise

WINDOW = Window(pd.Timestamp("2026-10-23T22:00Z"), pd.Timestamp("2026-10-30T23:00Z"))
ROWS = st.tuples(
    st.integers(0, 7 * 24 * 60 - 1),
    st.sampled_from("abc"),
    st.sampled_from(("phone", "desktop")),
    st.sampled_from(("page", "report", "card", "stay", "refresh")),
    st.sampled_from(("today", "week", "plan")),
    st.integers(1, 3),
)


@given(st.lists(ROWS, max_size=30))
def test_each_visitor_is_told_as_counted_one_by_one(
    rows: list[tuple[int, str, str, str, str, int]],
) -> None:
    devices, views, seconds = defaultdict(set), Counter[str](), Counter[str]()
    looked, last = defaultdict(Counter), {}
    table = []
    for minute, who, device, kind, page, count in sorted(rows):
        time = WINDOW.start + pd.Timedelta(minutes=minute)
        card = "price_now" if kind == "card" else ""
        stay = 40 * count if kind == "stay" else 0
        table.append(
            (time, who, device, kind, "" if kind == "refresh" else page, card, count, stay)
        )
        devices[who].add(device)
        last[who] = time
        views[who] += count * (kind in ("page", "report"))
        seconds[who] += stay
        if kind in ("page", "report", "card"):
            looked[who][f"{page}/{card}" if card else page] += count
    frame = pd.DataFrame(table, columns=["time", *VIEW_COLUMNS]).set_index("time")
    frame.index = pd.DatetimeIndex(frame.index, tz="UTC")
    told = summarise(frame, WINDOW, days=days_of(WINDOW), names={"a": "ana"}, read_until=None)
    assert {one.visitor for one in told.visitors} == set(devices)
    for one in told.visitors:
        who = one.visitor
        assert (one.devices, one.views) == (tuple(sorted(devices[who])), views[who])
        assert (one.seconds, one.last) == (seconds[who], last[who])
        assert one.name == ("ana" if who == "a" else "")
        most = sorted(looked[who].items(), key=lambda each: (-each[1], each[0]))
        assert one.favourites == tuple(name for name, _ in most[:3])
