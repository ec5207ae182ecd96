"""`make bench-forecast`: how good the price models are, on real prices.

Every model at the same past midnights, each fitted anew with what was known then, for the
168 hours after the last published price ("plain") and for those from midnight with the
first day published ("day-ahead"). Prints the tables and a verdict on each target, writes
them with plots as a page. What was done is kept: the same question goes on where it was
stopped.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

import pandas as pd
from rich.console import Console
from rich.progress import Progress

from benchmarks import predecessor
from benchmarks.forecast_page import Measured, written
from benchmarks.forecast_tables import Run, tables, verdicts
from chocolib.app.backtest import Asked, Result, kept_backtest
from chocolib.app.settings import read_settings
from chocolib.core.time import HOUR, MADRID
from chocolib.models.backtest import HORIZON, KNOWN, Known
from chocolib.models.registry import HISTORY, MODELS, new_model

DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", "../shared/data"))
FIRST, LAST = date(2024, 7, 1), date(2026, 1, 24)
OUT = Path(__file__).parents[1] / "docs" / "forecast.md"
#: The predecessor's model is slow and far off: asked at every fourth origin.
SPARSE = 4
#: Origins that the times are taken at: far enough apart to share no replay.
TIMED = 3


def real_prices(folder: Path) -> pd.DataFrame:
    """`price_eur_kwh` by UTC hour of all the folder's price files, and an empty `flag`."""
    files = sorted([*folder.glob("*.csv.gz"), *folder.glob("*.csv"), *folder.glob("*.parquet")])
    frames = [pd.read_parquet(f) if f.suffix == ".parquet" else pd.read_csv(f) for f in files]
    if not frames:
        raise SystemExit(f"there are no price files in {folder}; set CHOCOLIB_REAL_DATA")
    every = pd.concat([frame.reset_index() for frame in frames])
    every.index = pd.DatetimeIndex(pd.to_datetime(every["timestamp"], utc=True), name="time")
    every = every[~every.index.duplicated(keep="last")].sort_index()
    return every[["price_eur_kwh"]].assign(flag=None)


def run(
    stored: pd.DataFrame, asked: Asked, work: Path, jobs: int, code: Path | None = None
) -> Result:
    """One variant, with a bar on standard error."""
    models = {**MODELS, predecessor.NAME: predecessor.Predecessor}
    first, last = asked.origins[0] - HISTORY, asked.origins[-1] + HORIZON * HOUR
    window = stored[(stored.index >= first) & (stored.index < last)]
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{asked.known}, {', '.join(asked.models)}")
        return kept_backtest(
            work,
            window,
            asked,
            models=models,
            code=code,
            jobs=jobs,
            tell=lambda done, of: bar.update(task, completed=done, total=of),
        )


def seconds(stored: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Mean seconds to fit and to predict a week, one model after another, alone."""
    origins = asked.origins
    picked = [origins[len(origins) * i // TIMED] for i in range(TIMED)]
    rows = {name: [_seconds(stored, name, origin) for origin in picked] for name in asked.models}
    means = {name: pd.DataFrame(found).mean() for name, found in rows.items()}
    return pd.DataFrame(means).T.rename_axis("model")


def _seconds(stored: pd.DataFrame, name: str, origin: pd.Timestamp) -> dict[str, float]:
    prices = stored["price_eur_kwh"]
    known = prices[(prices.index >= origin - HISTORY) & (prices.index < origin)]
    began = perf_counter()
    model = new_model(name).fit(known, as_of=origin)
    fitted = perf_counter()
    model.predict(origin=origin, horizon=HORIZON, known=known)
    return {"fit_s": fitted - began, "predict_s": perf_counter() - fitted}


def measured(args: argparse.Namespace, say: Callable[[str], None]) -> Measured:
    """Everything the page shows."""
    stored = real_prices(DATA / "pvpc")
    last = stored.index[-1] + HOUR - HORIZON * HOUR
    until = min(args.end, last.tz_convert(MADRID).date())
    if until < args.end:
        say(f"prices end on {stored.index[-1]}: the last origin is {until}")
    names = args.models.split(",")
    runs: dict[Known, Run] = {}
    for known in KNOWN:
        asked = Asked.of(args.start, until, args.every_days, names, known)
        runs[known] = Run(run(stored, asked, args.work, args.jobs).frame)
    sparse = Asked(args.start, until, SPARSE * args.every_days, (predecessor.NAME,), "plain")
    code = Path(predecessor.__file__)
    before = run(stored, sparse, args.work, args.jobs, code).frame if args.predecessor else None
    timed = seconds(stored, Asked.of(args.start, until, args.every_days, names, "plain"))
    command = f"make bench-forecast ({args.start} to {until}, every {args.every_days} days)"
    return Measured(runs, timed, before, command)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("--start", type=date.fromisoformat, default=FIRST, help="first origin")
    parser.add_argument("--end", type=date.fromisoformat, default=LAST, help="last origin")
    parser.add_argument("--every-days", type=int, default=3, help="days between origins")
    parser.add_argument("--models", default=",".join(MODELS), help="names with commas")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    parser.add_argument("--out", type=Path, default=OUT, help="the page; its pictures beside it")
    home = read_settings().home / "backtests"
    parser.add_argument("--work", type=Path, default=home, help="where parts are kept")
    parser.add_argument(
        "--predecessor", action=argparse.BooleanOptionalAction, default=True, help="its Prophet too"
    )
    args = parser.parse_args()
    began = perf_counter()
    found = measured(args, print)
    for known, one in found.runs.items():
        print(f"\n== {known} ==\n")
        for title, table in tables(one, found.seconds if known == "plain" else None):
            print(f"{title}\n{table.to_string()}\n")
    print("\n".join(str(verdict) for verdict in verdicts(found.runs, found.seconds)))
    written(found, args.out)
    print(f"\n{args.out} written, {(perf_counter() - began) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
