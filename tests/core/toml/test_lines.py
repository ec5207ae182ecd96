from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from chocolib.core.factory.reading import shipped
from chocolib.core.toml.lines import KeyPath, lines
from tests.core.toml.toml_texts import texts


def paths(document: Any, path: KeyPath = ()) -> set[KeyPath]:
    inside = document.items() if isinstance(document, dict) else enumerate(document)
    found = set() if path == () else {path}
    for key, value in inside:
        deeper = isinstance(value, (dict, list))
        found |= paths(value, (*path, key)) if deeper else {(*path, key)}
    return found


@given(texts())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_path_stands_on_the_line_where_it_was_written(
    written: tuple[str, dict[str, Any], dict[KeyPath, int]],
) -> None:
    text, document, where = written
    assert tomllib.loads(text) == document
    found = lines(text)
    assert set(found) == paths(document)
    assert found == where


@pytest.mark.parametrize("path", shipped().values(), ids=lambda path: path.stem)
def test_the_shipped_files_have_a_line_for_everything(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(lines(text)) == paths(tomllib.loads(text))


def test_dates_and_strings_with_brackets_do_not_mislead() -> None:
    text = 'a = 2025-01-02 10:00:00\nb = """ x = 1 ""\\" ]"""""\nc = [1979-05-27,\n  "]"]\n'
    assert lines(text) == {("a",): 1, ("b",): 2, ("c",): 3, ("c", 0): 3, ("c", 1): 4}
    assert paths(tomllib.loads(text)) == set(lines(text))


def test_tables_of_arrays_within_arrays_are_told_apart() -> None:
    text = "[[s]]\n[[s.p]]\nx = 1\n[[s.p]]\n[s.t]\n[[s]]\n[[s.p]]\nx = 2\n"
    found = lines(text)
    assert found["s", 0, "p", 0, "x"] == 3
    assert found["s", 0, "p", 1] == 4
    assert found["s", 1, "p", 0, "x"] == 8
    assert set(found) == paths(tomllib.loads(text))
