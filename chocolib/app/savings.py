"""What the plans saved at the prices that came: those issued, replayed where none was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from chocolib.app.backtest import library_versions
from chocolib.app.climate_limits import climate_limits
from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.app.plan_store import plans_between
from chocolib.app.replays import Room, Week, expectations, replay, weeks_between
from chocolib.core.errors import ChocolibError, SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.core.measurement import OUTLIER
from chocolib.core.schedule import Task
from chocolib.core.time import DAY, Window, local_date
from chocolib.models.registry import DEFAULT_MODEL, model_name
from chocolib.plan.batches import batches
from chocolib.plan.followed import executed
from chocolib.plan.savings import PLAN, REFERENCES, share_of_possible

#: Told the weeks done and all of them.
Tell = Callable[[int, int], None]
#: A plan is followed for so long, so an earlier one has nothing to do with a week.
_FOLLOWED = 12 * DAY
#: Weather of a week is known by then.
_SEEN = 3 * DAY
_YEAR = 365
_ROOMS = ("core", "core/factory", "models", "plan", "app")


@dataclass(frozen=True, slots=True)
class Question:
    """One week of the savings, with all that its answer depends on: can be sent to a process."""

    spec: FactorySpec
    model: str
    week: Week
    known: pd.Series
    learn: pd.Series
    room: Room
    issued: tuple[Task, ...] | None

    def digest(self, code: str) -> str:
        """A hash of it; other prices, weather, plans or code never meet an old answer."""
        facts = [self.spec.model_dump_json(), self.model, repr(self.week), repr(self.room)]
        facts += [repr(self.issued), code]
        said = hashlib.sha256("\n".join(facts).encode())
        for series in (self.known, self.learn):
            said.update(pd.DatetimeIndex(series.index).as_unit("s").asi8.tobytes())
            said.update(series.to_numpy(dtype=float).tobytes())
        return said.hexdigest()[:16]


def savings(
    context: Context,
    *,
    since: date,
    until: date,
    model: str = DEFAULT_MODEL,
    climate: bool = False,
    jobs: int | None = None,
    tell: Tell = lambda *_: None,
) -> dict[str, Any]:
    """The realised cost of the plans against every reference, day by day.

    A week counts as issued when the kept plans make all of its batches; else it is
    replayed from an empty factory, planned anew each evening at 21:00. Weeks are kept in
    savings/ of the home, so that a run that was stopped goes on.

    Args:
        since, until: first and last local day whose demand counts.
        model: price model of the replays, fitted once a week and renewed each evening.
        climate: replayed weeks too keep the room's limits, as expected on each evening
            (the references: as they came); issued ones always do.
        jobs: processes; None leaves it to the active `joblib.parallel_config`.

    Returns:
        The JSON document of `chocolib savings --json`; see docs/savings.md.

    Raises:
        SettingsError: no such model, or no day. NotEnoughData: nothing is known.
    """
    if until < since:
        raise SettingsError(f"--until {until} is before --since {since}")
    name = model_name(model)
    weeks = weeks_between(since, min(until, local_date(context.as_of)))
    if not weeks:
        raise SettingsError(f"{since} has not come yet", hint="give an earlier --since")
    stored = prices(context, Window(weeks[0].needed().start, weeks[-1].priced_until))
    code, folder = _code_hash(), context.settings.home / "savings"
    asked = [_question(context, name, week, stored, climate) for week in weeks]
    places = {q.week: folder / f"{q.week.first_day}_{q.digest(code)}.json" for q in asked}
    left = [q for q in asked if not places[q.week].exists()]
    tell(len(asked) - len(left), len(asked))
    made = Parallel(n_jobs=jobs, return_as="generator_unordered")(delayed(_answer)(q) for q in left)
    for done, answer in enumerate(made, len(asked) - len(left) + 1):
        _keep(places[answer.pop("week")], answer)
        tell(done, len(asked))
    answers = [json.loads(places[q.week].read_text(encoding="utf-8")) for q in asked]
    said = {"climate": climate, "synthetic": context.store.synthetic}
    return document(answers, since, until, name) | said


def document(
    answers: Sequence[Mapping[str, Any]], since: date, until: date, model: str
) -> dict[str, Any]:
    """The weeks' answers as one document: days, months, the total and the year."""
    days = [row for answer in answers for row in answer["days"]]
    numbers = ["batches", "kg", "energy_kwh", PLAN, *REFERENCES]
    table = pd.DataFrame(days, columns=["day", *numbers]).astype(dict.fromkeys(numbers, float))
    months = table.groupby(table["day"].str[:7]) if len(table) else ()
    covered = sum(answer["calendar_days"] for answer in answers if not answer["left_out"])
    total = _sums(table)
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "model": model,
        "unit": "EUR",
        "days": days,
        "months": [{"month": month, **_sums(rows)} for month, rows in months],
        "total": total,
        "annual": _annual(total, covered),
        "late_batches": {
            name: sum(answer["late_batches"].get(name, 0) for answer in answers)
            for name in (PLAN, *REFERENCES)
        },
        "worst_gap": max((answer["gap"] for answer in answers), default=0.0),
        "replayed_days": sum(row["replayed"] for row in days),
        "left_out": [answer["left_out"] for answer in answers if answer["left_out"]],
    }


