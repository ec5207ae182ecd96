"""How much each voice is trusted: more where it has lately missed less."""

from __future__ import annotations

import numpy as np

from chocolib.models.market import WEEK

#: Days of past origins that count, and the age in days that halves their weight.
MEMORY, HALF_LIFE = 70, 60.0
#: How fast trust falls as a voice's error grows over the voices' mean.
_RATE = 8.0
#: Fewer past origins than this, and all are trusted alike.
_LEAST = 10


def trust_at(
    origin: int, origins: np.ndarray, missed: np.ndarray, speaking: np.ndarray
) -> np.ndarray:
    """Weights of the voices at an origin, from forecasts whose week was over by then.

    Exponential weights on the mean absolute error of each lead, relative to the mean of
    the voices (after Cesa-Bianchi and Lugosi, "Prediction, Learning, and Games", 2006).

    Args:
        origin: day number; forecasts later than a week before it are not looked at.
        origins: day numbers of past forecasts, shape (n,).
        missed: their mean absolute errors, shape (voices, n, WEEK); NaN: it was silent.
        speaking: which voices speak at `origin`, at least one: bool, shape (voices,).

    Returns:
        shape (voices, WEEK), 1 in sum, 0 for silent voices; those that speak are trusted
        alike while fewer than `_LEAST` origins tell them apart.
    """
    past = (origins <= origin - WEEK) & (origins >= origin - MEMORY)
    past &= ~np.isnan(missed[speaking]).any(axis=(0, 2))
    trust = np.zeros((len(missed), WEEK))
    trust[speaking] = 1.0
    if past.sum() >= _LEAST:
        weight = 0.5 ** ((origin - origins[past]) / HALF_LIFE)
        error = np.average(missed[speaking][:, past], axis=1, weights=weight)
        trust[speaking] = np.exp(-_RATE * (error / np.maximum(error.mean(axis=0), 1e-9) - 1))
    return np.asarray(trust / trust.sum(axis=0))
