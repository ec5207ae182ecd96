"""`room_card`: the room by its model, the air outside, and what both rest on."""

from __future__ import annotations

import pandas as pd

from chocolib.core.facts import Fact
from chocolib.core.i18n import Lang, moment, number, t
from chocolib.core.views import RoomNow
from chocolib.ui.cards.parts import empty, line, span_text
from chocolib.ui.theme import card, chip

INGEST_WEATHER = "chocolib ingest weather"
#: What the weather is and since when, by `RoomNow.source`.
_SOURCE_KEYS = {
    "observed": "today.room.observed",
    "forecast": "today.room.forecast",
    "persistence": "today.room.persistence",
    "climatology": "today.room.climatology",
}


def room_card(
    room: RoomNow | None, *, now: pd.Timestamp, lang: Lang, synthetic: bool = False
) -> str:
    """Temperature and humidity of the room and outside, the stages they suit, their age.

    Args:
        now: UTC.
    """
    title = t("today.room.title", lang)
    if room is None:
        text = t("today.room.empty", lang)
        return empty(title, text, INGEST_WEATHER, lang=lang, name="room", synthetic=synthetic)
    body = line(climate_text(room.room_c, room.room_pct, lang), "cc-mid")
    body += f'<div class="cc-chips">{verdict(room, lang)}</div>'
    outside = climate_text(room.outside_c, room.outside_pct, lang)
    body += line(t("today.room.outside", lang, climate=outside), "cc-lead")
    body += line(_source(room, now, lang), "cc-mute")
    return card(title, body, lang=lang, synthetic=synthetic, name="room")


def climate_text(celsius: float, percent: float, lang: Lang) -> str:
    """Temperature and relative humidity: "20,4 °C · 55 %"."""
    values = {"celsius": number(celsius, lang, 1), "percent": number(percent, lang, 0)}
    return t("today.room.climate", lang, **values)


def verdict(room: RoomNow, lang: Lang) -> str:
    """A chip: the stages that are halted, else those beside their band, else that all is well."""
    if room.halted:
        return chip(t("today.room.halted", lang, stages=_named(room.halted, lang)), "cc-P1")
    if room.beside:
        return chip(t("today.room.beside", lang, stages=_named(room.beside, lang)), "cc-P2")
    return chip(t("today.room.inside", lang), "cc-P3")


def _named(stages: tuple[str, ...], lang: Lang) -> str:
    return Fact(", ".join(stages), "key").shown(lang).lower()


def _source(room: RoomNow, now: pd.Timestamp, lang: Lang) -> str:
    """What the weather is; how old the newest observation is, or that there is none."""
    said = t(_SOURCE_KEYS[room.source], lang)
    if room.newest is None:
        return f"{said} {t('today.room.never', lang)}"
    age = {"when": moment(room.newest, lang), "span": span_text(now - room.newest, lang)}
    return f"{said} {t('today.room.newest', lang, **age)}"
