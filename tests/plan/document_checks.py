"""A second opinion on a plan: plain Python over its JSON, sharing nothing with the package.

`faults` reads the document of `chocolib plan --json` beside the factory as a plain
dict (`spec.model_dump()`) and the prices as a dict of ISO hours, and lists what is wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MADRID, UTC = ZoneInfo("Europe/Madrid"), ZoneInfo("UTC")
HOUR = timedelta(hours=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_VALLEY = {(1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)}

Factory = dict[str, Any]
Task = dict[str, Any]


def faults(
    document: dict[str, Any],
    factory: Factory,
    prices: dict[str, float],
    *,
    first_day: date,
    days: int,
    late: bool = False,
) -> list[str]:
    """What is wrong with one schedule of a document (the plan itself, or its as_usual)."""
    tasks = [
        task | {"from": _time(task["start"]), "to": _time(task["end"])}
        for task in document["batches"]
    ]
    demand = list(_demand(factory, first_day, days))
    return [
        *_machines(tasks, factory),
        *_routes(tasks, factory),
        *_tanks(tasks, factory),
        *_power(tasks, factory),
        *_staff(tasks, factory),
        *_deliveries(tasks, factory, demand, late),
        *_sums(document, tasks, factory, prices, demand),
    ]


def _machines(tasks: list[Task], factory: Factory) -> Iterator[str]:
    allowed = {f"{s['name']}-{n + 1}" for s in factory["stages"] for n in range(s["machines"])}
    busy: set[tuple[str, datetime]] = set()
    for task in tasks:
        if task["machine"] not in allowed or not task["machine"].startswith(task["stage"]):
            yield f"{task['batch']}: {task['machine']}?"
        for hour in _hours(task):
            if (task["machine"], hour) in busy:
                yield f"{task['machine']} twice at {hour}"
            busy.add((task["machine"], hour))


def _routes(tasks: list[Task], factory: Factory) -> Iterator[str]:
    routes = _by_batch(tasks)
    for batch, route in routes.items():
        if [task["stage"] for task in route] != [stage["name"] for stage in factory["stages"]]:
            yield f"{batch} goes through {[task['stage'] for task in route]}"
            continue
        for stage, task in zip(factory["stages"], route, strict=True):
            if task["to"] - task["from"] != stage["hours"][task["product"]] * HOUR:
                yield f"{batch} {stage['name']} lasts {task['to'] - task['from']}"
        for stage, task, following in zip(factory["stages"], route, route[1:], strict=False):
            wait = following["from"] - task["to"]
            if not timedelta(0) <= wait <= stage["hold_max_h"] * HOUR:
                yield f"{batch} waits {wait} after {stage['name']}"


def _tanks(tasks: list[Task], factory: Factory) -> Iterator[str]:
    for number, stage in enumerate(factory["stages"][:-1]):
        waiting: Counter[datetime] = Counter()
        for route in _by_batch(tasks).values():
            waiting.update(_span(route[number]["to"], route[number + 1]["from"]))
        if stage["tank_batches"] is not None and waiting:
            hour, most = max(waiting.items(), key=lambda item: item[1])
            if most > stage["tank_batches"]:
                yield f"{most} batches wait after {stage['name']} at {hour}"


def _power(tasks: list[Task], factory: Factory) -> Iterator[str]:
    kw = {stage["name"]: stage["power_kw"] for stage in factory["stages"]}
    load: dict[datetime, float] = defaultdict(float)
    for task in tasks:
        for hour in _hours(task):
            load[hour] += kw[task["stage"]]
    for hour, drawn in load.items():
        if drawn > factory["power_limit_kw"][_period(hour)] + 1e-6:
            yield f"{drawn} kW at {hour}"


def _staff(tasks: list[Task], factory: Factory) -> Iterator[str]:
    attended = {stage["name"]: stage["attended"] for stage in factory["stages"]}
    for task in tasks:
        hours = list(_hours(task))
        for hour in hours if attended[task["stage"]] == "whole" else hours[:1]:
            if not _staffed(hour, factory):
                yield f"nobody at {task['batch']} {task['stage']} at {hour}"


def _deliveries(
    tasks: list[Task], factory: Factory, demand: list[tuple[str, datetime, datetime]], late: bool
) -> Iterator[str]:
    last = factory["stages"][-1]["name"]
    for product in factory["demand"]["mix"]:
        ready = sorted(t["to"] for t in tasks if (t["product"], t["stage"]) == (product, last))
        asked = [(earliest, due) for name, earliest, due in demand if name == product]
        if len(ready) != len(asked):
            yield f"{len(ready)} batches of {product}, {len(asked)} asked"
        for end, (earliest, due) in zip(ready, asked, strict=False):
            if end < earliest or (end > due and not late):
                yield f"{product} ready {end}, wanted {earliest} to {due}"


def _sums(
    document: dict[str, Any],
    tasks: list[Task],
    factory: Factory,
    prices: dict[str, float],
    demand: list[tuple[str, datetime, datetime]],
) -> Iterator[str]:
    kw = {stage["name"]: stage["power_kw"] for stage in factory["stages"]}
    energy = cost = 0.0
    for task in tasks:
        paid = [prices[_iso(hour)] for hour in _hours(task)]
        kwh, eur = kw[task["stage"]] * len(paid), kw[task["stage"]] * sum(paid)
        if abs(task["energy_kwh"] - kwh) > 1e-3 or abs(task["cost_eur"] - eur) > 1e-5:
            yield f"{task['batch']} {task['stage']}: {kwh} kWh, {eur} EUR"
        energy, cost = energy + kwh, cost + eur
    named = {"energy_kwh": energy, "cost_eur": cost, "kg": len(demand) * factory["batch_kg"]}
    for name, value in named.items():
        if abs(document[name] - value) > 1e-3:
            yield f"{name} is {value}, the document says {document[name]}"


def _demand(
    factory: Factory, first_day: date, days: int
) -> Iterator[tuple[str, datetime, datetime]]:
    """Product, earliest and due of every batch, by day."""
    asked = factory["demand"]
    for day in (first_day + timedelta(days=n) for n in range(days)):
        factor = asked["month_factor"].get(day.month, 1.0)
        kg = asked["kg"].get(WEEKDAYS[day.weekday()], 0.0) * factor
        asked_for = 0.0 if day in factory["calendar"]["closed"] else kg / factory["batch_kg"]
        whole = int(asked_for) + (round(asked_for % 1, 6) > 0.5)  # an exact half goes down
        first, *others = asked["mix"]
        counts = {product: int(whole * asked["mix"][product] + 1e-9) for product in others}
        counts = {first: whole - sum(counts.values())} | counts
        earliest = _local(day - timedelta(days=asked["made_ahead_days"]), 0)
        for product, count in counts.items():
            yield from [(product, earliest, _due(day, factory))] * count


def _due(day: date, factory: Factory) -> datetime:
    for ahead in range(1, 40):
        day_after = day + timedelta(days=ahead)
        ends = [s["end"] for s in factory["shifts"] if WEEKDAYS[day_after.weekday()] in s["days"]]
        if ends and day_after not in factory["calendar"]["closed"]:
            return _local(day_after, max(ends))
    raise AssertionError("nobody works")


def _staffed(hour: datetime, factory: Factory) -> bool:
    here = hour.astimezone(MADRID)
    return here.date() not in factory["calendar"]["closed"] and any(
        WEEKDAYS[here.weekday()] in shift["days"] and shift["start"] <= here.hour < shift["end"]
        for shift in factory["shifts"]
    )


def _period(hour: datetime) -> str:
    here = hour.astimezone(MADRID)
    if here.weekday() >= 5 or (here.month, here.day) in ALL_VALLEY or here.hour < 8:
        return "P3"
    return "P1" if 10 <= here.hour < 14 or 18 <= here.hour < 22 else "P2"


def _by_batch(tasks: list[Task]) -> dict[str, list[Task]]:
    routes: dict[str, list[Task]] = defaultdict(list)
    for task in sorted(tasks, key=lambda task: task["from"]):
        routes[task["batch"]].append(task)
    return routes


def _hours(task: Task) -> Iterator[datetime]:
    return _span(task["from"], task["to"])


def _span(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += HOUR


def _local(day: date, hour: int) -> datetime:
    day, hour = (day + timedelta(days=1), 0) if hour == 24 else (day, hour)
    return datetime(day.year, day.month, day.day, hour, tzinfo=MADRID).astimezone(UTC)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _iso(hour: datetime) -> str:
    return hour.strftime("%Y-%m-%dT%H:%M:%SZ")
