"""Cards on who uses the dashboards: who is on now, visits by day and hour, pages, cards, people."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from chocolib.core.i18n import Lang, clock, day, number, t
from chocolib.core.time import HOUR, local, midnight
from chocolib.core.usage import FEWEST, Present, Seen, Visitor, unread
from chocolib.core.usage_names import card_text, device_text, page_text, place_text
from chocolib.core.views import UsageView
from chocolib.ui.cards.figures import table
from chocolib.ui.cards.parts import empty, fold, line, moment_beside, pairs
from chocolib.ui.charts import Bar, count_bars, ranked_bars
from chocolib.ui.export import export
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

READ = "chocolib usage read"
#: So many bars are drawn, and so many people listed.
_MOST_BARS, _MOST_PEOPLE = 8, 50


def nothing_read_card(view: UsageView) -> str:
    """In place of all others while no log was ever read."""
    title, lang = t("usage.none.title", view.lang), view.lang
    return empty(title, t("usage.none", lang), READ, lang=lang, name="usage-none")


def now_card(view: UsageView) -> str:
    """How many are on now; for admins also who, with what and where."""
    lang, active = view.lang, view.active
    body = tag("p", esc(_on_now(view)), class_="cc-mid")
    if active.present:
        rows = "".join(_present(one, lang) for one in active.present)
        body += f'<ul class="cc-rows">{rows}</ul>'
    body += line(t("usage.now.span", lang, n=active.minutes))
    if active.read_until is not None:
        when = moment_beside(active.read_until, view.as_of, lang)
        body += line(t("usage.read", lang, when=when))
    return card(t("usage.now.title", lang), body, lang=lang, name="usage-now")


def _on_now(view: UsageView) -> str:
    people, lang = view.active.people, view.lang
    if people is None:
        since = view.as_of - pd.Timedelta(minutes=view.active.minutes)
        late = unread(view.active.read_until, since)
        return t("usage.unknown" if late else "usage.now.few", lang, fewest=FEWEST)
    if people == 0:
        return t("usage.now.nobody", lang)
    return t("usage.now.one", lang) if people == 1 else t("usage.now.people", lang, n=people)


def _present(one: Present, lang: Lang) -> str:
    since, page = clock(one.since), page_text(one.page, lang)
    key = "usage.now.since" if page else "usage.now.here"
    where = t(key, lang, **({"page": page} if page else {}), since=since)
    who = _person(one.name, one.visitor, lang)
    return (
        f"<li><span><b>{esc(who)}</b> · {esc(device_text(one.device, lang))}</span>"
        f'<span class="cc-mute">{esc(where)}</span></li>'
    )


def visits_card(view: UsageView) -> str:
    """The sums of the window."""
    lang, use = view.lang, view.usage
    rows = [
        (t("usage.visits.people", lang), _count(use.people, lang)),
        (t("usage.visits.sessions", lang), _count(use.sessions, lang)),
        (t("usage.visits.views", lang), _count(use.views, lang)),
        (t("usage.visits.returning", lang), _count(use.returning, lang)),
        (t("usage.visits.devices", lang), _count(use.devices, lang)),
        (t("usage.visits.seconds", lang), time_text(use.seconds, lang)),
    ]
    body = line(t("usage.visits.days", lang, n=use.days)) + pairs(rows, "")
    if view.role == "viewer":
        body += line(t("usage.hidden.note", lang, fewest=FEWEST))
    return card(t("usage.visits.title", lang), body, lang=lang, name="usage-visits")


def days_card(view: UsageView) -> str:
    """Sessions of each day."""
    lang, title = view.lang, t("usage.visits.by_day", view.lang)
    days = view.usage.by_day
    rows = zip(days.index, days.to_dict("records"), strict=True)
    bars = [_day(midnight(one), row, view) for one, row in rows]
    drawn = _bars(bars, t("usage.visits.heading", lang), "visits-by-day", view)
    body = drawn + export(days.reset_index(), "visits", lang=lang, picture=_drawn(bars))
    return card(title, body, lang=lang, name="usage-days")


def _day(start: pd.Timestamp, row: Mapping[Hashable, float], view: UsageView) -> Bar:
    lang = view.lang
    name, said = str(local(start).day), day(start, lang)
    if math.isnan(row["sessions"]):
        return Bar(name, None, _missing(said, view))
    told = {key: _count(row[key], lang) for key in ("sessions", "people", "views")}
    return Bar(name, float(row["sessions"]), t("usage.visits.day", lang, day=said, **told))


def hours_card(view: UsageView) -> str:
    """Pages opened by the hour of Madrid's clock."""
    lang = view.lang
    bars = [_hour(hour, float(n), view) for hour, n in enumerate(view.usage.by_hour["views"])]
    heading = t("usage.hours.heading", lang)
    body = _bars(bars, heading, "visits-by-hour", view)
    return card(t("usage.hours.title", lang), body, lang=lang, name="usage-hours")


def _hour(hour: int, n: float, view: UsageView) -> Bar:
    lang = view.lang
    name, span = f"{hour:02d}", f"{hour:02d}–{(hour + 1) % 24:02d} h"
    if math.isnan(n):
        return Bar(name, None, _missing(span, view))
    return Bar(name, n, t("usage.hours.hour", lang, hour=span, n=number(n, lang, 0)))


def _missing(what: str, view: UsageView) -> str:
    """Of a day or hour that there is no number: an admin is told all that is known."""
    key = "usage.visits.unknown" if view.role == "admin" else "usage.visits.untold"
    return t(key, view.lang, day=what)


