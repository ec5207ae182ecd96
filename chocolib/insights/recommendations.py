"""What to run now and next, and why: the plan's word first, the price's where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.core.facts import Fact, Facts, sentence
from chocolib.core.i18n import Lang
from chocolib.core.results import Task
from chocolib.core.thresholds import Thresholds
from chocolib.core.time import HOUR, day_window, iso, local_date
from chocolib.insights.price_rules import quantile_of
from chocolib.insights.situation import PlanState, Situation
from chocolib.insights.windows import CheapWindow


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to do, and why.

    Attributes:
        id: "running", "start", "next", "wait" or "window".
        at: from when on, UTC.
        what, why: catalogue keys, filled in with the facts.
    """

    id: str
    at: pd.Timestamp
    what: str
    why: str
    facts: Facts

    def said(self, lang: Lang) -> tuple[str, str]:
        """What to do, and why."""
        return sentence(self.what, self.facts, lang), sentence(self.why, self.facts, lang)

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """As it stands in `chocolib alerts --json`."""
        what, why = self.said(lang)
        facts = {name: fact.to_dict() for name, fact in self.facts.items()}
        return {"id": self.id, "at": iso(self.at), "what": what, "why": why, "facts": facts}


def recommendations(
    situation: Situation, thresholds: Thresholds, windows: Sequence[CheapWindow]
) -> list[Advice]:
    """What to do now, then next.

    With a plan: what runs, what to start this hour, what comes next; its reason is the
    price of the task's hours beside the mean of the day. Without one: whether to wait, and
    the cheapest window to come.

    Args:
        windows: of the days ahead, for where there is no plan (`windows.cheap_windows`).
    """
    plan = situation.plan
    if plan is not None and any(task.end > situation.as_of for task in plan.tasks):
        return list(_planned(plan, situation))
    return [*_wait(situation, thresholds), *_window(situation, windows)]


def _planned(plan: PlanState, situation: Situation) -> Iterator[Advice]:
    now = situation.as_of
    this_hour = now.floor("h")
    running = [task for task in plan.tasks if task.start < this_hour and task.end > now]
    if running:
        facts = {
            "machines": Fact(", ".join(sorted({task.machine for task in running})), "key"),
            "until": Fact(min(task.end for task in running), "time"),
        }
        yield Advice("running", now, "advice.running.what", "advice.running.why", facts)
    ahead = sorted((t for t in plan.tasks if t.start >= this_hour), key=lambda task: task.start)
    starting = [task for task in ahead if task.start < this_hour + HOUR]
    for task in starting:
        yield _start(task, "start", situation)
    if len(ahead) > len(starting):
        yield _start(ahead[len(starting)], "next", situation)


def _start(task: Task, kind: str, situation: Situation) -> Advice:
    facts = {
        "stage": Fact(task.stage, "key"),
        "batch": Fact(task.batch, "key"),
        "machine": Fact(task.machine, "key"),
        "start": Fact(task.start, "time"),
        "end": Fact(task.end, "time"),
        "price": Fact(task.cost_eur / task.energy_kwh, "EUR/kWh"),
    }
    what = "advice.start.what" if kind == "start" else "advice.next.what"
    mean = _day_mean(situation.prices, task.start)
    if mean is None:
        return Advice(kind, task.start, what, "advice.start.why_price", facts)
    facts["mean"] = Fact(mean, "EUR/kWh")
    cheaper = task.cost_eur / task.energy_kwh < mean
    why = "advice.start.why_cheap" if cheaper else "advice.start.why_due"
    return Advice(kind, task.start, what, why, facts)


def _wait(situation: Situation, thresholds: Thresholds) -> Iterator[Advice]:
    """Wait, when this hour is dearer than usual and one soon is not."""
    if situation.prices is None:
        return
    prices, now = situation.prices.dropna(), situation.as_of.floor("h")
    days, least = thresholds.score.price_window_days, thresholds.score.price_least_days
    usual = quantile_of(prices, situation.as_of, days, 0.5, least)
    price = prices.get(now)
    if usual is None or price is None or price <= usual:
        return
    ends = now + thresholds.alerts.opportunity_within_h * HOUR
    soon = prices[(prices.index > now) & (prices.index <= ends) & (prices < usual)]
    if len(soon):
        facts = {
            "price": Fact(float(price), "EUR/kWh"),
            "usual": Fact(usual, "EUR/kWh"),
            "from": Fact(pd.Timestamp(soon.index[0]), "time"),
            "then": Fact(float(soon.iloc[0]), "EUR/kWh"),
            "window": Fact(days, "days"),
        }
        yield Advice("wait", now, "advice.wait.what", "advice.wait.why", facts)


def _window(situation: Situation, windows: Sequence[CheapWindow]) -> Iterator[Advice]:
    """The cheapest window to come, of those that save something."""
    coming = [w for w in windows if w.hours[0] >= situation.as_of.floor("h") and w.saving_eur > 0]
    if not coming:
        return
    best = min(coming, key=lambda window: window.mean_eur_kwh)
    facts = {
        "start": Fact(best.hours[0], "time"),
        "hours": Fact(len(best.hours)),
        "mean": Fact(best.mean_eur_kwh, "EUR/kWh"),
        "day_mean": Fact(best.day_mean_eur_kwh, "EUR/kWh"),
        "sure": Fact(float(round(100 * best.below_mean)), "%"),
    }
    yield Advice("window", best.hours[0], "advice.window.what", "advice.window.why", facts)


def _day_mean(prices: pd.Series | None, moment: pd.Timestamp) -> float | None:
    """Mean price of the Madrid day of a moment, when all of it is published."""
    if prices is None:
        return None
    window = day_window(local_date(moment))
    values = prices[(prices.index >= window.start) & (prices.index < window.end)].dropna()
    return float(values.mean()) if len(values) == len(window) else None
