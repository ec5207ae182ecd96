from __future__ import annotations

import pytest

from chocolib.plan.batches import product_codes


@pytest.mark.parametrize(
    ("products", "codes"),
    [
        (["standard", "premium", "ultra"], ["S", "P", "U"]),
        (["milk", "dark"], ["M", "D"]),
        (["dark", "dairy", "white"], ["DAR", "DAI", "W"]),
        (["milk", "milk70"], ["MILK", "MILK7-"]),
        (["Milk", "milk"], ["M", "m"]),
        (["70", "72"], ["70-", "72-"]),
    ],
)
def test_products_have_the_shortest_codes_that_differ(
    products: list[str], codes: list[str]
) -> None:
    assert list(product_codes(products).values()) == codes
