"""With which arguments a tool is asked, by what the question names: pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from chocolib.assistant.parts import Asked

#: As plans name their batches.
_BATCH = re.compile(r"\b\d{4}-[a-z]\d{1,2}\b", re.IGNORECASE)
_WEEK, _MONTH = 7, 30
#: The most hours that the recommendation looks ahead.
_FARTHEST_H = 168
_ONE = timedelta(days=1)

Given = dict[str, Any]


def arguments(tool: str, asked: Asked, today: date) -> Given:
    """What to give a tool, called by its short name; nothing: its defaults answer.

    Args:
        today: the asker's Madrid day.
    """
    of = _OF.get(tool)
    return of(asked, today) if of else {}


def _windows(asked: Asked, today: date) -> Given:
    given: Given = {}
    if "hours" in asked.numbers:
        given["hours"] = asked.numbers["hours"]
    return given | _days(asked, today)


def _days(asked: Asked, today: date) -> Given:
    """So many days from today on that the one asked for is among them."""
    if "days" in asked.numbers:
        return {"days": asked.numbers["days"]}
    if asked.day is not None and asked.day >= today:
        return {"days": min(_WEEK, (asked.day - today).days + 1)}
    return {"days": _WEEK} if "week" in asked.marks else {}


def _forecast(asked: Asked, today: date) -> Given:
    return _days(asked, today) | ({"by": "hour"} if "at" in asked.numbers else {})


def _recommendation(asked: Asked, today: date) -> Given:
    if asked.day is None or asked.day <= today:
        return {}
    ahead = 24 * ((asked.day - today).days + 1)
    return {"hours": min(_FARTHEST_H, ahead)}


def _one_day(asked: Asked, _today: date) -> Given:
    return {"day": asked.day} if asked.day is not None else {}


def _batch(asked: Asked, _today: date) -> Given:
    named = _BATCH.search(asked.text)
    return {"batch": named[0].upper()} if named else {}


def _of_month(asked: Asked, _today: date) -> Given:
    return {"month": asked.numbers["month"]} if "month" in asked.numbers else {}


def _period(asked: Asked, today: date) -> Given:
    if asked.day is not None:
        by = {"by": "hour"} if "at" in asked.numbers else {}
        return {"since": asked.day, "until": asked.day, **by}
    if "month" in asked.numbers:
        return _month(asked.numbers["month"], asked.numbers.get("year"), today)
    if "year" in asked.numbers:
        year = asked.numbers["year"]
        return {"since": date(year, 1, 1), "until": min(today, date(year, 12, 31))}
    if "past_week" in asked.marks:
        return {"since": today - _WEEK * _ONE, "until": today - _ONE}
    if "past_month" in asked.marks:
        before = today.replace(day=1) - _ONE
        return {"since": before.replace(day=1), "until": before}
    return {}


def _month(month: int, year: int | None, today: date) -> Given:
    """A month of a year, else the newest one that has begun, as far as it is past."""
    of = year or (today.year if month <= today.month else today.year - 1)
    first = date(of, month, 1)
    following = date(of + month // 12, month % 12 + 1, 1)
    return {"since": first, "until": max(first, min(today, following - _ONE))}


def _back(asked: Asked, today: date) -> Given:
    """So many days up to today that what was asked for is among them."""
    if "days" in asked.numbers:
        return {"days": asked.numbers["days"]}
    if asked.day is not None:
        return {"days": (today - asked.day).days + 1}
    marks = {"month", "past_month", "this_month"} & asked.marks
    return {"days": _MONTH} if marks else {}


_OF: Mapping[str, Callable[[Asked, date], Given]] = {
    "optimal_windows": _windows,
    "weekly_forecast": _forecast,
    "production_recommendation": _recommendation,
    "daily_optimization": _one_day,
    "price_explanation": _one_day,
    "forecast_deviation": _one_day,
    "batch_explanation": _batch,
    "price_statistics": _period,
    "siar_analysis": _of_month,
    "usage_stats": _back,
    "system_performance": _back,
}
