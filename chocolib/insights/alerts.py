"""All alerts of one moment, and which of them are news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from chocolib.core.i18n import Lang, t
from chocolib.core.thresholds import Thresholds
from chocolib.core.time import DAY
from chocolib.insights.climate_rules import CLIMATE_RULES
from chocolib.insights.data_rules import DATA_RULES
from chocolib.insights.price_rules import PRICE_RULES
from chocolib.insights.rules import LEVELS, Alert, Level, Rule
from chocolib.insights.situation import PARTS, Situation
from chocolib.insights.work_rules import WORK_RULES

RULES: tuple[Rule, ...] = (*PRICE_RULES, *CLIMATE_RULES, *DATA_RULES, *WORK_RULES)


@dataclass(frozen=True, slots=True)
class Told:
    """An alert that was sent: what the rate limit remembers of it.

    Attributes:
        at: when it was sent, UTC.
        start, end: of what it told of, UTC; no end: it lasts.
    """

    topic: str
    level: Level
    at: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp | None = None

    @classmethod
    def of(cls, alert: Alert, at: pd.Timestamp) -> Told:
        """What to remember of an alert sent at `at`."""
        return cls(alert.topic, alert.level, at, alert.found.start, alert.found.end)

    def covers(self, alert: Alert) -> bool:
        """Whether it told of the same: same topic, overlapping in time, and no less bad."""
        found = alert.found
        begins_later = self.end is not None and found.start >= self.end
        ends_before = found.end is not None and found.end <= self.start
        worse = LEVELS.index(alert.level) < LEVELS.index(self.level)
        return self.topic == alert.topic and not (begins_later or ends_before or worse)


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


def said_unjudged(rule: str, parts: Sequence[str], lang: Lang) -> str:
    """The sentence that says what a rule could not judge, and why."""
    title = next(one.title for one in RULES if one.id == rule)
    lacking = ", ".join(t(PARTS[part], lang) for part in parts)
    return t("alert.not_judged", lang, title=t(title, lang), parts=lacking)


def news(
    found: Sequence[Alert], earlier: Sequence[Told], *, as_of: pd.Timestamp, thresholds: Thresholds
) -> list[Alert]:
    """The alerts to send now.

    Held back are those of a topic that was told within the last `quiet_min` minutes, and
    those that `Told.covers` of something told within the last day. What lasts is told once
    a day, and at once when it gets worse. Of several of one topic the first is sent, the
    next one a quarter of an hour later.

    Args:
        found: of this moment.
        earlier: all that was sent before; later ones than `as_of` are not looked at.
        as_of: now, UTC.
    """
    quiet = pd.Timedelta(minutes=thresholds.alerts.quiet_min)
    before = [told for told in earlier if told.at <= as_of]
    busy = {told.topic for told in before if as_of - told.at < quiet}
    recent = [told for told in before if as_of - told.at < DAY]
    fresh: dict[str, Alert] = {}
    for alert in found:
        if alert.topic not in busy and not any(told.covers(alert) for told in recent):
            fresh.setdefault(alert.topic, alert)
    return list(fresh.values())
