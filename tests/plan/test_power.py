from __future__ import annotations

import itertools

import numpy as np
import pytest

from chocolib.plan.power import facets


def test_the_plant_of_linares_at_sixty_kilowatts_has_one_facet_more() -> None:
    [(weights, most)] = facets([6.0, 12.0, 14.0], [3, 3, 1], 60.0)
    assert (weights.tolist(), most) == ([1.0, 2.0, 2.0], 9.0)


@pytest.mark.parametrize("limit", [10.0, 23.0, 31.5, 47.0])
def test_facets_cut_off_no_whole_machines(limit: float) -> None:
    kw, most = [3.2, 5.0, 7.5], [3, 2, 4]
    found = list(facets(kw, most, limit))
    points = itertools.product(*(range(n + 1) for n in most))
    able = np.array([p for p in points if np.dot(p, kw) <= limit + 1e-9])
    assert found
    for weights, bound in found:
        assert (able @ weights <= bound + 1e-9).all()
        assert (able @ weights > bound - 1e-9).sum() >= len(kw)


def test_one_kind_of_machine_or_too_many_of_them_have_no_facets() -> None:
    assert list(facets([6.0], [3], 10.0)) == []
    assert list(facets([1.0, 2.0], [1000, 1000], 500.0)) == []
