"""Finished batches at hand serve the first orders; the rest is to be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chocolib.core.factory import Order


def net_of(
    orders: Iterable[Order], stock: Mapping[str, int]
) -> tuple[tuple[Order, ...], dict[str, int]]:
    """The orders less the stock, which serves the first ones, and the stock that is left."""
    left, net = dict(stock), []
    for order in orders:
        served = min(left.get(order.product, 0), order.batches)
        if served:
            left[order.product] -= served
        if order.batches > served:
            rest = order.batches - served
            net.append(Order(order.day, order.product, rest, order.earliest, order.due))
    return tuple(net), {product: batches for product, batches in left.items() if batches}
