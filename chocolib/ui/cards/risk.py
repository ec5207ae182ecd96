"""The card on the risk of a plan: what it costs on the price paths that may come."""

from __future__ import annotations

from chocolib.core.i18n import Lang, money, number, t
from chocolib.core.plans import Plan
from chocolib.core.risk import Risk, Spread
from chocolib.ui.cards.figures import share, table
from chocolib.ui.cards.parts import DAILY, empty, line
from chocolib.ui.svg import esc
from chocolib.ui.theme import card


def risk_card(plan: Plan | None, *, lang: Lang, synthetic: bool = False) -> str:
    """What the plan is expected to cost, how far it may miss, and as usual beside it.

    Args:
        plan: the newest plan, or None; one without a risk says how to get it.
    """
    title = t("risk.title", lang)
    if plan is None:
        return empty(title, t("ui.empty.plan", lang), DAILY, lang=lang, name="risk")
    if plan.risk is None:
        return empty(title, t("risk.none", lang), f"{DAILY} --risk 0", lang=lang, name="risk")
    head, *others = sentences(plan.risk, lang)
    remarks = (remark.text(lang) for remark in plan.risk.remarks)
    body = line(head, "cc-lead") + "".join(map(line, (*others, *remarks)))
    inner = _numbers(plan.risk, lang)
    body += f"<details><summary>{esc(t('risk.numbers', lang))}</summary>{inner}</details>"
    return card(title, body, lang=lang, synthetic=synthetic or plan.synthetic, name="risk")


def sentences(risk: Risk, lang: Lang) -> list[str]:
    """The risk in words, the expected cost first."""
    ours = risk.plan
    euros = {"low": ours.q10, "high": ours.q90, "mean": ours.mean}
    return [
        t("risk.expected", lang, **{name: money(eur, lang) for name, eur in euros.items()}),
        t(
            "risk.tail",
            lang,
            tail=share(risk.tail, lang, 0),
            cvar=money(ours.cvar, lang),
            usual=money(risk.as_usual.cvar, lang),
        ),
        t("risk.cheaper", lang, share=share(risk.cheaper, lang, 0), paths=risk.paths),
        _regret(risk, lang),
        _made(risk, lang),
    ]


def _regret(risk: Risk, lang: Lang) -> str:
    if risk.regret is None:
        return t("risk.regret_unknown", lang)
    mean, worst = money(risk.regret.mean, lang), money(risk.regret.worst, lang)
    return t("risk.regret", lang, mean=mean, worst=worst)


def _made(risk: Risk, lang: Lang) -> str:
    if not risk.weight:
        return t("risk.plain", lang)
    return t("risk.weighed", lang, weight=share(risk.weight, lang, 0))


def _numbers(risk: Risk, lang: Lang) -> str:
    keys = ("risk.head.mean", "risk.head.q10", "risk.head.q90", "risk.head.cvar")
    heads = [t(key, lang) for key in keys]
    sides = ((t("risk.plan", lang), risk.plan), (t("risk.usual", lang), risk.as_usual))
    return table(["", *heads], [[name, *_row(side, lang)] for name, side in sides])


def _row(side: Spread, lang: Lang) -> list[str]:
    return [number(eur, lang, 2) for eur in (side.mean, side.q10, side.q90, side.cvar)]
