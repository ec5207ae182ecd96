"""Plans in the store: each kept whole, found again as of a moment."""

from __future__ import annotations

import json

import pandas as pd

from chocolib.app.context import Context
from chocolib.core.plans import Plan
from chocolib.core.time import DAY, Window

#: How long a kept plan is shown, and may be gone on from.
_KEPT = 12 * DAY


def kept_plan(context: Context) -> Plan | None:
    """The newest kept plan known at `as_of`, or None; plans are forgotten after some days."""
    window = Window(context.as_of - _KEPT, context.as_of + 2 * DAY)
    rows = context.store.read("production_plan", window, as_of=context.as_of)
    if rows.empty:
        return None
    newest = rows.sort_values("available_at").iloc[-1]
    return Plan.from_json(str(newest["document"]))


def plan_of(context: Context) -> Plan | None:
    """The plan that was kept for this very moment, or None."""
    kept = kept_plan(context)
    return kept if kept is not None and kept.as_of == context.as_of else None


def keep_plan(context: Context, made: Plan) -> None:
    """Write a plan, whole, to the store."""
    row = {
        "days": made.days,
        "cost_eur": made.best.cost_eur,
        "as_usual_cost_eur": made.as_usual.cost_eur,
        "energy_kwh": made.best.energy_kwh,
        "kg": made.best.kg,
        "document": json.dumps(made.to_dict()),
        "source": "chocolib",
        "available_at": made.as_of,
        "flag": "",
    }
    frame = pd.DataFrame([row], index=pd.DatetimeIndex([made.window.start], name="time"))
    context.store.write("production_plan", frame, received_at=context.now)


def plans_between(context: Context, window: Window) -> list[Plan]:
    """Every plan kept with an `as_of` in the window and known by the context's, in order."""
    reach = Window(window.start - DAY, window.end + 2 * DAY)
    rows = context.store.history("production_plan", reach)
    made = rows["available_at"]
    rows = rows[(made >= window.start) & (made < window.end) & (made <= context.as_of)]
    documents = rows.sort_values("available_at", kind="stable")["document"]
    return [Plan.from_json(str(document)) for document in documents]
