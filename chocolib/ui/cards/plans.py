"""Cards on the plan: what to start next, the whole of it, what it saves."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, day_name, moment, money, number, t
from chocolib.core.results import Plan, Task
from chocolib.ui import charts
from chocolib.ui.cards.parts import DAILY, empty, fold, line, scroll, span_text
from chocolib.ui.charts.axes import relative_day
from chocolib.ui.charts.rows import machines, product_name
from chocolib.ui.export import export
from chocolib.ui.svg import esc
from chocolib.ui.theme import card

#: Kilograms and kilowatt-hours closer than this count as the same.
SAME = 1e-3
#: The least sum of money worth a word, EUR.
CENT = 0.01


def next_up(plan: Plan | None, *, now: pd.Timestamp, lang: Lang, synthetic: bool = False) -> str:
    """What to do next: the next task to start, big, and the two after it."""
    title = t("ui.next.title", lang)
    if plan is None:
        return empty(title, t("ui.empty.plan", lang), DAILY, lang=lang, name="next-up")
    tasks = sorted(plan.best.tasks, key=lambda task: (task.start, task.machine))
    ahead = [task for task in tasks if task.start >= now]
    names = dict(machines(tasks, lang))
    if ahead:
        body = _headline(ahead[0], names, now, lang) + _following(ahead[1:3], names, now, lang)
    else:
        body = line(t("ui.next.none", lang), "cc-lead")
    running = [names[task.machine] for task in tasks if task.start <= now < task.end]
    if running:
        body += line(t("ui.next.running", lang, machines=", ".join(running)), "cc-lead")
    body += line(t("ui.plan.made", lang, when=moment(plan.as_of, lang)))
    return card(title, body, lang=lang, synthetic=synthetic or plan.synthetic, name="next-up")


def _headline(task: Task, names: dict[str, str], now: pd.Timestamp, lang: Lang) -> str:
    when = f"{relative_day(task.start, now, lang)} {clock(task.start)}"
    wait = t("ui.next.in", lang, span=span_text(task.start - now, lang))
    return (
        line(when[:1].upper() + when[1:], "cc-mid")
        + line(_what(task, names, lang), "cc-lead")
        + line(wait)
    )


def _what(task: Task, names: dict[str, str], lang: Lang) -> str:
    return t(
        "ui.next.what",
        lang,
        machine=names[task.machine],
        batch=task.batch,
        product=product_name(task.product, lang).lower(),
    )


def _short(task: Task, names: dict[str, str], lang: Lang) -> str:
    return t("ui.next.short", lang, machine=names[task.machine], batch=task.batch)


def _following(tasks: Sequence[Task], names: dict[str, str], now: pd.Timestamp, lang: Lang) -> str:
    items = "".join(
        f"<li><span>{esc(_short(task, names, lang))}</span><span>"
        f"{esc(relative_day(task.start, now, lang))} {clock(task.start)}</span></li>"
        for task in tasks
    )
    return f'<ul class="cc-rows cc-mute">{items}</ul>' if items else ""


def plan_card(
    plan: Plan | None,
    prices: pd.Series | None = None,
    *,
    now: pd.Timestamp,
    lang: Lang,
    synthetic: bool = False,
    table: bool = True,
) -> str:
    """The plan: its totals, its chart, and its batches in a table behind a fold.

    Args:
        plan: the newest plan, or `None`.
        prices: EUR/kWh by UTC hour for the strip over the chart, known or forecast.
        now: UTC, marked on the chart.
        lang: language of the texts.
        synthetic: mark the card as demonstration data.
        table: with its batches in a table behind a fold.
    """
    title = t("ui.plan.title", lang)
    if plan is None:
        return empty(title, t("ui.empty.plan", lang), DAILY, lang=lang, name="plan")
    synthetic = synthetic or plan.synthetic
    totals = t(
        "ui.plan.totals",
        lang,
        batches=plan.best.batches,
        kg=number(plan.best.kg, lang, 0),
        kwh=number(plan.best.energy_kwh, lang, 0),
        cost=money(plan.best.cost_eur, lang),
    )
    picture = charts.gantt(plan, prices, lang=lang, now=now, synthetic=synthetic)
    body = line(totals, "cc-lead") + picture + _proof(plan, lang)
    body += batch_table(plan, lang) if table else ""
    body += export(_tasks(plan), "plan", lang=lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="plan")


def _tasks(plan: Plan) -> pd.DataFrame:
    """The bars of the chart, one row each, for other programs."""
    names = ("batch", "product", "stage", "machine", "start", "end", "energy_kwh", "cost_eur")
    rows = [{name: getattr(task, name) for name in names} for task in plan.best.tasks]
    return pd.DataFrame(rows, columns=list(names)).sort_values(["start", "machine"])


def _proof(plan: Plan, lang: Lang) -> str:
    made = t("ui.plan.made", lang, when=moment(plan.as_of, lang))
    if plan.gap < 0.0005:
        return line(f"{made} {t('ui.plan.proven', lang)}")
    key = "ui.plan.optimal" if plan.status == "optimal" else "ui.plan.feasible"
    return line(f"{made} {t(key, lang, gap=number(plan.gap * 100, lang, 1))}")


def batch_table(plan: Plan, lang: Lang) -> str:
    """A row per batch behind a fold: product, from, to, energy and cost."""
    if not plan.best.tasks:
        return ""
    batches: dict[str, list[Task]] = {}
    for task in sorted(plan.best.tasks, key=lambda task: task.start):
        batches.setdefault(task.batch, []).append(task)
    heads = [
        (t("ui.plan.batch", lang), ""),
        (t("ui.plan.product", lang), ""),
        (t("ui.plan.starts", lang), ""),
        (t("ui.plan.ends", lang), ""),
        ("kWh", ' class="cc-n"'),
        ("€", ' class="cc-n"'),
    ]
    head = "".join(f'<th scope="col"{side}>{esc(text)}</th>' for text, side in heads)
    rows = "".join(_batch_row(name, tasks, lang) for name, tasks in batches.items())
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    summary = t("ui.plan.table", lang, batches=len(batches))
    return fold(summary, scroll(table, summary))


def _batch_row(name: str, tasks: list[Task], lang: Lang) -> str:
    cells = [
        name,
        product_name(tasks[0].product, lang),
        _day_and_time(tasks[0].start, lang),
        _day_and_time(max(task.end for task in tasks), lang),
    ]
    numbers = [
        number(sum(task.energy_kwh for task in tasks), lang, 0),
        number(sum(task.cost_eur for task in tasks), lang, 2),
    ]
    texts = "".join(f"<td>{esc(cell)}</td>" for cell in cells)
    return f"<tr>{texts}" + "".join(f'<td class="cc-n">{n}</td>' for n in numbers) + "</tr>"


def _day_and_time(when: pd.Timestamp, lang: Lang) -> str:
    return f"{day_name(when, lang)} {time.local(when).day}, {clock(when)}"


def saving(plan: Plan | None, *, lang: Lang, synthetic: bool = False) -> str:
    """What the plan saves against as usual, EUR and %, always at equal kilograms and energy.

    Batches that would be late as usual are counted beside it; a plan that costs more
    for being on time says how much more.
    """
    title = t("ui.saving.title", lang)
    if plan is None:
        return empty(title, t("ui.empty.plan", lang), DAILY, lang=lang, name="saving")
    best, usual = plan.best, plan.as_usual
    same = abs(best.kg - usual.kg) <= SAME and abs(best.energy_kwh - usual.energy_kwh) <= SAME
    body = _compared(plan, lang) if same else line(t("ui.saving.unequal", lang), "cc-warn")
    body += line(t("ui.plan.made", lang, when=moment(plan.as_of, lang)))
    return card(title, body, lang=lang, synthetic=synthetic or plan.synthetic, name="saving")


def _compared(plan: Plan, lang: Lang) -> str:
    gain = plan.saving_eur
    if gain < -CENT:
        more = t("ui.saving.more", lang, cost=money(-gain, lang))
        return line(more, "cc-lead") + _late(plan, lang) + _same(plan, lang)
    if gain < CENT / 2:
        return line(t("ui.saving.none", lang), "cc-lead") + _late(plan, lang)
    share = t("ui.saving.share", lang, share=number(plan.saving_share * 100, lang, 1))
    head = line(money(gain, lang), "cc-mid") + line(share, "cc-lead")
    return head + _late(plan, lang) + _same(plan, lang)


def _late(plan: Plan, lang: Lang) -> str:
    """The batches that as usual would miss their due time, which the plan never does."""
    if not plan.late:
        return ""
    key = "ui.saving.late_one" if plan.late == 1 else "ui.saving.late"
    return line(t(key, lang, batches=plan.late), "cc-lead")


def _same(plan: Plan, lang: Lang) -> str:
    return line(t("ui.saving.same", lang)) + _meter(plan, lang)


def _meter(plan: Plan, lang: Lang) -> str:
    widest = max(plan.best.cost_eur, plan.as_usual.cost_eur)
    rows = [
        (t("ui.saving.usual", lang), plan.as_usual.cost_eur, ""),
        (t("ui.saving.plan", lang), plan.best.cost_eur, "cc-ours"),
    ]
    bars = "".join(
        f'<span>{esc(name)}</span><i class="{kind}" style="width:{max(cost, 0) / widest:.1%}"></i>'
        f"<b>{esc(money(cost, lang))}</b>"
        for name, cost, kind in rows
    )
    return f'<div class="cc-meter">{bars}</div>'
