"""The page of use: whole, empty, and without a person for viewers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.time import DAY, HOUR, utc
from chocolib.core.usage import (
    PARTS,
    ActiveUsers,
    PathSpeed,
    Performance,
    Present,
    Seen,
    Uptime,
    Usage,
    Visitor,
)
from chocolib.core.views import UsageView
from chocolib.ui.charts import Bar, count_bars, health_strip
from chocolib.ui.charts.health import how
from chocolib.ui.pages.usage import usage_fragment
from tests.ui.test_pages import balanced, words

AS_OF = utc("2026-11-21T09:40")
DAYS = [date(2026, 10, 23) + timedelta(days=n) for n in range(30)]
HOURS = pd.date_range(AS_OF.floor("h") - 7 * DAY + HOUR, AS_OF.floor("h"), freq="h")
STRIP = pd.DataFrame(1.0, index=HOURS, columns=list(PARTS))
STRIP.loc[HOURS[10:13], "api"] = 0.0
STRIP.loc[HOURS[13], "api"] = 0.4
STRIP.loc[HOURS[:5], "sources"] = np.nan

ACTIVE = ActiveUsers(
    minutes=10,
    people=2,
    devices=2,
    requests=9,
    present=(
        Present("a" * 16, "ana@<b>", "phone", "plan", AS_OF - HOUR, AS_OF),
        Present("e9" * 8, "", "factory-tablet", "", AS_OF - HOUR, AS_OF),
    ),
    looks=(),
    read_until=AS_OF,
)
USE = Usage(
    days=30,
    people=5,
    devices=6,
    sessions=240,
    views=1203,
    returning=4,
    seconds=64_800.0,
    by_day=pd.DataFrame(
        {"sessions": [float(n % 9) for n in range(30)], "people": 2.0, "views": 30.0},
        index=pd.Index(DAYS, name="day"),
    ),
    by_hour=pd.DataFrame({"views": [float(n) for n in range(24)]}),
    pages=(Seen("today", "", 700, 5, 3600.0), Seen("plan", "", 503, 4)),
    cards=(
        Seen("today", "price_now", 650, 5),
        Seen("home", "tile_plan", 12, 3),
        Seen("mine", "own_card", 2, 1),
    ),
    visitors=(
        Visitor("e9" * 8, "", ("factory-tablet",), 3, 9, 40.0, (), AS_OF),
        Visitor("b" * 16, "bruno", ("phone",), 9, 90, 600.0, ("plan", "plan/costs"), AS_OF - DAY),
        Visitor("a" * 16, "ana@<b>", ("phone", "desktop"), 4, 20, 7200.0, ("today",), AS_OF),
    ),
    read_until=AS_OF,
)
FARES = Performance(
    days=7,
    uptimes=(
        Uptime("dashboards", True, 0.99999, 1.0, 10_080, 9.0, 21.0, AS_OF - DAY, ""),
        Uptime("api", False, 0.957, 0.96, 10_080, None, None, AS_OF - HOUR, "No responde."),
        Uptime("store", None, None, None, 0, None, None, None, ""),
    ),
    paths=(PathSpeed("/history", 40, 1, 240.0, 700.0),),
    share_7d=0.98,
    mean_ms=35.0,
    requests=1500,
    errors=1,
    refused=14,
    strip=STRIP,
    newest=(("energy_prices", -14.0), ("weather_data", 3.0), ("siar_daily", None)),
    probed_at=AS_OF,
)
WORDS = (("Qué se guarda", "Para saber."), ("Cuánto", "90 días."), ("", "Esto es."))
FULL = UsageView(
    AS_OF,
    "es",
    role="admin",
    active=ACTIVE,
    usage=USE,
    performance=FARES,
    told=("No hay registro.",),
    privacy=WORDS,
)
VIEWER = replace(
    FULL,
    role="viewer",
    active=replace(ACTIVE, people=None, devices=None, requests=None, present=()),
    usage=replace(USE, visitors=(), returning=None, by_day=USE.by_day.where(USE.by_day > 2)),
    told=(),
)
EMPTY = replace(
    FULL,
    active=replace(ACTIVE, people=None, present=(), read_until=None),
    usage=replace(
        USE,
        **dict.fromkeys(("people", "devices", "sessions", "views", "returning", "seconds")),
        by_day=USE.by_day * np.nan,
        by_hour=USE.by_hour * np.nan,
        pages=(),
        cards=(),
        visitors=(),
        read_until=None,
    ),
    performance=replace(FARES, uptimes=(), paths=(), requests=0, mean_ms=None, probed_at=None),
    told=(),
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", [FULL, VIEWER, EMPTY], ids=["admin", "viewer", "empty"])
def test_it_is_whole(view: UsageView, lang: Lang) -> None:
    html = usage_fragment(replace(view, lang=lang))
    assert balanced(html)
    for sign in ("nan", "None", "NaT"):
        assert sign not in words(html)


def test_admins_see_who_is_on_now_and_each_person_in_alphabetical_order() -> None:
    html = usage_fragment(FULL)
    said = words(html)
    assert "ana@&lt;b&gt;" in html
    assert "2 personas" in said
    assert "en «Plan» desde las 08:40" in said
    assert "Sin nombre (e9e9e9)" in said
    assert "factory-tablet" in said
    people = html.partition('data-card="usage-people"')[2].partition("</section>")[0]
    names = re.findall(r"<b>(.*?)</b>", people)
    assert names == ["ana@&lt;b&gt;", "bruno", "Sin nombre (e9e9e9)"]
    assert "Plan; Lo que cuesta · Plan" in words(people)


def test_viewers_see_numbers_only_and_are_told_that_some_are_hidden() -> None:
    html = usage_fragment(VIEWER)
    for sign in ("ana@", "bruno", "factory-tablet", "aaaaaa", "e9e9e9", 'card="usage-people"'):
        assert sign not in html
    said = words(html)
    assert "Menos de 3 personas" in said
    assert "no es cero" in said
    assert "De menos de 3 personas: no se dice" in said
    assert 'class="cc-gap"' in html
    assert "Los días con menos de 3 personas no están en ninguna suma" in said


def test_an_admin_is_not_told_that_days_are_hidden_that_nobody_knows() -> None:
    html = usage_fragment(
        replace(FULL, usage=replace(USE, by_day=USE.by_day.where(USE.by_day > 2)))
    )
    assert "No se sabe" in words(html)
    assert "no se dice" not in words(html)
    nobody = replace(USE, views=0, people=0, pages=(), cards=(), visitors=())
    assert "Nadie ha abierto ninguna página" in words(usage_fragment(replace(FULL, usage=nobody)))


@pytest.mark.parametrize("view", [FULL, VIEWER], ids=["admin", "viewer"])
def test_while_the_log_is_not_read_on_who_is_there_is_not_known(view: UsageView) -> None:
    late = replace(ACTIVE, people=None, present=(), read_until=AS_OF - pd.Timedelta(hours=1))
    html = usage_fragment(replace(view, active=late))
    now = html.partition('data-card="usage-now"')[2].partition("</section>")[0]
    assert "No se sabe" in words(now)
    assert "Visitas leídas hasta" in words(now)


def test_speed_that_is_not_told_is_not_called_no_requests() -> None:
    untold = dict.fromkeys(("requests", "errors", "refused", "mean_ms"))
    html = usage_fragment(replace(VIEWER, performance=replace(FARES, **untold, paths=())))
    speed = html.partition('data-card="usage-speed"')[2].partition("</section>")[0]
    assert "Nada que se pueda decir" in words(speed)


def test_cards_have_their_titles_and_not_their_keys() -> None:
    said = words(usage_fragment(FULL))
    assert "Precio de la luz ahora · Hoy" in said
    assert "Acceso a Plan · Inicio" in said
    assert "own card · mine" in said
    assert "price_now" not in said


def test_up_times_are_not_rounded_up_and_what_is_wrong_is_said_since_when() -> None:
    said = words(usage_fragment(FULL))
    assert "99,9 %" in said
    assert "API, desde sáb 21 nov, 08:40: No responde." in said
    assert "Paneles bien 99,9 % 100 % 9 · 21" in said
    assert "Almacén no se sabe – – –" in said


def test_nothing_read_and_nothing_probed_say_what_to_do() -> None:
    html = usage_fragment(EMPTY)
    assert "<code>chocolib usage read</code>" in html
    assert "<code>chocolib jobs start</code>" in html
    assert 'data-card="usage-now"' not in html


def test_the_newest_data_say_their_age_or_how_far_ahead_they_are() -> None:
    said = words(usage_fragment(FULL))
    assert "Precios ya hay 14 h por delante" in said
    assert "Tiempo observado hasta hace 3 h" in said
    assert "sin datos" in said


def test_bars_that_are_not_told_are_hatched_and_zero_is_not() -> None:
    bars = [Bar("a", 3.0, "a: 3"), Bar("b", 0.0, "b: 0"), Bar("c", None, "c: no se dice")]
    html = count_bars(bars, heading="veces", name="x", lang="es", hidden="pocas")
    assert html.count('class="cc-gap"') == 2  # on a phone and on a desktop
    assert "pocas" in html
    assert "pocas" not in count_bars(bars[:2], heading="veces", name="x", lang="es")
    assert "<svg" not in count_bars(bars[2:], heading="veces", name="x", lang="es")


def test_an_hour_is_well_only_when_all_its_probes_were() -> None:
    looks = [how(share) for share in (1.0, 0.999, 0.001, 0.0, float("nan"))]
    assert looks == ["well", "partly", "partly", "down", ""]
    names = {part: part for part in PARTS}
    html = health_strip(STRIP, names, lang="es")
    assert "api: 4 horas con fallos de 168 comprobadas" in html
    assert "sources: 0 horas con fallos de 163 comprobadas" in html
    assert "<svg" not in health_strip(STRIP * np.nan, names, lang="es")
