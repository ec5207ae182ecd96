"""What pages show, gathered before anything is drawn: `app.views` fills it, `ui.pages` draws it."""

from chocolib.core.views.climate import Air, ClimateView, Observed
from chocolib.core.views.history import HistoryView, Missed, PlanCame
from chocolib.core.views.models import ModelsView
from chocolib.core.views.system import GAP_DAYS, RUN_DAYS, Check, Feed, Series, SystemView
from chocolib.core.views.today import TodayView, no_plan, price_at
from chocolib.core.views.view import View

__all__ = [
    "GAP_DAYS",
    "RUN_DAYS",
    "Air",
    "Check",
    "ClimateView",
    "Feed",
    "HistoryView",
    "Missed",
    "ModelsView",
    "Observed",
    "PlanCame",
    "Series",
    "SystemView",
    "TodayView",
    "View",
    "no_plan",
    "price_at",
]