def _sums(table: pd.DataFrame) -> dict[str, Any]:
    """Sums of rows, and what they saved against as usual."""
    total = table[["kg", "energy_kwh", PLAN, *REFERENCES]].sum()
    usual = float(total["as_usual"])
    share = share_of_possible(table)
    return {
        "batches": int(table["batches"].sum()),
        **{str(name): round(float(value), 6) for name, value in total.items()},
        "saving_eur": round(usual - float(total[PLAN]), 6),
        "saving_share": round(1 - float(total[PLAN]) / usual, 6) if usual else None,
        "share_of_possible": None if np.isnan(share) else round(share, 6),
    }


def _annual(total: Mapping[str, Any], covered: int) -> dict[str, Any]:
    """The saving of a year of 365 days: that of the days covered, in proportion."""
    factor = _YEAR / covered if covered else None
    return {
        "saving_eur": None if factor is None else round(total["saving_eur"] * factor, 2),
        "covered_days": covered,
        "rule": f"saving of the {covered} calendar days covered x {_YEAR} / {covered}; "
        "seasons that are not covered are not corrected for",
    }


def _question(
    context: Context, model: str, week: Week, stored: pd.DataFrame, climate: bool
) -> Question:
    window = week.needed()
    frame = stored[(stored.index >= window.start) & (stored.index < window.end)]
    known = frame["price_eur_kwh"]
    issued = _issued(context, week)
    limited = climate or issued is not None
    room = _room(context, week, replayed=issued is None) if limited else Room()
    learn = known[(frame["flag"] != OUTLIER).to_numpy()]
    return Question(context.factory, model, week, known, learn, room, issued)


def _issued(context: Context, week: Week) -> tuple[Task, ...] | None:
    """What the kept plans executed of a week's batches; None unless they made all of them."""
    window = Window(week.evenings[0] - _FOLLOWED, week.priced_until)
    done = executed(plans_between(context, window))
    orders = context.factory.orders(week.first_day, week.days)
    named = {batch.name for batch in batches(orders, context.factory.demand.mix)}
    own = tuple(task for task in done if task.batch in named and task.end <= context.as_of)
    return own if named and len(own) == len(named) * len(context.factory.stages) else None


def _room(context: Context, week: Week, *, replayed: bool) -> Room:
    """The room's climate as expected on each evening, and as it came."""
    if not _has_weather(context):
        return Room()
    window = Window(week.evenings[0], week.priced_until)
    seen = replace(context, as_of=min(context.as_of, week.priced_until + _SEEN))
    came, _ = climate_limits(seen, window)
    evenings = [moment for moment in week.evenings if replayed and moment <= context.as_of]
    return Room(
        {
            moment: climate_limits(replace(context, as_of=moment), Window(moment, window.end))[0]
            for moment in evenings
        },
        came,
    )


def _has_weather(context: Context) -> bool:
    names = ("weather_data", "weather_forecast", "siar_daily")
    return any(context.store.revision(name) for name in names)


def _answer(question: Question) -> dict[str, Any]:
    """A week's rows, or why there are none; runs in a process of its own."""
    week = question.week
    base = {"week": week, "calendar_days": week.days, "left_out": None}
    expected = expectations(question.model, question.known, question.learn, week.priced_until)
    try:
        played = replay(
            question.spec,
            week,
            question.known,
            expected,
            room=question.room,
            issued=question.issued,
        )
    except ChocolibError as error:
        said = {"first_day": week.first_day.isoformat(), "days": week.days, "why": error.message}
        return base | {"days": [], "late_batches": {}, "gap": 0.0, "left_out": said}
    rows = list(_rows(played.table, replayed=question.issued is None))
    return base | {"days": rows, "late_batches": dict(played.late), "gap": played.gap}


def _rows(table: pd.DataFrame, *, replayed: bool) -> Iterator[dict[str, Any]]:
    for row in table.reset_index().to_dict("records"):
        numbers = {str(name): value for name, value in row.items() if name != "day"}
        rounded = {name: round(float(value), 6) for name, value in numbers.items()}
        yield {
            "day": row["day"].isoformat(),
            "replayed": replayed,
            **rounded,
            "batches": int(row["batches"]),
            "saving_eur": round(rounded["as_usual"] - rounded[PLAN], 6),
        }


def _keep(path: Path, answer: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(answer, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    draft.replace(path)


def _code_hash() -> str:
    """The code and the libraries that an answer depends on."""
    package = Path(__file__).parents[1]
    files = sorted(file for room in _ROOMS for file in (package / room).glob("*.py"))
    code = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(code + json.dumps(library_versions()).encode()).hexdigest()
