"""Cards on what the plans saved: the steps from as usual to the plan, the days, what binds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, day, money, number, t
from chocolib.plan.why_words import rule_name
from chocolib.ui.cards.figures import share, table
from chocolib.ui.cards.parts import line
from chocolib.ui.charts.waterfall import Step, waterfall
from chocolib.ui.theme import card

#: Texts of the plans that are compared: as steps, as headings, in a sentence.
STEP_KEYS = {
    "as_usual": "ui.savings.as_usual",
    "valley_first": "ui.savings.valley_first",
    "cheapest_windows": "ui.savings.cheapest_windows",
    "plan": "ui.savings.plan",
    "perfect": "ui.savings.perfect",
}
SHORT_KEYS = {
    "as_usual": "ui.savings.short.as_usual",
    "plan": "ui.savings.short.plan",
    "perfect": "ui.savings.short.perfect",
}
WHO_KEYS = {
    "as_usual": "ui.savings.who.as_usual",
    "valley_first": "ui.savings.who.valley_first",
    "cheapest_windows": "ui.savings.who.cheapest_windows",
    "plan": "ui.savings.who.plan",
    "perfect": "ui.savings.who.perfect",
}
#: Texts of what is changed, and of what comes of it.
CHANGE_KEYS = {
    "as_is": "ui.what_if.as_is",
    "demand_less": "ui.what_if.demand_less",
    "demand_more": "ui.what_if.demand_more",
    "conche_less": "ui.what_if.conche_less",
    "conche_more": "ui.what_if.conche_more",
}
COLUMN_KEYS = {
    "kg": "ui.what_if.column.kg",
    "cost_eur": "ui.what_if.column.cost_eur",
    "eur_kg": "ui.what_if.column.eur_kg",
    "late": "ui.what_if.column.late",
}


def savings_card(found: Mapping[str, Any], *, lang: Lang, synthetic: bool = False) -> str:
    """What was saved, as steps from as usual to the plan and to perfect foresight.

    Args:
        found: the document of `app.savings.savings`, with at least one day.
    """
    total = found["total"]
    saved = t(
        "ui.savings.lead",
        lang,
        saved=money(total["saving_eur"], lang),
        share=share(total["saving_share"], lang),
        usual=money(total["as_usual"], lang),
    )
    body = line(saved, "cc-lead")
    if total["share_of_possible"] is not None:
        possible = share(total["share_of_possible"], lang)
        body += line(t("ui.savings.possible", lang, share=possible))
    body += waterfall(
        _steps(total, lang),
        heading=t("ui.savings.heading", lang),
        name="savings-steps",
        lang=lang,
        synthetic=synthetic,
    )
    body += line(_equal(found, lang)) + _late(found, lang) + _annual(found, lang)
    return card(t("ui.savings.title", lang), body, lang=lang, synthetic=synthetic, name="savings")


def _steps(total: Mapping[str, Any], lang: Lang) -> list[Step]:
    usual = float(total["as_usual"])
    whole = t(STEP_KEYS["as_usual"], lang)
    steps, before = [Step(whole, 0.0, usual, money(usual, lang, 0))], usual
    for name in list(STEP_KEYS)[1:]:
        cost = float(total[name])
        text = t(STEP_KEYS[name], lang)
        value = (
            money(cost - before, lang, 0) if cost < before else f"+{money(cost - before, lang, 0)}"
        )
        steps.append(Step(text, before, cost, value, ours=name == "plan"))
        before = cost
    made = float(total["plan"])
    whole = t("ui.savings.plan_cost", lang)
    return [*steps, Step(whole, 0.0, made, money(made, lang, 0), ours=True)]


def _equal(found: Mapping[str, Any], lang: Lang) -> str:
    total = found["total"]
    return t(
        "ui.savings.equal",
        lang,
        kg=number(total["kg"], lang, 0),
        kwh=number(total["energy_kwh"], lang, 0),
        replayed=found["replayed_days"],
        days=len(found["days"]),
    )


def _late(found: Mapping[str, Any], lang: Lang) -> str:
    """Who pays less by being late: a reference with late batches did less for its money."""
    late = {name: count for name, count in found["late_batches"].items() if count}
    if not late:
        return ""
    said = ", ".join(f"{t(WHO_KEYS[name], lang)} {n}" for name, n in late.items())
    return line(t("ui.savings.late", lang, late=said))


def _annual(found: Mapping[str, Any], lang: Lang) -> str:
    annual = found["annual"]
    year = money(annual["saving_eur"], lang, 0)
    return line(t("ui.savings.annual", lang, saved=year, days=annual["covered_days"]))


def saved_by_day(found: Mapping[str, Any], *, lang: Lang, synthetic: bool = False) -> str:
    """A row per day with demand: as usual, the plan, perfect foresight, EUR."""
    names = list(SHORT_KEYS)
    head = [t("ui.savings.day", lang), *(t(SHORT_KEYS[name], lang) for name in names)]
    rows = [
        [
            day(time.at(pd.Timestamp(row["day"]).date(), 12), lang),
            *(number(row[name], lang, 2) for name in names),
        ]
        for row in found["days"]
    ]
    body = table(head, rows) + line(t("ui.savings.by_day", lang))
    title = t("ui.savings.days_title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="saved-by-day")


def binding_card(binding: Mapping[str, int], *, lang: Lang, synthetic: bool = False) -> str:
    """Which rules keep how many batches from cheaper hours."""
    rows = [[_rule(rule, lang), str(count)] for rule, count in binding.items()]
    head = ["", t("ui.binding.batches", lang)]
    body = table(head, rows) if rows else line(t("ui.binding.none", lang), "cc-lead")
    body += line(t("ui.binding.note", lang))
    title = t("ui.binding.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="binding")


def _rule(rule: str, lang: Lang) -> str:
    text = rule_name(rule, lang)
    return text[:1].upper() + text[1:]


def what_if_card(changes: pd.DataFrame, *, lang: Lang, synthetic: bool = False) -> str:
    """What a week would have cost, had the demand or the conches been others.

    Args:
        changes: change x `kg`, `cost_eur`, `eur_kg`, `late`; NaN where it cannot be made.
    """
    names = list(COLUMN_KEYS)
    decimals = {"kg": 0, "cost_eur": 2, "eur_kg": 3, "late": 0}
    rows = [
        [
            t(CHANGE_KEYS[str(change)], lang),
            *("–" if pd.isna(row[n]) else number(row[n], lang, decimals[n]) for n in names),
        ]
        for change, row in changes.iterrows()
    ]
    body = table(["", *(t(COLUMN_KEYS[n], lang) for n in names)], rows)
    body += line(t("ui.what_if.note", lang))
    title = t("ui.what_if.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="what-if")
