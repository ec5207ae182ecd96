"""The card of a plan's batches: what each is doing now, when, where, and what it costs."""

from __future__ import annotations

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, day_name, money, number, t
from chocolib.core.results import Plan, Task
from chocolib.ui.cards.parts import scroll
from chocolib.ui.charts.rows import machine_name, product_name
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card, chip

#: What a batch is doing, as catalogue keys; the mark of each.
STATE_KEYS = {
    "late": "plan.state.late",
    "done": "plan.state.done",
    "running": "plan.state.running",
    "waiting": "plan.state.waiting",
    "next": "plan.state.next",
    "planned": "plan.state.planned",
}
_DOTS = {"late": "cc-P1", "running": "cc-P3", "next": "cc-P2"}


def by_batch(plan: Plan) -> dict[str, list[Task]]:
    """The tasks of each batch in their order, the batch that begins first at the top."""
    found: dict[str, list[Task]] = {}
    for task in sorted(plan.best.tasks, key=lambda task: (task.start, task.batch)):
        found.setdefault(task.batch, []).append(task)
    return found


def states(plan: Plan, now: pd.Timestamp) -> dict[str, str]:
    """What each batch is doing at `now` (UTC), one of `STATE_KEYS`.

    "late" is a batch that will be, or was, ready after it was due, whatever it is doing.
    """
    late = {batch.batch for batch in plan.late_batches}
    found = {batch: _doing(tasks, now) for batch, tasks in by_batch(plan).items()}
    first = next((batch for batch, doing in found.items() if doing == "planned"), None)
    if first is not None:
        found[first] = "next"
    return {batch: "late" if batch in late else doing for batch, doing in found.items()}


def _doing(tasks: list[Task], now: pd.Timestamp) -> str:
    if tasks[-1].end <= now:
        return "done"
    if tasks[0].start > now:
        return "planned"
    return "running" if any(task.start <= now < task.end for task in tasks) else "waiting"


def batches_card(plan: Plan, *, now: pd.Timestamp, lang: Lang, synthetic: bool = False) -> str:
    """A row per batch: product and state, from and to, machine, energy and cost."""
    heads = [
        t("ui.plan.batch", lang),
        t("plan.batches.when", lang),
        t("plan.batches.cost", lang),
    ]
    kinds = ("", "", "cc-n")
    head = "".join(
        tag("th", esc(text), scope="col", class_=kind or None)
        for text, kind in zip(heads, kinds, strict=True)
    )
    doing = states(plan, now)
    rows = "".join(
        _row(batch, tasks, doing[batch], lang) for batch, tasks in by_batch(plan).items()
    )
    title = t("plan.batches.title", lang)
    made = f'<table class="cc-batches"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    body = scroll(made, title)
    synthetic = synthetic or plan.synthetic
    return card(title, body, lang=lang, synthetic=synthetic, name="batches")


def _row(batch: str, tasks: list[Task], doing: str, lang: Lang) -> str:
    longest = max(tasks, key=lambda task: task.end - task.start)
    kwh = number(sum(task.energy_kwh for task in tasks), lang, 0)
    cost = money(sum(task.cost_eur for task in tasks), lang)
    said = esc(product_name(tasks[0].product, lang))
    mark = chip(t(STATE_KEYS[doing], lang), _DOTS.get(doing, ""))
    machine = esc(machine_name(longest.stage, longest.machine, lang))
    begins, ends = _when(tasks[0].start, lang), _when(tasks[-1].end, lang)
    span = f"{esc(begins)} <span>→ {esc(ends)}</span>"
    return (
        f'<tr data-state="{doing}"><th scope="row"><b>{esc(batch)}</b> {mark}'
        f"<small>{said}</small></th><td>{span}<small>{machine}</small></td>"
        f'<td class="cc-n">{esc(cost)}<small>{kwh} kWh</small></td></tr>'
    )


def _when(moment: pd.Timestamp, lang: Lang) -> str:
    return f"{day_name(moment, lang)} {time.local(moment).day}, {clock(moment)}"
