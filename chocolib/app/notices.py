"""Telling people: one notice of a topic every quarter of an hour, the others in its digest.

What was told and what is held back stands in `notices/` of the home, so that a restart
neither repeats nor forgets. What goes wrong is said and logged; it stops nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from chocolib.app.channels import channels
from chocolib.app.logs import application
from chocolib.app.settings import Settings
from chocolib.core.errors import ChocolibError, DataError, NotDelivered, SettingsError
from chocolib.core.i18n import Lang
from chocolib.core.notices import Notice, urgent
from chocolib.core.ports import Notifier
from chocolib.notify.quiet import Spoke, due, left_over
from chocolib.store.durable import replace as put
from chocolib.store.locks import locked

_TOPICS = "topics.json"
T = TypeVar("T")


@dataclass(slots=True)
class Delivery:
    """What became of notices.

    Attributes:
        on: a channel is on and can be used; else nothing is sent and nothing remembered.
        sent: as they went out, each with the digest of what was held back before it.
        held: to be summed up in the next notice of their topic.
        failed: what went wrong, by channel.
    """

    on: bool = True
    sent: list[Notice] = field(default_factory=list)
    held: list[Notice] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib alerts --send --json`."""
        return {
            "on": self.on,
            "sent": [notice.to_dict() for notice in self.sent],
            "held": [notice.to_dict() for notice in self.held],
            "failed": self.failed,
        }


def tell(
    settings: Settings,
    notices: Sequence[Notice],
    *,
    now: pd.Timestamp,
    quiet: pd.Timedelta,
    lang: Lang,
    through: Sequence[Notifier] | None = None,
) -> Delivery:
    """Send what may be sent now, and what earlier calls held back and is due.

    A notice that no channel took is held back like one of a quiet topic, and tried again
    by the next call.

    Args:
        now: UTC.
        quiet: between two notices of one topic (`thresholds.alerts.quiet_min`).
        through: the channels; default those of the settings.

    Returns:
        What became of them; it never raises for a channel that fails.
    """
    done = Delivery()
    try:
        senders = list(channels(settings) if through is None else through)
        done.on = bool(senders)
        if senders:
            with _memory(settings.notices) as memory:
                teller = _Teller(senders, memory, now, quiet, lang, done)
                teller.tell([one for one in notices if urgent(one, settings.notify_least)])
    except (SettingsError, DataError) as error:
        done.on = False
        _failed(done, "settings", error)
    return done


def try_channels(
    settings: Settings, notice: Notice, through: Sequence[Notifier] | None = None
) -> dict[str, str]:
    """Send a notice through every channel at once, whatever is quiet.

    Returns:
        By channel what went wrong, "" where nothing did.

    Raises:
        SettingsError: no channel is on, or one lacks a setting.
    """
    senders = list(channels(settings) if through is None else through)
    if not senders:
        raise SettingsError(
            "no channel is on",
            hint="name one in CHOCOLIB_NOTIFY: mail, webhook, ntfy, telegram (docs/settings.md)",
        )
    found = Delivery()
    for sender in senders:
        _through(sender, notice, found)
    return {sender.name: found.failed.get(sender.name, "") for sender in senders}


@dataclass(slots=True)
class _Teller:
    senders: Sequence[Notifier]
    memory: dict[str, Spoke]
    now: pd.Timestamp
    quiet: pd.Timedelta
    lang: Lang
    done: Delivery

    def tell(self, notices: Sequence[Notice]) -> None:
        """The new ones first, then those held back whose quiet time is over."""
        for notice in notices:
            before = self.memory.get(notice.topic, Spoke())
            ready, after = due(notice, before, now=self.now, quiet=self.quiet, lang=self.lang)
            if ready is None or not self._sent(ready):
                self.memory[notice.topic] = before.hold(notice)
                self.done.held.append(notice)
            else:
                self.memory[notice.topic] = after
        tried = {notice.topic for notice in notices}
        waiting = left_over(self.memory, now=self.now, quiet=self.quiet, lang=self.lang)
        for topic, notice in waiting.items():
            if topic not in tried and self._sent(notice):
                self.memory[topic] = Spoke(at=self.now)

    def _sent(self, notice: Notice) -> bool:
        """Whether at least one channel took it."""
        taken = [_through(sender, notice, self.done) for sender in self.senders]
        if any(taken):
            self.done.sent.append(notice)
            application.info("notice sent", extra={"topic": notice.topic, "title": notice.title})
        return any(taken)


def _through(sender: Notifier, notice: Notice, done: Delivery) -> bool:
    try:
        sender.send(notice)
    except (NotDelivered, SettingsError) as error:
        _failed(done, sender.name, error)
        return False
    return True


def _failed(done: Delivery, channel: str, error: ChocolibError) -> None:
    done.failed[channel] = error.message
    application.warning("notice not sent", extra={"channel": channel, "why": error.message})


@contextmanager
def _memory(folder: Path) -> Iterator[dict[str, Spoke]]:
    """What is remembered of each topic, for one process at a time; kept however it ends."""
    with locked(folder / "topics.lock"):
        memory = read(folder / _TOPICS, _topics) or {}
        try:
            yield memory
        finally:
            kept = {topic: one.to_dict() for topic, one in memory.items()}
            write(folder / _TOPICS, kept)


def _topics(document: Any) -> dict[str, Spoke]:
    return {str(topic): Spoke.from_dict(one) for topic, one in document.items()}


def read(path: Path, parse: Callable[[Any], T]) -> T | None:
    """What is remembered in a file; None where there is none, or it cannot be understood."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        application.warning(
            "what was told is forgotten", extra={"file": str(path), "why": str(error)}
        )
        return None


def write(path: Path, document: Any) -> None:
    """Replace such a file.

    Raises:
        DataError: it cannot be written.
    """
    put(path, json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8"))
