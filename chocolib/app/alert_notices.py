"""Alerts that are sent: what is new, and once that one is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.app.alerts import Attention, to_send
from chocolib.app.context import Context
from chocolib.app.notices import Delivery, read, tell, write
from chocolib.core.errors import DataError
from chocolib.core.i18n import Lang, t
from chocolib.core.notices import Notice, urgent
from chocolib.core.ports import Notifier
from chocolib.core.time import iso
from chocolib.insights.alerts import Told
from chocolib.insights.rules import Alert
from chocolib.store.locks import locked

_FILE = "alerts.json"


@dataclass(frozen=True, slots=True)
class _Sent:
    """An alert that was sent and is not yet over.

    Attributes:
        rule: its rule's name; title: as it was sent.
    """

    told: Told
    rule: str
    title: str

    def to_dict(self) -> dict[str, Any]:
        told = self.told
        return {
            "topic": told.topic,
            "level": told.level,
            "at": iso(told.at),
            "start": iso(told.start),
            "end": iso(told.end) if told.end is not None else None,
            "rule": self.rule,
            "title": self.title,
        }

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> _Sent:
        end = pd.Timestamp(item["end"]) if item["end"] else None
        at, start = pd.Timestamp(item["at"]), pd.Timestamp(item["start"])
        told = Told(item["topic"], item["level"], at, start, end)
        return cls(told, item["rule"], item["title"])


def send_news(
    context: Context, seen: Attention, *, through: Sequence[Notifier] | None = None
) -> Delivery:
    """Send the alerts that are news at `as_of`, and once of each that it is over.

    An alert that stays is told once a day (`insights.alerts.news`); one whose rule cannot
    judge now is neither new nor over. One that comes back is news again.

    Args:
        seen: of the context's moment.
        through: the channels; default those of the settings.
    """
    settings, lang, now = context.settings, context.lang, context.as_of
    quiet = pd.Timedelta(minutes=context.factory.thresholds.alerts.quiet_min)
    try:
        with locked(settings.notices / "alerts.lock"):
            sent = read(settings.notices / _FILE, _all) or []
            over = _over(sent, seen)
            lasting = [one for one in sent if one.told.topic not in over]
            news = to_send(context, seen, [one.told for one in lasting])
            fresh = [
                one for one in news if urgent(_as_notice(one, now, lang), settings.notify_least)
            ]
            notices = [_as_notice(one, now, lang) for one in fresh]
            notices += [_as_over(one, now, lang) for one in over.values()]
            done = tell(settings, notices, now=now, quiet=quiet, lang=lang, through=through)
            if done.on:
                told = [_Sent(Told.of(one, now), one.rule.id, one.title(lang)) for one in fresh]
                kept = [one.to_dict() for one in (*_newest(lasting, told), *told)]
                write(settings.notices / _FILE, kept)
    except DataError as error:
        return Delivery(failed={"memory": error.message})
    return done


def _all(document: Any) -> list[_Sent]:
    return [_Sent.from_dict(one) for one in document]


def _over(sent: Sequence[_Sent], seen: Attention) -> dict[str, _Sent]:
    """By topic, what was sent and is not there any more."""
    there = {alert.topic for alert in seen.alerts}
    return {
        one.told.topic: one
        for one in sent
        if one.told.topic not in there and one.rule not in seen.unjudged
    }


def _newest(lasting: Sequence[_Sent], told: Sequence[_Sent]) -> list[_Sent]:
    """Those sent before, but what has now been told again."""
    again = {(one.told.topic, one.told.start) for one in told}
    return [one for one in lasting if (one.told.topic, one.told.start) not in again]


def _as_notice(alert: Alert, now: pd.Timestamp, lang: Lang) -> Notice:
    text = f"{alert.evidence(lang)}\n{t('notice.todo', lang, todo=alert.todo(lang))}"
    return Notice(alert.topic, alert.level, alert.title(lang), text, now)


def _as_over(one: _Sent, now: pd.Timestamp, lang: Lang) -> Notice:
    """As urgent as it was, so that it reaches whoever had read of it."""
    title = t("notice.over", lang, title=one.title)
    return Notice(one.told.topic, one.told.level, title, t("notice.over_text", lang), now)
