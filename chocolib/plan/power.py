"""The contract for power, and the inequalities that follow from it for whole machines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from scipy.spatial import ConvexHull

from chocolib.plan.constraints import Rows, rows
from chocolib.plan.horizon import ROUNDING_KW
from chocolib.plan.starts import Matrix, Variables

#: The hull is taken of at most so many combinations of running machines.
_MOST_POINTS, _MOST_CLASSES = 3000, 4
_EXACT = 1e-7


def power(v: Variables) -> Iterator[Rows]:
    """The contract holds: sum_p,s,o kW[p,s,o] x[p,s,t-o] <= limit[t] - underway[t].

    o runs over the steps of a batch in the stage, setting up and cleaning included.
    Auxiliary loads are on their own circuit and not counted.
    """
    yield rows("power", v.draw(), upper=np.maximum(room(v), 0))


def room(v: Variables) -> np.ndarray:
    """KW that the contract leaves beside what is underway, per step."""
    return np.asarray(v.horizon.power_kw - v.load.kw)


def whole_machines(v: Variables) -> Iterator[Rows]:
    """Power again: the facets of what whole machines can draw together.

    With m[k,t] the machines that draw k kW at t, the points {m whole, 0 <= m[k] <=
    machines, sum_k k m[k] <= room} have a convex hull; its facets a m <= b follow from
    `power` and cut off fractions of machines. At 60 kW the plant of Linares gets
    m[6] + 2 m[12] + 2 m[14] <= 9, which alone closes most of the root gap. Left out
    where there are too many combinations to list.
    """
    classes = _classes(v)
    free = room(v)
    if len(classes) > _MOST_CLASSES:
        return
    for kw in np.unique(free).tolist():
        drawing = {k: entry for k, entry in classes.items() if k <= kw + ROUNDING_KW}
        for weights, most in facets(list(drawing), [n for n, _ in drawing.values()], kw):
            load = v.sum(w * m for w, (_, m) in zip(weights, drawing.values(), strict=True))
            yield rows(f"whole machines {kw:g} kW", load, upper=np.where(free == kw, most, np.inf))


def _classes(v: Variables) -> dict[float, tuple[int, Matrix]]:
    """By kW: how many machines can draw it at once, and the expression that counts them."""
    machines: dict[float, set[int]] = {}
    terms: dict[float, list[Matrix]] = {}
    for (product, stage), mark in v.marks.items():
        for first, last, kw in mark.draws():
            if kw:
                machines.setdefault(kw, set()).add(stage)
                terms.setdefault(kw, []).append(v.through(product, stage, first, last))
    return {
        kw: (sum(v.spec.stages[s].machines for s in machines[kw]), v.sum(terms[kw]))
        for kw in sorted(machines)
    }


def facets(kw: list[float], most: list[int], limit: float) -> Iterator[tuple[np.ndarray, float]]:
    """Facets `weights @ m <= most` of the whole m <= most that draw at most `limit` kW.

    Only those with weights of at least two classes; none where the hull has too many
    points to list or fewer than two classes.
    """
    counts = [min(n, int((limit + ROUNDING_KW) // k)) for k, n in zip(kw, most, strict=True)]
    if len(kw) < 2 or np.prod([n + 1.0 for n in counts]) > _MOST_POINTS or not all(counts):
        return
    points = np.array(list(itertools.product(*(range(n + 1) for n in counts))), dtype=float)
    points = points[points @ np.array(kw) <= limit + ROUNDING_KW]
    seen = set()
    for equation in ConvexHull(points).equations:
        weights = equation[:-1]
        if (weights < -_EXACT).any() or (weights > _EXACT).sum() < 2:
            continue
        weights = np.where(weights > _EXACT, weights, 0.0)
        weights = (weights / weights[weights > 0].min()).round(6)
        if (key := tuple(weights.tolist())) not in seen:
            seen.add(key)
            yield weights, float((points @ weights).max())
