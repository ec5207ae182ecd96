"""TOML texts in every spelling, beside the line on which each key was written."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

names = st.sampled_from(["a", "b_c", "d-e", "1", "ñ", "two words", 'quo"te', "dot.ted", ""])
scalars = st.one_of(
    st.integers(-5, 10**9),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "plain", "# none", "]", "}", 'a "b"', "back\\slash", "\n[no.table]\nx = 1"]
    ),
)
inline = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
tables: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.dictionaries(names, inline, max_size=4),
    lambda inner: st.dictionaries(
        names, inner | st.lists(inner, min_size=1, max_size=3) | inline, max_size=4
    ),
    max_leaves=8,
)
Path = tuple[str | int, ...]


class Writer:
    """Writes a document and remembers where; `draw` decides between the spellings."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.text, self.where = draw, "", dict[Path, int]()

    def write(self, table: dict[str, Any], path: Path = ()) -> None:
        """The plain keys of the table first, then its tables under headers of their own."""
        headed = {}
        for key, value in table.items():
            if self._wants_header(value):
                headed[key] = value
            else:
                self._blank()
                self._pair(key, value, path)
                self.text += self.draw(st.sampled_from(["\n", "  # said\n", "\n\n"]))
        for key, value in headed.items():
            for part, several in self._parts(value):
                place = (*path, key)
                here = (*place, part) if several else place
                header = ".".join(self._key(k) for k in here if isinstance(k, str))
                self._blank()
                self._note(place)
                self._note(here)
                self.text += f"[[{header}]]\n" if several else f"[ {header} ] # t\n"
                self.write(value[part] if several else value, here)

    def _wants_header(self, value: Any) -> bool:
        array = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
        return bool((isinstance(value, dict) or array) and self.draw(st.booleans()))

    @staticmethod
    def _parts(value: Any) -> list[tuple[int, bool]]:
        return [(n, True) for n in range(len(value))] if isinstance(value, list) else [(0, False)]

    def _note(self, path: Path) -> None:
        self.where.setdefault(path, self.text.count("\n") + 1)

    def _blank(self) -> None:
        self.text += self.draw(st.sampled_from(["", "\n", "# [no] = 'table'\n", "  \t"]))

    def _key(self, key: str) -> str:
        bare = bool(key) and all(c.isascii() and (c.isalnum() or c in "_-") for c in key)
        return key if bare and self.draw(st.booleans()) else json.dumps(key, ensure_ascii=False)

    def _pair(self, key: str, value: Any, path: Path) -> None:
        place = (*path, key)
        self._note(place)
        self.text += self._key(key)
        while isinstance(value, dict) and len(value) == 1 and self.draw(st.booleans()):
            ((key, value),) = value.items()
            place = (*place, key)
            self._note(place)
            self.text += f" . {self._key(key)}"
        self.text += " = "
        self._value(value, place)

    def _value(self, value: Any, path: Path) -> None:
        if isinstance(value, list):
            self.text += "["
            for number, item in enumerate(value):
                self.text += self.draw(st.sampled_from(["", "\n  ", " # one, ]\n"]))
                self._note((*path, number))
                self._value(item, (*path, number))
                self.text += self.draw(st.sampled_from([",", " ,\n"]))
            self.text += "]"
        elif isinstance(value, dict):
            self.text += "{ "
            for number, (key, item) in enumerate(value.items()):
                self.text += ", " if number else ""
                self._pair(key, item, path)
            self.text += " }"
        elif isinstance(value, str):
            self.text += self._string(value)
        else:
            self.text += str(value).lower()

    def _string(self, value: str) -> str:
        forms = [json.dumps(value), f'"""\n{value}"""' if "\\" not in value else json.dumps(value)]
        if value.endswith('"'):
            forms = forms[:1]
        if "'" not in value:
            forms.append(f"'''\n{value}'''")
            forms += [] if "\n" in value else [f"'{value}'"]
        return self.draw(st.sampled_from(forms))


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[Path, int]]:
    """A TOML text, what it means, and the line of each of its paths."""
    document = draw(tables)
    writer = Writer(draw)
    writer.write(document)
    return writer.text, document, writer.where
