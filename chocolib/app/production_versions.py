"""The production models as versions: kept and measured beside the rule that they would replace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chocolib.app.backtest import code_hash, library_versions
from chocolib.app.context import Context
from chocolib.app.production import train_production
from chocolib.app.training import prune
from chocolib.app.versions import PRODUCTION, shelf
from chocolib.core.time import iso
from chocolib.models.production import ProductionForests
from chocolib.models.production_review import Trained
from chocolib.models.production_rolling import FOREST, RULE

FILE = "forests.skops"


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of the production models that was trained and kept.

    Attributes:
        version: its name.
        decision: as it stands in the record.
        trained: the models and all that was measured.
    """

    version: str
    decision: dict[str, Any]
    trained: Trained


def train_production_version(context: Context) -> Kept:
    """Train both forests, keep them as a version, and record how they compare with the rule.

    What is in use is the exact rule on the champion's forecast; a forest is put in use by no
    figure of its own, so the decision is always to keep it beside, with the figures that a
    person needs to decide otherwise.

    Raises:
        NotEnoughData: too few hours have a price and weather.
    """
    made = train_production(context)
    told = made.to_dict()
    here = shelf(context)
    facts = {
        "model": PRODUCTION,
        "code_sha256": code_hash(),
        "libraries": library_versions(),
        "synthetic": context.store.synthetic,
        "data": {"first": told["first"], "last": told["last"], "hours": told["rows"]},
        "trial": {"figures": told["methods"][FOREST]},
        "measured": told,
    }
    version = here.put(PRODUCTION, context.as_of, facts, {FILE: made.forests.to_bytes()})
    decision = {
        "at": iso(context.now),
        "as_of": iso(context.as_of),
        "version": version,
        "against": RULE,
        "promoted": False,
        "why": _why(told["forest_less_rule_mae"]),
    }
    here.decide(PRODUCTION, decision)
    prune(here, PRODUCTION)
    return Kept(version, decision, made)


def forests_of(context: Context, version: str) -> ProductionForests:
    """The forests of a version, its seal and hashes verified before they are read.

    Raises:
        SettingsError: there is no such version; ModelRejected: damaged or foreign.
    """
    return ProductionForests.from_bytes(shelf(context).load(PRODUCTION, version).files[FILE])


def _why(gap: dict[str, float]) -> str:
    said = f"MAE of the score less that of the rule {gap['difference']:+.2f} points"
    span = f"95 % interval {gap['low']:+.2f} to {gap['high']:+.2f}"
    better = "it is better, yet" if gap["high"] < 0 else "no better than chance allows:"
    return f"{said}, {span}; {better} scores are made by the rule on the champion's forecast"
