"""What more capacity would be worth on a year's real prices: sampled weeks, planned again."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.core.errors import NotEnoughData
from chocolib.core.time import DAY, Window, midnight
from chocolib.plan.capacity import Variant, Week, next_batches, variants, week, worth

#: Told the plans made and all of them.
Tell = Callable[[int, int], None]
WEEKS_A_YEAR = 365.25 / 7
#: Prices a week needs: its dues, and as usual after them.
_REACH = 21 * DAY


@dataclass(frozen=True, slots=True)
class _Job:
    """One plan to make: a variant in a week."""

    monday: date
    variant: Variant

    @property
    def key(self) -> str:
        """Names it in the file of results."""
        return f"{self.monday.isoformat()} {self.variant.key}"


def capacity(
    context: Context, *, year: int, weeks: int, jobs: int = -1, tell: Tell = lambda *_: None
) -> dict[str, Any]:
    """The document of `chocolib capacity --json`.

    Evenly spaced weeks of the year are planned with perfect foresight of the prices known
    at `as_of`, the factory empty on Monday, once for every change. Finished plans are kept
    in `capacity/` of the home, so that a run that was stopped goes on.

    Args:
        weeks: how many of the year's weeks; those without all prices are left out.
        jobs: processes; -1 is as many as cores.

    Raises:
        NotEnoughData: no week of the year has all its prices.
    """
    mondays, prices = _weeks(context, year, weeks)
    spec = context.factory
    tasks = [
        _Job(monday, variant)
        for monday in mondays
        for variant in (*variants(spec), *next_batches(spec, monday))
    ]
    file = _file(context, prices)
    done = _run(tasks, prices, file, jobs, tell)
    base = [done[_Job(monday, next(variants(spec))).key] for monday in mondays]
    rows = []
    for variant in (*variants(spec), *next_batches(spec, mondays[0])):
        own = [done[f"{monday.isoformat()} {variant.key}"] for monday in mondays]
        found = worth(variant, own, base)
        rows.append({name: _plain(value) for name, value in asdict(found).items()})
    batches = {variant.key for variant in next_batches(spec, mondays[0])}
    for row in rows:  # a machine saves all year, a batch more is one batch more
        saved = None if row["key"] in batches else row["eur_week"]
        row["eur_year"] = None if saved is None else round(saved * WEEKS_A_YEAR, 2)
    return {
        "factory": spec.name,
        "year": year,
        "weeks": [monday.isoformat() for monday in mondays],
        "how": f"{len(mondays)} weeks of {year}, evenly spaced, each from an empty factory with "
        f"perfect foresight; a year is {WEEKS_A_YEAR:.2f} times their mean",
        "changes": [row for row in rows if row["key"] != "as-is"],
        "as_is_eur_week": _plain(sum(w.eur or 0.0 for w in base) / len(base)),
    }


def _weeks(context: Context, year: int, weeks: int) -> tuple[list[date], pd.Series]:
    first = date(year, 1, 1) + timedelta(days=(7 - date(year, 1, 1).weekday()) % 7)
    window = Window(midnight(first), midnight(date(year, 12, 31)) + _REACH)
    prices = context.store.read("energy_prices", window, as_of=context.as_of)["price_eur_kwh"]
    count = (date(year, 12, 31) - first).days // 7
    asked = [first + timedelta(weeks=round(n * count / weeks)) for n in range(min(weeks, count))]
    known = prices.dropna().index
    whole = [
        day
        for day in dict.fromkeys(asked)
        if Window(midnight(day), midnight(day) + _REACH).hours().isin(known).all()
    ]
    if not whole:
        raise NotEnoughData(
            f"no week of {year} has all its prices",
            hint="chocolib backfill energy_prices, or another --year",
        )
    return whole, prices


def _run(
    tasks: list[_Job], prices: pd.Series, file: Path, jobs: int, tell: Tell
) -> dict[str, Week]:
    from joblib import Parallel, delayed

    done = _kept(file)
    left = [job for job in tasks if job.key not in done]
    tell(len(tasks) - len(left), len(tasks))
    calls = (delayed(_planned)(job, _around(prices, job.monday)) for job in left)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as kept:
        for key, found in Parallel(n_jobs=jobs, return_as="generator_unordered")(calls):
            kept.write(json.dumps({"key": key, **asdict(found)}) + "\n")
            kept.flush()
            done[key] = found
            tell(len(tasks) - len(left) + sum(job.key in done for job in left), len(tasks))
    return done


def _planned(job: _Job, prices: pd.Series) -> tuple[str, Week]:
    return job.key, week(job.variant.spec, prices, job.monday)


def _around(prices: pd.Series, monday: date) -> pd.Series:
    window = Window(midnight(monday), midnight(monday) + _REACH)
    return prices[(prices.index >= window.start) & (prices.index < window.end)]


def _kept(file: Path) -> dict[str, Week]:
    """The plans of an earlier run; a last line cut short by a stop is made again."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    found = {}
    for line in lines:
        if line.endswith("}"):
            item = json.loads(line)
            found[item.pop("key")] = Week(**item)
    return found


def _file(context: Context, prices: pd.Series) -> Path:
    """Named by all that the plans depend on: the factory, the prices, the version."""
    facts = (context.factory.model_dump_json(), prices.to_json(), version("chocolib"))
    name = hashlib.sha256("".join(facts).encode()).hexdigest()[:16]
    return context.settings.home / "capacity" / f"{name}.jsonl"


def _plain(value: Any) -> Any:
    """Floats rounded to the cent, NaN as null."""
    if not isinstance(value, float):
        return value
    return round(value, 2) if math.isfinite(value) else None
