"""Cards of the production models: what is foretold from what, and how well."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, day, number, t
from chocolib.core.scores import HourScores
from chocolib.core.thresholds import CLASSES
from chocolib.models.production_review import Trained
from chocolib.models.production_rolling import FOREST
from chocolib.ui.cards.parts import line, scroll
from chocolib.ui.charts.rows import stage_name
from chocolib.ui.charts.scores import score_lines
from chocolib.ui.svg import esc
from chocolib.ui.theme import card

METHOD_KEYS = {
    "forest": "production.method.forest",
    "rule-odds": "production.method.rule_odds",
    "rule-champion": "production.method.rule_champion",
    "rule-naive": "production.method.rule_naive",
    "climatology": "production.method.climatology",
    "same-hour-day": "production.method.same_hour_day",
    "same-hour-week": "production.method.same_hour_week",
}
COLUMN_KEYS = {
    "mae": "production.mae",
    "skill": "production.skill",
    "accuracy": "production.accuracy",
    "macro_f1": "production.macro_f1",
    "rps": "production.rps",
}
CLASS_KEYS = {
    "Optimal": "production.class.optimal",
    "Moderate": "production.class.moderate",
    "Reduced": "production.class.reduced",
    "Halt": "production.class.halt",
}
WEATHER_KEYS = {
    "observed": "production.weather.observed",
    "forecast": "production.weather.forecast",
    "persistence": "production.weather.persistence",
    "climatology": "production.weather.climatology",
    "none": "production.weather.none",
}
#: Features that are shown, and the lead (days) whose last week is drawn.
_SHOWN, _LEAD = 8, 1


def what_is_foretold(made: Trained, *, lang: Lang, synthetic: bool) -> str:
    """What the forests are told, what they foretell, and the verdict in words."""
    facts, than = made.facts, made.beats_the_rule()
    sure = than["high"] < 0 or than["low"] > 0
    key = "production.verdict.sure" if sure else "production.verdict.unsure"
    difference, low, high = (number(than[name], lang, 2) for name in ("difference", "low", "high"))
    texts = [
        t("production.what", lang),
        t(
            "production.data",
            lang,
            first=day(pd.Timestamp(facts["first"]), lang),
            last=day(pd.Timestamp(facts["last"]), lang),
            first_year=time.local(pd.Timestamp(facts["first"])).year,
            last_year=time.local(pd.Timestamp(facts["last"])).year,
            observed=number(facts["weather_hours_observed"], lang, 0),
            made=number(facts["weather_hours_made"], lang, 0),
        ),
    ]
    verdict = t(key, lang, difference=difference, low=low, high=high)
    body = "".join(map(line, texts)) + line(verdict, "cc-lead")
    title = t("production.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="production-what")


def skill_card(made: Trained, *, lang: Lang, synthetic: bool) -> str:
    """Errors of every method, and the forest's skill over each."""
    table = made.skill()
    rows = []
    for name, row in table.iterrows():
        skill = 100 - 100 * float(table["mae"][FOREST]) / float(row["mae"])
        cells = [
            number(float(row["mae"]), lang, 2),
            "" if name == FOREST else f"{number(skill, lang, 1)} %",
            *(number(float(row[column]), lang, 3) for column in ("accuracy", "macro_f1", "rps")),
        ]
        rows.append([t(METHOD_KEYS[str(name)], lang), *cells])
    names = ["", *(t(key, lang) for key in COLUMN_KEYS.values())]
    note = t("production.skill_note", lang, hours=number(int(table["hours"].iloc[0]), lang, 0))
    body = _table(names, rows) + line(note)
    title = t("production.skill_title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="production-skill")


def lead_card(made: Trained, *, lang: Lang, synthetic: bool) -> str:
    """MAE by days after the last published one."""
    table = made.by_lead()["mae"].unstack("ahead_days").loc[list(METHOD_KEYS)]
    rows = [
        [t(METHOD_KEYS[name], lang), *(number(float(value), lang, 2) for value in values)]
        for name, values in zip(table.index, table.to_numpy(), strict=True)
    ]
    days = [t("production.days_ahead", lang, days=int(days)) for days in table.columns]
    body = _table(["", *days], rows) + line(t("production.lead_note", lang))
    title = t("production.lead_title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="production-leads")


def confusion_card(made: Trained, *, lang: Lang, synthetic: bool) -> str:
    """Which classes came where the forest named which."""
    table = made.confusion()
    shown = [t(CLASS_KEYS[name], lang) for name in CLASSES]
    rows = [
        [name, *(number(int(value), lang, 0) for value in values)]
        for name, values in zip(shown, table.to_numpy(), strict=True)
    ]
    body = _table([t("production.came", lang), *shown], rows)
    body += line(t("production.confusion_note", lang))
    title = t("production.confusion_title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="production-confusion")


def importance_card(made: Trained, *, lang: Lang, synthetic: bool) -> str:
    """What the score's forest loses without each feature."""
    lost = made.lost.iloc[:_SHOWN]
    most = max(float(lost.max()), 1e-9)
    bars = "".join(
        f"<code>{esc(name)}</code>"
        f'<i style="width:{max(0.0, 100 * float(value) / most):.1f}%"></i>'
        f"<b>{number(float(value), lang, 2)}</b>"
        for name, value in lost.items()
    )
    body = f'<div class="cc-meter">{bars}</div>' + line(t("production.importance_note", lang))
    title = t("production.importance_title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="production-importance")


def week_card(made: Trained, *, lang: Lang, synthetic: bool) -> str:
    """The last week of the test: what came and what the forest had said a day ahead."""
    told = made.told[(made.told["method"] == FOREST) & (made.told["ahead_days"] == _LEAD)]
    told = told.set_index("time").sort_index()
    last = told[told.index > told.index[-1] - 7 * time.DAY]
    names = (t("production.came", lang), t("production.foretold", lang))
    chart = score_lines(
        last["score"], last["foretold"], names=names, lang=lang, synthetic=synthetic
    )
    title = t("production.week_title", lang)
    return card(title, chart, lang=lang, synthetic=synthetic, name="production-week")


def hours_card(made: HourScores, *, lang: Lang) -> str:
    """The scores of the hours to come, and what a climate limit halts."""
    known = made.frame["known"].to_numpy(dtype=bool)
    names = (t("production.published", lang), t("production.expected", lang))
    score = made.frame["score"]
    chart = score_lines(
        score.where(known), score.where(~known), names=names, lang=lang, synthetic=made.synthetic
    )
    weather = str(made.frame["weather"].mode().iloc[0])
    texts = [t(WEATHER_KEYS[weather], lang), _halts(made, lang)]
    title = t("production.hours_title", lang, hours=len(score))
    body = chart + "".join(map(line, texts))
    return card(title, body, lang=lang, synthetic=made.synthetic, name="production-hours")


def _halts(made: HourScores, lang: Lang) -> str:
    told = made.frame["halted"].dropna()
    if told.empty:
        return t("production.halts_unknown", lang)
    counts = told[told != ""].str.split(", ").explode().value_counts()
    if counts.empty:
        return t("production.halts_none", lang)
    each = ", ".join(f"{stage_name(str(name), lang)} {n} h" for name, n in counts.items())
    return t("production.halts", lang, stages=each)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers."""
    first, *others = head
    top = f"<th>{esc(first)}</th>" + "".join(f'<th class="cc-n">{esc(n)}</th>' for n in others)
    lines = "".join(map(_row, rows))
    body = f"<table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"
    return scroll(body, ", ".join(filter(None, head)))


def _row(cells: Sequence[str]) -> str:
    name, *numbers = cells
    rest = "".join(f'<td class="cc-n">{esc(cell)}</td>' for cell in numbers)
    return f'<tr><td class="cc-wrap">{esc(name)}</td>{rest}</tr>'
