"""What is old becomes numbers, whoever asks is forgotten, and a backup leads to nobody."""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.backup.creating import create
from chocolib.app.backup.restoring import restore
from chocolib.app.context import real_store
from chocolib.app.settings import read_settings
from chocolib.app.usage.asking import usage as asked
from chocolib.app.usage.forgetting import Forgotten, forget
from chocolib.app.usage.people import key_since, rotate
from chocolib.app.usage.state import state
from chocolib.app.usage.upkeep import Tidied, keep_within_bounds
from chocolib.core.errors import SettingsError
from chocolib.core.usage import KEY_DAYS, VIEW_DAYS
from chocolib.store.usage import kept
from chocolib.store.usage import people as register
from chocolib.store.usage.file import PEOPLE_FILE, USAGE_FILE, UsageFile
from chocolib.store.usage.lines import add_lines
from tests.app.usage.homes import (
    ANA,
    DAY,
    EVA,
    LEO,
    MINUTE,
    NOW,
    PC,
    asking,
    bytes_of_usage,
    home,
    looked,
)


def tidied(now: pd.Timestamp) -> Tidied:
    return keep_within_bounds(read_settings(), now=now)


def days_kept() -> pd.DataFrame:
    with UsageFile.usage(home()) as usage:
        return kept.days_kept(usage)


def test_upkeep_without_files_does_nothing_and_makes_none() -> None:
    assert tidied(NOW) == Tidied(0, 0, 0, 0)
    assert not home().exists()


def test_views_become_numbers_by_day_when_they_are_old() -> None:
    old = NOW - VIEW_DAYS * DAY
    looked({ANA: [old, old + 2 * MINUTE, NOW], EVA: [old + MINUTE], LEO: [old + DAY]}, read_at=NOW)
    done = tidied(NOW)
    assert (done.days, done.deleted, done.unseen) == (1, 6, 0)
    whole, page, card = days_kept().itertuples(index=False)
    day = old.date()
    assert tuple(whole) == (day, "", "", 3, 2, 2, 0)
    assert tuple(page) == (day, "today", "", 3, 2, 2, 0)
    assert tuple(card) == (day, "today", "price_now", 3, 2, 2, 0)
    assert tidied(NOW) == Tidied(0, 0, 0, 0)
    assert asked(asking("admin"), VIEW_DAYS).views == 2


def test_the_numbers_of_many_nights_are_those_of_one() -> None:
    """A session over midnight is of the day before, though that day's views are gone by then."""
    first = pd.Timestamp("2026-03-27T22:50Z")  # ten to midnight in Madrid; the 29th has 23 hours
    over = [first + n * DAY + k * 20 * MINUTE for n in range(4) for k in range(3)]
    looked({ANA: over, EVA: over[::2]})
    last = first + (VIEW_DAYS + 10) * DAY
    for night in range(12):
        tidied(first + (VIEW_DAYS - 2 + night) * DAY)
    by_night = days_kept()
    (home() / USAGE_FILE).unlink()
    looked({ANA: over, EVA: over[::2]})
    tidied(last)
    pd.testing.assert_frame_equal(by_night, days_kept())
    whole = by_night[by_night["page"] == ""]
    assert whole["sessions"].sum() == 10  # one a night of Ana's; Eva pauses 40 minutes: more
    with UsageFile.usage(home()) as usage:
        assert kept.size(usage) == 0


def test_lines_are_counted_as_long_as_views_are_kept() -> None:
    looked({ANA: [NOW]})
    old, young = (int((NOW - days * DAY).timestamp()) for days in (VIEW_DAYS + 1, VIEW_DAYS - 2))
    with UsageFile.usage(home()) as usage:
        add_lines(usage, [(old, "page", 3), (young, "page", 4)])
    tidied(NOW)
    with UsageFile.usage(home()) as usage:
        assert usage.rows("select hour, count from lines") == [(young, 4)]


def test_an_old_key_is_replaced_and_a_young_one_stays() -> None:
    looked({ANA: [NOW]})
    assert tidied(NOW + (KEY_DAYS - 1) * DAY).rekeyed == 0
    assert key_since(home()) == NOW
    assert tidied(NOW + KEY_DAYS * DAY).rekeyed == 1
    assert key_since(home()) == NOW + KEY_DAYS * DAY
    assert tidied(NOW + KEY_DAYS * DAY).rekeyed == 0


def test_who_has_no_view_left_leaves_the_register() -> None:
    looked({ANA: [NOW]})
    looked({EVA: [NOW + 60 * DAY]}, read_at=NOW + 60 * DAY)
    assert tidied(NOW + (VIEW_DAYS + 2) * DAY).unseen == 1
    with UsageFile.people(home()) as people:
        assert [one.subject for one in register.entries(people)] == [EVA]


