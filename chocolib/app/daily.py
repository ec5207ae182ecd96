"""The daily round: read what is known, forecast, plan, and keep both."""

from __future__ import annotations

import json
from dataclasses import replace
from time import perf_counter

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.logs import application, ml_training
from chocolib.app.plan_store import keep_plan, kept_plan
from chocolib.app.prices import prices
from chocolib.app.versions import speaker
from chocolib.core.errors import NotEnoughData, PlanInfeasible, SettingsError
from chocolib.core.measurement import OUTLIER
from chocolib.core.results import QUANTILES, Forecast, Plan, Remark
from chocolib.core.time import (
    DAY,
    HOUR,
    Window,
    iso,
    known_until,
    local,
    origin_of,
    published_at,
)
from chocolib.models.intervals import STALE
from chocolib.models.registry import DEFAULT_MODEL, HISTORY, model_name

__all__ = ["forecast", "keep_plan", "kept_forecast", "kept_plan", "plan", "prices", "update"]

HORIZON = 168
PLAN_DAYS = 2
MOST_DAYS = 7
#: Working as usual may end after the last due time; prices must reach that far.
SLACK = pd.Timedelta(days=5)


def forecast(context: Context, *, horizon: int = HORIZON, model: str = DEFAULT_MODEL) -> Forecast:
    """A price forecast from what is known at `as_of`.

    Hours flagged as outliers teach the model nothing, but where they were
    published they are used as they are.

    Raises:
        NotEnoughData: too little is known; SettingsError: no such model.
    """
    name = model_name(model)
    if horizon < 1:
        raise SettingsError(f"a forecast needs at least one hour, not {horizon}")
    known, history = teaching(context)
    chosen = speaker(context, name, history)
    made = chosen.model.predict(origin=origin_of(context.as_of), horizon=horizon, known=known)
    return replace(
        made,
        synthetic=context.store.synthetic,
        version=chosen.version,
        remarks=chosen.remarks,
    )


def teaching(context: Context) -> tuple[pd.Series, pd.Series]:
    """Hourly EUR/kWh known at `as_of`: as published, and without the flagged outliers.

    Raises:
        NotEnoughData: nothing is known, or nothing of the last weeks.
    """
    origin = origin_of(context.as_of)
    until = known_until(context.as_of) + DAY
    frame = prices(context, Window(origin - HISTORY, max(until, origin)))
    if frame.empty or origin - frame.index[-1] > STALE:
        raise _outdated(context)
    known = frame["price_eur_kwh"]
    return known, known[(frame["flag"] != OUTLIER).to_numpy()]


def _outdated(context: Context) -> NotEnoughData:
    newest = context.store.latest("energy_prices", as_of=context.as_of).index[-1:]
    behind = (context.as_of - newest[0]) / DAY
    moment = local(published_at(pd.DatetimeIndex(newest))[0])
    return NotEnoughData(
        f"the newest price known is of {newest[0]:%Y-%m-%d %H:%M} UTC, {behind:.0f} days before",
        hint="fetch newer ones with chocolib ingest ree or chocolib import pvpc FILE, or replay: "
        f"--as-of {moment:%Y-%m-%dT%H:%M}",
    )


def plan(
    context: Context,
    *,
    days: int = PLAN_DAYS,
    model: str = DEFAULT_MODEL,
    expected: Forecast | None = None,
    step_minutes: int = 60,
    gap: float = 1e-3,
    time_limit_s: float = 60.0,
    empty: bool = False,
    risk: float | None = None,
) -> Plan:
    """The cheapest plan for the `days` local days that follow `as_of`.

    Prices are the published ones where there are any, the forecast's median after. What
    the plan kept before has begun by `as_of` stays as it is; see `app.planning.planned`.

    Args:
        expected: a forecast that reaches far enough (see `plan_horizon`); made when
            not given.
        step_minutes: grid of the starts: 15, 30 or 60.
        gap: relative optimality gap that counts as "optimal".
        time_limit_s: seconds for the solver; then the best plan so far is given.
        empty: plan from an empty factory, whatever was kept.
        risk: 0 to 1, how much the dearest price paths count; None: no risk is told.

    Raises:
        PlanInfeasible: the demand cannot be made; names the bottleneck.
    """
    from chocolib.app.planning import planned  # pages only read: no solver for them

    if not 1 <= days <= MOST_DAYS:
        raise SettingsError(f"a plan is for 1 to {MOST_DAYS} days, not {days}")
    if risk is not None and not 0 <= risk <= 1:
        raise SettingsError(f"the risk counts from 0 to 1, not {risk:g}")
    reach = plan_horizon(context, days)
    return planned(
        context,
        expected or forecast(context, horizon=reach, model=model),
        days=days,
        step_minutes=step_minutes,
        gap=gap,
        time_limit_s=time_limit_s,
        empty=empty,
        risk=risk,
    )


