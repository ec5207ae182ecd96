"""All alerts of one moment, and which of them are news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from chocolib.core.thresholds import Thresholds
from chocolib.core.time import DAY, local_date
from chocolib.insights.climate_rules import CLIMATE_RULES
from chocolib.insights.data_rules import DATA_RULES
from chocolib.insights.price_rules import PRICE_RULES
from chocolib.insights.rules import LEVELS, Alert, Level, Rule
from chocolib.insights.situation import Situation
from chocolib.insights.work_rules import WORK_RULES

RULES: tuple[Rule, ...] = (*PRICE_RULES, *CLIMATE_RULES, *DATA_RULES, *WORK_RULES)


@dataclass(frozen=True, slots=True)
class Told:
    """An alert that was sent: what the rate limit remembers of it.

    Attributes:
        at: when it was sent, UTC.
        start: the start of what it told of, UTC.
    """

    topic: str
    level: Level
    at: pd.Timestamp
    start: pd.Timestamp


def alerts(situation: Situation, thresholds: Thresholds) -> list[Alert]:
    """What there is to tell, the worst first, then by when it begins."""
    found = [
        Alert(rule, one, rule.limits(thresholds))
        for rule in RULES
        for one in rule.judge(situation, thresholds)
    ]
    return sorted(found, key=lambda alert: (LEVELS.index(alert.level), alert.found.start))


def unjudged(situation: Situation) -> dict[str, tuple[str, ...]]:
    """Rules that could not judge, each with the parts of the situation that it lacks."""
    lacking = {
        rule.id: tuple(part for part in rule.needs if getattr(situation, part) is None)
        for rule in RULES
    }
    return {name: parts for name, parts in lacking.items() if parts}


def news(
    found: Sequence[Alert], earlier: Sequence[Told], *, as_of: pd.Timestamp, thresholds: Thresholds
) -> list[Alert]:
    """The alerts to send now.

    Held back are those of a topic that was told within the last `quiet_min` minutes, and
    those that repeat, no worse, what was told within the last day: the same topic with a
    start on the same Madrid day. What lasts is told once a day.

    Args:
        found: of this moment.
        earlier: all that was sent before; later ones than `as_of` are not looked at.
        as_of: now, UTC.
    """
    quiet = pd.Timedelta(minutes=thresholds.alerts.quiet_min)
    before = [told for told in earlier if told.at <= as_of]
    busy = {told.topic for told in before if as_of - told.at < quiet}
    known: dict[tuple[str, date], int] = {}
    for told in (told for told in before if as_of - told.at < DAY):
        key = (told.topic, local_date(told.start))
        known[key] = min(LEVELS.index(told.level), known.get(key, len(LEVELS)))
    fresh: dict[str, Alert] = {}
    for alert in found:
        worst = known.get((alert.topic, local_date(alert.found.start)), len(LEVELS))
        if alert.topic not in busy and LEVELS.index(alert.level) < worst:
            fresh.setdefault(alert.topic, alert)
    return list(fresh.values())
