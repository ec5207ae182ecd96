"""What a changed factory would be asked for, and what its plan would cost: markup of a card."""

from __future__ import annotations

import math

import pandas as pd

from chocolib.app.what_if import Difference
from chocolib.core.bottlenecks import bottleneck_said
from chocolib.core.errors import PlanInfeasible
from chocolib.core.factory import FactorySpec
from chocolib.core.factory.usage import week
from chocolib.core.i18n import Lang, money, number, t
from chocolib.core.views import no_plan
from chocolib.plan.what_if import Asked
from chocolib.ui import charts
from chocolib.ui.cards.figures import share
from chocolib.ui.cards.parts import line
from chocolib.ui.cards.plan_notes import said

#: The least sum of money worth a word, EUR.
CENT = 0.01


def asked_text(asked: Asked, spec: FactorySpec, *, lang: Lang) -> str:
    """What a change asks for, and what it keeps busiest in a usual week: known at once.

    Args:
        spec: the changed factory.
    """
    said = t(
        "what_if.asked",
        lang,
        batches=asked.batches,
        kg=number(asked.kg, lang, 0),
        kwh=number(asked.energy_kwh, lang, 0),
    )
    busiest = week(spec).bottleneck
    if math.isinf(busiest.load):
        return line(said, "cc-lead")
    fits = busiest.load <= 1
    key = "what_if.busiest" if fits else "what_if.too_busy"
    text = t(
        key, lang, what=bottleneck_said(busiest.of).text(lang), share=share(busiest.load, lang, 0)
    )
    return line(said, "cc-lead") + line(text, "cc-mute" if fits else "cc-warn")


def difference_text(found: Difference, *, now: pd.Timestamp, lang: Lang) -> str:
    """The difference in euros, per kilogram too where the work differs; late batches; the plan.

    Args:
        now: UTC, marked on the chart.
    """
    parts = [_late(found, lang), _euros(found, lang), _work(found, lang), _open(found, lang)]
    return "".join(parts) + charts.gantt(found.made, lang=lang, now=now)


def impossible_text(refusal: PlanInfeasible, *, lang: Lang) -> str:
    """Why there is no plan at all, and how much of what is asked could be made."""
    return line(no_plan(refusal.bottleneck, lang), "cc-warn") + line(said(refusal.said, lang))


def _euros(found: Difference, lang: Lang) -> str:
    costs = {"now": money(found.made_eur, lang), "was": money(found.base_eur, lang)}
    if abs(found.eur) < CENT:
        return line(t("what_if.same_cost", lang, was=costs["was"]), "cc-lead")
    sign = "+" if found.eur > 0 else "−"
    head = line(f"{sign}{money(abs(found.eur), lang)}", "cc-mid")
    return head + line(t("what_if.cost", lang, **costs), "cc-lead")


def _work(found: Difference, lang: Lang) -> str:
    if found.same_work:
        return line(t("ui.saving.same", lang)) + _in_time(found, lang)
    made, base = found.made.best, found.base.best
    if not made.kg or not base.kg:
        return line(t("what_if.no_kg", lang))
    return line(
        t(
            "what_if.per_kg",
            lang,
            now=number(found.made_eur / made.kg, lang, 3),
            was=number(found.base_eur / base.kg, lang, 3),
            kg=number(made.kg, lang, 0),
            kg_was=number(base.kg, lang, 0),
        ),
        "cc-lead",
    ) + _in_time(found, lang)


def _in_time(found: Difference, lang: Lang) -> str:
    return "" if found.made.late_batches else line(t("what_if.in_time", lang))


def _late(found: Difference, lang: Lang) -> str:
    late = found.made.late_batches
    if not late:
        return ""
    listed = ", ".join(f"{one.batch} ({number(one.hours, lang, 0)} h)" for one in late)
    key = "what_if.late_one" if len(late) == 1 else "what_if.late"
    said = line(t(key, lang, count=len(late), batches=listed), "cc-warn")
    if not found.bottleneck:
        return said
    return said + line(t("what_if.for", lang, what=bottleneck_said(found.bottleneck).text(lang)))


def _open(found: Difference, lang: Lang) -> str:
    """What the search left open in its seconds, where that is worth a word."""
    if math.isnan(found.open_eur):
        return line(t("what_if.unproven", lang))
    if found.open_eur < CENT:
        return ""
    return line(t("what_if.open", lang, less=money(found.open_eur, lang)))