def plan_horizon(context: Context, days: int) -> int:
    """Hours a forecast must reach for a plan of `days`, its dues and its as-usual twin.

    Where nobody ever works there is no due time; the planner says so itself.
    """
    from chocolib.app.planning import hours_ahead

    try:
        return hours_ahead(context.factory, context.as_of, days, SLACK)
    except PlanInfeasible:
        return HORIZON


def update(
    context: Context,
    *,
    days: int = PLAN_DAYS,
    model: str = DEFAULT_MODEL,
    risk: float | None = None,
) -> Plan:
    """Forecast, plan, and write both to the store; returns the plan.

    Raises:
        PlanInfeasible: the demand cannot be made; the forecast is kept all the same.
        NotEnoughData, SettingsError: as `forecast`.
    """
    reach = max(HORIZON, plan_horizon(context, days))
    began = perf_counter()
    expected = forecast(context, horizon=reach, model=model)
    keep_forecast(context, expected)
    ml_training.info("forecast made", extra=_said(expected, perf_counter() - began))
    made = plan(context, days=days, expected=expected, risk=risk)
    keep_plan(context, made)
    application.info("plan made", extra={"days": days, "status": made.status, "gap": made.gap})
    return made


def _said(made: Forecast, seconds: float) -> dict[str, object]:
    """What the log says of a forecast."""
    known = int(made.frame["known"].sum())
    facts = {"model": made.model, "as_of": iso(made.as_of), "origin": iso(made.origin)}
    return {**facts, "horizon": len(made.frame), "known": known, "seconds": round(seconds, 3)}


def keep_forecast(context: Context, made: Forecast) -> None:
    """Write the first 168 hours of a forecast to the store."""
    frame = made.frame.iloc[:HORIZON][[*QUANTILES, "known"]]
    rows = frame.assign(
        model=made.model,
        lead_h=range(len(frame)),
        known=frame["known"].astype(int),
        version=made.version,
        remarks=json.dumps([remark.to_dict() for remark in made.remarks]),
        source="chocolib",
        available_at=made.as_of,
        flag="",
    )
    rows.index = pd.DatetimeIndex([made.origin] * len(rows), name="time")
    context.store.write("price_forecast", rows, received_at=context.now)


def kept_forecast(context: Context) -> Forecast | None:
    """The newest kept forecast known at `as_of`, or None."""
    rows = context.store.latest("price_forecast", as_of=context.as_of)
    if rows.empty:
        return None
    rows = rows[rows["available_at"] == rows["available_at"].max()]
    rows = rows[rows["model"] == rows["model"].iloc[0]].sort_values("lead_h")
    origin = pd.Timestamp(pd.DatetimeIndex(rows.index)[0])
    frame = rows[list(QUANTILES)].dropna(axis=1, how="all")
    frame = frame.assign(known=rows["known"].astype(bool))
    frame.index = origin + pd.TimedeltaIndex(rows["lead_h"] * HOUR)
    frame.index.name = "time"
    first = rows.iloc[0]
    said = json.loads(first["remarks"]) if pd.notna(first["remarks"]) else []
    return Forecast(
        origin,
        pd.Timestamp(first["available_at"]),
        str(first["model"]),
        frame,
        context.store.synthetic,
        version=str(first["version"]) if pd.notna(first["version"]) else "",
        remarks=tuple(map(Remark.from_dict, said)),
    )
