"""Cards on a past moment: choosing it, what was known then, and what came of it."""

from __future__ import annotations

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, day, moment, money, number, t
from chocolib.core.views import HistoryView, Missed
from chocolib.ui import charts
from chocolib.ui.cards.figures import model_text, price_error, share, table
from chocolib.ui.cards.parts import DAILY, INGEST, empty, line, span_text
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

#: How an `<input type="datetime-local">` and the address write a Madrid time.
_LOCAL = "%Y-%m-%dT%H:%M"
#: Where the links lead: days from the moment, text.
_STEP_KEYS = {
    -7: "history.step.week_back",
    -1: "history.step.day_back",
    1: "history.step.day_on",
    7: "history.step.week_on",
}


def choose(view: HistoryView) -> str:
    """A form and links to other moments; they need no script."""
    lang = view.lang
    form = tag(
        "form",
        tag("label", esc(t("history.pick.label", lang)), for_="cc-at"),
        _moment_input(view),
        f'<input type="hidden" name="lang" value="{lang}">',
        tag("button", esc(t("history.pick.go", lang)), type="submit"),
        method="get",
        class_="cc-pick",
    )
    links = "".join(
        f'<a class="cc-chip" href="{esc(_address(there, lang))}">{esc(t(key, lang))}</a>'
        for days, key in _STEP_KEYS.items()
        if _within(there := time.days_earlier(view.as_of, -days), view)
    )
    body = form + tag("nav", links, class_="cc-steps", aria_label=t("history.steps", lang))
    if not view.replay:
        body += line(t("history.pick.now", lang))
    title = t("history.pick.title", lang)
    return card(title, body, lang=lang, name="choose")


def _moment_input(view: HistoryView) -> str:
    limits = f' min="{time.local(view.first):{_LOCAL}}"' if view.first is not None else ""
    limits += f' max="{time.local(view.now):{_LOCAL}}"'
    value = f"{time.local(view.as_of):{_LOCAL}}"
    return f'<input type="datetime-local" id="cc-at" name="at" value="{value}"{limits} required>'


def _address(there: pd.Timestamp, lang: Lang) -> str:
    return f"?at={time.local(there):{_LOCAL}}&lang={lang}"


def _within(there: pd.Timestamp, view: HistoryView) -> bool:
    return view.first is not None and view.first <= there <= view.now


def known_then(view: HistoryView) -> str:
    """What there was at the moment: prices, forecast, plan, each with its age."""
    lang, title = view.lang, t("history.then.title", view.lang)
    until = view.public_until
    prices = t("ui.no_data", lang) if until is None else _until(until, lang)
    rows = [(t("ui.fresh.prices", lang), prices)]
    for key, made in (("ui.fresh.forecast", view.forecast), ("ui.fresh.plan", view.plan)):
        rows.append((t(key, lang), _made(view, made.as_of) if made else t("ui.no_data", lang)))
    items = "".join(
        f'<li><span>{esc(name)}</span><span class="cc-mute">{esc(text)}</span></li>'
        for name, text in rows
    )
    body = f'<ul class="cc-rows">{items}</ul>'
    if view.forecast is not None:
        model = model_text(view.forecast.model, lang)
        body += line(t("history.then.model", lang, model=model))
    return card(title, body, lang=lang, synthetic=view.synthetic, name="known-then")


def _until(end: pd.Timestamp, lang: Lang) -> str:
    return t("history.then.until", lang, when=moment(end - time.HOUR, lang))


def _made(view: HistoryView, when: pd.Timestamp) -> str:
    span = span_text(max(view.as_of - when, pd.Timedelta(0)), view.lang)
    return t("history.then.made", view.lang, when=moment(when, view.lang), span=span)


