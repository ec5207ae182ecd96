"""How often a topic may speak: one notice in so many minutes, the others summed up in the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from chocolib.core.i18n import Lang, clock, t
from chocolib.core.notices import URGENCIES, Notice
from chocolib.core.time import iso

#: So many of those held back are named in a digest; the others are counted.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Spoke:
    """What is remembered of a topic.

    Attributes:
        at: when a notice of it was last sent, UTC; None: never.
        held: the last ones that were held back since, oldest first, at most `NAMED`.
        count: how many were held back since.
    """

    at: pd.Timestamp | None = None
    held: tuple[Notice, ...] = ()
    count: int = 0

    def hold(self, notice: Notice) -> Spoke:
        """Held back: to be summed up in the next."""
        return replace(self, held=(*self.held, notice)[-NAMED:], count=self.count + 1)

    def may(self, now: pd.Timestamp, quiet: pd.Timedelta) -> bool:
        """Whether it may speak again; a clock that was put back does not silence it."""
        return self.at is None or not (pd.Timedelta(0) <= now - self.at < quiet)

    def to_dict(self) -> dict[str, Any]:
        """For the file that survives a restart."""
        return {
            "at": iso(self.at) if self.at is not None else None,
            "held": [notice.to_dict() for notice in self.held],
            "count": self.count,
        }

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Spoke:
        """The inverse of `to_dict`."""
        at = pd.Timestamp(item["at"]) if item["at"] else None
        return cls(at, tuple(map(Notice.from_dict, item["held"])), int(item["count"]))


def due(
    notice: Notice, before: Spoke, *, now: pd.Timestamp, quiet: pd.Timedelta, lang: Lang
) -> tuple[Notice | None, Spoke]:
    """The notice to send now, with the digest of those held back, and what to remember if sent.

    Returns:
        None while the topic is quiet; the notice is then among those held back.
    """
    if not before.may(now, quiet):
        return None, before.hold(notice)
    return summed_up(notice, before, lang), Spoke(at=now)


def left_over(
    memory: Mapping[str, Spoke], *, now: pd.Timestamp, quiet: pd.Timedelta, lang: Lang
) -> dict[str, Notice]:
    """By topic, the newest of those held back whose quiet time is over, with its digest."""
    return {
        topic: summed_up(one.held[-1], Spoke(one.at, one.held[:-1], one.count - 1), lang)
        for topic, one in memory.items()
        if one.held and one.may(now, quiet)
    }


def summed_up(notice: Notice, before: Spoke, lang: Lang) -> Notice:
    """A notice that also says what was held back before it; as urgent as the worst of them."""
    if not before.count:
        return notice
    said = [f"{clock(one.at)} {one.title}" for one in before.held]
    more = before.count - len(before.held)
    if more:
        said.insert(0, t("notice.more", lang, n=more))
    lines = "\n".join(f"- {one}" for one in said)
    head = t("notice.digest", lang, n=before.count)
    worst = min((notice, *before.held), key=lambda one: URGENCIES.index(one.urgency)).urgency
    return replace(notice, text=f"{notice.text}\n\n{head}\n{lines}", urgency=worst)
