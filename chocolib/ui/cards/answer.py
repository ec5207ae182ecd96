"""Any answer of the catalogue as a card: its figures, sentences and tables."""

from __future__ import annotations

from collections.abc import Sequence

from chocolib.core.i18n import Lang
from chocolib.tools.answer import Answer
from chocolib.tools.telling import frame, told
from chocolib.ui.cards.parts import fold, line, scroll
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

#: Longer tables stand behind a line that unfolds them.
_LONG = 8


def answer_card(answer: Answer, lang: Lang) -> str:
    """An answer for a notebook, its fields by the names that Python has for them."""
    found = told(answer, lang)
    parts = [_facts(found.facts)] if found.facts else []
    parts += [
        line(name) + "".join(line(text, "cc-text") for text in said)
        for name, said in found.sentences.items()
    ]
    parts += [_table(name, rows) for name, rows in found.tables.items()]
    parts += [line(text) for text in frame(answer, lang)]
    title = type(answer).__name__
    return card(title, "".join(parts), lang=lang, synthetic=answer.synthetic, name="answer")


def _facts(facts: Sequence[tuple[str, str, str]]) -> str:
    rows = (
        f'<li title="{esc(what)}"><span>{esc(name)}</span><span>{esc(text)}</span></li>'
        for name, text, what in facts
    )
    return f'<ul class="cc-rows">{"".join(rows)}</ul>'


def _table(name: str, rows: Sequence[dict[str, str]]) -> str:
    head = "".join(tag("th", esc(column), scope="col") for column in rows[0])
    body = "".join(tag("tr", *(tag("td", esc(text)) for text in row.values())) for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    scrolled = scroll(table, name)
    return fold(f"{name} ({len(rows)})", scrolled) if len(rows) > _LONG else line(name) + scrolled
