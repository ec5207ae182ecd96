"""Views read to be summed up have fewer refreshes, and the same sessions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from chocolib.core.time import Window
from chocolib.core.usage import VIEW_COLUMNS
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.kept import read_to_sum, views_between
from chocolib.store.usage.views import add_views
from chocolib.usage.sessions import in_sessions, sessions
from tests.usage.traffic import MARCH, OCTOBER, Sign, traffic


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fewer_refreshes_make_the_same_sessions(tmp_path: Path, seed: int) -> None:
    signs = traffic(seed, OCTOBER if seed % 2 else MARCH, 20)
    times = [int(sign.time.timestamp()) for sign in signs]
    rows = [(at, *sign[1:]) for at, sign in zip(times, signs, strict=True)]
    more = [(at + 60 * k, *sign[1:]) for at, sign in zip(times, signs, strict=True)
            for k in range(1, 7) if sign.kind == "refresh"]  # fmt: skip
    window = Window(*(pd.Timestamp(at, unit="s", tz="UTC") for at in (min(times), max(times) - 9)))
    with UsageFile.usage(tmp_path) as file:
        add_views(file, dict.fromkeys([*rows, *more]))
        every, thinned = views_between(file, window), read_to_sum(file, window)
    fresh = thinned["kind"] == "refresh"
    assert fresh.sum() < (every["kind"] == "refresh").sum() / 2
    pd.testing.assert_frame_equal(
        sessions(in_sessions(thinned)).drop(columns="views"),
        sessions(in_sessions(every)).drop(columns="views"),
    )
    rest = every[every["kind"] != "refresh"]
    assert sorted(thinned[~fresh].itertuples(name=None)) == sorted(rest.itertuples(name=None))


def test_nothing_is_an_empty_frame(tmp_path: Path) -> None:
    day = Window(pd.Timestamp(OCTOBER), pd.Timestamp(OCTOBER) + pd.Timedelta(days=1))
    with UsageFile.usage(tmp_path) as file:
        found = read_to_sum(file, day)
    assert (len(found), tuple(found.columns)) == (0, VIEW_COLUMNS)
    assert sessions(in_sessions(found)).empty
    assert Sign._fields[1:] == VIEW_COLUMNS
