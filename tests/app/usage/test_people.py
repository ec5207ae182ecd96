"""Pseudonyms: of a key that lies where only its owner reads, and is replaced without a miscount."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chocolib.app.usage import people as pseudonyms
from chocolib.app.usage.asking import usage as asked
from chocolib.app.usage.people import names_of, rotate, visitors_of
from chocolib.core.usage import KEY_DAYS
from chocolib.store.usage import people as register
from chocolib.store.usage.file import UsageFile
from tests.app.usage.homes import (
    ANA,
    DAY,
    EVA,
    EVERYBODY,
    LEO,
    NOW,
    PC,
    asking,
    bytes_of_usage,
    home,
    looked,
    numbers,
)
from tests.conftest import ROOT


@pytest.fixture
def people() -> UsageFile:
    return UsageFile.people(home())


def test_a_pseudonym_is_the_begin_of_a_keyed_hash(people: UsageFile) -> None:
    found = visitors_of(people, {ANA: "ana", PC: ""}, NOW)
    (key,) = register.keys(people)
    wanted = hmac.new(key.secret, ANA.encode(), hashlib.sha256).hexdigest()
    assert found[ANA] == wanted[:16]
    assert visitors_of(people, {ANA: ""}, NOW + DAY) == {ANA: wanted[:16]}
    assert names_of(home(), found.values()) == {found[ANA]: "ana", found[PC]: "100.64.0.9"}
    assert names_of(home(), [found[PC], "unknown"]) == {found[PC]: "100.64.0.9"}


def test_a_name_that_a_terminal_would_obey_is_shown_without_that(people: UsageFile) -> None:
    hostile = {"login:\x1b[2Jeva": "\x1b[2Jeva", "login:\u202eivo": "", "login:x": "x" * 999}
    found = visitors_of(people, hostile, NOW)
    assert sorted(names_of(home(), found.values()).values()) == ["?[2Jeva", "?ivo", "x" * 100]


def test_another_home_has_another_key(people: UsageFile, tmp_path: Path) -> None:
    with UsageFile.people(tmp_path / "other") as other:
        assert visitors_of(people, {ANA: ""}, NOW) != visitors_of(other, {ANA: ""}, NOW)


def test_only_the_owner_reads_who_is_who(people: UsageFile) -> None:
    visitors_of(people, {ANA: ""}, NOW)
    files = list(home().glob("usage-people.sqlite*"))
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_the_register_is_bounded_and_addresses_give_way(
    people: UsageFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pseudonyms, "MOST_PEOPLE", 3)
    visitors_of(people, {ANA: "", PC: ""}, NOW)
    visitors_of(people, {"address:100.64.0.1": ""}, NOW + DAY)
    visitors_of(people, {EVA: ""}, NOW + 2 * DAY)
    assert {one.subject for one in register.entries(people)} == {ANA, EVA, "address:100.64.0.1"}
    visitors_of(people, {LEO: ""}, NOW + 3 * DAY)
    flood = visitors_of(people, {f"login:{number}": "" for number in range(50)}, NOW + 4 * DAY)
    assert len(set(flood.values())) == 50
    assert {one.subject for one in register.entries(people)} == {ANA, EVA, LEO}


def test_a_new_key_changes_every_pseudonym_and_no_number(people: UsageFile) -> None:
    looked(EVERYBODY)
    before, old = numbers(), register.entries(people)
    (old_key,) = register.keys(people)
    with UsageFile.usage(home()) as usage:
        assert rotate(usage, people, NOW + KEY_DAYS * DAY) == len(EVERYBODY)
    people.close()
    assert numbers() == before
    on_disk = bytes_of_usage()
    assert old_key.secret not in on_disk
    assert not [one.visitor for one in old if one.visitor.encode() in on_disk]


def test_whom_the_register_does_not_know_stays_one_person(people: UsageFile) -> None:
    looked(EVERYBODY)
    with people.writing():
        register.delete(people, ANA)
    before = asked(asking("admin"), 30)
    with UsageFile.usage(home()) as usage:
        rotate(usage, people, NOW + KEY_DAYS * DAY)
    after = asked(asking("admin"), 30)
    assert (after.people, after.returning) == (before.people, before.returning) == (4, 4)
    assert not {one.visitor for one in after.visitors} & {one.visitor for one in before.visitors}


def test_a_second_change_of_keys_at_the_same_second_is_one(people: UsageFile) -> None:
    looked(EVERYBODY)
    with UsageFile.usage(home()) as usage:
        for _ in range(2):
            rotate(usage, people, NOW)
            assert len(register.keys(people)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="what is killed is forked")
def test_a_change_of_keys_that_is_killed_at_any_step_is_finished_without_a_miscount() -> None:
    drill = [sys.executable, "-W", "error", "-m", "tests.app.usage.rekey_drill"]
    done = subprocess.run(drill, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    states = [tuple(json.loads(line)) for line in done.stdout.splitlines()]
    assert len(states) > 10
    assert set(states) == {(1, True), (2, True), (2, False)}
