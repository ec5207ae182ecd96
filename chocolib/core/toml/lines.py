"""Where each key of a TOML text stands: the line of every table, key and array item.

`tomllib` says what a file means but not where; this reads only its shape, and only
of a text that `tomllib` has accepted. A test compares the paths of the two.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

#: Keys and array positions from the top of the document: ("stages", 2, "power_kw").
KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_TOKEN = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}[^\s,\]}#]*|[^\s,\]}#]+")


def lines(text: str) -> dict[KeyPath, int]:
    """The 1-based line of every table, key and array item.

    Args:
        text: TOML that `tomllib.loads` accepts; of anything else nothing is promised.
    """
    shape = _Shape(text)
    shape.document()
    return shape.found


class _Shape:
    """A walk through the text that skips values and notes where keys stand."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self.tables: dict[KeyPath, int] = {}
        self.found: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        self._blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()

    def _note(self, path: KeyPath) -> None:
        self.found.setdefault(path, bisect_right(self.breaks, self.at - 1) + 1)

    def _note_all(self, base: KeyPath, keys: list[str]) -> KeyPath:
        """Note `base` extended by each of the keys in turn; into the newest table of an array."""
        for key in keys:
            base = (*base, key)
            self._note(base)
            if base in self.tables:
                base = (*base, self.tables[base] - 1)
        return base

    def _header(self) -> KeyPath:
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        self._blank()
        *outer, last = self._key()
        base = self._note_all((), outer)
        if several:
            array = (*base, last)
            self._note(array)
            self.tables[array] = self.tables.get(array, 0) + 1
            table: KeyPath = (*array, self.tables[array] - 1)
            self._note(table)
        else:
            table = self._note_all(base, [last])
        self._blank()
        self.at += 2 if several else 1
        return table

    def _pair(self, table: KeyPath) -> None:
        path = self._note_all(table, self._key())
        self._blank()
        self.at += 1  # the equals sign
        self._blank()
        self._value(path)

    def _key(self) -> list[str]:
        parts = [self._part()]
        while dot := _DOT.match(self.text, self.at):
            self.at = dot.end()
            parts.append(self._part())
        return parts

    def _part(self) -> str:
        if bare := _BARE.match(self.text, self.at):
            self.at = bare.end()
            return bare.group()
        quoted = self._skip(_STRING)
        return str(tomllib.loads(f"key = {quoted}")["key"])

    def _value(self, path: KeyPath) -> None:
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._items(path, "]")
        elif opening == "{":
            self._items(path, "}")
        elif opening in {'"', "'"}:
            self._skip(_STRING)
        else:
            self._skip(_TOKEN)

    def _items(self, path: KeyPath, closing: str) -> None:
        """The items of an array, or the pairs of an inline table."""
        self.at += 1
        self._blank()
        number = 0
        while self.text[self.at] != closing:
            if closing == "]":
                self._note((*path, number))
                self._value((*path, number))
            else:
                self._pair(path)
            number += 1
            self._blank()
            if self.text[self.at] == ",":
                self.at += 1
                self._blank()
        self.at += 1

    def _blank(self) -> None:
        self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:  # not what tomllib accepts
            raise ValueError(f"nothing to read at {self.at}")
        self.at = match.end()
        return match.group()
