"""What the chat was asked, who answered, how soon, and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from chocolib.app.chat_turns import kept_in, turns
from chocolib.app.context import Context
from chocolib.core.chat_turns import ChatTurn
from chocolib.core.time import Window, day_window, days_earlier, iso, local_date, midnight

_EUR_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Share:
    """Questions that have something in common.

    Attributes:
        name: the mode, category, user or outcome.
        first_text_s, seconds: medians, from the question; None: none was answered.
        unmatched: numbers in replies that no answer has.
    """

    name: str
    questions: int
    cost_eur: float
    first_text_s: float | None
    seconds: float | None
    unmatched: int


@dataclass(frozen=True, slots=True)
class ChatStats:
    """The books of a window.

    Attributes:
        window: UTC, by the time of the question.
        waiting: questions not answered (yet); they count with the most they may cost.
        cost_today_eur, cost_month_eur: of the Madrid day and month of the window's end.
    """

    window: Window
    questions: int
    waiting: int
    read_tokens: int
    written_tokens: int
    cache_read_tokens: int
    cache_written_tokens: int
    cost_eur: float
    cost_today_eur: float
    cost_month_eur: float
    daily_eur: float
    by_mode: tuple[Share, ...]
    by_outcome: tuple[Share, ...]
    by_category: tuple[Share, ...]
    by_user: tuple[Share, ...]

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib chat stats --json`."""
        told = asdict(self)
        told["window"] = {"start": iso(self.window.start), "end": iso(self.window.end)}
        return told


def chat_stats(context: Context, *, days: int) -> ChatStats:
    """The books of the Madrid days up to now, today one of them.

    Raises:
        DataError: the store cannot be read.
    """
    now = context.now
    today = day_window(local_date(now))
    month = midnight(local_date(now).replace(day=1))
    window = Window(days_earlier(today.start, days - 1), today.end)
    with kept_in(context) as store:
        seen = turns(store, Window(min(window.start, month), window.end))
    inside = [turn for turn in seen if turn.time >= window.start]
    return ChatStats(
        window=window,
        questions=len(inside),
        waiting=sum(turn.outcome == "asked" for turn in inside),
        read_tokens=sum(turn.read_tokens for turn in inside),
        written_tokens=sum(turn.written_tokens for turn in inside),
        cache_read_tokens=sum(turn.cache_read_tokens for turn in inside),
        cache_written_tokens=sum(turn.cache_written_tokens for turn in inside),
        cost_eur=_cost(inside),
        cost_today_eur=_cost(turn for turn in seen if turn.time >= today.start),
        cost_month_eur=_cost(turn for turn in seen if turn.time >= month),
        daily_eur=context.settings.chat_daily_eur,
        by_mode=shares(inside, lambda turn: turn.mode),
        by_outcome=shares(inside, lambda turn: turn.outcome),
        by_category=shares(inside, lambda turn: turn.category or "none"),
        by_user=shares(inside, lambda turn: turn.user),
    )


def shares(seen: Sequence[ChatTurn], name: Callable[[ChatTurn], str]) -> tuple[Share, ...]:
    """The turns by what `name` says of each, the most frequent first."""
    groups: dict[str, list[ChatTurn]] = {}
    for turn in seen:
        groups.setdefault(name(turn), []).append(turn)
    found = (_share(one, group) for one, group in groups.items())
    return tuple(sorted(found, key=lambda share: (-share.questions, share.name)))


def _share(name: str, group: Sequence[ChatTurn]) -> Share:
    return Share(
        name=name,
        questions=len(group),
        cost_eur=_cost(group),
        first_text_s=_median(turn.first_text_s for turn in group),
        seconds=_median(turn.duration_s for turn in group),
        unmatched=sum(turn.unmatched or 0 for turn in group),
    )


def _cost(group: Iterable[ChatTurn]) -> float:
    return round(sum(turn.cost_eur for turn in group), _EUR_DIGITS)


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), 3) if known else None
