"""Cards of the weekly review: the plan beside what happened, the alerts of the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from chocolib.app.weekly import Raised
from chocolib.core.i18n import Lang, day, day_name, money, number, t
from chocolib.core.time import midnight
from chocolib.insights.rules import LEVEL_WORDS, Level
from chocolib.ui.cards.figures import table
from chocolib.ui.cards.parts import DAILY, empty, line
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card, chip

#: The coloured square of a level.
_DOTS: dict[Level, str] = {"critical": "cc-P1", "warning": "cc-P2", "info": "cc-P3"}


def followed_card(followed: pd.DataFrame, *, lang: Lang, synthetic: bool = False) -> str:
    """The work of the week: what its plans thought it would cost, and what it came to.

    Args:
        followed: of `app.weekly.Weekly`.
    """
    title = t("weekly.followed.title", lang)
    if followed.empty:
        text = t("weekly.followed.none", lang)
        return empty(title, text, DAILY, lang=lang, name="followed")
    priced = followed.dropna()
    planned, came = (float(priced[name].sum()) for name in ("planned_eur", "came_eur"))
    lead = t(
        "weekly.followed.lead", lang, planned=money(planned, lang), came=money(came, lang),
        off=_signed(came - planned, lang),
    )  # fmt: skip
    head = [
        t("weekly.day", lang),
        t("weekly.followed.tasks", lang),
        t("weekly.followed.kwh", lang),
        t("weekly.followed.planned", lang),
        t("weekly.followed.came", lang),
    ]
    rows = [
        [
            _day_text(pd.Timestamp(str(when)).date(), lang),
            number(row["tasks"], lang, 0),
            number(row["kwh"], lang, 0),
            number(row["planned_eur"], lang),
            "–" if pd.isna(row["came_eur"]) else number(row["came_eur"], lang),
        ]
        for when, row in followed.iterrows()
    ]
    body = line(lead, "cc-lead") + table(head, rows) + line(t("weekly.followed.text", lang))
    return card(title, body, lang=lang, synthetic=synthetic, name="followed")


def untold_card(why: str, *, lang: Lang, synthetic: bool = False) -> str:
    """Why the savings of the newest whole week cannot be told."""
    body = line(t("weekly.savings.none", lang), "cc-lead") + (line(why) if why else "")
    title = t("ui.savings.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="savings")


def alerts_of_week_card(raised: Sequence[Raised], *, lang: Lang, synthetic: bool = False) -> str:
    """The alerts that stood on some evening of the week, and on which.

    Args:
        raised: of `app.weekly.Weekly`, the worst first.
    """
    title = t("weekly.alerts.title", lang)
    if not raised:
        body = line(t("weekly.alerts.none", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=synthetic, name="alerts-of-week")
    items = "".join(_raised(one, lang) for one in raised)
    body = tag("ul", items, class_="cc-rows") + line(t("weekly.alerts.text", lang))
    return card(title, body, lang=lang, synthetic=synthetic, name="alerts-of-week")


def _raised(one: Raised, lang: Lang) -> str:
    alert = one.alert
    mark = chip(t(LEVEL_WORDS[alert.level], lang), _DOTS[alert.level])
    days = ", ".join(f"{day_name(midnight(when), lang)} {when.day}" for when in one.days)
    said = t("weekly.alerts.days", lang, days=days)
    head = tag("div", mark, " ", tag("strong", esc(alert.title(lang))))
    return tag("li", tag("div", head, line(alert.evidence(lang), ""), line(said)))


def _signed(value: float, lang: Lang) -> str:
    return f"+{money(value, lang)}" if value > 0 else money(value, lang)


def _day_text(when: date, lang: Lang) -> str:
    return day(midnight(when), lang)
