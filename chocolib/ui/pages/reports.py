"""The index of the reports: found by report, by date and by status, without a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from chocolib.core.i18n import Lang, day, moment, number, t
from chocolib.core.time import midnight
from chocolib.core.views.reports import ReportRow, ReportsView
from chocolib.ui.pages.frame import heading, sheet
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card, chip, page

#: What the shipped reports are called; an analyst's own keeps the name of its notebook.
NAME_KEYS = {
    "daily": "report.name.daily",
    "weekly": "report.name.weekly",
    "data_quality": "report.name.data_quality",
    "climate_history": "report.name.climate_history",
    "train_price": "report.name.train_price",
    "train_production": "report.name.train_production",
    "model_review": "report.name.model_review",
    "plan_review": "report.name.plan_review",
}
STATUS_KEYS = {"done": "report.status.done", "failed": "report.status.failed"}


def reports_fragment(view: ReportsView) -> str:
    """The index to embed in a notebook output or a dashboard."""
    top = heading(t("page.reports.title", view.lang), view.as_of, view.lang)
    return sheet(view, top + _body(view))


def reports_page(view: ReportsView) -> str:
    """The index as a document of its own, beside the files."""
    title = t("page.reports.title", view.lang)
    return page(reports_fragment(view), title=title, lang=view.lang)


def _body(view: ReportsView) -> str:
    lang, title = view.lang, t("report.index.title", view.lang)
    hint = t("report.index.hint", lang)
    command = "<code>chocolib report run daily --as-of 2025-11-20T06:00</code>"
    more = f'<p class="cc-mute">{esc(hint)} {command}</p>'
    if not view.rows:
        nothing = tag("p", esc(t("report.index.none", lang)), class_="cc-lead")
        return card(title, nothing + more, lang=lang, synthetic=view.synthetic, name="reports")
    items = "".join(_item(row, lang) for row in view.rows)
    listed = tag("ul", items, class_="cc-rows cc-reports")
    body = _filters(view.rows, lang) + listed + more
    return card(title, body, lang=lang, synthetic=view.synthetic, name="reports")


def _item(row: ReportRow, lang: Lang) -> str:
    link = tag("a", esc(name_text(row.name, lang)), href=row.address)
    when = tag("span", esc(f"{_day_text(row.day, lang)} {row.day.year}"), class_="cc-mute")
    status = _status(row)
    mark = chip(t(STATUS_KEYS[status], lang), "cc-P1" if row.failed else "cc-P3")
    facts = t(
        "report.index.facts",
        lang,
        kb=number(row.size / 1000, lang, 0),
        when=moment(row.written_at, lang),
    )
    left = tag("span", link, " ", when)
    right = tag("span", mark, " ", tag("span", esc(facts), class_="cc-mute"))
    return tag(
        "li",
        left,
        right,
        data_report=row.name,
        data_day=row.day.isoformat(),
        data_status=status,
    )


def name_text(name: str, lang: Lang) -> str:
    """A report for people; one the catalogue does not know keeps its name."""
    return t(NAME_KEYS[name], lang) if name in NAME_KEYS else name


def _filters(rows: Iterable[ReportRow], lang: Lang) -> str:
    """Three selects, and the rules of style by which they hide what was not asked for."""
    rows = list(rows)
    names = sorted({row.name for row in rows}, key=lambda name: name_text(name, lang))
    days = sorted({row.day for row in rows}, reverse=True)
    status = [name for name in STATUS_KEYS if name in {_status(row) for row in rows}]
    options = {
        "report": "".join(_option(name, name_text(name, lang)) for name in names),
        "day": "".join(_months(days, lang)),
        "status": "".join(_option(name, t(STATUS_KEYS[name], lang)) for name in status),
    }
    months = sorted({f"{one:%Y-%m}" for one in days})
    asked = {"report": names, "day": [*months, *(str(one) for one in days)], "status": status}
    rules = "".join(_rule(kind, value) for kind, values in asked.items() for value in values)
    words = {
        "report": t("report.filter.report", lang),
        "day": t("report.filter.day", lang),
        "status": t("report.filter.status", lang),
    }
    everything = _option("", t("report.filter.all", lang))
    selects = "".join(
        f'<label>{esc(words[kind])} <select id="cc-by-{kind}" autocomplete="off">'
        f"{everything}{inside}</select></label>"
        for kind, inside in options.items()
    )
    return f"<style>{rules}</style>" + tag("div", selects, class_="cc-filters")


def _status(row: ReportRow) -> str:
    return "failed" if row.failed else "done"


def _months(days: Iterable[date], lang: Lang) -> Iterator[str]:
    """Each month as a whole, and its days."""
    names = t("months.short", lang).split()
    for first, group in groupby(days, key=lambda one: (one.year, one.month)):
        year, month = first
        text = f"{names[month - 1]} {year}"
        whole = _option(f"{year}-{month:02d}", t("report.filter.month", lang, month=text))
        inside = "".join(_option(str(one), _day_text(one, lang)) for one in group)
        yield tag("optgroup", whole, inside, label=text)


def _rule(kind: str, value: str) -> str:
    """Hides the rows that do not begin with the value that is chosen (a month has days)."""
    same = "^=" if kind == "day" else "="
    return (
        f'.choco:has(#cc-by-{kind} option[value="{esc(value)}"]:checked) '
        f'.cc-reports>:not([data-{kind}{same}"{esc(value)}"]){{display:none}}'
    )


def _option(value: str, text: str) -> str:
    return f'<option value="{esc(value)}">{esc(text)}</option>'


def _day_text(when: date, lang: Lang) -> str:
    return day(midnight(when), lang)
