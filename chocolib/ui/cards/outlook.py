"""The card on the next days: the weather outside, the room, and which stages they stop."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chocolib.core.i18n import Lang, clock, day, number, t
from chocolib.core.plan_parts import Halt
from chocolib.core.time import HOUR, local_date
from chocolib.core.views import ClimateView
from chocolib.ui import charts
from chocolib.ui.cards.climate import WEATHER, celsius, percent
from chocolib.ui.cards.parts import empty, line
from chocolib.ui.charts import Limit, Ruled
from chocolib.ui.charts.axes import relative_day
from chocolib.ui.charts.rows import stage_name
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

#: Stops that are shown before the fold.
_SHOWN = 4
_REASON_KEYS = {
    "temperature": "climate.halt.temperature",
    "humidity": "climate.halt.humidity",
    "pause": "climate.halt.pause",
}
_SHORT_KEYS = {
    "observed": "climate.short.observed",
    "forecast": "climate.short.forecast",
    "persistence": "climate.short.persistence",
    "climatology": "climate.short.climatology",
    "none": "climate.short.none",
}


def outlook(view: ClimateView) -> str:
    """The next days outside and in the room, and which stages they stop."""
    lang, title = view.lang, t("climate.outlook.title", view.lang)
    ahead = view.ahead()
    if (ahead["weather"] == "none").all():
        text = t("climate.now.none", lang)
        return empty(title, text, WEATHER, lang=lang, name="outlook")
    body = _stops(view) + _rests_on(ahead, lang)
    outside, room = t("climate.outside", lang), t("climate.room", lang)
    shown = {outside: "temperature_c", room: "room_temperature_c"}
    body += charts.hour_lines(
        view.hours[list(shown.values())].set_axis(list(shown), axis=1),
        Ruled(t("climate.outlook.temperature", lang), lambda value: number(value, lang, 0)),
        name="outlook-temperature",
        now=view.as_of,
        lang=lang,
        limits=_limits(view, 1),
        synthetic=view.synthetic,
    )
    body += charts.hour_lines(
        view.hours[["room_humidity_pct"]].set_axis([room], axis=1),
        Ruled(t("climate.outlook.humidity", lang), lambda value: number(value, lang, 0)),
        name="outlook-humidity",
        now=view.as_of,
        lang=lang,
        limits=_limits(view, 2),
        synthetic=view.synthetic,
    )
    return card(title, body, lang=lang, synthetic=view.synthetic, name="outlook")


def _limits(view: ClimateView, column: int) -> list[Limit]:
    """The lowest hard limits worth a line: one of each value, with the stages it stops."""
    named: dict[float, list[str]] = {}
    for one in view.limits:
        value = one[column]
        if isinstance(value, float | int):
            named.setdefault(float(value), []).append(stage_name(one[0], view.lang))
    if column == 2 and view.pause_pct is not None:
        named.setdefault(view.pause_pct, []).append(t("climate.limit.all", view.lang))
    return [
        Limit(value, t("climate.limit", view.lang, stages=", ".join(names)))
        for value, names in sorted(named.items())
    ]


def _stops(view: ClimateView) -> str:
    """Which stages stop when; the first few, the others behind a fold."""
    lang = view.lang
    if not view.halts:
        return line(t("climate.outlook.nothing", lang), "cc-lead")
    stages = ", ".join(dict.fromkeys(stage_name(halt.stage, lang).lower() for halt in view.halts))
    together = _together(view.halts)
    rows = [_stop(halts, view) for halts in together]
    body = line(t("climate.outlook.stops", lang, stages=stages), "cc-lead")
    body += f'<ul class="cc-rows">{"".join(rows[:_SHOWN])}</ul>'
    if len(rows) > _SHOWN:
        more = tag("summary", esc(t("climate.outlook.more", lang, n=len(rows) - _SHOWN)))
        body += tag("details", more, f'<ul class="cc-rows">{"".join(rows[_SHOWN:])}</ul>')
    return body


def _together(halts: Sequence[Halt]) -> list[list[Halt]]:
    """Stages that stop for the same reason in the same hours, by time."""
    found: dict[tuple[object, ...], list[Halt]] = {}
    for halt in sorted(halts, key=lambda one: one.start):
        found.setdefault((halt.start, halt.end, halt.reason, halt.limit), []).append(halt)
    return list(found.values())


def _stop(halts: Sequence[Halt], view: ClimateView) -> str:
    lang, halt = view.lang, halts[0]
    when = f"{relative_day(halt.start, view.as_of, lang)} {clock(halt.start)}–{clock(halt.end)}"
    if local_date(halt.start) != local_date(halt.end - HOUR):
        when = f"{when} ({day(halt.end - HOUR, lang)})"
    write = celsius if halt.reason == "temperature" else percent
    why = t(
        _REASON_KEYS[halt.reason],
        lang,
        value=write(halt.value, lang),
        limit=write(halt.limit, lang),
    )
    names = ", ".join(stage_name(one.stage, lang) for one in halts)
    what = f"{names}: {when}"
    return f'<li><span>{esc(what)}</span><span class="cc-mute">{esc(why)}</span></li>'


def _rests_on(ahead: pd.DataFrame, lang: Lang) -> str:
    """How many of the hours to come are forecast, and what the others are."""
    counts = ahead["weather"].value_counts()
    said = [f"{counts[way]} h {t(key, lang)}" for way, key in _SHORT_KEYS.items() if way in counts]
    told = counts.get("observed", 0) + counts.get("forecast", 0)
    kind = "cc-mute" if told == len(ahead) else "cc-warn"
    return line(t("climate.outlook.rests", lang, what=", ".join(said)), kind)
