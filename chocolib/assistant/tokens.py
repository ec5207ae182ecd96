"""Text as the reader of questions sees it: plain letters, whole words, one slip of the pen."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
#: Shorter words have too many neighbours to be corrected; four letters may be swapped.
_SWAPPED, _CORRECTED = 4, 5


def plain(text: str) -> str:
    """Lower case without accents, letter for letter: "Mañana" is "manana"."""
    return "".join(_plain_letter(letter) for letter in text)


def _plain_letter(letter: str) -> str:
    bare = unicodedata.normalize("NFD", letter.lower())
    kept = "".join(one for one in bare if not unicodedata.combining(one))
    return kept if len(kept) == 1 else letter if len(letter) == 1 else " "


def words(text: str) -> list[str]:
    """The words and numbers of a plain text."""
    return _WORD.findall(text)


def is_like(word: str, pattern: str) -> bool:
    """Whether a word is the pattern, or begins with it where that ends in an asterisk."""
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def is_nearly(word: str, pattern: str) -> bool:
    """The same with one letter wrong, missing, too many, or two neighbours swapped.

    Only from five letters on, and swapped ones from four: "mesa" is not "mes". The first letter is
    right: "letter" is not "better".
    """
    if word[:1] != pattern[:1]:
        return False
    if not pattern.endswith("*"):
        return _one_slip(word, pattern)
    stem = pattern[:-1]
    if len(stem) < _CORRECTED or len(word) < _CORRECTED:
        return False
    return any(_one_slip(word[: len(stem) + more], stem) for more in (-1, 0, 1))


def _one_slip(a: str, b: str) -> bool:
    if min(len(a), len(b)) < _SWAPPED or abs(len(a) - len(b)) > 1:
        return False
    start = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if start is None:
        return min(len(a), len(b)) >= _CORRECTED
    rest_a, rest_b = a[start:], b[start:]
    if rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]:
        return True
    if min(len(a), len(b)) < _CORRECTED:
        return False
    return rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:]
