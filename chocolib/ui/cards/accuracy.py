"""Cards on the forecasts that were really issued: how far they missed, what they promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chocolib.core.i18n import Lang, day, moment, number, t
from chocolib.core.time import midnight
from chocolib.core.views import ModelsView
from chocolib.models.review import NOMINAL
from chocolib.ui import charts
from chocolib.ui.cards import errors
from chocolib.ui.cards.figures import amount, model_text, price_error, share, table, write_amount
from chocolib.ui.cards.parts import DAILY, empty, line, span_text
from chocolib.ui.cards.training import date_text
from chocolib.ui.charts import Ruled
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

#: Figures of the windows in the order of their table: column, text.
_ROW_KEYS = {
    "origins": "models.row.origins",
    "hours": "models.row.hours",
    "mae": "ui.figure.mae",
    "naive_mae": "models.row.naive_mae",
    "rmae": "ui.figure.rmae",
    "coverage_80": "ui.figure.coverage_80",
    "coverage_90": "ui.figure.coverage_90",
}
_COUNTS, _SHARES = {"origins", "hours"}, {"rmae", "coverage_80", "coverage_90"}


def nothing_issued(view: ModelsView) -> str:
    """What stands in the place of all figures while nothing issued can be judged."""
    title, lang = t("models.accuracy.title", view.lang), view.lang
    if view.newest is None:
        return empty(title, t("models.accuracy.none", lang), DAILY, lang=lang, name="accuracy")
    body = line(t("models.accuracy.early", lang), "cc-lead")
    return card(title, body, lang=lang, synthetic=view.synthetic, name="accuracy")


def accuracy_card(view: ModelsView) -> str:
    """The error of what was issued in the last weeks, in one number and beside the naive."""
    lang, found = view.lang, view.accuracy or {}
    windows: Mapping[str, Any] = found["weeks"]
    weeks = next((n for n in sorted(windows, key=int) if view.model in windows[n]), "")
    title = t("models.accuracy.title", lang)
    if not weeks:
        return nothing_issued(view)
    mine = windows[weeks][view.model]
    body = f'<p class="cc-big">{esc(number(mine["mae"], lang, 3))}<small> €/kWh</small></p>'
    text = t(
        "models.accuracy.lead",
        lang,
        weeks=weeks,
        n=mine["origins"],
        model=model_text(view.model, lang),
    )
    body += line(text, "cc-lead") + _beside_naive(mine, lang) + _windows(view, windows)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="accuracy")


def _beside_naive(mine: Mapping[str, Any], lang: Lang) -> str:
    rmae = mine["rmae"]
    if rmae is None:
        return ""
    better = rmae < 1
    key = "models.accuracy.better" if better else "models.accuracy.worse"
    by = share(abs(1 - rmae), lang, 0)
    naive = price_error(mine["naive_mae"], lang)
    return line(t(key, lang, by=by, naive=naive), "cc-mute" if better else "cc-warn")


def _windows(view: ModelsView, windows: Mapping[str, Any]) -> str:
    """The figures of each window and model behind a fold."""
    lang = view.lang
    columns = [
        (weeks, name, windows[weeks][name])
        for weeks in sorted(windows, key=int)
        for name in windows[weeks]
    ]
    head = [
        "",
        *(f"{model_text(name, lang)}, {weeks} {_weeks(lang)}" for weeks, name, _ in columns),
    ]
    rows = [
        [t(key, lang), *(_figure(name, told[name], lang) for _, _, told in columns)]
        for name, key in _ROW_KEYS.items()
    ]
    summary = tag("summary", esc(t("models.accuracy.table", lang)))
    return tag("details", summary + table(head, rows))


def _weeks(lang: Lang) -> str:
    return t("models.weeks", lang)


def _figure(name: str, value: float | None, lang: Lang) -> str:
    if value is None:
        return "–"
    if name in _COUNTS:
        return number(value, lang, 0)
    return share(value, lang) if name in _SHARES else amount(value, lang)


def by_day_card(view: ModelsView) -> str:
    """MAE by horizon day of what was issued, beside the weekly naive."""
    lang, found = view.lang, view.accuracy or {}
    columns = {model_text(name, lang): values for name, values in found["by_day"].items()}
    columns[t("ui.model.weekly_naive", lang)] = found["naive_by_day"]
    shown = pd.DataFrame(columns, index=[str(n) for n in range(1, 8)]).astype(float)
    shown = shown.dropna(how="all")
    picture = charts.profile(
        shown,
        Ruled(t("ui.figure.mae", lang), write_amount(lang)),
        name="issued-by-day",
        across=t("ui.errors.day.across", lang),
        lang=lang,
        synthetic=view.synthetic,
    )
    body = line(t("models.by_day.text", lang)) + picture
    title = t("models.by_day.title", lang)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="issued-by-day")


def daily_card(view: ModelsView) -> str:
    """The error of each date of the last weeks beside the weekly naive."""
    lang, found = view.lang, view.accuracy or {}
    table_ = pd.DataFrame(found["daily"]).set_index("day").astype(float)
    every = pd.date_range(table_.index[0], table_.index[-1])
    shown = table_.reindex([f"{one:%Y-%m-%d}" for one in every])
    labels = [day(midnight(one.date()), lang).partition(" ")[2] for one in every]
    names = [model_text(view.model, lang), t("ui.model.weekly_naive", lang)]
    picture = charts.profile(
        shown[["mae", "naive"]].set_axis(labels).set_axis(names, axis=1),
        Ruled(t("ui.figure.mae", lang), write_amount(lang)),
        name="issued-by-date",
        across=t("ui.daily.across", lang),
        lang=lang,
        synthetic=view.synthetic,
    )
    body = line(t("models.daily.text", lang)) + picture
    title = t("models.daily.title", lang)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="issued-by-date")


def calibration_cards(view: ModelsView) -> str:
    """How often the bands held, by horizon day, and whether each quantile means what it says."""
    lang, found = view.lang, view.accuracy or {}
    held = pd.DataFrame(found["held"], columns=["day", *NOMINAL]).set_index("day").astype(float)
    judged = max(
        (one[view.model]["origins"] for one in found["weeks"].values() if view.model in one),
        default=0,
    )
    bands = errors.calibration(
        held, view.model, lang=lang, synthetic=view.synthetic, forecasts=judged
    )
    return bands + _reliability(view, found["reliability"])


def _reliability(view: ModelsView, rows: list[dict[str, Any]]) -> str:
    lang, title = view.lang, t("models.reliability.title", view.lang)
    if not rows:
        body = line(t("ui.calibration.none", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=view.synthetic, name="reliability")
    shown = [
        [
            t("models.reliability.row", lang, pct=number(100 * row["wanted"], lang, 0)),
            share(row["below"], lang),
            number(100 * (row["below"] - row["wanted"]), lang, 1),
        ]
        for row in rows
    ]
    head = ["", *t("models.reliability.head", lang).split("|")]
    text = t("models.reliability.text", lang, hours=number(rows[0]["hours"], lang, 0))
    body = line(text) + table(head, shown)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="reliability")


def in_use_card(view: ModelsView) -> str:
    """The version that speaks: since when, what it learnt, and how old the last forecast is."""
    lang, used = view.lang, view.in_use
    title = t("models.in_use.title", lang)
    body = line(model_text(view.model, lang), "cc-mid")
    if used is None:
        body += line(t("models.in_use.none", lang), "cc-lead")
    else:
        rows = [(t("models.in_use.version", lang), used["version"])]
        if view.since is not None:
            rows.append((t("models.in_use.since", lang), date_text(str(view.since), lang)))
        rows.append((t("models.in_use.learnt", lang), date_text(used["learnt_until"], lang)))
        items = "".join(f"<li><span>{esc(a)}</span><span>{esc(b)}</span></li>" for a, b in rows)
        body += f'<ul class="cc-rows">{items}</ul>'
    body += line(_newest(view))
    return card(title, body, lang=lang, synthetic=view.synthetic, name="in-use")


def _newest(view: ModelsView) -> str:
    if view.newest is None:
        return t("models.newest.none", view.lang)
    span = span_text(max(view.as_of - view.newest, pd.Timedelta(0)), view.lang)
    return t("models.newest", view.lang, when=moment(view.newest, view.lang), span=span)
