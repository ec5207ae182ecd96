"""The tables of `make bench-forecast`, and whether its targets are met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from chocolib.models.backtest import Known
from chocolib.models.scores import (
    by_day,
    by_period,
    by_quarter,
    diebold_mariano,
    ratio_interval,
    scores,
)

CHAMPION, NAIVE, PROPHET = "champion", "weekly-naive", "prophet"
#: Targets of the project: floor and goal of the error, of the capture, seconds, coverage.
FLOOR, GOAL, FLOOR_PROPHET = 0.735, 0.70, 0.81
FLOOR_CAPTURE, GOAL_CAPTURE = 0.948, 0.955
MOST_SECONDS, MOST_PREDICT_SECONDS = 30.0, 1.0
#: Percentage points that a band may be off, overall and on one horizon day.
OFF, OFF_ON_A_DAY = 0.03, 0.05


@dataclass(frozen=True)
class Run:
    """The forecasts of one variant of what is known (`models.backtest.forecasts_at`)."""

    frame: pd.DataFrame

    @cached_property
    def scores(self) -> pd.DataFrame:
        """`models.scores.scores`, computed once."""
        return scores(self.frame)

    @cached_property
    def days(self) -> pd.DataFrame:
        """`models.scores.by_day`, computed once."""
        return by_day(self.frame)

    def has(self, *models: str) -> bool:
        """Whether all of them were asked for."""
        return set(models) <= set(self.scores.index)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target: what was asked, what was measured, whether it holds."""

    what: str
    asked: str
    found: str
    holds: bool

    def __str__(self) -> str:
        return f"{'yes' if self.holds else 'NO ':3} {self.what}: {self.found} (asked: {self.asked})"


def tables(run: Run, seconds: pd.DataFrame | None = None) -> list[tuple[str, pd.DataFrame]]:
    """Titles and tables of one variant, ready to be printed.

    Args:
        seconds: fit_s and predict_s per model, measured alone.
    """
    return [
        ("Overall", overall(run, seconds)),
        ("MAE by horizon day", _wide(run.days, "mae", 4)),
        ("MAE by tariff period", _wide(by_period(run.frame), "mae", 4)),
        ("MAE over the weekly naive, by quarter", _wide(by_quarter(run.frame), "rmae", 3)),
        ("Coverage of the 80 % band by horizon day", _wide(run.days, "coverage_80", 3)),
        ("Coverage of the 90 % band by horizon day", _wide(run.days, "coverage_90", 3)),
        ("The champion beside others", beside(run)),
    ]


def overall(run: Run, seconds: pd.DataFrame | None) -> pd.DataFrame:
    """One column per model, best first: errors, bands, capture, seconds."""
    found = run.scores.drop(columns=["fit_s", "predict_s"])
    if seconds is not None:
        found = found.join(seconds)
    shown = pd.DataFrame(index=found.index)
    shown["origins"] = found["origins"].map("{:.0f}".format)
    for name in ("mae", "rmse", "pinball"):
        shown[name] = found[name].map("{:.4f}".format)
    for name in ("r2", "rmae", "width_80", "width_90"):
        shown[name] = found[name].map("{:.3f}".format)
    for name in ("coverage_80", "coverage_90", "capture_6", "capture_8"):
        shown[name] = found[name].map("{:.1%}".format)
    for name in ("fit_s", "predict_s"):
        if name in found:
            shown[name] = found[name].map("{:.2f}".format)
    return shown.T


def beside(run: Run) -> pd.DataFrame:
    """The champion's MAE over that of each other model, with its interval and test."""
    rows = {}
    if run.has(CHAMPION):
        for other in run.scores.index.drop(CHAMPION):
            ratio = ratio_interval(run.frame, CHAMPION, other)
            test = diebold_mariano(run.frame, CHAMPION, other)
            rows[other] = {
                "MAE ratio": f"{ratio['ratio']:.3f}",
                "90 % interval": f"{ratio['low']:.3f} to {ratio['high']:.3f}",
                "difference": f"{test['difference']:+.4f}",
                "Diebold-Mariano p": f"{test['p']:.4f}",
            }
    return pd.DataFrame(rows).T.rename_axis("model")


def verdicts(runs: Mapping[Known, Run], seconds: pd.DataFrame) -> list[Verdict]:
    """Each target and whether it holds; the errors and the capture are those of "plain"."""
    plain = runs["plain"]
    if not plain.has(CHAMPION):
        return []
    best, times = plain.scores.loc[CHAMPION], seconds.loc[CHAMPION]
    rmae, kept = best["rmae"], best["capture_6"]
    found = [
        _at_most("floor: MAE over the weekly naive", rmae, FLOOR),
        _at_least("floor: cheapest-6 capture", kept, FLOOR_CAPTURE),
        _at_most("goal: MAE over the weekly naive", rmae, GOAL),
        _at_least("goal: cheapest-6 capture", kept, GOAL_CAPTURE),
        _at_most("seconds to fit and predict", times.sum(), MOST_SECONDS),
        _at_most("seconds to predict", times["predict_s"], MOST_PREDICT_SECONDS),
    ]
    if plain.has(PROPHET):
        ratio = best["mae"] / plain.scores.loc[PROPHET, "mae"]
        found.insert(1, _at_most("floor: MAE over Prophet's", ratio, FLOOR_PROPHET))
    return found + [one for known, run in runs.items() for one in _coverage(known, run)]


def _coverage(known: Known, run: Run) -> list[Verdict]:
    found = []
    for share in (80, 90):
        name, aim = f"coverage_{share}", share / 100
        overall_ = run.scores.loc[CHAMPION, name]
        days = run.days.loc[CHAMPION, name].dropna()
        what = f"{known}: the {share} % band holds"
        within = f"{aim - OFF:.0%} to {aim + OFF:.0%}"
        found.append(Verdict(what, within, f"{overall_:.1%}", abs(overall_ - aim) <= OFF))
        held = f"{days.min():.1%} to {days.max():.1%}"
        near = bool((abs(days - aim) <= OFF_ON_A_DAY).all())
        what = f"{known}: the {share} % band on each horizon day"
        found.append(Verdict(what, f"within {100 * OFF_ON_A_DAY:.0f} points", held, near))
    return found


def _at_most(what: str, found: float, most: float) -> Verdict:
    return Verdict(what, f"at most {most:g}", f"{found:.3f}", bool(found <= most))


def _at_least(what: str, found: float, least: float) -> Verdict:
    return Verdict(what, f"at least {least:.1%}", f"{found:.2%}", bool(found >= least))


def _wide(table: pd.DataFrame, column: str, digits: int) -> pd.DataFrame:
    """Models down, groups across."""
    if column not in table:
        return pd.DataFrame()
    return (
        table[column].unstack().map(lambda value: "" if pd.isna(value) else f"{value:.{digits}f}")
    )
