"""Cards on what comes: the next cheap hours, and what was saved until now."""

from __future__ import annotations

import pandas as pd

from chocolib.core.i18n import Lang, clock, day, moment, money, number, t
from chocolib.core.time import midnight
from chocolib.core.views import NextWindow, Saved
from chocolib.ui.cards.parts import DAILY, empty, line, span_text
from chocolib.ui.charts.axes import price_text, relative_day
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card


def next_window(
    window: NextWindow | None, *, now: pd.Timestamp, lang: Lang, synthetic: bool = False
) -> str:
    """The next cheap hours: when, how long until then, at what price against the day's mean.

    Args:
        now: UTC.
    """
    title = t("today.window.title", lang)
    if window is None:
        text = t("today.window.empty", lang)
        return empty(title, text, DAILY, lang=lang, name="next-window", synthetic=synthetic)
    mean = price_text(window.mean_eur_kwh, lang)
    gap = price_text(window.day_mean_eur_kwh - window.mean_eur_kwh, lang)
    when, hours = window_text(window, now, lang).rsplit(" ", 1)
    body = tag("p", esc(when), f' <span class="cc-whole">{esc(hours)}</span>', class_="cc-mid")
    body += line(t("today.window.price", lang, price=mean, gap=gap), "cc-lead")
    wait = t("ui.next.in", lang, span=span_text(window.start - now, lang))
    key = "today.window.published" if window.published else "today.window.expected"
    body += line(wait) + line(t(key, lang))
    return card(title, body, lang=lang, synthetic=synthetic, name="next-window")


def window_text(window: NextWindow, now: pd.Timestamp, lang: Lang) -> str:
    """When a window is: "Mañana 02:00–05:00"."""
    when = relative_day(window.start, now, lang)
    return f"{when[:1].upper()}{when[1:]} {clock(window.start)}–{clock(window.end)}"


def saved_card(saved: Saved | None, *, lang: Lang, synthetic: bool = False) -> str:
    """What the month's finished batches cost less than as usual; "" where no plan tells."""
    if saved is None:
        return ""
    since = day(midnight(saved.since), lang)
    share = number(100 * saved.saving_eur / saved.usual_eur, lang, 1) if saved.usual_eur else "–"
    body = line(money(saved.saving_eur, lang), "cc-mid")
    told = {"share": share, "batches": saved.batches, "since": since}
    body += line(t("today.saved.text", lang, **told), "cc-lead")
    body += line(t("today.saved.rule", lang, when=moment(saved.made_at, lang)))
    title = t("today.saved.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="saved")
