"""Whether the weather goes with the price: kept, for it takes most of a second to work out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from chocolib.app.climate import price_correlations, site_days
from chocolib.app.context import Context
from chocolib.app.kept_answers import Document, Span, kept_answer, true_between
from chocolib.core.errors import NotEnoughData

_READS = ("siar_daily", "energy_prices")


def climate_prices(context: Context) -> list[dict[str, Any]]:
    """The correlations of `chocolib climate --json` at `as_of`; empty with too few days."""
    if not all(context.store.revision(name) for name in _READS):
        return []
    made = kept_answer(context, "correlations", reads=_READS, make=lambda: _made(context))
    rows: list[dict[str, Any]] = made["rows"]
    return rows


def _made(context: Context) -> tuple[Document, Span]:
    known = [pd.DatetimeIndex(context.store.history(name)["available_at"]) for name in _READS]
    span = true_between(pd.DatetimeIndex(known[0].append(known[1])), context.as_of)
    try:
        days, _ = site_days(context)
    except NotEnoughData:
        return {"rows": []}, span
    return {"rows": price_correlations(context, days)}, span
