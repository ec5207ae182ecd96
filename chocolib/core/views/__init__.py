"""What pages show, gathered before anything is drawn: `app.views` fills it, `ui.pages` draws it."""

from chocolib.core.views.climate import Air, ClimateView, Observed
from chocolib.core.views.history import HistoryView, Missed, PlanCame
from chocolib.core.views.home import HomeView, Tile
from chocolib.core.views.jobs import JobLine
from chocolib.core.views.models import ModelsView
from chocolib.core.views.plan import PlanView
from chocolib.core.views.system import GAP_DAYS, RUN_DAYS, Check, Feed, Series, SystemView
from chocolib.core.views.today import (
    NextWindow,
    Notice,
    RoomNow,
    Saved,
    TodayView,
    no_plan,
    price_at,
)
from chocolib.core.views.usage import UsageView
from chocolib.core.views.view import View
from chocolib.core.views.week import HOUR_COLUMNS, WeekView

__all__ = [
    "GAP_DAYS",
    "HOUR_COLUMNS",
    "RUN_DAYS",
    "Air",
    "Check",
    "ClimateView",
    "Feed",
    "HistoryView",
    "HomeView",
    "JobLine",
    "Missed",
    "ModelsView",
    "NextWindow",
    "Notice",
    "Observed",
    "PlanCame",
    "PlanView",
    "RoomNow",
    "Saved",
    "Series",
    "SystemView",
    "Tile",
    "TodayView",
    "UsageView",
    "View",
    "WeekView",
    "no_plan",
    "price_at",
]
