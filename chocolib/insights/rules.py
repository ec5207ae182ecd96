"""What a rule and an alert are; the rules themselves stand in the `*_rules` modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from chocolib.core.facts import Fact, Facts, sentence
from chocolib.core.i18n import Lang, t
from chocolib.core.thresholds import Thresholds
from chocolib.core.time import iso
from chocolib.insights.situation import Situation

Level = Literal["info", "warning", "critical"]
LEVELS: tuple[Level, ...] = ("critical", "warning", "info")
LEVEL_WORDS: dict[Level, str] = {
    "critical": "alert.level.critical",
    "warning": "alert.level.warning",
    "info": "alert.level.info",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: an alert without its words.

    Attributes:
        start: when what it tells of begins (UTC); the same event keeps its start.
        end: when it ends, or None.
        facts: the evidence.
        subject: which of several things of the rule it is about; "" when there is one.
        level: when it differs from the rule's own.
    """

    start: pd.Timestamp
    facts: Facts
    end: pd.Timestamp | None = None
    subject: str = ""
    level: Level | None = None


Judge = Callable[[Situation, Thresholds], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One alert of the table.

    Attributes:
        needs: the parts of a `Situation` without which it cannot judge.
        title, evidence, todo, when: catalogue keys; `when` says the threshold.
        limits: the thresholds it uses, for `when`.
        judge: finds what there is to tell.
    """

    id: str
    level: Level
    needs: tuple[str, ...]
    title: str
    evidence: str
    todo: str
    when: str
    limits: Callable[[Thresholds], Facts]
    judge: Judge

    def threshold(self, thresholds: Thresholds, lang: Lang) -> str:
        """When it is raised, in words and numbers."""
        return sentence(self.when, self.limits(thresholds), lang)


@dataclass(frozen=True, slots=True)
class Alert:
    """Something worth telling, with its evidence.

    Attributes:
        topic: what the rate limit counts by: the rule, and its subject where it has one.
        limits: the thresholds that were passed.
    """

    rule: Rule
    found: Found
    limits: Facts

    @property
    def topic(self) -> str:
        """The rule's name, and the subject's after a colon."""
        return f"{self.rule.id}:{self.found.subject}" if self.found.subject else self.rule.id

    @property
    def level(self) -> Level:
        """How much it matters."""
        return self.found.level or self.rule.level

    def title(self, lang: Lang) -> str:
        """A few words."""
        return t(self.rule.title, lang)

    def evidence(self, lang: Lang) -> str:
        """The numbers and times."""
        return sentence(self.rule.evidence, {**self.limits, **self.found.facts}, lang)

    def todo(self, lang: Lang) -> str:
        """What to do."""
        return sentence(self.rule.todo, {**self.limits, **self.found.facts}, lang)

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """As it stands in `chocolib alerts --json`."""
        end = self.found.end
        return {
            "rule": self.rule.id,
            "topic": self.topic,
            "level": self.level,
            "start": iso(self.found.start),
            "end": iso(end) if end is not None else None,
            "title": self.title(lang),
            "evidence": self.evidence(lang),
            "todo": self.todo(lang),
            "threshold": sentence(self.rule.when, self.limits, lang),
            "facts": {name: fact.to_dict() for name, fact in self.found.facts.items()},
            "limits": {name: fact.to_dict() for name, fact in self.limits.items()},
        }


def no_limits(_: Thresholds) -> dict[str, Fact]:
    """The limits of a rule that has none."""
    return {}
