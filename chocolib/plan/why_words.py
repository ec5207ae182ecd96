"""The sentences of an explanation, in Spanish or English; every number is in its `Reason`."""

from __future__ import annotations

from collections.abc import Iterator

from chocolib.core.i18n import Lang, moment, money, t
from chocolib.core.i18n import number as figure
from chocolib.plan.why import Alternative, Reason

#: Differences below it are not worth a word, EUR.
_CENT = 0.01
_PRICE_DECIMALS = 3
#: Texts of the rules that forbid a start.
RULE_KEYS = {
    "machines": "why.rule.machines",
    "service": "why.rule.service",
    "staff": "why.rule.staff",
    "power": "why.rule.power",
    "holds": "why.rule.holds",
    "tanks": "why.rule.tanks",
    "climate": "why.rule.climate",
    "due": "why.rule.due",
    "earliest": "why.rule.earliest",
    "past": "why.rule.past",
}


def sentences(reason: Reason, lang: Lang) -> list[str]:
    """What a shift leader reads: what it pays, what other hours cost, what stands in the way."""
    head = t(
        "why.head",
        lang,
        batch=reason.batch,
        when=moment(reason.start, lang),
        paid=money(reason.paid, lang, _PRICE_DECIMALS),
        kwh=figure(reason.kwh, lang, 0),
        cost=money(reason.cost_eur, lang),
        mean=money(reason.day_mean, lang, _PRICE_DECIMALS),
    )
    if reason.frozen:
        return [head, t("why.frozen", lang)]
    return [head, *_possible(reason, lang), *_forbidden(reason, lang), *_usual(reason, lang)]


def rule_text(alternative: Alternative, lang: Lang) -> str:
    """The rule that stands in the way, for people; "" where none does."""
    if not alternative.rule:
        return ""
    if alternative.holder:
        busy = {"machine": alternative.machine, "batch": alternative.holder}
        return t("why.rule.busy", lang, **busy)
    return rule_name(alternative.rule, lang)


def rule_name(rule: str, lang: Lang) -> str:
    """A rule that forbids a start, for people."""
    return t(RULE_KEYS.get(rule, "why.rule.other"), lang)


def difference(delta_eur: float, lang: Lang) -> str:
    """How much more or less something costs."""
    if abs(delta_eur) < _CENT:
        return t("why.same", lang)
    key = "why.more" if delta_eur > 0 else "why.less"
    return t(key, lang, amount=money(abs(delta_eur), lang))


def _possible(reason: Reason, lang: Lang) -> Iterator[str]:
    able = [a for a in reason.alternatives if not a.rule and not a.as_usual]
    best = min(able, key=_delta, default=None)
    if best is None:
        yield t("why.no_place", lang)
        return
    key = "why.dearer" if best.delta_eur >= _CENT else "why.cheaper_alone"
    yield t(key, lang, when=moment(best.start, lang), delta=difference(best.delta_eur, lang))


def _forbidden(reason: Reason, lang: Lang) -> Iterator[str]:
    """The cheapest hours that a rule forbids."""
    closed = [a for a in reason.alternatives if a.rule and a.delta_eur <= -_CENT]
    best = min(closed, key=_delta, default=None)
    if best is not None:
        yield t(
            "why.forbidden",
            lang,
            when=moment(best.start, lang),
            delta=difference(best.delta_eur, lang),
            rule=rule_text(best, lang),
        )


def _usual(reason: Reason, lang: Lang) -> Iterator[str]:
    usual = next((a for a in reason.alternatives if a.as_usual), None)
    if usual is None:
        return
    if usual.shift_h == 0 and abs(usual.delta_eur) < _CENT:
        yield t("why.usual_same", lang)
        return
    delta = difference(usual.delta_eur, lang)
    yield t("why.usual", lang, when=moment(usual.start, lang), delta=delta)


def _delta(alternative: Alternative) -> float:
    return alternative.delta_eur
