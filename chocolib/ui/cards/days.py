"""Cards on single days: the error over time, the worst days, the forecasts issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from chocolib.core.i18n import Lang, day, t
from chocolib.core.time import midnight
from chocolib.ui import charts
from chocolib.ui.cards.figures import amount, model_text, price_error, share, table, write_amount
from chocolib.ui.cards.parts import DAILY, empty, line
from chocolib.ui.charts import Ruled
from chocolib.ui.svg import esc
from chocolib.ui.theme import card

_REASON_KEYS = {
    "holiday": "ui.reason.holiday",
    "beside_holiday": "ui.reason.beside_holiday",
    "clock_change": "ui.reason.clock_change",
    "level_up": "ui.reason.level_up",
    "level_down": "ui.reason.level_down",
    "shape": "ui.reason.shape",
    "jump_up": "ui.reason.jump_up",
    "jump_down": "ui.reason.jump_down",
}


def _date_text(when: date, lang: Lang) -> str:
    return day(midnight(when), lang)


def daily_error(
    errors: pd.DataFrame,
    worst: pd.DataFrame,
    model: str,
    *,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """The error of each day for up to four models, the worst days numbered.

    Args:
        errors: Madrid date x model, EUR/kWh (`models.review.daily_error`).
        worst: of `models.review.worst_days`.
        model: whose worst days they are.
    """
    dates = pd.date_range(errors.index.min(), errors.index.max())
    shown = errors.reindex(dates.date)
    labels = [_short(when, lang) for when in shown.index]
    marked = {_short(when.date(), lang): str(n) for n, when in enumerate(worst.index, 1)}
    names = [model_text(str(name), lang) for name in shown.columns]
    picture = charts.profile(
        shown.set_axis(labels).set_axis(names, axis=1),
        Ruled(t("ui.figure.mae", lang), write_amount(lang)),
        name="daily-error",
        across=t("ui.daily.across", lang),
        lang=lang,
        marked=marked,
        synthetic=synthetic,
    )
    text = t("ui.daily.text", lang, n=len(worst), model=model_text(model, lang))
    title = t("ui.daily.title", lang)
    body = line(text) + picture
    return card(title, body, lang=lang, synthetic=synthetic, name="daily-error")


def _short(when: date, lang: Lang) -> str:
    """Day and month: "21 nov"."""
    return _date_text(when, lang).partition(" ")[2]


def worst_days(worst: pd.DataFrame, model: str, *, lang: Lang, synthetic: bool = False) -> str:
    """Each bad day: what is peculiar about it, and how much was missed.

    Args:
        worst: of `models.review.worst_days`.
    """
    text = t("ui.worst.text", lang, model=model_text(model, lang))
    rows = "".join(_bad_day(n, day, row, lang) for n, (day, row) in enumerate(worst.iterrows(), 1))
    body = line(text) + f'<ul class="cc-rows">{rows}</ul>'
    title = t("ui.worst.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="worst-days")


def _bad_day(n: int, when: object, row: pd.Series, lang: Lang) -> str:
    said = t(
        "ui.worst.row",
        lang,
        n=n,
        day=_date_text(pd.Timestamp(str(when)).date(), lang),
        reasons=", ".join(t(_REASON_KEYS[reason], lang) for reason in row["reasons"]),
    )
    missed = t(
        "ui.worst.missed",
        lang,
        mae=price_error(row["mae"], lang),
        naive=price_error(row["naive_mae"], lang),
    )
    return f'<li><span>{esc(said)}</span><span class="cc-mute">{esc(missed)}</span></li>'


def issued(
    judged: Sequence[dict[str, object]],
    days: int,
    *,
    alert: bool,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """How the forecasts that were kept did, or that there is none.

    Args:
        judged: as of `models.monitor.health`; empty where none was kept or published.
        days: how many count as now.
        alert: the model in use loses to the weekly naive.
    """
    title = t("ui.issued.title", lang)
    if not judged:
        return empty(title, t("ui.issued.none", lang), DAILY, lang=lang, name="issued")
    models = [model_text(str(one["model"]), lang) for one in judged]
    rows = [
        [t(key, lang), *(_issued_figure(name, one.get(name), lang) for one in judged)]
        for name, key in _ISSUED_KEYS.items()
    ]
    body = line(t("ui.issued.text", lang, days=days))
    if alert:
        body += line(t("ui.issued.alert", lang), "cc-warn")
    body += table(["", *models], rows)
    return card(title, body, lang=lang, synthetic=synthetic, name="issued")


_ISSUED_KEYS = {
    "days": "ui.issued.days",
    "mae": "ui.figure.mae",
    "rmae": "ui.figure.rmae",
    "bias_eur_kwh": "ui.issued.bias",
    "coverage_80": "ui.figure.coverage_80",
    "coverage_90": "ui.figure.coverage_90",
    "drift": "ui.issued.drift",
}


def _issued_figure(name: str, value: object, lang: Lang) -> str:
    if not isinstance(value, int | float):
        return "–"
    if name == "days":
        return amount(float(value), lang, 0)
    if name in {"rmae", "drift", "coverage_80", "coverage_90"}:
        return share(float(value), lang)
    return amount(float(value), lang)
