"""The energy of tasks by hour, and what it costs on price paths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from chocolib.core.factory import FactorySpec
from chocolib.core.schedule import Task
from chocolib.core.time import HOUR
from chocolib.plan.draws import draws
from chocolib.plan.prices import covering


def by_hour(tasks: Iterable[Task], spec: FactorySpec) -> pd.Series:
    """KWh by UTC hour, setting up and cleaning included; hours without any are left out."""
    drawn = defaultdict[pd.Timestamp, float](float)
    for task in tasks:
        for draw in draws(task, spec):
            for piece in draw.by_hour():
                drawn[piece.start.floor(HOUR)] += piece.kwh
    index = pd.DatetimeIndex(sorted(drawn), tz="UTC", name="time")
    return pd.Series([drawn[hour] for hour in index], index=index, dtype=float)


def path_costs(tasks: Iterable[Task], paths: pd.DataFrame, spec: FactorySpec) -> pd.Series:
    """EUR of energy of the tasks on each path.

    Args:
        paths: EUR/kWh, UTC hours x path, covering the tasks.

    Returns:
        By path, in the frame's order.

    Raises:
        NotEnoughData: an hour of a task has no price; says which.
    """
    kwh = by_hour(tasks, spec)
    hours = pd.DatetimeIndex(kwh.index)
    for path in paths:
        covering(paths[path], hours, purpose="the risk")
    found: pd.Series = paths.loc[hours].T @ kwh
    return found
