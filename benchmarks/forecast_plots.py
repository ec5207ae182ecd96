"""The pictures of `docs/forecast.md`: PNG, drawn with matplotlib."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.forecast_tables import CHAMPION, NAIVE, PROPHET, Run
from chocolib.core.time import MADRID
from chocolib.models.scores import by_clock, by_quarter

_COLOURS = {CHAMPION: "#0f766e", NAIVE: "#6b7280", PROPHET: "#b45309", "weeks-3": "#4338ca"}
_SHOWN = (CHAMPION, "weeks-3", PROPHET, NAIVE)
_LEVELS = {"q05": 0.05, "q10": 0.1, "q50": 0.5, "q90": 0.9, "q95": 0.95}


def drawn(run: Run, folder: Path) -> dict[str, str]:
    """Draw all pictures of the plain variant into `folder`: title -> file name."""
    pictures: dict[str, Callable[[Run], Any]] = {
        "Error by horizon day and by hour of day": errors,
        "Calibration": calibration,
        "MAE over the weekly naive, by quarter": quarters,
        "Forecast against actual: a good, a median and the worst week": weeks,
    }
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for title, draw in pictures.items():
        name = f"forecast-{draw.__name__}.png"
        draw(run).savefig(folder / name, dpi=90)
        found[title] = name
    return found


def errors(run: Run) -> Any:
    """MAE by horizon day and by clock hour, a line per model."""
    figure, (left, right) = _figure(2, (11, 4.2))
    clock = by_clock(run.frame)
    for name in _models(run):
        colour = _COLOURS.get(name)
        left.plot(run.days.loc[name, "mae"], marker="o", color=colour, label=name)
        right.plot(clock.loc[name, "mae"], color=colour, label=name)
    left.set(xlabel="day after the last published price", ylabel="MAE, EUR/kWh")
    right.set(xlabel="clock hour (Madrid)", xticks=range(0, 24, 3))
    for axis in (left, right):
        axis.set_ylim(bottom=0)
    left.legend(frameon=False)
    return figure


def calibration(run: Run) -> Any:
    """Nominal against empirical share, and the coverage of both bands by horizon day."""
    figure, (left, right) = _figure(2, (11, 4.4))
    left.plot([0, 1], [0, 1], color="#9ca3af", lw=1, ls=":")
    for name in _models(run):
        part = run.frame[(run.frame["model"] == name) & run.frame["actual"].notna()]
        share = [(part["actual"] <= part[level]).mean() for level in _LEVELS]
        left.plot(list(_LEVELS.values()), share, marker="o", ms=4, color=_COLOURS.get(name))
        for band, style in (("80", "-"), ("90", "--")):
            held = run.days.loc[name, f"coverage_{band}"]
            right.plot(held, ls=style, color=_COLOURS.get(name), label=f"{name}, {band} %")
    left.set(xlabel="nominal quantile", ylabel="share of hours at or below it")
    right.axhspan(0.75, 0.85, color="#0f766e", alpha=0.08)
    right.axhspan(0.85, 0.95, color="#4338ca", alpha=0.06)
    right.set(xlabel="day after the last published price", ylabel="coverage", ylim=(0.6, 1))
    right.legend(frameon=False, fontsize=8, ncol=2, loc="lower left")
    return figure


def quarters(run: Run) -> Any:
    """MAE over the weekly naive by quarter of the origin."""
    figure, (axis,) = _figure(1, (11, 3.8))
    table = by_quarter(run.frame)["rmae"].unstack()
    shown = [name for name in _models(run) if name != NAIVE]
    place, width = np.arange(table.shape[1]), 0.8 / max(len(shown), 1)
    for offset, name in enumerate(shown):
        at = place + (offset - (len(shown) - 1) / 2) * width
        bars = axis.bar(at, table.loc[name], width * 0.92, label=name, color=_COLOURS.get(name))
        axis.bar_label(bars, fmt="%.2f", fontsize=8, padding=1)
    axis.axhline(1, color="#6b7280", lw=1, ls="--")
    axis.set(xticks=place, xticklabels=list(table.columns), ylabel="MAE over the weekly naive")
    axis.margins(y=0.1)
    figure.legend(frameon=False, ncol=3, loc="outside upper left")
    return figure


def weeks(run: Run) -> Any:
    """The champion's forecast and band over three weeks, chosen by their MAE."""
    mine = run.frame[(run.frame["model"] == CHAMPION) & run.frame["actual"].notna()]
    missed = (mine["actual"] - mine["q50"]).abs().groupby(mine["origin"]).mean().sort_values()
    picked = {"good (1 in 10)": 0.1, "median": 0.5, "worst": 1.0}
    figure, axes = _figure(3, (11, 9.5), rows=True)
    for axis, (title, share) in zip(axes, picked.items(), strict=True):
        origin = missed.index[round(share * (len(missed) - 1))]
        week = mine[mine["origin"] == origin]
        here = pd.DatetimeIndex(week["time"]).tz_convert(MADRID).tz_localize(None)
        axis.fill_between(here, week["q10"], week["q90"], color="#0f766e", alpha=0.18, lw=0)
        axis.plot(here, week["actual"], color="#111827", lw=1.2, label="actual")
        axis.plot(here, week["q50"], color="#0f766e", lw=1.6, label="champion, 80 % band")
        axis.plot(here, week["naive"], color="#6b7280", lw=0.8, ls=":", label="weekly naive")
        axis.set_ylabel("EUR/kWh")
        day = origin.tz_convert(MADRID).date()
        axis.set_title(f"{title}: week from {day}, MAE {missed[origin]:.4f}", loc="left")
    axes[0].legend(frameon=False, ncol=3, fontsize=9)
    return figure


def _models(run: Run) -> list[str]:
    return [name for name in _SHOWN if run.has(name)]


def _figure(panels: int, size: tuple[float, float], *, rows: bool = False) -> tuple[Any, list[Any]]:
    """A figure with its axes in a row (or in rows), with a light grid."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(*((panels, 1) if rows else (1, panels)), squeeze=False).ravel()
    for axis in axes:
        axis.grid(alpha=0.25)
        axis.set_axisbelow(True)
        axis.spines[["top", "right"]].set_visible(False)
    return figure, list(axes)
