"""How sure the cheap windows are, and how sure they say they are: `python -m benchmarks.windows`.

The champion at midnights of 2024-07 to 2026-01 with the day before it published; windows of
the unpublished days of the week, compared with the prices that came. Takes minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from benchmarks.models import measured
from chocolib.core.time import day_window
from chocolib.insights.windows import NEAR, CheapWindow, cheap_windows

ASKED = ((3, False), (6, False), (3, True))


def judged(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """What each window said, and what came."""
    for _, part in frame.groupby("origin"):
        made = part.set_index("time")
        for hours, scattered in ASKED:
            found = cheap_windows(made, hours=hours, load_kw=1, scattered=scattered)
            for window in found:
                if window.published < hours:
                    yield _outcome(window, made["actual"], hours, scattered)


def _outcome(window: CheapWindow, actual: pd.Series, hours: int, scattered: bool) -> dict[str, Any]:
    span = day_window(window.day)
    day = actual[(actual.index >= span.start) & (actual.index < span.end)]
    paid = actual.reindex(window.hours).mean(skipna=False)
    runs = actual.rolling(hours).mean().shift(1 - hours).reindex(day.index)
    best = day.nsmallest(hours).mean() if scattered else runs.min()
    return {
        "hours": hours,
        "scattered": scattered,
        "said below": window.below_mean,
        "below": paid < day.mean(),
        "said near": window.near_cheapest,
        "near": paid <= best + NEAR * abs(best),
        "known": not np.isnan(paid + best),
    }


def hour_to_hour(frame: pd.DataFrame) -> float:
    """Correlation of the errors one hour apart, each in units of its own band."""
    part = frame[~frame["known"] & frame["actual"].notna()].sort_values(["origin", "time"])
    error = part["actual"] - part["q50"]
    band = np.where(error < 0, part["q50"] - part["q10"], part["q90"] - part["q50"])
    scaled = (error / np.maximum(band / norm.ppf(0.9), 1e-4)).clip(-6, 6)
    return float(scaled.corr(scaled.groupby(part["origin"]).shift(1)))


def main() -> None:
    """Print what was said beside what came, for several correlations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every-days", type=int, default=12)
    parser.add_argument("--jobs", type=int, default=-1)
    asked = parser.parse_args()
    frame = measured(asked.every_days, ["champion"], "day-ahead", asked.jobs)
    print(f"errors one hour apart: correlation {hour_to_hour(frame):.3f}")
    table = pd.DataFrame(judged(frame))
    table = table[table.pop("known")]
    print(table.groupby(["hours", "scattered"]).mean().round(3).to_string(), "\n")
    bins = pd.cut(table["said near"], [0, 0.4, 0.6, 0.8, 1], include_lowest=True)
    near = table.groupby(bins, observed=True)[["said near", "near"]]
    print(near.agg(["mean", "size"]).round(3).to_string())


if __name__ == "__main__":
    main()
