"""docs/alerts.md from the table of rules; called by `docs.generate`."""

from __future__ import annotations

from chocolib.core.i18n import t
from chocolib.core.thresholds import Thresholds
from chocolib.insights.alerts import RULES
from chocolib.insights.rules import LEVEL_WORDS, Rule
from chocolib.insights.situation import PARTS

#: The blanks of what to do, in words: an alert fills them in with its facts.
BLANKS = {"first": "the first of them", "model": "MODEL", "job": "JOB"}
HEAD = """# Alerts

Made from the rules in `chocolib/insights/` by `make docs`; do not edit.

`chocolib alerts` judges one moment, by what was known then. Each alert has a level, the
numbers and times behind it, the threshold that was passed, and what to do. Thresholds stand
in `chocolib/core/thresholds.py` (how late a series may be: `chocolib/core/schema.py`); a
factory file may override them. A rule that lacks what it judges is named ("not judged"),
never skipped in silence. How they did on real days: [insights.md](insights.md).

At most one alert of a topic every {quiet} minutes. What overlaps in time with what was told
within the last day is told again only when it is worse; what lasts is told once a day.

| rule | level | raised when | what to do | needs |
|---|---|---|---|---|"""


def alerts() -> str:
    """Every rule with its threshold in words."""
    thresholds = Thresholds()
    lines = [_line(rule, thresholds) for rule in RULES]
    return "\n".join([HEAD.format(quiet=thresholds.alerts.quiet_min), *lines, ""])


def _line(rule: Rule, thresholds: Thresholds) -> str:
    needs = ", ".join(dict.fromkeys(t(PARTS[part], "en") for part in rule.needs))
    cells = (
        f"`{rule.id}`: {t(rule.title, 'en')}",
        t(LEVEL_WORDS[rule.level], "en"),
        rule.threshold(thresholds, "en"),
        t(rule.todo, "en", **BLANKS),
        needs,
    )
    return "| " + " | ".join(cells) + " |"
