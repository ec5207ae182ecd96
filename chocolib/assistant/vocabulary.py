"""What the words of a question mean, by `words.toml`, and which language they are of."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from chocolib.assistant.tokens import is_like, is_nearly, plain, words
from chocolib.core.i18n import LANGS, Lang

#: A word with so many letters may be what a question is about.
_CONTENT = 4
#: An entry of a meaning: its words in a row.
Entry = tuple[str, ...]


@cache
def _meanings() -> dict[str, dict[Lang, tuple[Entry, ...]]]:
    """Meaning -> language -> entries."""
    path = Path(__file__).with_name("words.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: {lang: tuple(tuple(one.split()) for one in by_lang[lang]) for lang in LANGS}
        for name, by_lang in table.items()
        if name != "language"
    }


@cache
def _common() -> dict[Lang, frozenset[str]]:
    """The small words of each language."""
    path = Path(__file__).with_name("words.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))["language"]
    return {lang: frozenset(table[lang]) for lang in LANGS}


def meanings(text: str, lang: Lang) -> tuple[frozenset[str], tuple[str, ...]]:
    """What the words of a plain text mean, in either language, and those that mean nothing here.

    Slips of the pen are forgiven. A word that means something as it stands is not corrected to
    something else, and others only to words of the text's own language.
    """
    said = words(text)
    found = list(_exact(said))
    taken = {n for _name, _lang, (start, end) in found for n in range(start, end)}
    loose = [word for n, word in enumerate(said) if n not in taken and not _is_common(word)]
    near = {word: {name for name, one in _near(word) if one == lang} for word in loose}
    unknown = tuple(word for word in loose if not near[word] and len(word) >= _CONTENT)
    return frozenset({name for name, *_ in found}.union(*near.values())), unknown


def language(text: str) -> Lang | None:
    """The language of a text, by its letters, its small words and its meanings; None: no sign."""
    votes: Counter[Lang] = Counter()
    votes["es"] += 2 * sum(letter in "ñ¿¡" for letter in text.lower())
    said = words(plain(text))
    for lang in LANGS:
        votes[lang] += 2 * sum(word in _common()[lang] for word in said)
        votes[lang] += sum(one == lang for _name, one, _at in _exact(said))
    if not any(votes.values()):
        votes.update(lang for word in said for _name, lang in _near(word))
    return None if votes["es"] == votes["en"] else ("es" if votes["es"] > votes["en"] else "en")


def _is_common(word: str) -> bool:
    return any(word in small for small in _common().values())


def _exact(said: Sequence[str]) -> Iterator[tuple[str, Lang, tuple[int, int]]]:
    """Each entry found: its meaning, its language, and where, in words."""
    for name, by_lang in _meanings().items():
        for lang, entries in by_lang.items():
            for entry in entries:
                at = _place(said, entry)
                if at is not None:
                    yield name, lang, (at, at + len(entry))


def _place(said: Sequence[str], entry: Entry) -> int | None:
    return next(
        (
            n
            for n in range(len(said) - len(entry) + 1)
            if all(is_like(said[n + k], word) for k, word in enumerate(entry))
        ),
        None,
    )


@lru_cache(maxsize=2048)
def _near(word: str) -> tuple[tuple[str, Lang], ...]:
    """The meanings a mistyped word may have."""
    return tuple(
        (name, lang)
        for name, by_lang in _meanings().items()
        for lang, entries in by_lang.items()
        if any(len(entry) == 1 and is_nearly(word, entry[0]) for entry in entries)
    )
