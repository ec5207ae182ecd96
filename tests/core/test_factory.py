from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chocolib.core import factory, time
from chocolib.core.errors import DataError
from chocolib.core.factory import FactorySpec

SPEC = FactorySpec.default()
DEFAULT = Path(factory.__file__).with_name("factory.toml").read_text(encoding="utf-8")


def test_energy_per_batch_is_that_of_the_domain() -> None:
    assert [SPEC.energy_kwh(p) for p in ("standard", "premium", "ultra")] == [124, 196, 292]


@pytest.mark.parametrize(
    ("day", "standard", "premium"),
    [
        (date(2025, 11, 17), 3, 1),  # Monday
        (date(2025, 11, 21), 4, 1),  # Friday
        (date(2025, 11, 22), 2, 0),  # Saturday
        (date(2025, 11, 23), 0, 0),  # Sunday
        (date(2025, 12, 1), 4, 1),  # December, 260 kg
        (date(2025, 8, 4), 3, 0),  # August, 160 kg
    ],
)
def test_whole_batches_of_a_day(day: date, standard: int, premium: int) -> None:
    assert SPEC.batches_of(day) == {"standard": standard, "premium": premium}


def test_a_week_of_december_makes_about_its_share() -> None:
    week = [SPEC.batches_of(date(2025, 12, day)) for day in range(1, 8)]
    assert sum(sum(batches.values()) for batches in week) == 29  # 23 batches x 1.3 = 29.9
    assert SPEC.batches_of(date(2025, 12, 5)) == {"standard": 5, "premium": 1}  # 6.5, half down


def test_demand_is_due_at_the_end_of_the_next_working_day() -> None:
    assert SPEC.due(date(2025, 11, 20)) == time.utc("2025-11-21T22:00")
    assert SPEC.due(date(2025, 11, 21)) == time.utc("2025-11-22T14:00")
    assert SPEC.due(date(2025, 11, 22)) == time.utc("2025-11-24T22:00")


def test_a_closed_date_has_no_staff_and_no_demand(tmp_path: Path) -> None:
    path = tmp_path / "factory.toml"
    path.write_text(DEFAULT.replace("closed = []", "closed = [2025-12-25]"), encoding="utf-8")
    spec = FactorySpec.read(path)
    christmas = date(2025, 12, 25)
    assert not spec.staffed(time.day_window(christmas).hours()).any()
    assert sum(spec.batches_of(christmas).values()) == 0
    assert spec.due(date(2025, 12, 24)) == time.utc("2025-12-26T22:00")


def test_shifts_follow_the_local_clock_over_the_change() -> None:
    hours = time.Window(time.utc("2025-10-24"), time.utc("2025-10-28")).hours()
    on = hours[SPEC.staffed(hours)].tz_convert("Europe/Madrid")
    assert {(h.weekday(), h.hour) for h in on if h.hour in (5, 6, 21, 22)} == {
        (4, 6), (4, 21), (5, 6), (0, 6), (0, 21),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("batch_kg = 50", "batch_kg = -1", "batch_kg"),
        ("batch_kg = 50", "batch_kg = nan", "batch_kg"),
        ("batch_kg = 50", "batch_kgs = 50", "batch_kg"),
        ('attended = "start"', 'attended = "never"', "attended"),
        ("standard = 0.7", "standard = 0.9", "adds up"),
        ("P3 = 75\n", "", "power_limit_kw"),
        ('name = "temper"', 'name = "refine"', "same name"),
        ("premium = 12", "premium = 0", "premium"),
        ("name = ", "name = = ", "TOML"),
    ],
)
def test_a_wrong_factory_says_what_is_wrong(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "factory.toml"
    path.write_text(DEFAULT.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=message) as raised:
        FactorySpec.read(path)
    assert str(path) in str(raised.value)


def test_a_missing_factory_file_is_named() -> None:
    with pytest.raises(DataError, match="nowhere"):
        FactorySpec.read(Path("/nowhere/factory.toml"))
