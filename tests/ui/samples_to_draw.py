"""Hand-made prices and tasks to draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.results import Task
from chocolib.core.time import HOUR, Window

NOW = time.utc("2025-11-20T21:05")


def day_prices(day: str, days: int = 2) -> pd.Series:
    """A price for every hour of some Madrid days, with a shape over the day."""
    first = pd.Timestamp(day)
    hours = Window(
        time.midnight(first.date()), time.midnight((first + pd.Timedelta(days=days)).date())
    ).hours()
    values = 0.12 + 0.08 * np.sin(np.asarray(hours.hour) / 24 * 2 * np.pi)
    return pd.Series(values, index=hours)


def a_task(batch: str, start: pd.Timestamp, **changes: object) -> Task:
    """One hour of mixing."""
    values: dict[str, object] = {
        "batch": batch,
        "product": "standard",
        "stage": "mix",
        "machine": "mix-1",
        "start": start,
        "end": start + HOUR,
        "energy_kwh": 6.0,
        "cost_eur": 0.6,
    }
    return Task(**{**values, **changes})  # type: ignore[arg-type]


def a_batch(batch: str, start: pd.Timestamp, conche: int, rate: float) -> list[Task]:
    """All stages of a standard batch, one after the other."""
    tasks = []
    for stage, hours, kw in (
        ("mix", 1, 6),
        ("refine", 2, 14),
        ("conche", 6, 12),
        ("temper", 2, 6),
        ("mould", 1, 6),
    ):
        end = start + hours * HOUR
        machine = f"{stage}-{conche if stage == 'conche' else 1}"
        energy = float(kw * hours)
        tasks.append(
            a_task(
                batch,
                start,
                stage=stage,
                machine=machine,
                end=end,
                energy_kwh=energy,
                cost_eur=energy * rate,
            )
        )
        start = end
    return tasks
