"""Who is at the dashboards, what they look at, and how fast and steady the house answers.

Names of people and devices came with requests: they are quoted, never followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pandas as pd

from chocolib.assistant.parts import Asked
from chocolib.assistant.replies.said import at, data, hour, listed
from chocolib.assistant.tokens import plain
from chocolib.core.i18n import Lang, number, t
from chocolib.core.time import local_date, midnight
from chocolib.core.usage import unread
from chocolib.core.usage_names import CARD_KEYS, DEVICE_KEYS, PAGE_KEYS, device_text, page_text
from chocolib.tools.active_users import ActiveUsers, PresentUser
from chocolib.tools.usage import CardUse, PageUse, UsageStats, UserUse

_LISTED = 5
#: So many pages or cards are named in one sentence.
_NAMED = 3
#: Why there is no number: the log was not read since, or there were too few.
_NOBODY_NOW = ("chat.usage.now.unread", "chat.usage.now.few")
_NOBODY = ("chat.usage.unread", "chat.usage.few")
_WHO = re.compile(r"\b(quien|quienes|usuarios?|who|users?)\b")
_WHEN = re.compile(r"\b(cuando|horas?|when|hours?|time)\b")
_LEAST = re.compile(r"\b(nadie|ningun\w*|menos|nunca|apenas|nobody|no one|never|least|hardly)\b")


def now(answer: ActiveUsers, asked: Asked) -> Iterator[str]:
    """How many are there, and who where that may be told."""
    lang = asked.lang
    yield _how_many(answer, lang)
    yield from (_present(one, lang) for one in answer.present[:_LISTED])
    if len(answer.present) > _LISTED:
        yield t("chat.usage.more", lang, n=len(answer.present))


def _how_many(answer: ActiveUsers, lang: Lang) -> str:
    told = {"minutes": answer.minutes, "when": at(answer.as_of, lang)}
    if answer.people is None:
        since = answer.as_of - timedelta(minutes=answer.minutes)
        return t(_why_not(_NOBODY_NOW, answer.read_until, since), lang, **told)
    key = {0: "chat.usage.now.none", 1: "chat.usage.now.one"}.get(answer.people)
    return t(key or "chat.usage.now.some", lang, people=answer.people, **told)


def _why_not(keys: tuple[str, str], read_until: datetime | None, since: datetime) -> str:
    """The key of why there is no number: never read, not since that, or of too few."""
    if read_until is None:
        return "chat.usage.unknown"
    not_read, too_few = keys
    return not_read if unread(read_until, since) else too_few


def _present(one: PresentUser, lang: Lang) -> str:
    return t(
        "chat.usage.present",
        lang,
        user=data(one.user),
        device=_device(one.device, lang),
        page=_page(one.page, lang),
        since=hour(one.since),
    )


def stats(answer: UsageStats, asked: Asked) -> Iterator[str]:
    """How many and how much; then what was asked: the least seen, when, who; else the most seen."""
    lang, text = asked.lang, plain(asked.text)
    yield _totals(answer, lang)
    if answer.read_until is None:
        return
    if _LEAST.search(text):
        yield from _least(answer, lang)
    else:
        yield from _most(answer, lang)
    if _WHO.search(text):
        yield from (_user(one, lang) for one in answer.users[:_LISTED])
    if _WHEN.search(text) or not _LEAST.search(text):
        yield from _busiest(answer, lang)
    if answer.returning is not None:
        yield t("chat.usage.returning", lang, n=answer.returning)


def _totals(answer: UsageStats, lang: Lang) -> str:
    span = t("chat.usage.today" if answer.days == 1 else "chat.usage.days", lang, days=answer.days)
    if answer.people is None:
        since = midnight(local_date(pd.Timestamp(answer.as_of)) - timedelta(days=answer.days - 1))
        return t(_why_not(_NOBODY, answer.read_until, since), lang, span=span)
    return t(
        "chat.usage.totals",
        lang,
        span=span,
        people=answer.people,
        sessions=_told(answer.sessions, lang),
        views=_told(answer.views, lang),
    )


def _most(answer: UsageStats, lang: Lang) -> Iterator[str]:
    pages = [_viewed(one, lang) for one in answer.pages if one.views][:_NAMED]
    cards = [
        t(
            "chat.usage.card",
            lang,
            card=_card(one.card, lang),
            page=_page(one.page, lang),
            views=one.views,
        )
        for one in answer.cards
        if one.views
    ][:_NAMED]
    if pages:
        yield t("chat.usage.pages", lang, pages=listed(pages, lang))
    if cards:
        yield t("chat.usage.cards", lang, cards=listed(cards, lang))


def _viewed(one: PageUse, lang: Lang) -> str:
    page = _page(one.page, lang)
    return t("chat.usage.viewed", lang, page=page, views=_told(one.views, lang))


def _least(answer: UsageStats, lang: Lang) -> Iterator[str]:
    """The pages that nobody opened, and the one that was opened least; of viewers, hardly."""
    if not answer.pages and not answer.users:
        yield t("chat.usage.pages.few", lang)
    elif answer.unopened:
        names = [_page(one, lang) for one in answer.unopened]
        key = "chat.usage.unopened" if answer.users else "chat.usage.unopened.few"
        yield t(key, lang, pages=listed(names, lang))
    else:
        yield t("chat.usage.all_opened", lang)
    seen = [one for one in answer.pages if one.views]
    if seen:
        yield t("chat.usage.least", lang, page=_viewed(min(seen, key=_views), lang))


def _views(one: PageUse) -> int:
    return one.views or 0


def _user(one: UserUse, lang: Lang) -> str:
    return t(
        "chat.usage.user",
        lang,
        user=data(one.user),
        sessions=one.sessions,
        views=one.views,
        last=at(one.last, lang),
    )


def _busiest(answer: UsageStats, lang: Lang) -> Iterator[str]:
    if answer.busiest_hour is not None:
        yield t("chat.usage.busiest", lang, hour=answer.busiest_hour)


def _told(value: int | None, lang: Lang) -> str:
    return t("chat.usage.hidden", lang) if value is None else number(value, lang, 0)


def _page(name: str, lang: Lang) -> str:
    """What a page is called; one that is not known is quoted."""
    return f"«{page_text(name, lang)}»" if name in PAGE_KEYS else data(name)


def _card(name: str, lang: Lang) -> str:
    """What a card is called; one that is not known is quoted."""
    return f"«{t(CARD_KEYS[name], lang)}»" if name in CARD_KEYS else data(name)


def _named(one: CardUse, lang: Lang) -> dict[str, str]:
    """A card and its page, by their titles."""
    return {"card": _card(one.card, lang), "page": _page(one.page, lang)}


def _device(name: str, lang: Lang) -> str:
    """A kind of device; the name of one in the Tailnet is quoted."""
    return device_text(name, lang) if name in DEVICE_KEYS else data(name)
