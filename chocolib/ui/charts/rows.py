"""How a schedule reads: its machines in stage order, its products, its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean

from chocolib.core.i18n import Lang, clock, day, money, number, t
from chocolib.core.results import Task

#: Shown names of the default factory's stages and products, as catalogue keys.
STAGE_KEYS = {
    "mix": "ui.stage.mix",
    "refine": "ui.stage.refine",
    "conche": "ui.stage.conche",
    "temper": "ui.stage.temper",
    "mould": "ui.stage.mould",
}
PRODUCT_KEYS = {
    "standard": "ui.product.standard",
    "premium": "ui.product.premium",
    "ultra": "ui.product.ultra",
}

#: How many products have a colour of their own.
SWATCHES = 4


def stage_name(stage: str, lang: Lang) -> str:
    """A stage for people; a name the catalogue does not know stays as it is."""
    return t(STAGE_KEYS[stage], lang) if stage in STAGE_KEYS else stage


def product_name(product: str, lang: Lang) -> str:
    """A product for people; a name the catalogue does not know stays as it is."""
    return t(PRODUCT_KEYS[product], lang) if product in PRODUCT_KEYS else product


def machine_name(stage: str, machine: str, lang: Lang) -> str:
    """A machine for people: its stage, and its number when it has one ("Conchado 2")."""
    if stage not in STAGE_KEYS:
        return machine
    digits = re.search(r"(\d+)\s*$", machine)
    return f"{stage_name(stage, lang)} {digits[1]}" if digits else stage_name(stage, lang)


def machines(tasks: Sequence[Task], lang: Lang) -> list[tuple[str, str]]:
    """`(machine, shown name)` in stage order; a lone machine of a stage loses its number."""
    found = sorted({(task.stage, task.machine) for task in tasks}, key=lambda pair: pair[1])
    order = _stage_order(tasks)
    found.sort(key=lambda pair: order[pair[0]])
    per_stage = [stage for stage, _ in found]
    return [
        (
            machine,
            stage_name(stage, lang)
            if per_stage.count(stage) == 1 and stage in STAGE_KEYS
            else machine_name(stage, machine, lang),
        )
        for stage, machine in found
    ]


def _stage_order(tasks: Sequence[Task]) -> dict[str, float]:
    """The mean place of each stage within its batches, which is the order of the process."""
    batches: dict[str, list[Task]] = {}
    for task in sorted(tasks, key=lambda task: task.start):
        batches.setdefault(task.batch, []).append(task)
    places: dict[str, list[int]] = {}
    for batch in batches.values():
        for place, task in enumerate(batch):
            places.setdefault(task.stage, []).append(place - len(batch))
    return {stage: fmean(found) for stage, found in places.items()}


def swatches(tasks: Sequence[Task]) -> dict[str, str]:
    """The colour class of each product: known products first, so that they keep theirs."""
    found = {task.product for task in tasks}
    known = [product for product in PRODUCT_KEYS if product in found]
    others = sorted(found - set(known))
    fixed = {product: list(PRODUCT_KEYS).index(product) for product in known}
    return {product: f"q{place + 1}" for product, place in fixed.items()} | {
        product: f"q{(SWATCHES - 1 - n) % SWATCHES + 1}" for n, product in enumerate(others)
    }


def task_text(task: Task, machine: str, lang: Lang) -> str:
    """A task in one line: batch, product, machine, from, to, energy and cost."""
    start, end = clock(task.start), clock(task.end)
    return (
        f"{task.batch} {product_name(task.product, lang)} · {machine} · "
        f"{day(task.start, lang)} {start}–{end} · "
        f"{number(task.energy_kwh, lang, 0)} kWh · {money(task.cost_eur, lang)}"
    )
