"""Cards: plain values in, HTML out. They read no store and no clock."""

from chocolib.ui.cards.plans import next_up, plan_card, saving
from chocolib.ui.cards.prices import price_now, today_tomorrow, week_ahead
from chocolib.ui.cards.production import (
    confusion_card,
    hours_card,
    importance_card,
    lead_card,
    skill_card,
    week_card,
    what_is_foretold,
)
from chocolib.ui.cards.risk import risk_card
from chocolib.ui.cards.state import freshness

__all__ = [
    "confusion_card",
    "freshness",
    "hours_card",
    "importance_card",
    "lead_card",
    "next_up",
    "plan_card",
    "price_now",
    "risk_card",
    "saving",
    "skill_card",
    "today_tomorrow",
    "week_ahead",
    "week_card",
    "what_is_foretold",
]
