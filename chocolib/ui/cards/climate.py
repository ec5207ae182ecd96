"""Cards on the weather of now: outside, in the room, and beside what is usual today."""

from __future__ import annotations

import pandas as pd

from chocolib.core.i18n import Lang, number, t
from chocolib.core.time import HOUR, local_date
from chocolib.core.views import ClimateView
from chocolib.ui.cards.parts import empty, line, span_text
from chocolib.ui.svg import esc
from chocolib.ui.theme import card

#: The command that the empty cards name.
WEATHER = "chocolib ingest weather"
#: What the sources are called; names of institutions, the same in every language.
SOURCES = {
    "aemet": "AEMET",
    "openweathermap": "OpenWeatherMap",
    "open-meteo": "Open-Meteo",
    "ree": "REE",
    "esios": "ESIOS",
    "siar": "SIAR",
}
_WAY_KEYS = {
    "observed": "climate.way.observed",
    "forecast": "climate.way.forecast",
    "persistence": "climate.way.persistence",
    "climatology": "climate.way.climatology",
    "none": "climate.way.none",
}


def celsius(value: float, lang: Lang, decimals: int = 1) -> str:
    """A temperature with its unit: "24,5 °C"."""
    return t("climate.c", lang, c=number(value, lang, decimals))


def percent(value: float, lang: Lang) -> str:
    """A humidity: "61 %"."""
    return t("climate.pct", lang, pct=number(value, lang, 0))


def source_name(source: str) -> str:
    """Who told: "aemet-forecast" is AEMET; a name we do not know stays as it is."""
    known = next((name for start, name in SOURCES.items() if source.startswith(start)), None)
    return known or source


def weather_now(view: ClimateView) -> str:
    """The air outside, who says so and how long ago."""
    lang, air, title = view.lang, view.now, t("climate.now.title", view.lang)
    if air is None:
        text = t("climate.now.none", lang)
        return empty(title, text, WEATHER, lang=lang, name="weather-now")
    temperature = number(air.temperature_c, lang, 1)
    body = f'<p class="cc-big">{esc(temperature)}<small> °C</small></p>'
    body += line(
        t("climate.now.outside", lang, humidity=percent(air.humidity_pct, lang)), "cc-lead"
    )
    if air.way != "observed" or view.observed is None:
        body += line(t(_WAY_KEYS[air.way], lang), "cc-warn")
    body += line(_observed(view)) if view.observed is not None else ""
    return card(title, body, lang=lang, synthetic=view.synthetic, name="weather-now")


def _observed(view: ClimateView) -> str:
    seen = view.observed
    if seen is None:
        return ""
    return t(
        "climate.now.observed",
        view.lang,
        temperature=celsius(seen.temperature_c, view.lang),
        source=source_name(seen.source),
        station=seen.station,
        span=span_text(max(view.as_of - seen.hour - HOUR, pd.Timedelta(0)), view.lang),
    )


def room_now(view: ClimateView) -> str:
    """The room as its model has it, and whether it lies in the aim of tempering."""
    lang, air, title = view.lang, view.now, t("climate.room.title", view.lang)
    if air is None:
        return empty(title, t("climate.now.none", lang), WEATHER, lang=lang, name="room-now")
    temperature = air.room_temperature_c
    body = f'<p class="cc-mid">{esc(celsius(temperature, lang))}</p>'
    humidity = percent(air.room_humidity_pct, lang)
    body += line(t("climate.now.outside", lang, humidity=humidity), "cc-lead")
    low, high = view.aim
    if low is not None and high is not None:
        inside = low <= temperature <= high
        text = t(
            "climate.room.inside" if inside else "climate.room.off",
            lang,
            low=number(low, lang, 0),
            high=number(high, lang, 0),
        )
        body += line(text, "cc-mute" if inside else "cc-warn")
    body += line(t("climate.room.model", lang))
    return card(title, body, lang=lang, synthetic=view.synthetic, name="room-now")


def today_usual(view: ClimateView) -> str:
    """The highest and lowest temperature of today beside what is usual on its date."""
    lang, title, usual = view.lang, t("climate.today.title", view.lang), view.usual
    if usual is None:
        text = t("climate.usual.none", lang)
        return empty(title, text, "chocolib import siar", lang=lang, name="today-usual")
    place = pd.Timestamp(f"2000-{local_date(view.as_of):%m-%d}").day_of_year - 1
    values = {name: column[place] for name, column in usual["by_day"].items()}
    if values["high_p50"] is None:
        body = line(t("climate.usual.few", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=view.synthetic, name="today-usual")
    body = _today_line(view, "high", values) + _today_line(view, "low", values)
    first, last = usual["first"][:4], usual["last"][:4]
    body = f'<ul class="cc-rows">{body}</ul>'
    body += line(t("climate.today.of", lang, years=values["years"], first=first, last=last))
    return card(title, body, lang=lang, synthetic=view.synthetic, name="today-usual")


def _today_line(view: ClimateView, side: str, usual: dict[str, object]) -> str:
    """One side of today: what it is or will be, the band of its date, the record."""
    lang = view.lang
    low, high = (celsius(float(str(usual[f"{side}_{p}"])), lang, 0) for p in ("p10", "p90"))
    record_day = str(usual[f"{side}_day"])
    record = usual["high_most" if side == "high" else "low_least"]
    keys = {"high": "climate.today.high", "low": "climate.today.low"}
    name = t(keys[side], lang)
    band = t("climate.today.band", lang, low=low, high=high)
    worst = t(
        "climate.today.record",
        lang,
        value=celsius(float(str(record)), lang),
        year=record_day[:4],
    )
    value = _of_today(view, side)
    head = f"{name}: {value}" if value else name
    return f'<li><span>{esc(head)}</span><span class="cc-mute">{esc(f"{band} {worst}")}</span></li>'


def _of_today(view: ClimateView, side: str) -> str:
    """Today's extreme from the hours that are observed or forecast, all of them; else ""."""
    today = local_date(view.as_of)
    hours = view.hours[[local_date(hour) == today for hour in view.hours.index]]
    told = hours["weather"].isin(["observed", "forecast"])
    if hours.empty or not told.all():
        return ""
    values = hours["temperature_c"]
    text = celsius(float(values.max() if side == "high" else values.min()), view.lang)
    known = (hours["weather"] == "observed").all()
    return text if known else t("climate.today.expected", view.lang, value=text)
