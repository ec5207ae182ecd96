"""Cards on the moment: what deserves attention, and what to do now and next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chocolib.core.facts import sentence
from chocolib.core.i18n import Lang, t
from chocolib.insights.alerts import said_unjudged
from chocolib.insights.recommendations import Advice
from chocolib.insights.rules import LEVEL_WORDS, Alert, Level
from chocolib.ui.cards.parts import line
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card, chip

#: The coloured square of a level.
_DOTS: dict[Level, str] = {"critical": "cc-P1", "warning": "cc-P2", "info": "cc-P3"}


def alerts_card(
    found: Sequence[Alert],
    unjudged: Mapping[str, Sequence[str]],
    *,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """Every alert with its level, evidence, rule and what to do; none is said too.

    Args:
        found: the worst first, as `insights.alerts.alerts` gives them.
        unjudged: rules that could not judge, and what they lack: silence about them
            is not good news, so they are counted, and named behind a fold.
    """
    body = "".join(_alert(alert, lang) for alert in found)
    body = tag("ul", body, class_="cc-rows") if body else line(_sentence("alert.none", lang))
    title = t("ui.alerts.title", lang)
    body += _unjudged(unjudged, lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="alerts")


def advice_card(advice: Sequence[Advice], *, lang: Lang, synthetic: bool = False) -> str:
    """What to do now and next, and why; where there is nothing to say, that."""
    items = []
    for one in advice:
        what, why = one.said(lang)
        items.append(tag("li", tag("div", line(what, "cc-lead"), line(why))))
    nothing = line(t("ui.advice.none", lang))
    body = tag("ul", *items, class_="cc-rows") if items else nothing
    title = t("ui.advice.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="advice")


def level_chip(level: Level, lang: Lang) -> str:
    """How urgent an alert is, with its colour."""
    return chip(t(LEVEL_WORDS[level], lang), _DOTS[level])


def _alert(alert: Alert, lang: Lang) -> str:
    rule = sentence(alert.rule.when, alert.limits, lang)
    return tag(
        "li",
        tag(
            "div",
            level_chip(alert.level, lang),
            line(alert.title(lang), "cc-lead"),
            line(alert.evidence(lang), ""),
            line(t("ui.alerts.todo", lang, todo=alert.todo(lang)), ""),
            line(t("ui.alerts.rule", lang, rule=rule)),
        ),
    )


def _unjudged(unjudged: Mapping[str, Sequence[str]], lang: Lang) -> str:
    if not unjudged:
        return ""
    lines = "".join(line(said_unjudged(rule, parts, lang)) for rule, parts in unjudged.items())
    summary = esc(t("ui.alerts.unjudged", lang, n=len(unjudged)))
    return f"<details><summary>{summary}</summary>{lines}</details>"


def _sentence(key: str, lang: Lang) -> str:
    text = t(key, lang)
    return f"{text[:1].upper()}{text[1:]}."
