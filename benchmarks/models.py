"""How the two models do on real prices: `python -m benchmarks.models --every-days 12`.

Rolling origin at midnight in Madrid, everything published by then known, 168 hours
predicted, 2024-07 to 2026-01. A first look; the backtest proper is a later issue.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pandas as pd
from rich.progress import track

from chocolib.core.time import DAY, midnight
from chocolib.models.registry import MODELS, new_model

DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", "../shared/data"))
FIRST, LAST = pd.Timestamp("2024-07-01"), pd.Timestamp("2026-01-25")


def errors_of(model: str, prices: pd.Series, day: pd.Timestamp) -> pd.DataFrame:
    """Actual minus median, and whether the band held it, for 168 h from a midnight."""
    origin = midnight(day.date())
    history = prices[(prices.index < origin) & (prices.index >= origin - 200 * DAY)]
    made = new_model(model).fit(history, as_of=origin)
    frame = made.predict(origin=origin, horizon=168, known=history.iloc[:0]).frame
    actual = prices.reindex(frame.index)
    inside = (actual >= frame["q10"]) & (actual <= frame["q90"])
    width = frame["q90"] - frame["q10"]
    table = pd.DataFrame({"error": actual - frame["q50"], "inside": inside, "width": width})
    return table[actual.notna()]


def main() -> None:
    """Print one line per model."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.models", description=__doc__)
    parser.add_argument("--every-days", type=int, default=12, help="days between origins")
    step = parser.parse_args().every_days
    files = sorted((DATA / "pvpc").glob("*.csv.gz"))
    frames = (pd.read_csv(file, parse_dates=["timestamp"], index_col=0) for file in files)
    prices = pd.concat(frames)["price_eur_kwh"]
    days = pd.date_range(FIRST, LAST, freq=f"{step}D")
    for model in MODELS:
        found = pd.concat(errors_of(model, prices, day) for day in track(days, model))
        print(
            f"{model:14} {len(days)} origins  MAE {found['error'].abs().mean():.4f}  "
            f"RMSE {(found['error'] ** 2).mean() ** 0.5:.4f} EUR/kWh  "
            f"80 % band holds {found['inside'].mean():.1%}, {found['width'].mean():.4f} wide"
        )


if __name__ == "__main__":
    main()
