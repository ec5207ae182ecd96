"""How the dashboards are used: people, sessions, pages, cards; no work of anybody is measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.usage import asking
from chocolib.core import usage as facts
from chocolib.tools.answer import Answer, Moment, Part, rounded
from chocolib.tools.words import of_few, of_log

_MINUTE = 60


class UsedDay(Part):
    """A Madrid day; null: not known, or fewer than three people for a viewer."""

    day: date
    sessions: int | None
    people: int | None
    views: int | None


class UsedHour(Part):
    """An hour of Madrid's clock, all days together."""

    hour: int = Field(description="0 to 23")
    views: int | None = Field(description="null as in `by_day`")


class PageUse(Part):
    """How much a page was looked at; null as in `by_day`."""

    page: str
    views: int | None
    people: int | None
    minutes: float | None = Field(description="on screen in all, min; null: nobody told")


class CardUse(PageUse):
    """How much a card of a page was really on screen."""

    card: str


class UserUse(Part):
    """What one person looked at, the most viewed first."""

    user: str = Field(description="login; the pseudonym where it is not known")
    devices: tuple[str, ...]
    sessions: int
    views: int
    minutes: float = Field(description="on screen in all, min")
    favourites: tuple[str, ...] = Field(description="pages, and cards as page/card")
    last: Moment = Field(description="the last sign of them")


class ViewedCard(Part):
    """A card and its views."""

    card: str = Field(description="page/card")
    views: int


class UserSessions(Part):
    """A person's sessions."""

    user: str
    sessions: int
    favorite_features: tuple[str, ...]


class UsageStats(Answer):
    """How the dashboards were used in whole Madrid days that end with today."""

    days: int
    people: int | None = Field(description="null: not known, or fewer than three for a viewer")
    devices: int | None = Field(description="as `people`")
    sessions: int | None = Field(description="a pause of 30 minutes ends one; null as `people`")
    views: int | None = Field(description="pages and reports opened; null as `people`")
    returning: int | None = Field(description="people who came on two days or more")
    minutes: float | None = Field(description="on screen in all, min; null as `people`")
    busiest_hour: int | None = Field(
        description="0 to 23 of Madrid's clock, the most views; null: not known"
    )
    by_day: tuple[UsedDay, ...]
    by_hour: tuple[UsedHour, ...]
    pages: tuple[PageUse, ...] = Field(description="the most viewed first")
    unopened: tuple[str, ...] = Field(
        description="pages that nobody opened; for viewers also those of which nothing is told"
    )
    cards: tuple[CardUse, ...] = Field(
        description="the most viewed first; for viewers those of three people or more"
    )
    users: tuple[UserUse, ...] = Field(description="for administrators; empty for viewers")
    read_until: Moment | None = Field(description="how far the log was read; null: never")
    most_viewed_cards: tuple[ViewedCard, ...] = Field(description="`cards` in short")
    user_sessions: tuple[UserSessions, ...] = Field(description="`users` in short")


def get_usage_stats(
    context: Context,
    days: Annotated[int, Field(ge=1, le=90, description="Madrid days, today included")] = 7,
) -> UsageStats:
    """How the dashboards are used: people, sessions, most viewed pages and cards, busiest hours.

    Ask it for what is most used, when, how often people come back, and which pages nobody opens.
    Of fewer than three people viewers are told nothing; work and output of people is not measured.
    """
    told = asking.usage(context, days)
    cards = tuple(_card(one) for one in told.cards if one.views is not None)
    users = tuple(map(_user, told.visitors))
    by_hour = tuple(_hours(told.by_hour))
    return UsageStats.of(
        context,
        remarks=(*of_log(context, told.read_until), *of_few(context)),
        **{name: getattr(told, name) for name in _COUNTS},
        minutes=_minutes(told.seconds),
        busiest_hour=_busiest(by_hour),
        by_day=tuple(_days(told.by_day)),
        by_hour=by_hour,
        pages=tuple(map(_page, told.pages)),
        unopened=tuple(_unopened(told)),
        cards=cards,
        users=users,
        most_viewed_cards=tuple(
            ViewedCard(card=f"{one.page}/{one.card}", views=one.views) for one in cards if one.views
        ),
        user_sessions=tuple(
            UserSessions(user=one.user, sessions=one.sessions, favorite_features=one.favourites)
            for one in users
        ),
    )


_COUNTS = ("days", "people", "devices", "sessions", "views", "returning", "read_until")


def _page(one: facts.Seen) -> PageUse:
    return PageUse.model_validate(_use(one))


def _card(one: facts.Seen) -> CardUse:
    return CardUse.model_validate(_use(one) | {"card": one.card})


def _use(one: facts.Seen) -> dict[str, Any]:
    counts = {"page": one.page, "views": one.views, "people": one.people}
    return counts | {"minutes": _minutes(one.seconds)}


def _user(one: facts.Visitor) -> UserUse:
    return UserUse.model_validate(
        {
            "user": one.name or one.visitor,
            "devices": one.devices,
            "sessions": one.sessions,
            "views": one.views,
            "minutes": _minutes(one.seconds),
            "favourites": one.favourites,
            "last": one.last,
        }
    )


def _unopened(told: facts.Usage) -> Iterator[str]:
    """The pages without a view that may be told; none while the log was never read."""
    opened = {one.page for one in told.pages if one.views}
    if told.read_until is not None:
        yield from (name for name in facts.PAGE_NAMES if name not in opened)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else rounded(seconds / _MINUTE, 1)


def _days(by_day: pd.DataFrame) -> Iterator[UsedDay]:
    for day, row in by_day.iterrows():
        yield UsedDay(day=day, **{name: _count(row[name]) for name in by_day.columns})


def _hours(by_hour: pd.DataFrame) -> Iterator[UsedHour]:
    for hour, row in by_hour.iterrows():
        yield UsedHour(hour=hour, views=_count(row["views"]))


def _count(value: float) -> int | None:
    return None if pd.isna(value) else int(value)


def _busiest(by_hour: tuple[UsedHour, ...]) -> int | None:
    """The hour with the most views; the first of several."""
    seen = [one for one in by_hour if one.views]
    return max(seen, key=lambda one: (one.views, -one.hour)).hour if seen else None
