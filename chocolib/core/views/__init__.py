"""What pages show, gathered before anything is drawn: `app.views` fills it, `ui.pages` draws it."""

from chocolib.core.views.home import HomeView, Tile
from chocolib.core.views.plan import PlanView
from chocolib.core.views.today import (
    NextWindow,
    Notice,
    RoomNow,
    Saved,
    TodayView,
    no_plan,
    price_at,
)
from chocolib.core.views.view import View
from chocolib.core.views.week import HOUR_COLUMNS, WeekView

__all__ = [
    "HOUR_COLUMNS",
    "HomeView",
    "NextWindow",
    "Notice",
    "PlanView",
    "RoomNow",
    "Saved",
    "Tile",
    "TodayView",
    "View",
    "WeekView",
    "no_plan",
    "price_at",
]
