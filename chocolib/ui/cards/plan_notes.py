"""What to know about a plan: late batches and why, hours its climate closes, what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from chocolib.core.i18n import Lang, t
from chocolib.core.plan_parts import halted_hours
from chocolib.core.remarks import Remark
from chocolib.core.results import Plan
from chocolib.ui.cards.parts import line
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

#: Lines of a list before the others go behind a fold.
_SHOWN = 3


def plan_notes(
    plan: Plan | None,
    *,
    now: pd.Timestamp,
    lang: Lang,
    told: Sequence[Remark] = (),
    synthetic: bool = False,
) -> str:
    """The card, or "" where there is nothing to know.

    Args:
        plan: the newest plan, or `None`.
        now: UTC; hours that have passed are not shown.
        lang: language of the texts.
        told: remarks that the page says elsewhere.
        synthetic: mark the card as demonstration data.
    """
    if plan is None:
        return ""
    plan = replace(plan, notes=tuple(note for note in plan.notes if note not in told))
    late = late_batches(plan, lang=lang)
    body = late + halts(plan, now=now, lang=lang) + notes(plan, lang=lang)
    if not body:
        return ""
    synthetic = synthetic or plan.synthetic
    return card(t("ui.notes.title", lang), body, lang=lang, synthetic=synthetic, name="plan-notes")


def late_batches(plan: Plan, *, lang: Lang) -> str:
    """Which batches are late and how late, and what stands in the way; "" when none is."""
    late = sorted(plan.late_batches, key=lambda late: -late.hours)
    why = [said(note, lang) for note in plan.notes if _is_why(note)]
    head = line(t("ui.notes.late", lang, batches=len(late)), "cc-warn") if late else ""
    rows = _folded([said(one.said, lang) for one in late], lang)
    return head + rows + "".join(map(line, why))


def halts(plan: Plan, *, now: pd.Timestamp, lang: Lang) -> str:
    """The hours ahead in which the room's climate stops stages, and why; "" when none."""
    ahead = halted_hours(halt for halt in plan.halts if halt.end > now)
    if not ahead:
        return ""
    head = line(t("ui.notes.halts", lang), "cc-lead")
    return head + _folded([said(remark, lang) for remark in ahead], lang)


def notes(plan: Plan, *, lang: Lang) -> str:
    """What it took over, rounded, and rests on; why it is late stands with the late batches."""
    others = [said(note, lang) for note in plan.notes if not _is_why(note)]
    return "".join(map(line, others))


def said(remark: Remark, lang: Lang) -> str:
    """A remark as a sentence of its own."""
    text = remark.text(lang)
    return text[:1].upper() + text[1:]


def _is_why(note: Remark) -> bool:
    return "bottleneck" in note.values


def _folded(texts: Sequence[str], lang: Lang) -> str:
    """The first lines, and the others behind a fold."""
    if not texts:
        return ""
    first, others = texts[:_SHOWN], texts[_SHOWN:]
    if not others:
        return _rows(first)
    summary = esc(t("ui.notes.more", lang, n=len(others)))
    return _rows(first) + f"<details><summary>{summary}</summary>{_rows(others)}</details>"


def _rows(texts: Sequence[str]) -> str:
    return tag("ul", *(f"<li><span>{esc(text)}</span></li>" for text in texts), class_="cc-rows")
