"""What several cards share: lines, empty states, ages."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from chocolib.core.gaps import freshness
from chocolib.core.i18n import Lang, clock, day, moment, number, t
from chocolib.core.measurement import Measurement
from chocolib.core.schema import ENERGY_PRICES
from chocolib.core.time import HOUR, local
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

#: The commands the empty cards name.
INGEST, DAILY = "chocolib ingest ree", "chocolib daily"


def line(text: str, kind: str = "cc-mute") -> str:
    """One escaped paragraph."""
    return tag("p", esc(text), class_=kind)


def pairs(rows: Iterable[tuple[str, str]], kind: str = "cc-mute") -> str:
    """What and how much, one above the other on a phone: for what a table is too wide for."""
    items = "".join(
        f'<li><span>{esc(what)}</span><span class="{kind}">{esc(said)}</span></li>'
        for what, said in rows
    )
    return f'<ul class="cc-rows">{items}</ul>'


def empty(
    title: str, text: str, command: str, *, lang: Lang, name: str, synthetic: bool = False
) -> str:
    """A card that has nothing to show and says which command changes that."""
    hint = t("ui.empty.hint", lang)
    body = line(text, "cc-lead") + f'<p class="cc-mute">{esc(hint)} <code>{esc(command)}</code></p>'
    return card(title, body, lang=lang, synthetic=synthetic, name=name)


def scroll(table: str, name: str) -> str:
    """A table that scrolls by itself where it is too wide, also by keyboard; `name` is escaped."""
    return tag("div", table, class_="cc-scroll", tabindex="0", role="region", aria_label=name)


def fold(summary: str, body: str) -> str:
    """Markup behind a line that unfolds it; the line is escaped."""
    return f"<details><summary>{esc(summary)}</summary>{body}</details>"


def span_text(span: pd.Timedelta, lang: Lang) -> str:
    """A length of time in its largest fitting unit: "12 min", "3 h", "2 días"."""
    hours = span / HOUR
    if hours < 1.5 / 60:
        return t("ui.span.moment", lang)
    if hours < 1:
        return t("ui.span.minutes", lang, n=number(hours * 60, lang, 0))
    if hours < 48:
        return t("ui.span.hours", lang, n=number(int(hours), lang, 0))
    return t("ui.span.days", lang, n=number(int(hours // 24), lang, 0))


def moment_beside(when: pd.Timestamp, now: pd.Timestamp, lang: Lang) -> str:
    """Day and time, with the year where it is not that of `now`: "dom 1 feb 2026, 00:00"."""
    if local(when).year == local(now).year:
        return moment(when, lang)
    return f"{day(when, lang)} {local(when).year}, {clock(when)}"


def behind(newest: pd.Timestamp, now: pd.Timestamp) -> pd.Timedelta:
    """How much of the prices that should be there is missing after the hour `newest`."""
    return freshness(newest, ENERGY_PRICES, now).lag


def stale(age: pd.Timedelta, measurement: Measurement = ENERGY_PRICES) -> bool:
    """Whether rows that lie `age` behind what should be there deserve a warning."""
    return measurement.stale_after is not None and age > measurement.stale_after
