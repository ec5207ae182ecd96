"""Cards and pages: what they say, and that they fetch nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.i18n import LANGS, Lang
from chocolib.core.results import Forecast, Plan
from chocolib.core.views import TodayView
from chocolib.ui import cards, theme
from chocolib.ui.notebook import forecast_html, plan_html, register
from chocolib.ui.pages import today_fragment, today_page
from tests.ui.samples_to_draw import NOW

EMPTY = pd.Series(dtype=float, index=pd.DatetimeIndex([], tz="UTC"))


class Balance(HTMLParser):
    """Refuses tags that do not close in order."""

    VOID = frozenset({"meta", "link", "img", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag


def balanced(html: str) -> bool:
    parser = Balance()
    parser.feed(html)
    parser.close()
    return not parser.open


def words(html: str) -> str:
    """The text of some markup, without tags and style sheet."""
    plain = re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL)
    return re.sub(r"[\s\u00a0]+", " ", plain)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("full", [True, False])
def test_a_page_is_whole_and_fetches_nothing(view: TodayView, lang: Lang, full: bool) -> None:
    shown = replace(view, lang=lang) if full else TodayView(NOW, lang, EMPTY)
    for html in (today_page(shown), today_fragment(shown)):
        assert balanced(html)
        assert "data-ready" in html
        assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?!data:|/|#)", html)
        assert not re.search(
            r"url\(|@import|<script|//[a-z]", html.replace("http://www.w3.org", "")
        )


def test_the_number_comes_first_and_the_next_thing_second(view: TodayView) -> None:
    html = today_page(view)
    names = ["price-now", "next-up", "saving", "today-tomorrow", "plan", "week-ahead", "freshness"]
    places = [html.index(f'data-card="{name}"') for name in names]
    assert places == sorted(places)


def test_the_price_now_is_the_price_of_this_hour(view: TodayView) -> None:
    hour = NOW.floor("h")
    assert view.price_now == view.prices[hour]
    card = words(cards.price_now(view.prices, now=NOW, lang="es", typical=(0.01, 0.02)))
    assert f"{view.prices[hour]:.3f}".replace(".", ",") in card
    assert "P1 punta" in card
    assert "caro" in card


def test_a_missing_price_is_said_and_not_replaced(view: TodayView) -> None:
    card = words(cards.price_now(view.prices.drop(NOW.floor("h")), now=NOW, lang="es"))
    assert "sin datos" in card
    assert "€/kWh" not in card


def test_an_empty_store_says_which_command_fills_it() -> None:
    html = today_page(TodayView(NOW, "es", EMPTY))
    assert "<code>chocolib ingest ree</code>" in html
    assert html.count("Todavía no hay plan") == 1


def test_the_next_thing_to_start_is_the_first_after_now(plan: Plan) -> None:
    card = words(cards.next_up(plan, now=NOW, lang="es"))
    assert "Mañana 06:00" in card
    assert "Mezcla: lote 1121-S1, estándar" in card
    later = words(cards.next_up(plan, now=plan.window.end, lang="es"))
    assert "Nada más que poner en marcha" in later


def test_a_machine_that_runs_is_named(plan: Plan) -> None:
    card = words(cards.next_up(plan, now=time.utc("2025-11-21T06:30"), lang="es"))
    assert "En marcha ahora: Mezcla." in card


def test_the_saving_is_claimed_only_for_equal_work(plan: Plan) -> None:
    assert "Mismos kilos y misma energía" in words(cards.saving(plan, lang="es"))
    unequal = replace(plan, as_usual=replace(plan.as_usual, kg=150.0))
    card = words(cards.saving(unequal, lang="es"))
    assert "No se puede comparar" in card
    assert "€" not in card


def test_no_saving_is_said_plainly(plan: Plan) -> None:
    card = words(cards.saving(replace(plan, as_usual=plan.best), lang="es"))
    assert "nada que ganar" in card


def test_late_prices_are_said_in_words(prices: pd.Series) -> None:
    def shown(newest: pd.Timestamp) -> str:
        return cards.freshness(
            now=NOW, lang="es", newest_price=newest, forecast_as_of=None, plan_as_of=NOW
        )

    assert "Atrasados" not in shown(prices.index[-1])
    late = shown(prices.index[23])
    assert "Atrasados" in words(late)
    assert "faltan 24 h" in words(late)
    assert "cc-warn" in late


def test_an_old_plan_is_called_old() -> None:
    html = cards.freshness(
        now=NOW,
        lang="en",
        newest_price=None,
        forecast_as_of=NOW - pd.Timedelta(minutes=5),
        plan_as_of=NOW - pd.Timedelta(days=3),
    )
    assert "Old: 3 days ago" in words(html)
    assert "5 min ago" in words(html)


def test_tomorrow_is_announced_before_it_is_published_and_missed_after(
    prices: pd.Series,
) -> None:
    today = prices.iloc[:24]
    noon = time.utc("2025-11-20T12:00")
    assert "hacia las 20:15" in cards.today_tomorrow(today, now=noon, lang="es")
    assert "Faltan los precios de mañana" in cards.today_tomorrow(today, now=NOW, lang="es")
    assert "20:15" not in words(cards.today_tomorrow(prices, now=NOW, lang="es"))


def test_the_table_has_every_hour_and_says_which_is_missing(prices: pd.Series) -> None:
    html = cards.today_tomorrow(prices.drop(prices.index[5]), now=NOW, lang="es")
    assert html.count("<tr>") == 48
    assert "hoy 05–06 h P3 valle sin datos" in words(html)


def test_demonstration_data_say_so_on_every_card(view: TodayView) -> None:
    html = today_page(replace(view, synthetic=True))
    assert "Datos de demostración: estos precios y planes no son reales." in html
    for card in re.findall(r'<section class="cc-card".*?</section>', html, flags=re.DOTALL):
        assert "Datos de demostración" in card
    assert "demostración" not in today_page(view)


def test_a_replay_says_what_moment_it_shows(view: TodayView) -> None:
    html = today_page(replace(view, replay=True))
    assert "Repetición: así se veía el jue 20 nov 2025, 21:05" in html


def test_data_cannot_write_markup(view: TodayView, forecast: Forecast) -> None:
    bad = "<img src=x onerror=alert(1)>"
    shown = replace(view, problems=(bad,), forecast=replace(forecast, model=bad))
    assert "<img" not in today_page(shown)


def test_the_style_sheet_stays_in_its_scope() -> None:
    rules = re.sub(r"@[a-z-]+[^{]*\{", "", theme.css())
    selectors = re.findall(r"(?:^|\})\s*([^{}]+)\{", rules)
    assert len(selectors) > 50
    for group in selectors:
        for selector in group.split(","):
            assert ".choco" in selector, selector


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme_at", [0, 1], ids=["light", "dark"])
def test_colours_keep_their_contrast(theme_at: int) -> None:
    block = re.findall(r"\.choco \{([^}]*--bg[^}]*)\}", theme.css())[theme_at]
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    texts = [(a, b) for a in ("ink", "muted", "accent", "warn") for b in ("bg", "card", "wash")]
    texts += [("warn", "warn-bg"), ("demo", "demo-bg"), ("note", "note-bg")]
    texts += [(f"q{n}-ink", f"q{n}") for n in (1, 2, 3, 4)]
    for front, back in texts:
        assert contrast(colour[front], colour[back]) >= 4.5, (front, back)
    for shape in ("p1", "p2", "p3", "q1", "q2", "q3", "q4", "known", "guess", "strip"):
        assert contrast(colour[shape], colour["card"]) >= 3, shape


def test_results_show_themselves_in_a_notebook(forecast: Forecast, plan: Plan) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    assert register("es") is False
    shell = InteractiveShell.instance()
    try:
        assert register("es") is True
        shown, _ = shell.display_formatter.format(plan)
        assert shown["text/html"] == plan_html(plan, "es")
        shown, _ = shell.display_formatter.format(forecast)
        assert shown["text/html"] == forecast_html(forecast, "es")
        shown, _ = shell.display_formatter.format(plan.best)
        assert "<svg" in shown["text/html"]
    finally:
        InteractiveShell.clear_instance()
