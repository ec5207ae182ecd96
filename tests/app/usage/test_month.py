"""A generated month, read from its log: what is asked of it is what its generator knows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.settings import read_settings
from chocolib.app.usage.asking import usage as asked
from chocolib.app.usage.people import rotate, visitors_of
from chocolib.app.usage.reading import read_logs
from chocolib.core.usage import Usage
from chocolib.store.usage.file import UsageFile
from tests.app.usage.homes import asking, home
from tests.usage_traffic import Truth, month


def agrees(found: Usage, truth: Truth) -> None:
    """Every number that the generator knows; sessions and devices also by person."""
    assert (found.people, found.devices) == (len(truth.people), len(truth.devices))
    assert (found.sessions, found.views) == (truth.sessions.total(), truth.pages.total())
    assert found.seconds == truth.seconds.total()
    assert found.by_day["sessions"].sum() == truth.sessions.total()
    assert found.by_hour["views"].sum() == found.by_day["views"].sum() == truth.pages.total()
    assert {one.page: one.views for one in found.pages} == truth.pages
    assert {one.page: one.seconds for one in found.pages} == truth.seconds
    assert {(one.page, one.card): one.views for one in found.cards} == truth.cards
    sessions = Counter[str]()
    for (subject, _), count in truth.sessions.items():
        sessions[subject.partition(":")[2]] += count
    assert {one.name: one.sessions for one in found.visitors} == sessions


def test_the_numbers_of_a_month_are_those_of_its_generator_before_and_after_a_change_of_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, truth = tmp_path / "access.json", Truth()
    log.write_bytes(b"".join(month(20_000, truth=truth)))
    monkeypatch.setenv("CHOCOLIB_ACCESS_LOG", str(log))
    now = pd.Timestamp(truth.until, unit="s", tz="UTC")
    read_logs(read_settings(), now=now, visitors=visitors_of)
    agrees(asked(asking("admin", now), 32), truth)
    with UsageFile.usage(home()) as usage, UsageFile.people(home()) as people:
        rotate(usage, people, now)
    agrees(asked(asking("admin", now), 32), truth)
    told = asked(asking("viewer", now), 32)
    assert told.people == len(truth.people)
    for subject in truth.people:
        assert subject.partition(":")[2] not in repr(told)
