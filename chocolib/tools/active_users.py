"""Who is at the dashboards now: named to administrators only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.usage import asking
from chocolib.core import usage as facts
from chocolib.tools.answer import Answer, Moment, Part
from chocolib.tools.words import of_few, of_log


class PresentUser(Part):
    """Somebody who is there now."""

    user: str = Field(description="login; the pseudonym where it is not known")
    device: str
    page: str = Field(description="the last one they had before them")
    since: Moment = Field(description="when their session began")
    last_sign: Moment


class LogEntry(Part):
    """A view, as the former access log told it."""

    user: str = Field(description="login; the pseudonym where it is not known")
    device: str
    endpoint: str = Field(description="/today")
    timestamp: Moment


class LogSummary(Part):
    """The same in two numbers; null: fewer than three people, and a viewer asks."""

    unique_users: int | None
    total_requests: int | None


class ActiveUsers(Answer):
    """Who has been at the dashboards in the last minutes."""

    minutes: int = Field(description="what counts as now")
    people: int | None = Field(description="null: not known, or fewer than three for a viewer")
    devices: int | None = Field(description="as `people`")
    present: tuple[PresentUser, ...] = Field(description="for administrators; empty for viewers")
    read_until: Moment | None = Field(description="how far the log was read; null: never")
    logs: tuple[LogEntry, ...] = Field(description="for administrators; empty for viewers")
    summary: LogSummary


def get_active_users(
    context: Context,
    minutes: Annotated[int, Field(ge=1, le=1440, description="what counts as now, minutes")] = 5,
) -> ActiveUsers:
    """Who is using the dashboards right now: how many people, and for administrators who.

    Ask it for "who is connected". Of fewer than three people viewers are told nothing.
    """
    told = asking.active_users(context, minutes)
    return ActiveUsers.of(
        context,
        remarks=(*of_log(context, told.read_until), *of_few(context)),
        minutes=told.minutes,
        people=told.people,
        devices=told.devices,
        present=tuple(map(_present, told.present)),
        read_until=told.read_until,
        logs=tuple(map(_entry, told.looks)),
        summary=LogSummary(unique_users=told.people, total_requests=told.requests),
    )


def _present(one: facts.Present) -> PresentUser:
    return PresentUser(
        user=one.name or one.visitor,
        device=one.device,
        page=one.page,
        since=one.since,
        last_sign=one.last,
    )


def _entry(one: facts.Look) -> LogEntry:
    user = one.name or one.visitor
    return LogEntry(user=user, device=one.device, endpoint=one.endpoint, timestamp=one.time)
