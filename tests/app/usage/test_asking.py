"""Who may know what, up to when, and what is said while nothing was read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from chocolib.app.context import Context
from chocolib.app.settings import read_settings
from chocolib.app.usage.asking import active_users, performance, usage
from chocolib.app.usage.upkeep import keep_within_bounds
from chocolib.core.errors import DataError, SettingsError
from chocolib.core.usage import ActiveUsers, Usage
from chocolib.doors.cli.usage_shown import as_json
from chocolib.store.usage.file import PEOPLE_FILE, USAGE_FILE, UsageFile
from chocolib.tools.performance import get_system_performance
from tests.app.usage.homes import ANA, DAY, EVA, LEO, MINUTE, NOW, PC, asking, home, looked
from tests.usage.traffic import NAMES

#: All that a person asks of usage.
ASKED: list[Callable[..., ActiveUsers | Usage]] = [active_users, usage]


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_nothing_was_read_is_nothing_known_and_makes_no_file(role: str) -> None:
    context = asking(role)  # type: ignore[arg-type]
    there, used = active_users(context, 5), usage(context, 7)
    assert (there.people, there.read_until, used.people, used.views) == (None, None, None, None)
    assert used.by_day["views"].isna().all()
    assert len(used.by_day) == 7
    assert not (home() / USAGE_FILE).exists()
    assert not (home() / PEOPLE_FILE).exists()


def test_a_log_without_views_is_nobody() -> None:
    looked({})
    there, used = active_users(asking("admin"), 5), usage(asking("admin"), 7)
    assert (there.people, there.requests, used.people, used.views) == (0, 0, 0, 0)
    assert there.read_until == NOW
    assert usage(asking("viewer"), 7).people is None


def test_an_admin_reads_names_and_who_is_there() -> None:
    looked({ANA: [NOW - 40 * MINUTE, NOW - 20 * MINUTE, NOW - MINUTE], EVA: [NOW - 6 * MINUTE]})
    found = active_users(asking("admin"), 5)
    (one,) = found.present
    assert (one.name, one.since, one.last) == ("ana@example.org", NOW - 40 * MINUTE, NOW - MINUTE)
    assert (one.page, found.people, found.requests) == ("today", 1, 1)
    assert [look.endpoint for look in found.looks] == ["/today"]
    assert {one.name for one in usage(asking("admin"), 1).visitors} == {"ana@example.org", "eva"}


def test_an_address_without_a_login_goes_by_its_address() -> None:
    looked({PC: [NOW - MINUTE]})
    assert [one.name for one in active_users(asking("admin"), 5).present] == ["100.64.0.9"]


def test_nothing_after_the_moment_that_is_asked_about() -> None:
    looked({ANA: [NOW - DAY, NOW, NOW + MINUTE]}, read_at=NOW + DAY)
    there, used = active_users(asking("admin"), 5), usage(asking("admin"), 2)
    assert (there.requests, used.views, used.sessions) == (1, 2, 2)
    assert used.read_until == there.read_until == NOW
    before = asking("admin", NOW - pd.Timedelta(seconds=1))
    assert (active_users(before, 5).requests, usage(before, 2).views) == (0, 1)


def test_a_viewer_is_told_numbers_of_three_or_more() -> None:
    looked({ANA: [NOW - MINUTE], EVA: [NOW - MINUTE]})
    assert active_users(asking("viewer"), 5).people is None
    looked({LEO: [NOW - MINUTE]})
    assert active_users(asking("viewer"), 5).people == 3
    used = usage(asking("viewer"), 7)
    assert (used.people, used.views, used.cards[0].views) == (3, 3, 3)


@pytest.mark.parametrize("asked", ASKED)
def test_no_person_is_in_an_answer_to_a_viewer(asked: Callable[..., ActiveUsers | Usage]) -> None:
    subjects = [f"login:{name}" for name in NAMES] + [PC]
    looked({subject: [NOW - MINUTE, NOW - DAY] for subject in subjects})
    admin = active_users(asking("admin"), 5)
    pseudonyms = [one.visitor for one in admin.present]
    assert len(pseudonyms) == len(subjects)
    found = asked(asking("viewer"))
    assert found.people == len(subjects)
    for said in (repr(found), json.dumps(as_json(found), ensure_ascii=False)):
        for person in (*pseudonyms, *NAMES, *(subject.partition(":")[2] for subject in subjects)):
            assert person not in said
        assert "phone" not in said


def test_the_file_of_names_is_not_opened_for_a_viewer() -> None:
    looked({who: [NOW - MINUTE] for who in (ANA, EVA, LEO)})
    (home() / PEOPLE_FILE).write_bytes(b"no database at all, but a file " * 99)
    assert active_users(asking("viewer"), 5).people == 3
    with pytest.raises(DataError, match=PEOPLE_FILE):
        active_users(asking("admin"), 5)


@pytest.mark.parametrize(("asked", "wrong"), [(usage, 0), (usage, 91), (active_users, 1441)])
def test_a_span_that_cannot_be_is_refused(
    asked: Callable[..., ActiveUsers | Usage], wrong: int
) -> None:
    with pytest.raises(SettingsError, match="is not between 1 and"):
        asked(asking("viewer"), wrong)


def test_speed_tells_a_viewer_nothing_of_a_day_with_too_few() -> None:
    looked({who: [NOW - DAY] for who in (ANA, EVA, LEO)})
    looked({ANA: [NOW - MINUTE]})
    with UsageFile.usage(home()) as file:
        for hour, count in ((NOW - DAY, 3), (NOW - pd.Timedelta(hours=1), 7)):
            second = int(hour.floor("h").timestamp())
            file.do("insert into requests values (?, '/today', 20, ?, 1)", (second, count))
            file.do("insert into lines values (?, 'refused', 5)", (second,))
    both, alone = performance(asking("viewer"), 2), performance(asking("viewer"), 1)
    assert [(one.path, one.requests) for one in both.paths] == [("/today", 3)]
    assert (both.requests, both.errors, both.refused) == (3, 1, 5)
    hidden = alone.requests, alone.errors, alone.refused, alone.mean_ms
    assert (hidden, alone.paths) == ((None, None, None, None), ())
    assert performance(asking("admin"), 2).requests == 10
    assert "no cuentan" in " ".join(get_system_performance(asking("viewer"), 2).remarks)


def test_before_the_oldest_sign_nothing_is_known_which_is_not_nobody() -> None:
    looked({ANA: [NOW - DAY, NOW - MINUTE]})
    before = NOW - 3 * DAY
    assert usage(asking("admin", before), 1).people is None
    assert active_users(asking("admin", before), 60).people is None
    days = usage(asking("admin"), 4).by_day["people"]
    assert days.isna().tolist() == [True, True, False, False]
    assert usage(asking("admin"), 4).people == 1


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_after_the_last_reading_nothing_is_known_which_is_not_nobody(role: str) -> None:
    looked({who: [NOW - MINUTE] for who in (ANA, EVA, LEO)})
    later: Context = asking(role, NOW + 2 * DAY)  # type: ignore[arg-type]
    there, used = active_users(later, 5), usage(later, 2)
    assert (there.people, there.requests, there.read_until) == (None, None, NOW)
    assert (used.people, used.views, used.read_until) == (None, None, NOW)
    assert usage(later, 3).by_day["people"].fillna(-1).tolist() == [3, -1, -1]
    assert usage(later, 3).people == 3
    soon: Context = asking(role, NOW + 3 * MINUTE)  # type: ignore[arg-type]
    assert active_users(soon, 5).people == 3


def test_of_days_whose_views_are_deleted_nothing_is_known() -> None:
    looked({ANA: [NOW - 100 * DAY, NOW - MINUTE]})
    replayed = replace(asking("admin", NOW - 95 * DAY), now=NOW)
    assert usage(replayed, 1).people == 0
    keep_within_bounds(read_settings(), now=NOW)
    assert usage(replayed, 1).people is None
