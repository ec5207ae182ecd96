"""What the widgets ask of the kept plan: from dials and batches to markup."""

from __future__ import annotations

from chocolib.app.context import Context
from chocolib.app.plan_store import kept_plan
from chocolib.app.what_if import CONCHES, DAYS, DEMAND, POWER_KW, SHARE, Ground, fault
from chocolib.app.why import reason_of
from chocolib.core.errors import PlanInfeasible, SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.core.i18n import Lang, t
from chocolib.core.plans import Plan
from chocolib.plan.what_if import STAGE, Change, changed, products
from chocolib.ui.cards.batches import by_batch
from chocolib.ui.cards.what_if import asked_text, difference_text, impossible_text
from chocolib.ui.cards.why import why_text
from chocolib.ui.charts.rows import product_name
from chocolib.ui.live.reasons import Reasons
from chocolib.ui.live.what_if import Asked, Dial, WhatIf

#: What the name of a product's dial begins with.
_SHARE = "share:"
_PERCENT = 100


def what_if_controls(context: Context) -> WhatIf:
    """The controls on the newest kept plan; where there is none they say so."""
    base, lang = kept_plan(context), context.lang
    words = {
        "lang": lang,
        "less": t("what_if.less", lang),
        "more": t("what_if.more", lang),
        "back": t("what_if.back", lang),
        "busy": t("what_if.busy", lang),
        "wrong": t("what_if.fault.value", lang),
        "failed": t("what_if.failed", lang),
    }
    if base is None:
        nothing = WhatIf((), words, lambda _: "", lambda _: "")
        nothing.say(t("ui.empty.plan", lang))
        return nothing
    asking = Questions(context, base)
    return WhatIf(dials(context.factory, base, lang), words, asking.first, asking.answer)


def reasons_list(context: Context) -> Reasons:
    """The batches of the newest kept plan, each to be explained; none where there is no plan."""
    base, lang = kept_plan(context), context.lang
    words = {
        "lang": lang,
        "choose": t("reasons.choose", lang),
        "none": t("reasons.none", lang),
        "busy": t("reasons.busy", lang),
        "wrong": t("reasons.wrong", lang),
        "failed": t("reasons.failed", lang),
    }
    if base is None:
        nothing = Reasons((), words, lambda _: "")
        nothing.say(t("ui.empty.plan", lang))
        return nothing

    def explain(batch: str) -> str:
        return why_text(reason_of(context, base, batch), lang=lang)

    return Reasons(list(by_batch(base)), words, explain)


class Questions:
    """Answers the dials with markup, in the language of the context."""

    def __init__(self, context: Context, base: Plan) -> None:
        self.context, self.base = context, base
        self.ground = Ground(context, base)

    def first(self, asked: Asked) -> str:
        """What can be said at once: what is asked for, and what it keeps busiest."""
        spec, change = self.context.factory, self._change(asked)
        other = changed(spec, change, self.base)
        return asked_text(self.ground.asked(change), other, lang=self.context.lang)

    def answer(self, asked: Asked) -> str:
        """The plan, and its difference to the plan as it is; or why there is none."""
        lang = self.context.lang
        try:
            found = self.ground.answer(self._change(asked))
        except PlanInfeasible as refusal:
            return impossible_text(refusal, lang=lang)
        return difference_text(found, now=self.context.as_of, lang=lang)

    def _change(self, asked: Asked) -> Change:
        """The change that the dials stand for.

        Raises:
            SettingsError: out of bounds, in the language of the context.
        """
        spec = self.context.factory
        change = to_change(asked, spec, self.base)
        if found := fault(change, spec):
            raise SettingsError(found.text(self.context.lang))
        return change


def dials(spec: FactorySpec, base: Plan, lang: Lang) -> list[Dial]:
    """The dials of a factory: those that it has something to change for."""
    demand = (round(DEMAND.least * _PERCENT), round(DEMAND.most * _PERCENT))
    percent = t("what_if.percent", lang)
    found = [Dial("demand", t("what_if.demand", lang), _PERCENT, *demand, step=10, unit=percent)]
    if (machines := _machines(spec)) is not None:
        most = max(int(CONCHES.most), machines)
        label = t("what_if.conches", lang)
        found.append(Dial("conches", label, machines, int(CONCHES.least), most))
    label = t("what_if.power", lang)
    kw = (int(POWER_KW.least), int(POWER_KW.most))
    found.append(Dial("power", label, 0, *kw, step=5, unit=" kW", signed=True))
    share = (round(SHARE.least * _PERCENT), round(SHARE.most * _PERCENT))
    for product in products(spec)[1:]:
        label = t("what_if.share", lang, product=product_name(product, lang))
        value = _percent(spec, product)
        found.append(Dial(_SHARE + product, label, value, *share, step=10, unit=percent))
    label = t("what_if.days", lang)
    found.append(Dial("days", label, base.days, int(DAYS.least), int(DAYS.most)))
    return found


def to_change(asked: Asked, spec: FactorySpec, base: Plan) -> Change:
    """The change of dials; one that stands as it is changes nothing, however it is rounded."""
    mix = {
        product: asked[_SHARE + product] / _PERCENT
        for product in products(spec)[1:]
        if asked[_SHARE + product] != _percent(spec, product)
    }
    conches = asked.get("conches")
    return Change(
        demand=asked["demand"] / _PERCENT,
        conches=None if conches == _machines(spec) else conches,
        power_kw=float(asked["power"]),
        mix=mix or None,
        days=None if asked["days"] == base.days else asked["days"],
    )


def _machines(spec: FactorySpec) -> int | None:
    return next((stage.machines for stage in spec.stages if stage.name == STAGE), None)


def _percent(spec: FactorySpec, product: str) -> int:
    return round(spec.demand.mix.get(product, 0.0) * _PERCENT)
