"""A week planned again as it would have been: evening after evening, with what was known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias, TypedDict

import pandas as pd

from chocolib.core import time
from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Halt
from chocolib.core.schedule import Schedule, Task
from chocolib.core.time import DAY, HOUR, known_until, local_date, midnight, origin_of
from chocolib.models.registry import HISTORY, new_model
from chocolib.plan.chain import Evening, rolled
from chocolib.plan.evaluate import lateness
from chocolib.plan.followed import executed
from chocolib.plan.planning import plan
from chocolib.plan.references import Work, cheapest_windows, valley_first
from chocolib.plan.savings import PLAN, compared

#: The hour (local) of each day's plan: the prices of the next day are out.
EVENING = 21
#: Evenings after the last day of a week on which work of it may still be planned.
_AFTER = 4
#: Working as usual may run on so long after the last due time.
_TAIL = 21 * DAY
#: Prices of so many days before the first evening: machines may have been set up then.
_BEFORE = 2 * DAY

Expected: TypeAlias = Callable[[pd.Timestamp], pd.Series]


class _Asked(TypedDict):
    first_day: date
    days: int


@dataclass(frozen=True, slots=True)
class Week:
    """Days whose demand is planned from an empty factory, and left when all is done.

    Attributes:
        first_day: local date; days: how many, 7 from a Monday but at the ends of a span.
    """

    first_day: date
    days: int = 7

    @property
    def last_day(self) -> date:
        """The last of them."""
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def evenings(self) -> list[pd.Timestamp]:
        """When it is planned, UTC: 21:00 local of the day before, and of each day after."""
        before = self.first_day - timedelta(days=1)
        return [time.at(before + timedelta(days=n), EVENING) for n in range(self.days + 1 + _AFTER)]

    @property
    def priced_until(self) -> pd.Timestamp:
        """End of the hours that its work, as usual too, may run in, UTC."""
        return midnight(self.last_day + timedelta(days=1)) + _TAIL

    def needed(self) -> time.Window:
        """The prices that a replay reads: what a model learns from, and what came."""
        return time.Window(self.evenings[0] - HISTORY, self.priced_until)


def weeks_between(since: date, until: date) -> list[Week]:
    """The weeks from `since` to `until` (included), cut at Mondays."""
    weeks, first = [], since
    while first <= until:
        last = min(first + timedelta(days=6 - first.weekday()), until)
        weeks.append(Week(first, (last - first).days + 1))
        first = last + timedelta(days=1)
    return weeks


@dataclass(frozen=True, slots=True)
class Played:
    """A week replayed.

    Attributes:
        table: see `plan.savings.compared`.
        late: late batches by schedule.
        gap: the worst relative gap of its plans.
    """

    table: pd.DataFrame
    late: Mapping[str, int]
    gap: float


@dataclass(frozen=True, slots=True)
class Room:
    """Hours in which the room stops a stage: as expected on each evening, and as they came."""

    expected: Mapping[pd.Timestamp, tuple[Halt, ...]] = field(default_factory=dict)
    came: tuple[Halt, ...] = ()


def expectations(model: str, known: pd.Series, learn: pd.Series, until: pd.Timestamp) -> Expected:
    """Prices as a model expects them: fitted at the first moment asked for, renewed after.

    Args:
        known: hourly EUR/kWh by UTC hour as published; learn: the same without outliers.
            Neither is read past what was public at the moment.
        until: end of the hours that are expected, UTC.

    Returns:
        For a moment, prices from the first known hour to `until`: published, then expected.
    """
    fitted = new_model(model)
    seen: list[pd.Timestamp] = []

    def expected(moment: pd.Timestamp) -> pd.Series:
        public = known[known.index < known_until(moment)]
        taught = learn[(learn.index < known_until(moment)) & (learn.index >= moment - HISTORY)]
        if seen:
            fitted.renew(taught, as_of=moment)
        else:
            fitted.fit(taught, as_of=moment)
        seen.append(moment)
        origin = origin_of(moment)
        made = fitted.predict(origin=origin, horizon=int((until - origin) / HOUR), known=public)
        joined: pd.Series = pd.concat([public[public.index < origin], made.frame["q50"]])
        return joined

    return expected


def replay(
    spec: FactorySpec,
    week: Week,
    known: pd.Series,
    expected: Expected,
    *,
    room: Room | None = None,
    issued: Sequence[Task] | None = None,
    gap: float = 1e-3,
) -> Played:
    """A week's plan, as it was executed, beside every reference, at the prices that came.

    Args:
        spec: its stock is not used: a past week begins without.
        known: hourly EUR/kWh by UTC hour, the prices that came.
        expected: see `expectations`.
        issued: what was really executed; None: the plans are made again.
        gap: relative optimality gap of every plan.

    Raises:
        PlanInfeasible: the week's demand cannot be made. NotEnoughData: a price is missing.
    """
    spec, room = spec.model_copy(update={"stock": {}}), room or Room()
    asked: _Asked = {"first_day": week.first_day, "days": week.days}
    evenings = (
        Evening(moment, _recent(expected(moment), week), room.expected.get(moment, ()))
        for moment in week.evenings
    )
    cached = _Listed(evenings)
    chain = rolled(spec, cached, **asked, gap=gap) if issued is None else ()
    best = plan(spec, known, as_of=week.evenings[0], **asked, halts=room.came, gap=gap)
    work = Work(spec, **asked, halts=room.came)
    schedules = {
        PLAN: executed(chain) if issued is None else tuple(issued),
        "as_usual": best.as_usual.tasks,
        "valley_first": valley_first(work, known).tasks,
        "cheapest_windows": cheapest_windows(work, known, cached.on_the_eve_of).tasks,
        "perfect": best.best.tasks,
    }
    late = {name: _late(tasks, spec, week) for name, tasks in schedules.items()}
    worst = max([best.gap, *(made.gap for made in chain)])
    return Played(compared(schedules, known, spec, work.orders), late, worst)


class _Listed:
    """Evenings as they are asked for, each made once."""

    def __init__(self, evenings: Iterator[Evening]) -> None:
        self._left, self.made = evenings, list[Evening]()

    def __iter__(self) -> Iterator[Evening]:
        yield from self.made
        for evening in self._left:
            self.made.append(evening)
            yield evening

    def on_the_eve_of(self, day: date) -> pd.Series:
        """The prices as expected on the evening before a day."""
        eve = day - timedelta(days=1)
        return next(e.prices for e in self if local_date(e.as_of) == eve)


def _recent(prices: pd.Series, week: Week) -> pd.Series:
    return prices[prices.index >= week.evenings[0] - _BEFORE]


def _late(tasks: Sequence[Task], spec: FactorySpec, week: Week) -> int:
    made = Schedule("", tuple(tasks), 0.0)
    return len(lateness(made, spec, first_day=week.first_day, days=week.days))
