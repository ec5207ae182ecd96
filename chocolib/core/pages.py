"""The names of the pages; what each shows is in `doors.pages`."""

from __future__ import annotations

PAGE_NAMES = (
    "home",
    "today",
    "week",
    "plan",
    "ask",
    "climate",
    "models",
    "history",
    "reports",
    "usage",
    "system",
)
