from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from chocolib.core.errors import DataError, FactoryFaults
from chocolib.core.factory import FactorySpec
from chocolib.core.factory.faults import Fault
from chocolib.core.factory.lines import KeyPath, lines
from chocolib.core.factory.reading import LARGEST, shipped

DEFAULT = shipped()["factory"].read_text(encoding="utf-8")
ALL = [path.read_text(encoding="utf-8") for path in shipped().values()]
quietly = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def read(tmp_path: Path, text: str | bytes) -> FactorySpec:
    path = tmp_path / "mine.toml"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return FactorySpec.read(path)


def faults(tmp_path: Path, text: str) -> tuple[Fault, ...]:
    with pytest.raises(FactoryFaults) as raised:
        read(tmp_path, text)
    return raised.value.faults


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def changed(*changes: tuple[str, str]) -> str:
    text = DEFAULT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize("name", ["factory", "heavy", "small-10kw"])
def test_a_shipped_factory_is_read_by_its_name(name: str) -> None:
    assert FactorySpec.read(Path(name)) == FactorySpec.read(shipped()[name])


def test_a_file_of_the_same_name_goes_before_a_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "heavy").write_text(DEFAULT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert FactorySpec.read(Path("heavy")).name == "Linares"


def test_every_fault_is_told_at_once_with_line_unit_and_what_is_wanted(tmp_path: Path) -> None:
    text = changed(
        ("batch_kg = 50", "batch_kg = nan"),
        ("power_kw = 14", "power_kw = 14000"),
        ("machines = 3", "machine = 3"),
        ("P2 = 60\n", ""),
        ("end = 14", "end = 5"),
        ("standard = 0.7", "standrad = 0.7"),
    )
    found = {(f.line, f.key): f for f in faults(tmp_path, text)}
    conche, limits = line_of(text, "machine = 3"), line_of(text, "[power_limit_kw]")
    assert set(found) == {
        (line_of(text, "batch_kg"), "batch_kg"),
        (line_of(text, "power_kw = 14000"), "stages[1].power_kw (refine)"),
        (conche, "stages[2].machine (conche)"),
        (conche - 2, "stages[2].machines (conche)"),
        (limits, "power_limit_kw.P2"),
        (line_of(text, "end = 5"), "shifts[0].end"),
        (line_of(text, "standrad"), "demand.mix.standrad"),
    }
    watts = found[line_of(text, "power_kw = 14000"), "stages[1].power_kw (refine)"]
    assert (watts.unit, watts.found) == ("kW", "14000 kW")
    assert watts.wanted == "a number from 0 to 1000 kW"
    assert watts.hint == "did you mean W? 14000 W are 14 kW"
    assert found[conche, "stages[2].machine (conche)"].hint == "did you mean machines?"


ORDER = '[[demand.orders]]\nday = 2026-12-25\nproduct = "standard"\nbatches = 1\n'
ROOM = '[[thresholds.climate.stages]]\nstage = "tempering"\n'
COLD = '[[thresholds.climate.stages]]\nstage = "temper"\ntemperature_most_c = 15\n'
DRY = '[[thresholds.climate.stages]]\nstage = "temper"\nhumidity_most_pct = 0\n'
CONTRADICTIONS = [
    (
        ('name = "temper"', 'name = "refine"'),
        "stages[3].name (refine)",
        'name = "refine"\nmachines = 1\npower_kw = 6',
        "same name",
    ),
    (
        ("power_kw = 14", "power_kw = 80"),
        "stages[1].power_kw (refine)",
        "power_kw = 80",
        "75 kW of power_limit_kw",
    ),
    (
        ('name = "mould"\nmachines = 1', 'name = "mould"\nmachines = 0'),
        "stages[4].machines (mould)",
        "machines = 0",
        "nothing may wait",
    ),
    (
        (
            "power_kw = 14\nhours = { standard = 2, premium = 2",
            "power_kw = 14\nhours = { standard = 2, premium = 17",
        ),
        "stages[1].hours.premium (refine)",
        "premium = 17",
        "people stay 16 h",
    ),
    (("standard = 0.7", "standard = 0.9"), "demand.mix", "mix =", "adds up to 1.2"),
    (("premium = 0.3", "premiun = 0.3"), "demand.mix.premiun", "premiun", "did you mean premium?"),
    (
        ("premium = 12, ", ""),
        "stages[2].hours.premium (conche)",
        "hours = { standard = 6",
        "in the mix",
    ),
    (
        ('stage = "temper"', 'stage = "tempr"'),
        "maintenance[5].stage",
        '"tempr"',
        "did you mean temper?",
    ),
    (("machines = [3]", "machines = [4]"), "maintenance[4].machines", "machines = [4]", "1 to 3"),
    (
        ("start = 5.5\nhours = 0.5", "start = 5.5\nhours = 24"),
        "maintenance[5].hours",
        "hours = 24",
        "less than the 24 h",
    ),
    (("batch_kg = 50", "batch_kg = 700"), "demand.kg", "kg = { mon", "nothing is ever made"),
    (
        ("tank_batches = 6", "tank_batches = 6\nphases = [{ kw = 15, hours = 1 }, { kw = 11 }]"),
        "stages[2].power_kw (conche)",
        "power_kw = 12\nhours = { standard = 6",
        "15 kW, or left out",
    ),
    (
        ("power_kw = 12\n", "phases = [{ kw = 12, hours = 7 }, { kw = 11 }]\n"),
        "stages[2].phases (conche)",
        "phases = [",
        "6 h, as standard takes",
    ),
    (
        ("closed = []", f"closed = [2026-12-25]\n{ORDER}"),
        "demand.orders[0].day",
        "day = 2026",
        "is closed",
    ),
    (
        ("[as_usual]", "[stock]\nultra = 2\n[as_usual]"),
        "stock.ultra",
        "ultra = 2\n",
        "one of the mix",
    ),
    (
        ("[as_usual]", f"{ROOM}[as_usual]"),
        "thresholds.climate.stages[0].stage",
        '"tempering"',
        "did you mean temper?",
    ),
    (
        ("[as_usual]", f"{COLD}[as_usual]"),
        "thresholds.climate.stages[0].temperature_most_c",
        "temperature_most_c = 15",
        "15 C for temper, in a room that is held at 20 C",
    ),
    (
        ("[as_usual]", "[thresholds.indoor]\nset_point_c = 30\n[as_usual]"),
        "thresholds.indoor.set_point_c",
        "set_point_c = 30",
        "24 C for temper, in a room that is held at 30 C",
    ),
    (
        ("[as_usual]", f"{DRY}[as_usual]"),
        "thresholds.climate.stages[0].humidity_most_pct",
        "humidity_most_pct = 0",
        "0 %: air is never so dry",
    ),
    (
        ("[as_usual]", "[thresholds.climate]\nhumidity_pause_pct = 0\n[as_usual]"),
        "thresholds.climate.humidity_pause_pct",
        "humidity_pause_pct = 0",
        "above 0 %",
    ),
    (
        ("[as_usual]", "[thresholds.score]\nprice_points = 70\n[as_usual]"),
        "thresholds.score",
        "[thresholds.score]",
        "add up to 110",
    ),
    (('tariff = "2.0TD"', 'tariff = "3.0TD"'), "tariff", "tariff =", "not implemented"),
]


@pytest.mark.parametrize(
    ("change", "key", "words", "said"), CONTRADICTIONS, ids=lambda v: str(v)[:40]
)
def test_a_contradiction_is_told_where_it_stands(
    tmp_path: Path, change: tuple[str, str], key: str, words: str, said: str
) -> None:
    text = changed(change)
    found = [f for f in faults(tmp_path, text) if f.key == key and said in str(f)]
    assert [f.line for f in found] == [line_of(text, words)]


@pytest.mark.parametrize("code", ["0007", "001b", "007f", "009b"])
def test_a_name_with_a_control_character_is_refused_and_never_printed(
    tmp_path: Path, code: str
) -> None:
    text = changed(('name = "temper"', f'name = "tem\\u{code}per"'))
    found = faults(tmp_path, text)
    assert "stages[3].name" in {fault.key for fault in found}
    assert all(str(fault).isprintable() for fault in found)


@pytest.mark.parametrize("name", ["pre\\u0007mium", "x" * 61, " premium", ""])
@pytest.mark.parametrize("where", ["demand.mix", "stages[1].hours"])
def test_a_product_with_such_a_name_is_refused_at_its_line(
    tmp_path: Path, name: str, where: str
) -> None:
    if where == "demand.mix":
        text = changed(
            ("mix = { standard = 0.7, premium =", f'mix = {{ standard = 0.7, "{name}" =')
        )
        line = line_of(text, "mix = {")
    else:
        line = line_of(DEFAULT, 'name = "refine"')
        head, _, tail = DEFAULT.partition('name = "refine"')
        old, _, rest = tail.partition("premium =")
        line += old.count("\n")
        text = f'{head}name = "refine"{old}"{name}" ={rest}'
    found = [f for f in faults(tmp_path, text) if "60 characters" in f.wanted]
    assert [f.line for f in found] == [line]
    assert found[0].key.startswith(where)
    assert str(found[0]).isprintable()


def test_a_factory_that_nobody_works_in_or_that_never_opens_is_refused(tmp_path: Path) -> None:
    whole_year = ", ".join(f"2026-{m:02}-{d:02}" for m in range(1, 13) for d in range(1, 29))
    rest = ", 2026-01-29, 2026-01-30, 2026-01-31, 2026-03-30, 2026-03-31, 2026-04-29, 2026-04-30"
    more = "".join(
        f", 2026-{m:02}-{d}" for m in range(1, 13) for d in (29, 30) if m not in (1, 2, 4)
    )
    odd = "".join(f", 2026-{m:02}-31" for m in (5, 7, 8, 10, 12)) + ", 2026-03-29"
    text = changed(("closed = []", f"closed = [{whole_year}{rest}{more}{odd}]"))
    (shut,) = faults(tmp_path, text)
    assert (shut.key, shut.found) == ("calendar.closed", "all working days of 2026")
    lonely = re.sub(r"\[\[shifts\]\]\n(.+\n)+", "", DEFAULT)
    (nobody,) = faults(tmp_path, "shifts = []\n" + lonely)
    assert (nobody.line, nobody.key) == (1, "shifts")
    assert "nobody ever works" in nobody.found


HOSTILE = {
    "UTF-16": b"\xff\xfe" + DEFAULT.encode("utf-16-le"),
    "NUL bytes": b"\0" * 100,
    "unclosed": b"a = [" * 5000,
    "nested": b"a = " + b"[" * 100_000 + b"]" * 100_000,
    "nested tables": b"a = " + b"{ a = " * 5000 + b"1" + b"}" * 5000,
    "a key twice": b"x = 1\nx = 1\n",
    "a number of 5000 digits": b"batch_kg = " + b"9" * 5000,
    "too large": b"#" * (LARGEST + 1),
    "two statements": b"a = 1 2",
    "a bare carriage return": b"a = 1\rb = 2",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_factory_is_refused_in_words(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(DataError, match=r"mine.toml(, line \d+)?: is not"):
        read(tmp_path, raw)


@pytest.mark.parametrize("name", ["/dev/zero", ".", "/nowhere/x.toml", "a\0b"])
def test_what_is_no_file_is_refused_in_words(name: str) -> None:
    with pytest.raises(DataError, match=r"not a file|cannot be read|not the name of a file"):
        FactorySpec.read(Path(name))


def test_a_number_of_4000_digits_is_a_fault_like_any_other(tmp_path: Path) -> None:
    text = changed(("batch_kg = 50", f"batch_kg = {'9' * 4000}"))
    (fault,) = faults(tmp_path, text)
    assert fault.key == "batch_kg"
    assert len(str(fault)) < 200


@pytest.mark.parametrize(
    "phases", ["5", '"x"', "[5]", "[{}]", "[[]]", "{ kw = 1 }", "[{ kw = nan }]"]
)
def test_phases_that_are_none_are_faults(tmp_path: Path, phases: str) -> None:
    text = changed(("power_kw = 12\n", f"phases = {phases}\n"))
    line = line_of(text, "phases = ")
    assert all(f.line in (line, line - 3) for f in faults(tmp_path, text))


def test_an_editor_of_another_system_does_no_harm(tmp_path: Path) -> None:
    raw = DEFAULT.encode("utf-8-sig").replace(b"\n", b"\r\n")
    assert read(tmp_path, raw) == FactorySpec.default()


@given(st.data())
@quietly
def test_a_damaged_file_never_ends_in_anything_but_our_words(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(ALL))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 30))
        pieces = [
            "",
            "[",
            "]",
            "{",
            "}",
            "=",
            "\n",
            '"',
            "-1",
            "nan",
            "1e400",
            "0x10",
            "true",
            "''",
        ]
        pieces += [
            "2025-01-01",
            "[[stages]]\n",
            "a.b = 1\n",
            "[demand]\n",
            "\0",
            "ñ",
            "stages = 1\n",
        ]
        new = data.draw(st.sampled_from(pieces) | st.text(max_size=8))
        text = text[:at] + new + text[at + length :]
    raw = text.encode("utf-8", "surrogatepass")
    found: tuple[Fault, ...] = ()
    try:
        read(tmp_path_factory.getbasetemp(), raw)
    except FactoryFaults as error:
        found = error.faults
    except DataError as error:
        event(error.message.partition(": ")[2][:30])
    assert all(1 <= fault.line <= raw.count(b"\n") + 1 for fault in found)


def leaves(document: Any, path: KeyPath = ()) -> list[tuple[KeyPath, Any]]:
    inside = document.items() if isinstance(document, dict) else enumerate(document)
    found: list[tuple[KeyPath, Any]] = []
    for key, value in inside:
        deeper = isinstance(value, (dict, list))
        found += leaves(value, (*path, key)) if deeper else [((*path, key), value)]
    return found


WRONG = {
    bool: ["1", '"yes"'],
    int: ["-1", "nan", "1e300", '"3"', "true", "[1]", "{ a = 1 }", "2025-01-01"],
    float: ["-1", "-inf", "1e300", '"3"', "false", "[]"],
    str: ["5", "true", "[]", '""'],
}


@pytest.mark.parametrize("text", ALL, ids=shipped())
@given(data=st.data())
@settings(parent=quietly, max_examples=60)
def test_every_injected_fault_is_named_with_its_line_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    where = lines(text)
    chosen = data.draw(
        st.lists(
            st.sampled_from(
                [leaf for leaf in leaves(tomllib.loads(text)) if "days" not in leaf[0]]
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda leaf: leaf[0],
        )
    )
    rows, injected = text.split("\n"), set()
    for path, value in chosen:
        line = where[path]
        names = [part for part in path if isinstance(part, str)]
        wrong = data.draw(st.sampled_from(WRONG[type(value)]))
        start = r"(= \[)" if isinstance(path[-1], int) else rf"(\b{names[-1]} = )"
        rows[line - 1] = re.sub(
            rf'{start}("[^"]*"|[\w.]+)', rf"\g<1>{wrong}", rows[line - 1], count=1
        )
        plain = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
        injected.add((line, plain.lstrip(".")))
    found = faults(tmp_path_factory.getbasetemp(), "\n".join(rows))
    assert {(f.line, f.key.split(" (")[0]) for f in found} == injected
