"""The coarsest grid that loses nothing: whole hours, where all data lie on whole hours.

Take a schedule on a fine grid and all tasks whose starts share one fraction of the
coarse step. Every constraint compares times of tasks with one another or with data on
the coarse grid, and the cost of a task is linear in its start between two steps of the
coarse grid (prices are hourly). So these tasks can be moved together, in the direction
that does not cost more, until they meet another fraction or the coarse grid: nothing
begins to overlap on the way that did not before. Step by step all fractions vanish.
Hence a best plan on the coarse grid is a best plan on the fine one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from chocolib.core.factory import FactorySpec
from chocolib.core.time import HOUR, Window
from chocolib.plan.footprint import footprint
from chocolib.plan.underway import Underway


def coarsest(
    spec: FactorySpec, window: Window, step: pd.Timedelta, underway: Underway
) -> pd.Timedelta:
    """The longest step whose best plan is as good as that of `step`; a multiple of it."""
    hours = [*_durations(spec), *_moments(spec, window, underway)]
    for longer in (HOUR, HOUR / 2):
        if longer > step and all(_lies_on(h, longer) for h in hours):
            return longer
    return step


def _lies_on(hours: float, step: pd.Timedelta) -> bool:
    return round(hours * 4) % round(step / HOUR * 4) == 0


def _durations(spec: FactorySpec) -> Iterator[float]:
    for stage in spec.stages:
        yield from (stage.setup_h, stage.cleaning_h, stage.hold_max_h)
        for product in stage.hours:
            for length, _ in stage.timeline(product):
                yield length


def _moments(spec: FactorySpec, window: Window, underway: Underway) -> Iterator[float]:
    """Hours from the window's start to services that matter and to what is underway."""
    ends = [moment for task in underway.tasks for moment in (task.start, task.end)]
    since = [] if underway.since is None else [underway.since.ceil(HOUR / 4)]
    matter = [
        moment
        for service in spec.services(window)
        if _matters(spec, service.stage, service.window)
        for moment in (service.window.start, service.window.end)
    ]
    for moment in (*ends, *since, *matter):
        yield (moment - window.start) / HOUR


def _matters(spec: FactorySpec, stage: str, service: Window) -> bool:
    """Whether a batch might be in the stage in the hours the service touches.

    It may not where somebody has to stand beside every minute and nobody is there.
    """
    hours = Window(service.start.floor("h"), service.end.ceil("h"))
    staffed = spec.staffed(hours.hours())
    one = next(s for s in spec.stages if s.name == stage)
    beside = all(bool(np.all(footprint(one, p, 15).staffed)) for p in one.hours)
    return not beside or bool(staffed.any())
