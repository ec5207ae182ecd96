"""Small factories for tests, and prices to run them on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from chocolib.core.factory import FactorySpec

NO_LIMIT = {"P1": 1000.0, "P2": 1000.0, "P3": 1000.0}
MONDAY_TO_FRIDAY = ("mon", "tue", "wed", "thu", "fri")


def factory(stages: Sequence[dict[str, Any]], **changes: Any) -> FactorySpec:
    """A factory of 10-kg batches of milk, two on every Monday, one shift from 06 to 14.

    Its due times are hard.
    """
    usual = {"machines": 1, "power_kw": 1.0, "attended": "whole", "hold_max_h": 0}
    given: dict[str, Any] = {
        "name": "small",
        "batch_kg": 10,
        "stages": [usual | stage for stage in stages],
        "power_limit_kw": NO_LIMIT,
        "auxiliary_kw": {},
        "shifts": [{"days": MONDAY_TO_FRIDAY, "start": 6, "end": 14}],
        "calendar": {},
        "demand": {
            "kg": {"mon": 20},
            "mix": {"milk": 1.0},
            "month_factor": {},
            "made_ahead_days": 0,
        },
        "as_usual": {"start": 8},
        "priced": {"late_eur_batch_h": 0.0},
    }
    return FactorySpec.model_validate(given | changes)


def with_stage(spec: FactorySpec, name: str, **changes: Any) -> FactorySpec:
    """The factory with one of its stages changed."""
    stages = (s.model_copy(update=changes) if s.name == name else s for s in spec.stages)
    return spec.model_copy(update={"stages": tuple(stages)})


def hourly(first: str, values: Sequence[float]) -> pd.Series:
    """EUR/kWh from a UTC hour on."""
    index = pd.date_range(first, periods=len(values), freq="h", tz="UTC", name="time")
    return pd.Series(list(values), index=index, dtype=float)


def punctual(spec: FactorySpec) -> FactorySpec:
    """The factory with hard due times: lateness has no price."""
    priced = spec.priced.model_copy(update={"late_eur_batch_h": 0.0})
    return spec.model_copy(update={"priced": priced})
