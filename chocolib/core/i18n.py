"""Words in Spanish and English from one catalogue, the files of `catalogue/` beside this.

Also the formats that go with a language: numbers, dates and hours for people.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from chocolib.core.errors import SettingsError
from chocolib.core.time import local

Lang = Literal["es", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every key with its text in every language."""
    files = sorted(Path(__file__).with_name("catalogue").glob("*.toml"))
    read = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    return {key: texts for one in read for key, texts in one.items()}


def as_lang(text: str) -> Lang:
    """The language called `text` ("es", "en").

    Raises:
        SettingsError: any other name.
    """
    for lang in LANGS:
        if text.strip().lower() == lang:
            return lang
    raise SettingsError(f"language {text!r} is unknown", hint=f"use one of: {', '.join(LANGS)}")


def t(key: str, lang: Lang, **values: object) -> str:
    """The text of `key` in `lang`, its `{names}` filled in.

    Raises:
        KeyError: a key that is not in the catalogue (a test finds these first).
    """
    text = catalogue()[key][lang]
    return text.format(**values) if values else text


def number(value: float, lang: Lang, decimals: int = 2) -> str:
    """A number with the separators of the language: 1.234,56 or 1,234.56."""
    english = f"{value:,.{decimals}f}"
    if english.startswith("-") and not english.strip("-0.,"):
        english = english[1:]
    separators = str.maketrans(t("number.swap_from", lang), t("number.swap_to", lang))
    return english.translate(separators)


def money(value: float, lang: Lang, decimals: int = 2) -> str:
    """Euros as the language writes them: 12,50 EUR sign after, or before."""
    return t("number.money", lang, amount=number(value, lang, decimals))


def day_name(moment: pd.Timestamp, lang: Lang) -> str:
    """The Madrid weekday of a moment."""
    names = t("days.short", lang).split()
    return names[local(moment).day_of_week]


def day(moment: pd.Timestamp, lang: Lang) -> str:
    """The Madrid date for people: "vie 21 nov", "Fri 21 Nov"."""
    here = local(moment)
    month = t("months.short", lang).split()[here.month - 1]
    return f"{day_name(moment, lang)} {here.day} {month}"


def clock(moment: pd.Timestamp) -> str:
    """The Madrid time of day, HH:MM."""
    return local(moment).strftime("%H:%M")


def moment(when: pd.Timestamp, lang: Lang) -> str:
    """Day and time: "vie 21 nov, 21:00"."""
    return f"{day(when, lang)}, {clock(when)}"
