"""Cards for those who run the house: series, sources, the last round, the store, checks."""

from __future__ import annotations

import pandas as pd

from chocolib.core.i18n import Lang, number, t
from chocolib.core.views import GAP_DAYS, RUN_DAYS, Check, Feed, Series, SystemView
from chocolib.ui.cards.climate import source_name
from chocolib.ui.cards.figures import table
from chocolib.ui.cards.parts import empty, line, moment_beside, span_text
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

INGEST_ALL = "chocolib ingest all"
#: Shown names of measurements, as catalogue keys.
MEASUREMENT_KEYS = {
    "energy_prices": "system.what.energy_prices",
    "weather_data": "system.what.weather_data",
    "weather_forecast": "system.what.weather_forecast",
    "siar_daily": "system.what.siar_daily",
    "price_forecast": "system.what.price_forecast",
    "production_plan": "system.what.production_plan",
    "quarantine": "system.what.quarantine",
    "ingest_runs": "system.what.ingest_runs",
    "job_runs": "system.what.job_runs",
    "chat_turns": "system.what.chat_turns",
    "absences": "system.what.absences",
    "predictions": "system.what.predictions",
}
_STATUS_KEYS = {
    "fresh": "system.status.fresh",
    "late": "system.status.late",
    "stale": "system.status.stale",
    "by hand": "system.status.by_hand",
    "no data": "ui.no_data",
}
_TRACE_KEYS = {
    "ingest": "system.trace.ingest",
    "forecast": "system.trace.forecast",
    "plan": "system.trace.plan",
    "report": "system.trace.report",
}
#: What the doctor looks at, as catalogue keys; keys of services stand as they are.
_CHECK_KEYS = {
    "store": "system.check.store",
    "prices": "system.what.energy_prices",
    "weather": "system.what.weather_data",
    "quarantine": "system.what.quarantine",
    "price forecast": "system.what.price_forecast",
    "production plan": "system.what.production_plan",
    "data": "system.check.data",
}
_FOUND_KEYS = {
    "ok": "system.found.ok",
    "not set": "system.found.not_set",
    "missing": "system.found.missing",
    "stale": "system.found.stale",
    "unreachable": "system.found.unreachable",
    "demo": "system.found.demo",
    "error": "system.found.error",
}
#: Statuses that deserve a warning.
_BAD = {"stale", "late", "no data", "missing", "unreachable", "error"}


def measurement_text(name: str, lang: Lang) -> str:
    """A measurement for people; a name the catalogue does not know stays as it is."""
    return t(MEASUREMENT_KEYS[name], lang) if name in MEASUREMENT_KEYS else name


def series_card(view: SystemView) -> str:
    """Each series: how far it reaches, what it lacks, what is held back."""
    lang, title = view.lang, t("system.series.title", view.lang)
    if not any(one.rows for one in view.series):
        text = t("system.series.none", lang)
        return empty(title, text, INGEST_ALL, lang=lang, name="series")
    rows = "".join(_series(one, view) for one in view.series)
    body = f'<ul class="cc-rows">{rows}</ul>' + line(t("system.series.note", lang, days=GAP_DAYS))
    return card(title, body, lang=lang, synthetic=view.synthetic, name="series")


def _series(one: Series, view: SystemView) -> str:
    lang = view.lang
    name = f"{measurement_text(one.measurement, lang)}: {t(_STATUS_KEYS[one.status], lang)}"
    said = []
    if one.until is not None:
        said.append(t("system.series.until", lang, when=moment_beside(one.until, view.as_of, lang)))
    if one.lag:
        said.append(t("system.series.behind", lang, span=span_text(one.lag, lang)))
    if one.missing:
        absent = one.not_available
        key = "system.series.missing_none" if absent else "system.series.missing"
        said.append(t(key, lang, n=number(one.missing, lang, 0), absent=absent))
    if one.held:
        said.append(t("system.series.held", lang, n=number(one.held, lang, 0)))
    kind = "cc-warn" if one.status in _BAD else "cc-mute"
    return f'<li><span>{esc(name)}</span><span class="{kind}">{esc("; ".join(said))}</span></li>'


def feeds_card(view: SystemView) -> str:
    """The last run of each source, and its failures of the last days."""
    lang, title = view.lang, t("system.feeds.title", view.lang)
    if not view.feeds:
        text = t("system.feeds.none", lang, days=RUN_DAYS)
        return empty(title, text, INGEST_ALL, lang=lang, name="feeds")
    rows = "".join(_feed(one, view) for one in view.feeds)
    body = f'<ul class="cc-rows">{rows}</ul>' + line(t("system.feeds.note", lang, days=RUN_DAYS))
    return card(title, body, lang=lang, synthetic=view.synthetic, name="feeds")


