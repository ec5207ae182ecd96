"""What pages show, gathered before anything is drawn: `app.views` fills it, `ui.pages` draws it."""

from chocolib.core.views.today import TodayView, no_plan, price_at
from chocolib.core.views.view import View

__all__ = ["TodayView", "View", "no_plan", "price_at"]
