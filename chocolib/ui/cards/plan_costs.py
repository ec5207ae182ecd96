"""Cards on what a plan pays and draws: its costs split, its power beside the contract."""

from __future__ import annotations

import pandas as pd

from chocolib.core.i18n import Lang, money, number, t
from chocolib.core.results import Plan
from chocolib.ui.cards.parts import line
from chocolib.ui.charts.axes import PERIOD_KEYS
from chocolib.ui.charts.draw import draw_chart
from chocolib.ui.svg import esc
from chocolib.ui.theme import card

#: The terms that are paid or wished besides energy, as catalogue keys.
TERM_KEYS = {
    "labour": "plan.costs.labour",
    "peak": "plan.costs.peak",
    "lateness": "plan.costs.lateness",
    "climate": "plan.costs.climate",
}


def costs_card(plan: Plan, *, lang: Lang, synthetic: bool = False) -> str:
    """What the plan pays for: energy by tariff period, and what comes besides it."""
    title = t("plan.costs.title", lang)
    synthetic = synthetic or plan.synthetic
    split = plan.costs
    if split is None:
        body = line(t("plan.costs.none", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=synthetic, name="costs")
    rows = [
        (f"cc-{period}", t(PERIOD_KEYS[period], lang), eur) for period, eur in split.energy.items()
    ]
    besides = [(t(TERM_KEYS[name], lang), getattr(split, name)) for name in TERM_KEYS]
    rows += [("", name, eur) for name, eur in besides if eur]
    items = "".join(_item(dot, name, eur, lang) for dot, name, eur in rows)
    body = line(money(split.total, lang), "cc-mid") + f'<ul class="cc-rows">{items}</ul>'
    if plan.best.kg:
        each = number(plan.best.cost_eur / plan.best.kg, lang, 3)
        body += line(t("plan.costs.each", lang, each=each))
    return card(title, body, lang=lang, synthetic=synthetic, name="costs")


def _item(dot: str, name: str, eur: float, lang: Lang) -> str:
    mark = f'<i class="cc-dot {dot}"></i> ' if dot else ""
    return f"<li><span>{mark}{esc(name)}</span><span>{esc(money(eur, lang))}</span></li>"


def draw_card(draw: pd.DataFrame, *, now: pd.Timestamp, lang: Lang, synthetic: bool = False) -> str:
    """The plan's highest draw of every hour beside the contracted power.

    Args:
        draw: UTC hours x `kw` and `limit_kw`.
    """
    nearest = (draw["limit_kw"] - draw["kw"]).min()
    text = t(
        "plan.draw.text",
        lang,
        most=number(float(draw["kw"].max()), lang, 0),
        left=number(float(nearest), lang, 0),
    )
    body = line(text) + draw_chart(draw, now=now, lang=lang, synthetic=synthetic)
    return card(t("plan.draw.title", lang), body, lang=lang, synthetic=synthetic, name="draw")
