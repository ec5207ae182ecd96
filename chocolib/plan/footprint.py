"""What one batch does to its machine in one stage, step by step: busy, power, staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from chocolib.core.factory import Stage
from chocolib.core.factory.stages import QUARTER_MIN


@dataclass(frozen=True, slots=True, eq=False)
class Footprint:
    """Steps of setting up, the stage itself and cleaning; arrays cover all three in order.

    Footprints are shared: their arrays cannot be written to.

    Attributes:
        before: steps of setting up; the batch itself starts after them.
        steps: steps the batch takes.
        after: steps of cleaning.
        kw: mean draw per step, which is paid for.
        most: highest draw per step, which the contract has to allow.
        staffed: bool per step, somebody stands beside it.
    """

    before: int
    steps: int
    after: int
    kw: np.ndarray
    most: np.ndarray
    staffed: np.ndarray

    @property
    def busy(self) -> int:
        """Steps the machine is taken."""
        return self.before + self.steps + self.after

    @property
    def alone(self) -> bool:
        """Whether the machine does nothing but the batch itself."""
        return self.before == self.after == 0

    def draws(self) -> Iterator[tuple[int, int, float]]:
        """Runs of constant draw: first and last step (excluded) from the start, highest kW."""
        yield from self._runs(self.most)

    def means(self) -> Iterator[tuple[int, int, float]]:
        """Runs of constant mean draw, which is paid for: as `draws`."""
        yield from self._runs(self.kw)

    def attendances(self) -> Iterator[tuple[int, int]]:
        """Runs of steps that need staff, counted from the start of the batch."""
        for first, last, there in self._runs(self.staffed):
            if there:
                yield first, last

    def _runs(self, values: np.ndarray) -> Iterator[tuple[int, int, float]]:
        breaks = np.flatnonzero(np.diff(values)) + 1
        for first, last in pairwise([0, *breaks.tolist(), len(values)]):
            yield first - self.before, last - self.before, float(values[first])


def footprint(stage: Stage, product: str, minutes: int) -> Footprint:
    """The footprint of a batch of `product` in `stage` on a grid of `minutes`.

    Each part takes whole steps; setting up ends when the batch starts.
    """
    length = stage.steps(product, QUARTER_MIN)
    beside = {"whole": length, "start": 60 // QUARTER_MIN, "no": 0}[stage.attended]
    return _footprint(
        stage.setup_profile_kw(QUARTER_MIN),
        stage.profile_kw(product, QUARTER_MIN),
        stage.cleaning_profile_kw(QUARTER_MIN),
        stage.setup_attended,
        beside,
        stage.cleaning_attended,
        minutes // QUARTER_MIN,
    )


@lru_cache(maxsize=512)
def _footprint(
    setup_kw: tuple[float, ...],
    batch_kw: tuple[float, ...],
    cleaning_kw: tuple[float, ...],
    setup_attended: bool,
    beside: int,
    cleaning_attended: bool,
    per_step: int,
) -> Footprint:
    """The same from quarters of an hour; the first `beside` of the batch need staff."""
    here = np.arange(len(batch_kw)) < beside
    parts = [
        _stepped(setup_kw, np.full(len(setup_kw), setup_attended), per_step, early=True),
        _stepped(batch_kw, here, per_step),
        _stepped(cleaning_kw, np.full(len(cleaning_kw), cleaning_attended), per_step),
    ]
    arrays = [np.concatenate(values) for values in zip(*parts, strict=True)]
    for array in arrays:
        array.flags.writeable = False
    before, steps, after = (len(part[0]) for part in parts)
    return Footprint(before, steps, after, *arrays)


def _stepped(
    kw: tuple[float, ...], staffed: np.ndarray, per_step: int, *, early: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Quarters of an hour as steps: mean draw, highest draw, whether staff is needed."""
    spare = -len(kw) % per_step
    around = (spare, 0) if early else (0, spare)
    drawn = np.pad(np.array(kw, dtype=float), around).reshape(-1, per_step)
    beside = np.pad(staffed.astype(bool), around).reshape(-1, per_step)
    return drawn.mean(axis=1), drawn.max(axis=1, initial=0), np.asarray(beside.any(axis=1))
