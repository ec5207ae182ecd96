"""How the models do on real prices: `python -m benchmarks.models --every-days 12`.

Rolling origins at midnight in Madrid, 2024-07-01 to 2026-01-24, 168 hours each; every
model is fitted anew at every origin. Prints the table of `docs/models.md`.
"""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import track

from chocolib.models.backtest import KNOWN, forecasts, origins_between
from chocolib.models.registry import MODELS, model_name
from chocolib.models.scores import by_day, by_period, diebold_mariano, scores

DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", "../shared/data"))
FIRST, LAST = date(2024, 7, 1), date(2026, 1, 24)


def real_prices() -> pd.Series:
    """Hourly EUR/kWh by UTC hour."""
    files = sorted((DATA / "pvpc").glob("*.csv.gz"))
    frames = (pd.read_csv(file, parse_dates=["timestamp"], index_col=0) for file in files)
    return pd.concat(frames)["price_eur_kwh"].sort_index()


def measured(every_days: int, names: list[str], known: str, jobs: int) -> pd.DataFrame:
    """The frame of the backtest, with a bar on standard error."""
    origins = origins_between(FIRST, LAST, every_days)
    parts = forecasts(
        real_prices(),
        origins=origins,
        models={name: MODELS[name] for name in names},
        known="day-ahead" if known == "day-ahead" else "plain",
        jobs=jobs,
    )
    bar = track(parts, known, total=len(origins), console=Console(stderr=True))
    return pd.concat(list(bar), ignore_index=True)


def show(frame: pd.DataFrame) -> None:
    """Print the tables."""
    pd.set_option("display.width", 200, "display.max_columns", 30)
    print(scores(frame).round(4).T.to_string(), "\n")
    for name, table in (("day", by_day(frame)), ("tariff period", by_period(frame))):
        for column in ("mae", "coverage_80", "coverage_90"):
            print(f"{column} by {name}\n{table[column].unstack().round(4).to_string()}\n")
    best, *others = scores(frame).index
    for other in others:
        found = diebold_mariano(frame, best, other)
        print(f"{best} - {other}: {found['difference']:+.4f} EUR/kWh, p {found['p']:.4f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.models", description=__doc__)
    parser.add_argument("--every-days", type=int, default=12, help="days between origins")
    parser.add_argument("--models", default=",".join(MODELS), help="names with commas")
    parser.add_argument("--known", choices=KNOWN, default="plain")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    asked = parser.parse_args()
    names = [model_name(name) for name in asked.models.split(",")]
    show(measured(asked.every_days, names, asked.known, asked.jobs))


if __name__ == "__main__":
    main()
