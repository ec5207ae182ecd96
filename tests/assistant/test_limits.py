"""What a user may ask in a minute, and what a Madrid day may cost."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from chocolib.assistant.limits import Limits, affordable, day_of, spent_eur, wait_s
from chocolib.core.chat_turns import ChatTurn

NOON = pd.Timestamp("2026-11-21T12:00:00Z")
LIMITS = Limits(per_minute=3, daily_eur=0.5)


def turn(seconds_ago: float = 0, *, user: str = "ana", cost_eur: float = 0.0) -> ChatTurn:
    at = NOON - pd.Timedelta(seconds=seconds_ago)
    return ChatTurn(
        time=at, place=0, session="s", user=user, mode="claude", lang="es", cost_eur=cost_eur
    )


def test_who_asks_too_fast_is_told_how_long_to_wait() -> None:
    asked = [turn(50), turn(30), turn(10)]
    assert wait_s(asked[:2], "ana", LIMITS, now=NOON) == 0
    assert wait_s(asked, "ana", LIMITS, now=NOON) == 10
    assert wait_s(asked, "ana", LIMITS, now=NOON + pd.Timedelta(seconds=10)) == 0


def test_others_may_ask_meanwhile() -> None:
    assert wait_s([turn(1)] * 5, "eva", LIMITS, now=NOON) == 0


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-21", 24)]
)
def test_costs_count_for_the_madrid_day(day: str, hours: int) -> None:
    noon = pd.Timestamp(f"{day}T10:00Z")
    window = day_of(noon)
    assert len(window) == hours
    first = replace(turn(cost_eur=0.1), time=window.start)
    before = replace(first, time=window.start - pd.Timedelta(seconds=1))
    last = replace(first, time=window.end - pd.Timedelta(seconds=1))
    after = replace(first, time=window.end)
    assert spent_eur([before, first, last, after], now=noon) == pytest.approx(0.2)


def test_the_budget_may_be_used_up_but_not_passed() -> None:
    spent = [turn(cost_eur=0.3), turn(cost_eur=0.1)]
    assert affordable(spent, 0.1, LIMITS, now=NOON)
    assert not affordable(spent, 0.1001, LIMITS, now=NOON)
    assert not affordable([], 0.01, Limits(3, 0.0), now=NOON)
