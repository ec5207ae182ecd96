"""What a voice of the champion is: a forecast of net prices that can be fitted and kept."""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np

from chocolib.core.learned import Learned
from chocolib.models.features import Features


class Voice(Protocol):
    """Net EUR/kWh (without tolls) of whole days, from what earlier days show."""

    def fit(self, features: Features, end: int) -> Self:
        """Learn from the origins whose following week is over at origin `end`."""
        ...

    @property
    def speaks(self) -> bool:
        """Whether there was enough history; in company it is silent otherwise."""
        ...

    def predict(self, features: Features, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """Net EUR/kWh on days `origins + leads`: shape (m, 24); the base if it learnt nothing."""
        ...

    def learned(self) -> Learned:
        """What `fit` found, as plain numbers."""
        ...

    def restore(self, learned: Learned) -> Self:
        """Take back what was learnt."""
        ...


class DayTypeMean:
    """The mean of four weeks by day type (`Features.base`): nothing is learnt.

    Args:
        half_life: the age in days that halves a day's weight.
    """

    speaks = True

    def __init__(self, half_life: float) -> None:
        self.half_life = half_life

    def fit(self, features: Features, end: int) -> Self:  # noqa: ARG002
        """Nothing to learn."""
        return self

    def predict(self, features: Features, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """Net EUR/kWh on days `origins + leads`: shape (m, 24)."""
        return features.base(origins, leads, self.half_life)

    def learned(self) -> Learned:
        """Nothing."""
        return Learned()

    def restore(self, learned: Learned) -> Self:  # noqa: ARG002
        """Nothing to take back."""
        return self
