"""What a user may ask in a minute, and what the model may cost in a day: pure judgements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from chocolib.app.settings import Settings
from chocolib.core.chat_turns import ChatTurn
from chocolib.core.time import Window, day_window, local_date

MINUTE = pd.Timedelta(minutes=1)
#: Sums of money are compared to this: a millionth of a euro is nobody's money.
_EUR_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed.

    Attributes:
        per_minute: questions of one user in any 60 seconds.
        daily_eur: cost of a Madrid day, EUR, all users together.
    """

    per_minute: int
    daily_eur: float

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Those of the settings."""
        return cls(settings.chat_per_minute, settings.chat_daily_eur)


def day_of(now: pd.Timestamp) -> Window:
    """The Madrid day of a moment, UTC: the one whose costs count."""
    return day_window(local_date(now))


def looked_at(now: pd.Timestamp) -> Window:
    """The window of turns that both judgements need: the day, and the last minute."""
    day = day_of(now)
    return Window(min(day.start, now - MINUTE), day.end)


def wait_s(turns: Iterable[ChatTurn], user: str, limits: Limits, *, now: pd.Timestamp) -> int:
    """Seconds until the user may ask again; 0: now.

    Args:
        turns: at least those of the last minute, whoever asked.
    """
    recent = sorted(turn.time for turn in turns if turn.user == user and turn.time > now - MINUTE)
    if len(recent) < limits.per_minute:
        return 0
    free_at = recent[-limits.per_minute] + MINUTE
    return max(1, int((free_at - now).total_seconds()))


def spent_eur(turns: Iterable[ChatTurn], *, now: pd.Timestamp) -> float:
    """What the Madrid day of `now` has cost, EUR; turns in flight at the most they may cost."""
    day = day_of(now)
    return sum(turn.cost_eur for turn in turns if day.start <= turn.time < day.end)


def affordable(
    turns: Iterable[ChatTurn], most_eur: float, limits: Limits, *, now: pd.Timestamp
) -> bool:
    """Whether a question that may cost `most_eur` stays within the budget of the day."""
    total = spent_eur(turns, now=now) + most_eur
    return round(total, _EUR_DIGITS) <= limits.daily_eur
