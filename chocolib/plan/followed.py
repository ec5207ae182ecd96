"""What was done when plans were followed one after the other; needs no solver."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from chocolib.core.plans import Plan
from chocolib.core.schedule import Task


def executed(plans: Sequence[Plan]) -> tuple[Task, ...]:
    """What was really begun when each plan was followed until the next one was made.

    Args:
        plans: in the order in which they were made.

    Returns:
        Tasks by start, then batch; of the last plan all, of the others those begun when
        the next was made. Their `cost_eur` is what their plan thought.
    """
    done: dict[tuple[str, str], Task] = {}
    for made, following in pairwise(plans):
        for task in made.best.tasks:
            if task.start <= following.as_of:
                done.setdefault((task.batch, task.stage), task)
    for task in plans[-1].best.tasks if plans else ():
        done.setdefault((task.batch, task.stage), task)
    return tuple(sorted(done.values(), key=lambda task: (task.start, task.batch)))
