"""How good the forecasts were that were really issued: kept by the hour, for pages."""

from __future__ import annotations

from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.kept_answers import Document, Span, kept_answer, true_between
from chocolib.app.monitor import judged
from chocolib.core.errors import NotEnoughData
from chocolib.core.time import DAY, HOUR, Window, as_utc, known_until
from chocolib.models.monitor import BEFORE_DAYS, by_date, health
from chocolib.models.registry import DEFAULT_MODEL
from chocolib.models.reliability import reliability
from chocolib.models.review import calibration
from chocolib.models.scores import by_day, scores

#: The weeks that are judged, the longer first: the pictures are of these.
WEEKS = (8, 4)
_FIGURES = ("hours", "mae", "naive_mae", "rmae", "coverage_80", "coverage_90")


def accuracy(context: Context) -> Document | None:
    """What the forecasts issued in the last weeks came to, as known at `as_of`.

    Hours that were published when a forecast was made do not count, nor those to come.

    Returns:
        `model` (the one the pages speak of), `weeks` (by number of weeks: per model `days`,
        `origins` and the figures), `by_day` (model: MAE of each horizon day, EUR/kWh),
        `naive_by_day`, `held` (coverage by horizon day, 0: all), `reliability`, `daily`
        (MAE of each Madrid date and of the weekly naive), `health` and `health_days` as in
        `chocolib models monitor --json`. None where nothing was issued that can be judged.
    """
    if not context.store.revision("price_forecast"):
        return None
    days = context.factory.thresholds.alerts.drift_days
    found = kept_answer(
        context,
        "accuracy",
        reads=["price_forecast", "energy_prices"],
        make=lambda: _made(context, days),
        depends=str(days),
    )
    return found or None


def _made(context: Context, drift_days: int) -> tuple[Document, Span]:
    span = _span(context)
    reach = max(drift_days + BEFORE_DAYS, 7 * WEEKS[0])
    try:
        frame = judged(context, days=reach)
    except NotEnoughData:
        return {}, span
    frame = frame[frame["actual"].notna() & frame["naive"].notna()]
    frame = frame[frame["time"] < context.as_of]
    recent = frame[frame["time"] >= context.as_of - 7 * WEEKS[0] * DAY]
    if recent.empty:
        return {}, span
    model = _spoken_of(recent)
    mine = recent[recent["model"] == model]
    return {
        "model": model,
        "weeks": {str(weeks): _window(frame, context.as_of, weeks) for weeks in WEEKS},
        "by_day": {name: _mae_by_day(part) for name, part in recent.groupby("model")},
        "naive_by_day": _mae_by_day(mine.assign(q50=mine["naive"])),
        "held": _rows(calibration(recent, model).reset_index()),
        "reliability": _rows(reliability(recent, model).rename_axis("quantile").reset_index()),
        "daily": _daily(mine),
        "health": health(frame, as_of=context.as_of, days=drift_days),
        "health_days": drift_days,
    }, span


def _span(context: Context) -> Span:
    """True until the next hour is over, another forecast is kept, or prices come."""
    window = Window(context.as_of - 90 * DAY, context.as_of + 2 * DAY)
    told = [
        pd.DatetimeIndex(context.store.history(name, window)["available_at"])
        for name in ("price_forecast", "energy_prices")
    ]
    hour = context.as_of.floor("h")
    ends = pd.DatetimeIndex([hour, hour + HOUR, known_until(context.as_of)])
    changes = as_utc(pd.DatetimeIndex([*told[0], *told[1], *ends]))
    return true_between(changes, context.as_of)


def _spoken_of(frame: pd.DataFrame) -> str:
    """The default model where it was issued, else the one issued most."""
    issued = frame["model"].value_counts()
    return DEFAULT_MODEL if DEFAULT_MODEL in issued else str(issued.index[0])


def _window(frame: pd.DataFrame, as_of: pd.Timestamp, weeks: int) -> dict[str, Any]:
    part = frame[frame["time"] >= as_of - 7 * weeks * DAY]
    return {str(name): _figures(rows) for name, rows in part.groupby("model")}


def _figures(rows: pd.DataFrame) -> dict[str, Any]:
    row = scores(rows).iloc[0]
    naive = float((rows["actual"] - rows["naive"]).abs().mean())
    told = {**row.to_dict(), "naive_mae": naive}
    figures = {name: _number(told.get(name)) for name in _FIGURES}
    return {"origins": int(rows["origin"].nunique()), **figures}


def _mae_by_day(part: pd.DataFrame) -> list[float | None]:
    """MAE of horizon days 1 to 7."""
    table = by_day(part)["mae"].droplevel("model") if len(part) else pd.Series(dtype=float)
    return [_number(table.get(day)) for day in range(1, 8)]


def _daily(mine: pd.DataFrame) -> list[dict[str, Any]]:
    table = by_date(mine).droplevel("model")
    return [
        {"day": f"{day:%Y-%m-%d}", "mae": _number(row["mae"]), "naive": _number(row["naive_mae"])}
        for day, row in table.iterrows()
    ]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    whole = table.astype(object).where(table.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in whole.to_dict("records")]


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else round(float(value), 6)
