"""Cards on what the plans saved: the steps from as usual to the plan, the days, what binds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, catalogue, day, money, number, t
from chocolib.ui.cards.figures import share, table
from chocolib.ui.cards.parts import line
from chocolib.ui.charts.waterfall import Step, waterfall
from chocolib.ui.theme import card

#: What each plan of the comparison is called, in the order of the steps.
_STEPS = ("valley_first", "cheapest_windows", "plan", "perfect")


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
    body += line(_equal(found, lang)) + _annual(found, lang)
    return card(t("ui.savings.title", lang), body, lang=lang, synthetic=synthetic, name="savings")


def _steps(total: Mapping[str, Any], lang: Lang) -> list[Step]:
    usual = float(total["as_usual"])
    steps, before = [Step(t("ui.savings.as_usual", lang), 0.0, usual, money(usual, lang, 0))], usual
    for name in _STEPS:
        cost = float(total[name])
        text = t(f"ui.savings.{name}", lang)
        value = money(cost - before, lang, 0)
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


def _annual(found: Mapping[str, Any], lang: Lang) -> str:
    annual = found["annual"]
    year = money(annual["saving_eur"], lang, 0)
    return line(t("ui.savings.annual", lang, saved=year, days=annual["covered_days"]))


def saved_by_day(found: Mapping[str, Any], *, lang: Lang, synthetic: bool = False) -> str:
    """A row per day with demand: as usual, the plan, perfect foresight, EUR."""
    names = ("as_usual", "plan", "perfect")
    head = [t("ui.savings.day", lang), *(t(f"ui.savings.short.{name}", lang) for name in names)]
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
    key = f"why.rule.{rule}"
    text = t(key if key in catalogue() else "why.rule.other", lang)
    return text[:1].upper() + text[1:]


def what_if_card(changes: pd.DataFrame, *, lang: Lang, synthetic: bool = False) -> str:
    """What a week would have cost, had the demand or the conches been others.

    Args:
        changes: change x `kg`, `cost_eur`, `eur_kg`, `late`; NaN where it cannot be made.
    """
    names = ("kg", "cost_eur", "eur_kg", "late")
    decimals = {"kg": 0, "cost_eur": 2, "eur_kg": 3, "late": 0}
    rows = [
        [
            t(f"ui.what_if.{change}", lang),
            *("–" if pd.isna(row[n]) else number(row[n], lang, decimals[n]) for n in names),
        ]
        for change, row in changes.iterrows()
    ]
    body = table(["", *(t(f"ui.what_if.column.{n}", lang) for n in names)], rows)
    body += line(t("ui.what_if.note", lang))
    title = t("ui.what_if.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="what-if")