def _feed(one: Feed, view: SystemView) -> str:
    lang = view.lang
    feed = t("system.feeds.file", lang) if one.feed == "file" else source_name(one.feed)
    name = f"{feed} · {measurement_text(one.measurement, lang)}"
    span = span_text(max(view.as_of - one.began, pd.Timedelta(0)), lang)
    said = t("system.feeds.run", lang, span=span, new=number(one.rows_new, lang, 0))
    if one.rows_refused:
        said += " " + t("system.feeds.refused", lang, n=number(one.rows_refused, lang, 0))
    if one.failures:
        said += " " + t("system.feeds.failures", lang, n=one.failures, of=one.runs)
    wrong = tag("span", esc(one.error), class_="cc-warn cc-full") if one.error else ""
    return f'<li><span>{esc(name)}</span><span class="cc-mute">{esc(said)}</span>{wrong}</li>'


def round_card(view: SystemView) -> str:
    """What the daily round left last, step by step."""
    lang = view.lang
    rows = "".join(
        f"<li><span>{esc(t(key, lang))}</span>{_trace(view, view.traces.get(name))}</li>"
        for name, key in _TRACE_KEYS.items()
    )
    body = f'<ul class="cc-rows">{rows}</ul>' + line(t("system.round.note", lang))
    title = t("system.round.title", lang)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="round")


def _trace(view: SystemView, when: pd.Timestamp | None) -> str:
    if when is None:
        return tag("span", esc(t("system.trace.none", view.lang)), class_="cc-mute")
    span = span_text(max(view.as_of - when, pd.Timedelta(0)), view.lang)
    said = t("ui.fresh.ago", view.lang, span=span, when=moment_beside(when, view.as_of, view.lang))
    return tag("span", esc(said), class_="cc-mute")


def store_card(view: SystemView) -> str:
    """What kind of store it is, how big, and what lies in it; and the versions."""
    lang, size = view.lang, view.size_bytes
    kind = {"sqlite": "SQLite", "influxdb": "InfluxDB", "influxdbs": "InfluxDB (TLS)"}
    rows = [
        (t("system.store.kind", lang), kind.get(view.kind, view.kind)),
        (t("system.store.revision", lang), number(view.revision, lang, 0)),
        ("chocolib", view.chocolib),
        ("Python", view.python),
    ]
    if size is not None:
        rows.insert(1, (t("system.store.size", lang), f"{number(size / 1e6, lang, 1)} MB"))
    items = "".join(f"<li><span>{esc(a)}</span><span>{esc(b)}</span></li>" for a, b in rows)
    counted = [(one.measurement, one.rows) for one in view.series if one.rows]
    counted += list(view.rows_kept)
    inner = tag("summary", esc(t("system.store.rows", lang)))
    inner += table(
        ["", t("system.store.n", lang)],
        [[measurement_text(name, lang), number(n, lang, 0)] for name, n in counted],
    )
    body = f'<ul class="cc-rows">{items}</ul>' + tag("details", inner)
    title = t("system.store.title", lang)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="store")


def checks_card(view: SystemView) -> str:
    """What the doctor finds without asking the network; what is well lies behind a fold."""
    lang = view.lang
    open_ = [one for one in view.checks if one.do or one.status in _BAD]
    well = [one for one in view.checks if one not in open_]
    body = (
        f'<ul class="cc-rows">{"".join(_check(one, lang) for one in open_)}</ul>' if open_ else ""
    )
    body = body or line(t("system.checks.well", lang), "cc-lead")
    if well:
        fold = tag("summary", esc(t("system.checks.others", lang, n=len(well))))
        fold += f'<ul class="cc-rows">{"".join(_check(one, lang) for one in well)}</ul>'
        body += tag("details", fold)
    body += line(t("system.checks.note", lang))
    title = t("system.checks.title", lang)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="checks")


def _check(one: Check, lang: Lang) -> str:
    name = t(_CHECK_KEYS[one.what], lang) if one.what in _CHECK_KEYS else one.what
    said = t(_FOUND_KEYS[one.status], lang) if one.status in _FOUND_KEYS else one.status
    kind = "cc-warn" if one.status in _BAD else "cc-mute"
    command = one.do.partition(", or ")[0].partition(" for ")[0]
    do = tag("span", tag("code", esc(command)), class_="cc-full") if command else ""
    return f'<li><span>{esc(name)}</span><span class="{kind}">{esc(said)}</span>{do}</li>'
