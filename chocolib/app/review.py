"""The review of the models: the last weeks replayed, what was issued, what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.app.backtest import Asked, Result, Tell, run_backtest
from chocolib.app.context import Context
from chocolib.app.daily import prices, teaching
from chocolib.app.monitor import Monitored, monitor
from chocolib.app.training import Outcome, listed
from chocolib.app.versions import shelf
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.core.time import DAY, HOUR, Window, local_date
from chocolib.models.backtest import HORIZON
from chocolib.models.importance import importance
from chocolib.models.intervals import STALE
from chocolib.models.registry import DEFAULT_MODEL
from chocolib.models.trial import trial_origins

#: Weeks of origins, and the models beside each other, where nothing else is asked.
WEEKS, MODELS = 8, ("weekly-naive", "prophet", DEFAULT_MODEL)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review looks at.

    Attributes:
        backtest: of the last weeks whose hours are published.
        issued: forecasts that were kept beside what came; None where none was.
        versions: trained versions made by `as_of`, newest first (`training.listed`).
        decisions: those taken standing at or before `as_of`, newest first.
    """

    backtest: Result
    issued: Monitored | None
    versions: list[dict[str, Any]]
    decisions: list[dict[str, Any]]


def review(
    context: Context,
    *,
    weeks: int = WEEKS,
    models: Sequence[str] = MODELS,
    every_days: int = 7,
    jobs: int | None = None,
    tell: Tell = lambda *_: None,
) -> Reviewed:
    """Look back from `as_of`.

    Raises:
        SettingsError: no such model, or no origin in that time.
        NotEnoughData: too few prices are known for it.
    """
    asked = asked_of(context, weeks=weeks, models=models, every_days=every_days)
    result = run_backtest(context, asked, jobs=jobs, tell=tell)
    return Reviewed(result, _issued(context), versions_by(context), decisions_by(context))


def asked_of(context: Context, *, weeks: int, models: Sequence[str], every_days: int) -> Asked:
    """The backtest whose last origin's week is over with the newest known hour.

    Raises:
        SettingsError: no such model, or no origin; NotEnoughData: no recent prices.
    """
    if weeks < 1 or every_days < 1:
        raise SettingsError(
            f"a review of {weeks} weeks every {every_days} days has no origin",
            hint="both are whole numbers from 1 on",
        )
    known = prices(context, Window(context.as_of - STALE, context.as_of + 2 * DAY))
    if known.empty:
        raise NotEnoughData(
            f"no price is known of the {STALE / DAY:.0f} days before {context.as_of:%Y-%m-%d}",
            hint="fetch newer ones with chocolib ingest ree, or review a past moment: --as-of",
        )
    end = local_date(known.index[-1] + HOUR) - HORIZON * HOUR
    first = end - ((7 * weeks - 1) // every_days) * every_days * DAY
    return Asked.of(first, end, every_days, models, "plain")


def what_moves(context: Context, trained: Outcome) -> pd.Series | None:
    """What moves a new version's forecasts in the weeks of its trial.

    See `models.importance`; None where the model has no terms to take apart.
    """
    _, history = teaching(context)
    origins = trial_origins(pd.Timestamp(history.index[-1]))
    return importance(trained.model.learned(), history, origins)


def _issued(context: Context) -> Monitored | None:
    try:
        return monitor(context)
    except NotEnoughData:
        return None


def versions_by(context: Context) -> list[dict[str, Any]]:
    """Trained versions made at or before `as_of`, newest first; damaged ones always."""
    rows = listed(context)
    return [row for row in rows if row["fault"] or _by(context, row["as_of"])]


def decisions_by(context: Context) -> list[dict[str, Any]]:
    """Decisions on versions taken standing at or before `as_of`, newest first."""
    here = shelf(context)
    taken = [record for kind in here.kinds() for record in here.decisions(kind)]
    seen = [record for record in taken if _by(context, record["as_of"])]
    return sorted(seen, key=lambda record: str(record["at"]), reverse=True)


def _by(context: Context, moment: str) -> bool:
    return bool(pd.Timestamp(moment) <= context.as_of)
