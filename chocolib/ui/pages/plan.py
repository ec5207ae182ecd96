"""The page "plan": what is next, the whole plan, its batches, why, and what if."""

from __future__ import annotations

from chocolib.core.i18n import t
from chocolib.core.results import Plan
from chocolib.core.views import PlanView
from chocolib.ui import cards
from chocolib.ui.cards.batches import batches_card
from chocolib.ui.cards.parts import line
from chocolib.ui.cards.plan_costs import costs_card, draw_card
from chocolib.ui.cards.plan_notes import plan_notes
from chocolib.ui.pages.frame import heading, sheet
from chocolib.ui.svg import tag
from chocolib.ui.theme import card


def plan_fragment(view: PlanView) -> str:
    """The "plan" page to embed in a notebook output or a dashboard."""
    top = heading(t("page.plan.title", view.lang), view.as_of, view.lang)
    body = _planned(view, view.plan) if view.plan else _empty(view)
    return sheet(view, top + body + _ages(view))


def _planned(view: PlanView, plan: Plan) -> str:
    now, lang, fake = view.as_of, view.lang, view.synthetic
    first = [
        cards.next_up(plan, now=now, lang=lang, synthetic=fake),
        cards.saving(plan, lang=lang, synthetic=fake),
        costs_card(plan, lang=lang, synthetic=fake),
    ]
    body = [
        tag("div", *first, class_="cc-grid cc-three"),
        cards.plan_card(plan, view.prices, now=now, lang=lang, synthetic=fake, table=False),
        plan_notes(plan, now=now, lang=lang, synthetic=fake),
        _what_if(view),
        batches_card(plan, now=now, lang=lang, synthetic=fake),
        _why(view),
    ]
    if plan.risk:
        body.append(cards.risk_card(plan, lang=lang, synthetic=fake))
    if len(view.draw):
        body.append(draw_card(view.draw, now=now, lang=lang, synthetic=fake))
    return "".join(body)


def _empty(view: PlanView) -> str:
    """No plan: the card that says so, and which command makes one."""
    return cards.plan_card(None, now=view.as_of, lang=view.lang, synthetic=view.synthetic)


def _why(view: PlanView) -> str:
    """Why the next batch begins when it does, and the place to ask about others."""
    title = t("plan.why.any", view.lang)
    body = tag("div", line(t("plan.why.waiting", view.lang)), data_widget="reasons")
    if view.why:
        head, *others = view.why
        title = t("plan.why.title", view.lang, batch=view.next_batch)
        body = line(head, "cc-lead") + "".join(map(line, others)) + body
    return card(title, body, lang=view.lang, synthetic=view.synthetic, name="why")


def _what_if(view: PlanView) -> str:
    """The place of the what-if controls, which a kernel brings to life."""
    waiting = line(t("plan.what_if.waiting", view.lang))
    body = line(t("plan.what_if.text", view.lang)) + tag("div", waiting, data_widget="what_if")
    title = t("plan.what_if.title", view.lang)
    return card(title, body, lang=view.lang, synthetic=view.synthetic, name="what-if")


def _ages(view: PlanView) -> str:
    return cards.freshness(
        now=view.as_of,
        lang=view.lang,
        newest_price=view.newest_price,
        forecast_as_of=view.forecast.as_of if view.forecast else None,
        plan_as_of=view.plan.as_of if view.plan else None,
        synthetic=view.synthetic,
    )
