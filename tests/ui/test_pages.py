"""Cards and pages: what they say, and that they fetch nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import chocolib
from chocolib.core import time
from chocolib.core.bottlenecks import BOTTLENECKS
from chocolib.core.i18n import LANGS, Lang
from chocolib.core.measurement import Measurement
from chocolib.core.results import Forecast, Plan
from chocolib.core.schema import ENERGY_PRICES, PRICE_FORECAST, PRODUCTION_PLAN
from chocolib.core.views import TodayView, no_plan
from chocolib.ui import cards, theme
from chocolib.ui.notebook import forecast_html, plan_html, register
from chocolib.ui.pages import today_fragment
from tests.ui.samples_to_draw import NOW

PACKAGE = Path(chocolib.__file__).parent
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


def a_page(view: TodayView) -> str:
    """A whole document, as reports make it."""
    return theme.page(today_fragment(view), title="x", lang=view.lang)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("full", [True, False])
def test_a_page_is_whole_and_fetches_nothing(view: TodayView, lang: Lang, full: bool) -> None:
    shown = replace(view, lang=lang) if full else TodayView(NOW, lang, EMPTY)
    for html in (a_page(shown), today_fragment(shown)):
        assert balanced(html)
        assert "data-ready" in html
        assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?!data:|/|#)", html)
        assert not re.search(
            r"url\(|@import|<script|//[a-z]", html.replace("http://www.w3.org", "")
        )


def test_the_number_comes_first_and_the_next_thing_second(view: TodayView) -> None:
    html = today_fragment(view)
    names = ["price-now", "next-up", "next-window", "room", "saving", "today-tomorrow"]
    names += ["plan", "week-ahead", "freshness"]
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
    html = today_fragment(TodayView(NOW, "es", EMPTY))
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


def dearer(plan: Plan, eur: float, late: int) -> Plan:
    """The plan costing `eur` more than as usual, where `late` batches would be late."""
    first, *others = plan.best.tasks
    tasks = (replace(first, cost_eur=first.cost_eur + eur), *others)
    return replace(plan, best=replace(plan.best, tasks=tasks), as_usual=plan.best, late=late)


def test_batches_late_as_usual_are_said(plan: Plan) -> None:
    assert "tarde" not in cards.saving(plan, lang="es")
    several = words(cards.saving(replace(plan, late=3), lang="es"))
    assert "Como siempre, 3 lotes llegarían tarde" in several
    assert "% menos que trabajando como siempre" in several
    assert "1 batch would be late" in words(cards.saving(replace(plan, late=1), lang="en"))
    even = words(cards.saving(replace(plan, as_usual=plan.best, late=2), lang="en"))
    assert "nothing to gain" in even
    assert "2 batches would be late" in even


def test_a_plan_that_costs_more_says_how_much_and_why(plan: Plan) -> None:
    card = words(cards.saving(dearer(plan, 1.5, late=2), lang="es"))
    assert "nada que ganar" not in card
    assert "El plan cuesta 1,50 € más que trabajar como siempre" in card
    assert "Como siempre, 2 lotes llegarían tarde" in card
    assert "nada que ganar" in words(cards.saving(dearer(plan, 0.009, late=0), lang="es"))


@pytest.mark.parametrize("lang", LANGS)
def test_why_there_is_no_plan_is_a_sentence(view: TodayView, lang: Lang) -> None:
    sentences = {no_plan(name, lang) for name in BOTTLENECKS}
    assert len(sentences) == len(BOTTLENECKS)
    assert not any("{" in sentence or "_" in sentence for sentence in sentences)
    assert no_plan("enrobe", lang).endswith("enrobe.")
    html = today_fragment(replace(view, lang=lang, plan=None, problems=(no_plan("power", lang),)))
    assert ("contratada" if lang == "es" else "contracted") in html


def test_fragments_in_a_page_share_its_style_sheet(view: TodayView) -> None:
    body = today_fragment(view)
    html = theme.page(f"{body}<p>between</p>{body}", title="t", lang="es")
    assert html.count("<style>") == 1
    assert html.count('class="choco"') == 3
    assert balanced(html)


def test_every_class_of_the_style_sheet_is_used() -> None:
    files = (path for kind in ("*.py", "*.js") for path in PACKAGE.rglob(kind))
    code = "".join(path.read_text("utf-8") for path in files)
    named = set(re.findall(r"\.(cc-[\w-]+)", theme.css()))
    written = set(re.findall(r"cc-[\w-]*\w", code))
    computed = {f"cc-{name}" for name in ("P1", "P2", "P3", "narrow", "wide")}
    computed |= {f"cc-{on}q{n}" for n in (1, 2, 3, 4) for on in ("", "on-")}
    computed |= {f"cc-{kind}{n}" for n in (1, 2, 3, 4) for kind in ("s", "l")}
    computed |= {f"cc-is-{kind}" for kind in ("note", "demo", "warn")}
    computed |= {"cc-by-price", "cc-by-class"}
    assert named - written - computed == set()


def shown_fresh(newest: pd.Timestamp, now: pd.Timestamp = NOW) -> str:
    return cards.freshness(
        now=now, lang="es", newest_price=newest, forecast_as_of=now, plan_as_of=now
    )


def test_late_prices_are_said_at_once_and_warned_of_when_stale(prices: pd.Series) -> None:
    assert "Atrasados" not in shown_fresh(prices.index[-1])
    late = shown_fresh(prices.index[23])
    assert "Atrasados" in words(late)
    assert "faltan 24 h" in words(late)
    assert 'class="cc-warn"' not in late
    assert ENERGY_PRICES.stale_after == pd.Timedelta(hours=26)
    assert 'class="cc-warn"' not in shown_fresh(prices.index[21])  # exactly 26 hours behind
    assert 'class="cc-warn"' in shown_fresh(prices.index[20])


def test_the_bars_warn_of_missing_prices_as_the_ages_do(prices: pd.Series) -> None:
    late = cards.today_tomorrow(prices.iloc[:24], now=NOW, lang="es")
    stale = cards.today_tomorrow(prices.iloc[:21], now=NOW, lang="es")
    for html, kind in ((late, "cc-mute"), (stale, "cc-warn")):
        assert f'<p class="{kind}">Faltan los precios de mañana' in html


@pytest.mark.parametrize("what", [PRICE_FORECAST, PRODUCTION_PLAN])
def test_the_schema_says_when_forecast_and_plan_are_old(
    what: Measurement,
) -> None:
    ages = {PRICE_FORECAST.name: NOW, PRODUCTION_PLAN.name: NOW}
    limit = what.stale_after
    assert limit is not None
    for age, old in ((limit, False), (limit + time.HOUR, True)):
        made = {**ages, what.name: NOW - age}
        html = cards.freshness(
            now=NOW,
            lang="en",
            newest_price=time.known_until(NOW) - time.HOUR,
            forecast_as_of=made["price_forecast"],
            plan_as_of=made["production_plan"],
        )
        assert ("Old:" in html) is old
        assert ('class="cc-warn"' in html) is old


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
    html = today_fragment(replace(view, synthetic=True))
    assert "Datos de demostración: estos precios y planes no son reales." in html
    for card in re.findall(r'<section class="cc-card".*?</section>', html, flags=re.DOTALL):
        assert "Datos de demostración" in card
    assert "demostración" not in today_fragment(view)


def test_a_replay_says_what_moment_it_shows(view: TodayView) -> None:
    html = today_fragment(replace(view, replay=True))
    assert "Repetición: así se veía el jue 20 nov 2025, 21:05" in html


def test_data_cannot_write_markup(view: TodayView, forecast: Forecast) -> None:
    bad = "<img src=x onerror=alert(1)>"
    shown = replace(view, problems=(bad,), forecast=replace(forecast, model=bad))
    assert "<img" not in today_fragment(shown)


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


def mixed(one: str, other: str, share: int) -> str:
    """A colour mixed as CSS does it in srgb, `share` percent of the first."""
    pairs = [(int(one[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5)]
    return "#" + "".join(f"{round((a * share + b * (100 - share)) / 100):02x}" for a, b in pairs)


@pytest.mark.parametrize("theme_at", [0, 1], ids=["light", "dark"])
def test_colours_keep_their_contrast(theme_at: int) -> None:
    block = re.findall(r"\.choco \{([^}]*--bg[^}]*)\}", theme.css())[theme_at]
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    texts = [(a, b) for a in ("ink", "muted", "accent", "warn") for b in ("bg", "card", "wash")]
    texts += [("warn", "warn-bg"), ("demo", "demo-bg"), ("note", "note-bg")]
    texts += [(f"q{n}-ink", f"q{n}") for n in (1, 2, 3, 4)]
    for front, back in texts:
        assert contrast(colour[front], colour[back]) >= 4.5, (front, back)
    mixes = re.findall(
        r"\.cc-(h\d) \{ fill: color-mix\(in srgb, var\(--(p\d)\) (\d+)%", theme.css()
    )
    assert [name for name, *_ in mixes] == ["h1", "h2", "h4", "h5"]
    for name, front, share in mixes:
        assert contrast(colour["ink"], mixed(colour[front], colour["card"], int(share))) >= 4.5, (
            name
        )
    for shape in ("p1", "p2", "p3", "q1", "q2", "q3", "q4", "known", "guess", "strip"):
        assert contrast(colour[shape], colour["card"]) >= 3, shape


def test_results_show_themselves_in_a_notebook(
    forecast: Forecast, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # IPython warns of one that is not ours
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
