"""Cards: plain values in, HTML out. They read no store and no clock."""

from chocolib.ui.cards.plans import next_up, plan_card, saving
from chocolib.ui.cards.prices import price_now, today_tomorrow, week_ahead
from chocolib.ui.cards.state import freshness

__all__ = [
    "freshness",
    "next_up",
    "plan_card",
    "price_now",
    "saving",
    "today_tomorrow",
    "week_ahead",
]
