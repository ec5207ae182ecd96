"""Whether the tasks of a kept plan are of the factory in use."""

from __future__ import annotations

from chocolib.core.factory import FactorySpec
from chocolib.core.schedule import Task
from chocolib.core.time import HOUR
from chocolib.plan.draws import stage_of

#: A document rounds its kilowatt-hours to three places.
_ROUNDED_KWH = 1e-3
_GRIDS_MIN = (15, 30, 60)


def agrees(task: Task, spec: FactorySpec) -> bool:
    """Whether the factory has the task's stage, product and machine, and would make it so.

    The energy (kWh) must be that of the stage, the length its hours in whole steps.
    """
    stage = stage_of(task, spec)
    if stage is None:
        return False
    if task.machine not in {f"{stage.name}-{n}" for n in range(1, stage.machines + 1)}:
        return False
    lengths = {stage.steps(task.product, grid) * grid for grid in _GRIDS_MIN}
    minutes = (task.end - task.start) / HOUR * 60
    same_energy = abs(task.energy_kwh - stage.energy_kwh(task.product)) <= _ROUNDED_KWH
    return same_energy and minutes in lengths
