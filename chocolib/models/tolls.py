"""The steps that tolls and charges put on the price, as the prices themselves show them.

Tolls differ by tariff period and change by decree; what is left without them is the
market, and that is what needs forecasting. The steps found here are effective ones
(0.079 and 0.028 EUR/kWh in July 2024), not the legal amounts.
"""

from __future__ import annotations

import numpy as np

#: Days that the steps are estimated from.
WINDOW = 120
#: EUR/kWh: larger changes within an hour are the market's, not the tariff's.
_CLIP = 0.2


def toll_steps(price: np.ndarray, period: np.ndarray) -> np.ndarray:
    """EUR/kWh that P1 and P2 add to P3, as estimated at the end of each day.

    Least squares of the hour-to-hour changes within the day, less their mean of that
    hour over the last 120 days, on the changes of the P1 and P2 indicators. Workdays
    against weekends tell the steps from the daily wave.

    Args:
        price: EUR/kWh, shape (days, 24).
        period: "P1", "P2" or "P3", same shape.

    Returns:
        shape (days, 2); zeros where the days so far cannot tell.
    """
    change = np.clip(np.diff(price, axis=1), -_CLIP, _CLIP)
    p1, p2 = (np.diff((period == name).astype(float), axis=1) for name in ("P1", "P2"))
    days = np.minimum(np.arange(len(price)) + 1, WINDOW)[:, None]

    def co(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Sum over the window of the products of the centred changes."""
        centred = trailing_sum(a * b) - trailing_sum(a) * trailing_sum(b) / days
        return np.asarray(centred.sum(axis=1))

    a, b, c = co(p1, p1), co(p1, p2), co(p2, p2)
    u, v = co(p1, change), co(p2, change)
    det = a * c - b * b
    known = det > 1e-6 * np.maximum(a * c, 1.0)
    safe = np.where(known, det, 1.0)
    steps = np.column_stack([(c * u - b * v) / safe, (a * v - b * u) / safe])
    return np.asarray(np.where(known[:, None], np.clip(steps, 0.0, 0.3), 0.0))


def trailing_sum(values: np.ndarray) -> np.ndarray:
    """Sum of the last `WINDOW` rows up to and with each row (fewer at the start)."""
    total = np.cumsum(values, axis=0)
    total[WINDOW:] -= total[:-WINDOW].copy()
    return total


def on_grid(steps: np.ndarray, period: np.ndarray) -> np.ndarray:
    """The toll of each hour of `period` (shape (days, 24)), EUR/kWh over P3."""
    first, second = steps[..., 0, None], steps[..., 1, None]
    return np.asarray(first * (period == "P1") + second * (period == "P2"))
