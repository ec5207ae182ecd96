"""Hand-made prices and tasks to draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.results import Forecast, Task
from chocolib.core.time import HOUR, Window
from chocolib.insights.heatmap import heat_map

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


def a_week(forecast: Forecast) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The hours and windows of a `WeekView`: one hour halts, one has no score."""
    frame = forecast.frame
    hours = pd.DatetimeIndex(frame.index)
    rank = frame["q50"].rank(pct=True)
    classes = pd.cut(1 - rank, [-1, 0.25, 0.5, 0.75, 1], labels=[*"HRMO"]).astype(str)
    words = {"O": "Optimal", "M": "Moderate", "R": "Reduced", "H": "Halt"}
    score = (100 - 60 * rank).where(hours != hours[30])
    known = classes.map(words).where(score.notna())
    cells = heat_map(frame, first_day=time.local_date(NOW), rank=rank, classes=known)
    more = pd.DataFrame(
        {
            "q10": frame["q10"],
            "q90": frame["q90"],
            "score": score,
            "price_points": score - 40,
            "temperature_points": 25.0,
            "humidity_points": 15.0,
            "halted": np.where(hours == hours[40], "temper, mould", ""),
            "weather": "forecast",
            "room_c": 20.5,
            "room_pct": 48.0,
        },
        index=hours,
    )
    starts = [hours[3] + n * pd.Timedelta(days=1) for n in range(3)]
    rows = [
        {
            "hours": length,
            "day": time.local_date(start),
            "start": start,
            "end": start + length * HOUR,
            "mean_eur_kwh": 0.09 - 0.01 * n,
            "day_mean_eur_kwh": 0.13,
            "below_mean": 0.997 if n else 1.0,
            "published": 0 if n else length,
        }
        for length in range(1, 9)
        for n, start in enumerate(starts)
    ]
    return cells.join(more), pd.DataFrame(rows)