@pytest.mark.parametrize("known_by", ["login", "pseudonym"])
def test_whoever_is_forgotten_is_nowhere(known_by: str) -> None:
    looked({ANA: [NOW - DAY, NOW], EVA: [NOW]})
    with UsageFile.people(home()) as people:
        (entry,) = (one for one in register.entries(people) if one.subject == ANA)
        people.do("insert into logins values ('2026-11-20', '100.64.0.1', 'ana@example.org')")
    who = "ana@example.org" if known_by == "login" else entry.visitor
    assert b"ana@example.org" in bytes_of_usage()
    assert forget(read_settings(), who) == Forgotten(views=4, entries=1)
    on_disk = bytes_of_usage()
    assert b"ana@example.org" not in on_disk
    assert entry.visitor.encode() not in on_disk
    assert forget(read_settings(), who) == Forgotten(views=0, entries=0)
    assert [one.name for one in asked(asking("admin"), 7).visitors] == ["eva"]


def test_an_address_is_forgotten_and_a_stranger_was_never_known() -> None:
    assert forget(read_settings(), "ana@example.org") == Forgotten(0, 0)
    assert not home().exists()
    looked({PC: [NOW]})
    assert forget(read_settings(), "' or 1=1 --") == Forgotten(0, 0)
    assert forget(read_settings(), "100.64.0.9") == Forgotten(views=2, entries=1)


def test_a_login_is_forgotten_however_its_letters_are_written() -> None:
    looked({ANA: [NOW], EVA: [NOW]})
    assert forget(read_settings(), " Ana@Example.ORG ") == Forgotten(views=2, entries=1)


@pytest.mark.parametrize("nobody", ["", "  "])
def test_nobody_cannot_be_forgotten(nobody: str) -> None:
    with pytest.raises(SettingsError, match="nobody is named"):
        forget(read_settings(), nobody)


def test_views_that_the_register_does_not_know_are_forgotten_by_login() -> None:
    looked({ANA: [NOW]})
    with UsageFile.people(home()) as people:
        register.delete(people, ANA)
    assert forget(read_settings(), "ana@example.org").views == 2


def test_a_backup_has_the_views_and_never_who_they_are_of(tmp_path: Path) -> None:
    looked({ANA: [NOW], EVA: [NOW]})
    settings = read_settings()
    held = UsageFile.usage(home())  # somebody reads: what was written last is in the WAL only
    held.rows("select 1 from views")
    looked({LEO: [NOW]})
    with closing(real_store(settings)) as store:
        made = create(settings, store, now=NOW, tell=lambda _what, _part: None)
    held.close()
    with tarfile.open(made.archive.path) as tar:
        names = tar.getnames()
        tar.extractall(tmp_path / "out", filter="data")
    assert f"usage/{USAGE_FILE}" in names
    assert not [name for name in names if "people" in name]
    with closing(sqlite3.connect(tmp_path / "out" / "usage" / USAGE_FILE)) as copy:
        assert copy.execute("select count(distinct visitor) from views").fetchone() == (3,)
    found = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*.*"))
    assert b"ana@example.org" not in found

    into = tmp_path / "restored"
    restore(settings, made.archive.path, into=into, replace=False, now=NOW, tell=lambda *_: None)
    assert (into / USAGE_FILE).exists()
    assert not (into / PEOPLE_FILE).exists()
    there = asking("admin")
    there = replace(there, settings=settings.model_copy(update={"home": into}))
    used = asked(there, 7)
    assert (used.people, {one.name for one in used.visitors}) == (3, {""})


def test_a_backup_from_before_a_change_of_keys_leads_to_nobody() -> None:
    looked({ANA: [NOW], EVA: [NOW]})
    with UsageFile.usage(home()) as usage, UsageFile.people(home()) as people:
        before = set(kept.visitors(usage))
        rotate(usage, people, NOW + KEY_DAYS * DAY)
        assert not before & {one.visitor for one in register.entries(people)}
        assert not before & set(kept.visitors(usage))


def test_the_state_tells_what_is_kept() -> None:
    found = state(read_settings())
    assert (found.files, found.views, found.people, found.key_since) == ({}, 0, 0, None)
    looked({ANA: [NOW - DAY], EVA: [NOW]})
    found = state(read_settings())
    assert set(found.files) == {USAGE_FILE, PEOPLE_FILE}
    assert (found.views, found.people, found.key_since) == (4, 2, NOW)
    assert (found.oldest, found.read_until) == (NOW - DAY, NOW)
