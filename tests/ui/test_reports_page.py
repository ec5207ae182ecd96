"""The index of the reports: links, filters without a script, both languages."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.views.reports import ReportRow, ReportsView
from chocolib.doors.dash.shots import launch, playwright
from chocolib.ui.pages.reports import reports_fragment, reports_page
from tests.ui.test_pages import balanced, words

NOW = pd.Timestamp("2025-11-21T08:00Z")


def row(name: str, day: date, *, failed: bool = False) -> ReportRow:
    end = ".failed.html" if failed else ".html"
    return ReportRow(name, day, failed, f"/reports/{name}-{day}{end}", 61_000, NOW)


def view(*rows: ReportRow, lang: Lang = "es") -> ReportsView:
    return ReportsView(as_of=NOW, lang=lang, rows=rows)


ROWS = (
    row("daily", date(2025, 11, 20)),
    row("my_own", date(2025, 11, 19), failed=True),
    row("daily", date(2025, 10, 31)),
)


@pytest.mark.parametrize("lang", LANGS)
def test_every_report_is_named_dated_and_linked(lang: Lang) -> None:
    html = reports_fragment(view(*ROWS, lang=lang))
    assert balanced(html)
    assert re.findall(r'href="(/reports/[^"]+)"', html) == [one.address for one in ROWS]
    said = words(html)
    assert ("Informe diario" if lang == "es" else "Daily report") in said
    assert "my_own" in said
    assert "61 kB" in said
    assert "<script" not in html


def test_without_reports_it_says_how_to_make_one() -> None:
    said = words(reports_fragment(view(lang="en")))
    assert "There is no report yet." in said
    assert "chocolib report run daily" in said


def test_the_page_of_its_own_fetches_nothing() -> None:
    html = reports_page(view(*ROWS))
    assert html.startswith("<!doctype html>")
    assert not re.search(r"""(src|href)=["']https?://|@import|<script""", html)


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_the_filters_hide_what_was_not_asked_for(tmp_path: Path) -> None:
    place = tmp_path / "index.html"
    place.write_text(reports_page(view(*ROWS)), encoding="utf-8")
    with playwright() as driver:
        browser = launch(driver)
        window = browser.new_page(viewport={"width": 390, "height": 844})
        window.goto(place.as_uri())
        shown = window.locator(".cc-reports > li:visible")
        assert shown.count() == 3
        window.select_option("#cc-by-report", "daily")
        assert shown.count() == 2
        window.select_option("#cc-by-day", "2025-11")
        assert shown.count() == 1
        window.select_option("#cc-by-report", "")
        assert shown.count() == 2
        window.select_option("#cc-by-day", "2025-11-19")
        window.select_option("#cc-by-status", "failed")
        assert shown.count() == 1
        assert "my_own" in shown.inner_text()
        browser.close()
