"""`Trained`: the production models and how they did where they had not looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.models.production import ProductionForests
from chocolib.models.production_rolling import FOREST, SPREAD
from chocolib.models.production_skill import confusion, difference, scores

#: Skill is stated against each of these.
REFERENCES = ("same-hour-day", "same-hour-week", "climatology", "rule-naive", SPREAD)


@dataclass(frozen=True, slots=True)
class Trained:
    """Both forests, trained on all that is over, and how they did where they had not looked.

    Attributes:
        told: every hour of the test and what each method said of it.
        lost: points of MAE that the score's forest loses without a feature.
        facts: hours, dates and seconds: what a saved version states.
    """

    forests: ProductionForests
    told: pd.DataFrame
    lost: pd.Series
    facts: dict[str, Any]

    def skill(self, against: str = SPREAD) -> pd.DataFrame:
        """The table of `production_skill.scores`, over all leads."""
        return scores(self.told, against)

    def by_lead(self) -> pd.DataFrame:
        """MAE, accuracy and ranked probability score of each method by days ahead."""
        parts = {
            days: scores(part, SPREAD)[["mae", "accuracy", "rps"]]
            for days, part in self.told.groupby("ahead_days")
        }
        return pd.concat(parts, names=["ahead_days"])

    def confusion(self, method: str = FOREST) -> pd.DataFrame:
        """Hours by the class that came and the one that a method foretold."""
        told = self.told[self.told["method"] == method]
        return confusion(told["named"], told["class"])

    def beats_the_rule(self) -> dict[str, float]:
        """MAE of the forest less that of the rule on the champion's forecast, with interval."""
        return difference(self.told, FOREST, SPREAD)

    def to_dict(self) -> dict[str, Any]:
        """Facts and metrics as JSON holds them."""
        table = self.skill()
        skills = {
            reference: {
                f"{error}_skill": 1 - float(table[error][FOREST] / table[error][reference])
                for error in ("mae", "rps")
            }
            for reference in REFERENCES
        }
        methods = table[["hours", "mae", "accuracy", "macro_f1", "rps"]]
        return {
            **self.facts,
            "methods": methods.to_dict("index"),
            "forest_skill": skills,
            "forest_less_rule_mae": self.beats_the_rule(),
        }
