"""What the plans saved: this month and by week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.saved import Finished, at_came, finished
from chocolib.core.errors import NotEnoughData
from chocolib.core.i18n import t
from chocolib.core.time import Window, local_date, midnight
from chocolib.tools.answer import Answer, Part, rounded

#: With fewer finished batches the sums say little.
_FEW_BATCHES = 20


class SavedBatches(Part):
    """Finished batches of some days, beside the same kilowatt-hours worked as usual."""

    since: date = Field(description="first Madrid day")
    until: date = Field(description="last Madrid day, included")
    batches: int = Field(description="finished batches of which both costs are known")
    kg: float = Field(description="kg")
    energy_kwh: float = Field(description="the same as usual, kWh")
    planned_eur: float = Field(description="what the plans thought they cost, EUR")
    planned_saving_eur: float = Field(description="as usual less that, EUR")
    came_eur: float | None = Field(
        description="at the prices that came, EUR; null: an hour has none yet"
    )
    came_as_usual_eur: float | None = Field(description="the same kWh as usual, EUR")
    came_saving_eur: float | None = Field(description="as usual less planned, EUR")
    came_saving_pct: float | None = Field(description="that as a share of as usual, %")


class SavingsTracking(Answer):
    """What the plans saved: this month, and by week."""

    month: SavedBatches | None = Field(description="since the first of the month; null: nothing")
    weeks: tuple[SavedBatches, ...] = Field(
        description="Monday to Sunday, the newest first; weeks without a finished batch left out"
    )


def get_savings_tracking(
    context: Context,
    weeks: Annotated[int, Field(ge=1, le=26, description="calendar weeks to look back")] = 4,
) -> SavingsTracking:
    """What the plans saved against working as usual, at the prices that came: month and weeks.

    Equal kilograms and kilowatt-hours, of the plans that were kept. `chocolib savings` replays
    days without a kept plan, and says how much more was possible.

    Raises:
        NotEnoughData: no batch of a kept plan is finished.
    """
    today = local_date(context.as_of)
    month, monday = today.replace(day=1), today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(days=7 * n) for n in range(weeks)]
    window = Window(midnight(min(month, mondays[-1])), context.as_of)
    done = finished(context, window)
    if not done:
        raise NotEnoughData(
            f"no batch of a kept plan was finished since {local_date(window.start)}",
            hint="chocolib daily keeps a plan each day; chocolib savings replays past days",
        )
    came = dict(zip(done, at_came(context, done), strict=True))
    spans = [(start, min(start + timedelta(days=6), today)) for start in mondays]
    told = (_span(context, came, *span) for span in spans)
    return SavingsTracking.of(
        context,
        "production_plan",
        "energy_prices",
        remarks=_remarks(context, came),
        month=_span(context, came, month, today),
        weeks=tuple(week for week in told if week is not None),
    )


_Came = Mapping[Finished, tuple[float, float] | None]


def _span(context: Context, came: _Came, since: date, until: date) -> SavedBatches | None:
    """The batches that ended on these days; None without any."""
    own = [one for one in came if since <= local_date(one.end) <= until]
    if not own:
        return None
    planned, usual = sum(one.cost_eur for one in own), sum(one.usual_eur for one in own)
    return SavedBatches.model_validate(
        {
            "since": since,
            "until": until,
            "batches": len(own),
            "kg": rounded(len(own) * context.factory.batch_kg, 1),
            "energy_kwh": rounded(sum(one.energy_kwh for one in own), 1),
            "planned_eur": rounded(planned, 2),
            "planned_saving_eur": rounded(usual - planned, 2),
            **_at_came([came[one] for one in own]),
        }
    )


def _at_came(pairs: Sequence[tuple[float, float] | None]) -> dict[str, float | None]:
    """Sums at the prices that came; all missing where one of them is."""
    known = [pair for pair in pairs if pair is not None]
    names = ("came_eur", "came_as_usual_eur", "came_saving_eur", "came_saving_pct")
    if len(known) < len(pairs):
        return dict.fromkeys(names)
    ours, theirs = (sum(costs) for costs in zip(*known, strict=True))
    share = 100 * (theirs - ours) / theirs if theirs else None
    values = (rounded(ours, 2), rounded(theirs, 2), rounded(theirs - ours, 2), rounded(share, 1))
    return dict(zip(names, values, strict=True))


def _remarks(context: Context, came: _Came) -> Iterator[str]:
    if len(came) < _FEW_BATCHES:
        yield t("tool.savings.few", context.lang, batches=len(came))
    if None in came.values():
        yield t("tool.savings.to_come", context.lang)
