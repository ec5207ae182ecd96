"""Cards: plain values in, HTML out. They read no store and no clock."""

from chocolib.ui.cards.alerts import advice_card, alerts_card
from chocolib.ui.cards.plan_notes import plan_notes
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
from chocolib.ui.cards.scores import score_card
from chocolib.ui.cards.state import freshness
from chocolib.ui.cards.windows import week_map_card, windows_card

__all__ = [
    "advice_card",
    "alerts_card",
    "confusion_card",
    "freshness",
    "hours_card",
    "importance_card",
    "lead_card",
    "next_up",
    "plan_card",
    "plan_notes",
    "price_now",
    "risk_card",
    "saving",
    "score_card",
    "skill_card",
    "today_tomorrow",
    "week_ahead",
    "week_card",
    "week_map_card",
    "what_is_foretold",
    "windows_card",
]
