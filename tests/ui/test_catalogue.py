"""The catalogue: both languages, no key missing, none unused."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import chocolib
from chocolib.core.i18n import LANGS, catalogue

PACKAGE = Path(chocolib.__file__).parent
CATALOGUE = PACKAGE / "core" / "catalogue"


def strings() -> Iterator[str]:
    """Every string constant of the package."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def keys_asked() -> Iterator[str]:
    """Every key the code asks `t` for literally, also by a choice of two."""
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "t" and call.args:
                parts = (getattr(part, "value", None) for part in ast.walk(call.args[0]))
                yield from (part for part in parts if isinstance(part, str) and "." in part)


def test_every_text_has_both_languages_and_the_same_blanks() -> None:
    for key, texts in catalogue().items():
        assert set(texts) == set(LANGS), key
        blanks = {
            lang: {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for lang, text in texts.items()
        }
        assert len({frozenset(names) for names in blanks.values()}) == 1, key
        assert all(text.strip() for text in texts.values()), key


def test_no_key_stands_in_two_files() -> None:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in CATALOGUE.glob("*.toml")]
    assert len(files) > 1
    assert sum(map(len, files)) == len(catalogue())


def test_every_key_the_code_asks_for_exists() -> None:
    assert set(keys_asked()) <= set(catalogue())


def test_no_key_is_unused() -> None:
    assert set(catalogue()) - set(strings()) == set()