def _bars(bars: Sequence[Bar], heading: str, name: str, view: UsageView) -> str:
    lang, admin = view.lang, view.role == "admin"
    if not _drawn(bars):
        return line(t("usage.unknown" if admin else "usage.none_told", lang, fewest=FEWEST))
    hidden = t("usage.unknown" if admin else "usage.hidden", lang, fewest=FEWEST)
    return count_bars(bars, heading=heading, name=name, lang=lang, hidden=hidden)


def _drawn(bars: Sequence[Bar]) -> bool:
    return any(bar.count is not None for bar in bars)


def pages_card(view: UsageView) -> str:
    """The pages opened most, and behind a fold all with people and time."""
    lang, seen = view.lang, view.usage.pages
    title, heading = t("usage.pages.title", lang), t("usage.pages.heading", lang)
    named = [(page_text(one.page, lang), one) for one in seen]
    body = _ranked(named, heading, "pages-opened", view, _no_pages(view))
    if named:
        head = [t("usage.pages.page", lang), *_heads(lang), t("usage.visits.seconds", lang)]
        rows = [[who, *_sums(one, lang), time_text(one.seconds, lang)] for who, one in named]
        body += fold(t("usage.pages.more", lang), table(head, rows))
    return card(title, body, lang=lang, name="usage-pages")


def _no_pages(view: UsageView) -> str:
    if view.role != "admin":
        return t("usage.none_told", view.lang, fewest=FEWEST)
    return t("usage.unknown" if view.usage.views is None else "usage.pages.none", view.lang)


def cards_card(view: UsageView) -> str:
    """The cards that were really on screen most."""
    lang, seen = view.lang, view.usage.cards
    title, heading = t("usage.cards.title", lang), t("usage.cards.heading", lang)
    named = [(card_text(one.page, one.card, lang), one) for one in seen]
    body = _ranked(named, heading, "cards-seen", view, t("usage.cards.none", lang))
    if len(named) > _MOST_BARS:
        head = [t("usage.cards.card", lang), *_heads(lang)]
        rows = [[who, *_sums(one, lang)] for who, one in named]
        body += fold(t("usage.cards.more", lang), table(head, rows))
    return card(title, body, lang=lang, name="usage-cards")


def _ranked(
    named: Sequence[tuple[str, Seen]], heading: str, name: str, view: UsageView, none: str
) -> str:
    shown = {who: float(one.views) for who, one in named if one.views is not None}
    if not shown:
        return line(none)
    amounts = pd.Series(shown).head(_MOST_BARS)
    return ranked_bars(
        amounts,
        heading=heading,
        write=lambda value: number(value, view.lang, 0),
        name=name,
        lang=view.lang,
    )


def _heads(lang: Lang) -> list[str]:
    return [t("usage.pages.views", lang), t("usage.visits.people", lang)]


def _sums(one: Seen, lang: Lang) -> list[str]:
    return [_count(one.views, lang), _count(one.people, lang)]


def people_card(view: UsageView) -> str:
    """What each person looked at, by their name; for admins."""
    lang, found = view.lang, view.usage.visitors
    named = sorted(found, key=lambda one: (not one.name, one.name.casefold(), one.visitor))
    rows = "".join(_visitor(one, view) for one in named[:_MOST_PEOPLE])
    body = f'<ul class="cc-rows">{rows}</ul>' if rows else line(t("usage.people.none", lang))
    if len(named) > _MOST_PEOPLE:
        left = number(len(named) - _MOST_PEOPLE, lang, 0)
        body += line(t("usage.people.more", lang, n=left))
    body += line(t("usage.people.note", lang))
    return card(t("usage.people.title", lang), body, lang=lang, name="usage-people")


def _visitor(one: Visitor, view: UsageView) -> str:
    lang = view.lang
    sums = t(
        "usage.people.sums",
        lang,
        sessions=number(one.sessions, lang, 0),
        views=number(one.views, lang, 0),
        time=time_text(one.seconds, lang),
    )
    devices = ", ".join(device_text(device, lang) for device in one.devices)
    liked = "; ".join(place_text(place, lang) for place in one.favourites)
    more = [t("usage.people.favourites", lang, what=liked)] if liked else []
    more.append(t("usage.people.last", lang, when=moment_beside(one.last, view.as_of, lang)))
    lines = "".join(tag("span", esc(text), class_="cc-mute cc-full") for text in more)
    who = f"<b>{esc(_person(one.name, one.visitor, lang))}</b> · {esc(devices)}"
    return f'<li><span>{who}</span><span class="cc-mute">{esc(sums)}</span>{lines}</li>'


def _person(name: str, visitor: str, lang: Lang) -> str:
    """The login, or the begin of the pseudonym where it is not known."""
    return name or t("usage.people.unknown", lang, visitor=visitor[:6])


def time_text(seconds: float | None, lang: Lang) -> str:
    """A length of time in its largest fitting unit; a dash where it is not told."""
    if seconds is None:
        return "–"
    if seconds >= HOUR.total_seconds():
        return t("usage.time.hours", lang, n=number(seconds / 3600, lang, 1))
    if seconds >= 60:
        return t("usage.time.minutes", lang, n=number(seconds / 60, lang, 0))
    return t("usage.time.seconds", lang, n=number(seconds, lang, 0))


def _count(n: float | None, lang: Lang) -> str:
    return "–" if n is None or math.isnan(n) else number(n, lang, 0)
