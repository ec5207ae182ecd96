"""A notice: something that people should know of now, in their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from chocolib.core.time import iso

Urgency = Literal["critical", "warning", "info"]
#: The most urgent first.
URGENCIES: tuple[Urgency, ...] = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told.

    Attributes:
        topic: what the rate limit counts by, for example "price_spike".
        title, text: in the reader's language; the text may have several lines.
        at: when it became known, UTC.
    """

    topic: str
    urgency: Urgency
    title: str
    text: str
    at: pd.Timestamp

    def to_dict(self) -> dict[str, Any]:
        """As a webhook gets it, and as it is remembered."""
        return {
            "topic": self.topic,
            "urgency": self.urgency,
            "title": self.title,
            "text": self.text,
            "at": iso(self.at),
        }

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Notice:
        """The inverse of `to_dict`."""
        return cls(**{**item, "at": pd.Timestamp(item["at"])})


def urgent(notice: Notice, least: Urgency) -> bool:
    """Whether it is at least so urgent."""
    return URGENCIES.index(notice.urgency) <= URGENCIES.index(least)
