"""An answer for people: its figures, lists and tables as text, for any kind of answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch

import pandas as pd
from pydantic import BaseModel

from chocolib.core.i18n import Lang, clock, moment, number, t
from chocolib.core.time import local_date
from chocolib.tools.answer import Answer, Figure, Span

#: Said of every answer at its end, not among its figures.
_FRAME = set(Answer.model_fields)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as text.

    Attributes:
        facts: name, text and description of each single value.
        sentences: by name, values that are texts.
        tables: by name, rows of columns and their texts.
    """

    facts: tuple[tuple[str, str, str], ...]
    sentences: dict[str, tuple[str, ...]]
    tables: dict[str, tuple[dict[str, str], ...]]


def told(answer: Answer, lang: Lang) -> Told:
    """The fields of an answer but those that every answer has."""
    facts, sentences, tables = [], {}, {}
    for name, field in type(answer).model_fields.items():
        value = getattr(answer, name)
        if name in _FRAME:
            continue
        if _is_rows(value):
            tables[name] = tuple(_row(one, lang) for one in value)
        elif isinstance(value, tuple) and any(" " in str(one) for one in value):
            sentences[name] = tuple(map(str, value))
        elif isinstance(value, BaseModel) and not isinstance(value, (Figure, Span)):
            tables[name] = (_row(value, lang),)
        else:
            facts.append((name, cell(value, lang), field.description or ""))
    return Told(tuple(facts), sentences, tables)


def frame(answer: Answer, lang: Lang) -> Iterator[str]:
    """As of when it is, what it is made of, and what to beware of."""
    year = answer.as_of.year
    series = (
        f"{one.series} ({one.source}, {_told(one.newest, year, lang)})" for one in answer.origins
    )
    yield t("tool.as_of", lang, when=f"{moment_of(answer.as_of, lang)} ({year})")
    if answer.origins:
        yield t("tool.origins", lang, origins=", ".join(series))
    yield from answer.remarks


@singledispatch
def cell(value: object, _lang: Lang) -> str:
    """One value as text; what is missing is "-"."""
    return "-" if value is None else str(value)


@cell.register
def _(value: bool, lang: Lang) -> str:
    return t("tool.yes" if value else "tool.no", lang)


@cell.register
def _(value: float, lang: Lang) -> str:
    return number(value, lang, _decimals(value))


@cell.register
def _(value: datetime, lang: Lang) -> str:
    return moment_of(value, lang)


@cell.register
def _(value: Figure, lang: Lang) -> str:
    expected = f", {t('tool.expected', lang)}" if value.expected else ""
    return f"{cell(value.value, lang)} {value.unit} ({moment_of(value.time, lang)}{expected})"


@cell.register
def _(value: Span, lang: Lang) -> str:
    start, end = pd.Timestamp(value.start), pd.Timestamp(value.end)
    same_day = local_date(start) == local_date(end)
    return f"{moment(start, lang)} - {clock(end) if same_day else moment(end, lang)}"


@cell.register
def _(value: tuple, lang: Lang) -> str:  # type: ignore[type-arg]
    return ", ".join(cell(one, lang) for one in value) or "-"


@cell.register
def _(value: dict, lang: Lang) -> str:  # type: ignore[type-arg]
    return ", ".join(f"{name} {cell(one, lang)}" for name, one in value.items()) or "-"


@cell.register
def _(value: BaseModel, lang: Lang) -> str:
    return ", ".join(_row(value, lang).values())


def moment_of(when: datetime, lang: Lang) -> str:
    """Day and time on Madrid's clock."""
    return moment(pd.Timestamp(when), lang)


def _told(when: datetime, year: int, lang: Lang) -> str:
    """A moment, with its year where that is another."""
    return moment_of(when, lang) + ("" if when.year == year else f" {when.year}")


def _is_rows(value: object) -> bool:
    plain = isinstance(value, tuple) and bool(value)
    return plain and isinstance(value[0], BaseModel) and not isinstance(value[0], Span)  # type: ignore[index]


def _row(part: BaseModel, lang: Lang) -> dict[str, str]:
    return {name: cell(getattr(part, name), lang) for name in type(part).model_fields}


def _decimals(value: float) -> int:
    """As many as the value has, at most five."""
    return next((n for n in range(5) if round(value, n) == value), 5)