def error_card(view: HistoryView) -> str:
    """How far the forecast of that moment missed, as is known now."""
    lang, title = view.lang, t("history.error.title", view.lang)
    if view.forecast is None:
        text = t("history.error.none", lang)
        return empty(title, text, DAILY, lang=lang, name="error-then")
    if not view.missed:
        body = line(t("history.error.early", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=view.synthetic, name="error-then")
    whole, *days = view.missed
    body = line(price_error(whole.mae, lang), "cc-mid")
    body += line(t("history.error.lead", lang, hours=whole.hours), "cc-lead")
    body += _beside(whole, lang)
    fold = tag("summary", esc(t("history.error.by_day", lang))) + _by_day(days, lang)
    body += tag("details", fold) + line(t("history.later", lang))
    return card(title, body, lang=lang, synthetic=view.synthetic, name="error-then")


def _beside(whole: Missed, lang: Lang) -> str:
    said = ""
    if whole.naive_mae is not None:
        said += line(t("history.error.naive", lang, naive=price_error(whole.naive_mae, lang)))
    if whole.inside is not None:
        said += line(t("history.error.inside", lang, share=share(whole.inside, lang, 0)))
    return said


def _by_day(days: list[Missed], lang: Lang) -> str:
    rows = [
        [
            day(time.midnight(one.day), lang) if one.day else "",
            str(one.hours),
            number(one.mae, lang, 4),
            "–" if one.naive_mae is None else number(one.naive_mae, lang, 4),
            "–" if one.inside is None else share(one.inside, lang, 0),
        ]
        for one in days
    ]
    return table(["€/kWh", *t("history.error.head", lang).split("|")], rows)


def cost_card(view: HistoryView) -> str:
    """What the plan of that moment cost and saved at the prices that came."""
    lang, title, told = view.lang, t("history.cost.title", view.lang), view.cost
    if told is None or view.plan is None:
        text = t("history.cost.none", lang)
        return empty(title, text, DAILY, lang=lang, name="cost-then")
    if told.came is None or told.saved is None:
        key = "history.cost.foreign" if told.unpriced == "other factory" else "history.cost.early"
        body = line(t(key, lang), "cc-lead")
    else:
        saved = told.saved
        key = "history.cost.saved" if saved >= 0 else "history.cost.lost"
        body = line(money(abs(saved), lang), "cc-mid") + line(t(key, lang), "cc-lead")
    rows = [
        _cost_row("history.cost.plan", told.expected, told.came, lang),
        _cost_row("history.cost.usual", told.as_usual_expected, told.as_usual_came, lang),
    ]
    body += table(["", *t("history.cost.head", lang).split("|")], rows)
    kg = number(view.plan.best.kg, lang, 0)
    body += line(t("history.cost.note", lang, kg=kg, when=moment(view.plan.as_of, lang)))
    body += line(t("history.later", lang)) if told.came is not None else ""
    return card(title, body, lang=lang, synthetic=view.synthetic, name="cost-then")


def _cost_row(key: str, expected: float, came: float | None, lang: Lang) -> list[str]:
    return [t(key, lang), money(expected, lang), "–" if came is None else money(came, lang)]


def came_card(view: HistoryView) -> str:
    """The prices known and expected then, with those that came drawn over them."""
    lang, title = view.lang, t("history.came.title", view.lang)
    shown = view.hours
    if shown.empty or shown["q50"].isna().all():
        text = t("ui.empty.prices", lang)
        return empty(title, text, INGEST, lang=lang, name="came")
    body = line(t("history.came.text", lang))
    body += charts.forecast_band(shown, lang=lang, synthetic=view.synthetic)
    body += _hour_table(view)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="came")


def _hour_table(view: HistoryView) -> str:
    """Every hour of the moment's day and the next, then and later; 23 to 25 hours a day."""
    lang, ends = view.lang, time.end_of_tomorrow(view.as_of)
    shown = view.hours[view.hours.index < ends]
    head = ["", *t("history.came.head", lang).split("|")]
    inner = tag("summary", esc(t("history.came.table", lang)))
    for when, part in shown.groupby([time.local_date(hour) for hour in shown.index]):
        date = pd.Timestamp(str(when)).date()
        inner += tag("h3", esc(f"{day(time.midnight(date), lang)}, €/kWh"))
        inner += table(head, [_hour_row(hour, row, lang) for hour, row in part.iterrows()])
    return tag("details", inner)


def _hour_row(when: object, row: pd.Series, lang: Lang) -> list[str]:
    hour = pd.Timestamp(str(when))
    then, came = row["q50"], row["actual"]
    mark = "" if row["known"] or pd.isna(then) else "~"
    both = pd.notna(then) and pd.notna(came)
    return [
        f"{clock(hour)}{_twice(hour)}",
        "–" if pd.isna(then) else mark + number(float(then), lang, 4),
        "–" if pd.isna(came) else number(float(came), lang, 4),
        number(float(came - then), lang, 4) if both else "–",
    ]


def _twice(hour: pd.Timestamp) -> str:
    """The zone of an hour whose clock time comes twice that night."""
    here = time.local(hour)
    naive = here.tz_localize(None)
    other = {time.local(hour + step).tz_localize(None) for step in (-time.HOUR, time.HOUR)}
    return f" {here:%Z}" if naive in other else ""
