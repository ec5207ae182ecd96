"""Which machine does which task: intervals on identical machines that are not always there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import pandas as pd

from chocolib.core.errors import ChocolibError

Span: TypeAlias = tuple[pd.Timestamp, pd.Timestamp]
#: Tries after which a stage is given up.
_PATIENCE = 20_000


class NoMachine(ChocolibError):
    """Enough machines of a stage are free at any time, but no batch can change its machine."""

    def __init__(self, stage: str) -> None:
        super().__init__(
            f"{stage}: its services leave enough machines, but not one machine for every batch",
            hint="move the services of that stage apart in the factory file",
        )
        self.stage = stage


def assign(
    stage: str, tasks: Sequence[Span], machines: int, taken: Mapping[int, Sequence[Span]]
) -> list[int]:
    """A machine, numbered from 1, for every task; no two of its spans overlap.

    Tries the machine first that is taken soonest after the task, so that the others stay
    free for long ones, and goes back where that leads nowhere.

    Args:
        tasks: UTC spans by start, with setting up and cleaning.
        taken: by machine, when it is in service or does something else.

    Raises:
        NoMachine: there is no such assignment, or none was found.
    """
    spans = {number: list(taken.get(number, ())) for number in range(1, machines + 1)}
    chosen: list[int] = []
    options: list[Iterator[int]] = []
    for _ in range(_PATIENCE + 2 * len(tasks)):
        if len(chosen) == len(tasks):
            return chosen
        if len(options) == len(chosen):
            options.append(iter(_free(spans, tasks[len(chosen)])))
        machine = next(options[-1], None)
        if machine is not None:
            spans[machine].append(tasks[len(chosen)])
            chosen.append(machine)
            continue
        options.pop()
        if not chosen:
            break
        spans[chosen.pop()].pop()
    raise NoMachine(stage)


def _free(spans: Mapping[int, Sequence[Span]], task: Span) -> list[int]:
    """Machines free for the task, the soonest taken again first, then by number."""
    start, end = task
    able = [n for n, own in spans.items() if all(b <= start or end <= a for a, b in own)]
    never = pd.Timestamp.max.tz_localize("UTC")
    return sorted(able, key=lambda n: (min((a for a, _ in spans[n] if a >= end), default=never), n))
