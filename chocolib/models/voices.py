"""Voices that speak together, and what each of them would have said on past days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from chocolib.core.learned import Learned
from chocolib.models.features import HALF_LIFE, QUICK, Features
from chocolib.models.lad import HourlyLad
from chocolib.models.lear import DailyRidge
from chocolib.models.market import BASE_DAYS, WEEK
from chocolib.models.trust import MEMORY, trust_at
from chocolib.models.voice import DayTypeMean, Voice
from chocolib.models.yesterday import YesterdayRidge

#: Every voice there is.
VOICES: Mapping[str, Callable[[], Voice]] = {
    "lad": HourlyLad,
    "yesterday": YesterdayRidge,
    "ridge": DailyRidge,
    "recent": lambda: DayTypeMean(QUICK),
    "base": lambda: DayTypeMean(HALF_LIFE),
}
#: Past days whose errors make the bands, and how often the replayed voices are refitted.
REPLAYED, REFIT = 120, 120


class Voices:
    """Fitted voices by name; they may speak of origins later than what they learnt from."""

    def __init__(self, voices: Mapping[str, Voice]) -> None:
        self.voices = voices

    @classmethod
    def fitted(cls, names: Sequence[str], features: Features, end: int) -> Self:
        """From the origins whose following week is over at origin `end`."""
        return cls({name: VOICES[name]().fit(features, end) for name in names})

    def said(self, features: Features, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """EUR/kWh with tolls on days `origins + leads`: (voices, m, 24); NaN: it is silent."""
        tolls = features.market.tolls(origins, leads)
        said = np.full((len(self.voices), len(origins), 24), np.nan)
        for row in np.flatnonzero(self.speaking):
            voice = list(self.voices.values())[row]
            said[row] = voice.predict(features, origins, leads) + tolls
        return said

    @property
    def speaking(self) -> np.ndarray:
        """Which of them had enough history, or all if none had: bool, shape (voices,)."""
        speaks = np.array([voice.speaks for voice in self.voices.values()])
        return speaks if speaks.any() else ~speaks

    def learned(self) -> Learned:
        """What each of them learnt, under its name."""
        found = Learned()
        for name, voice in self.voices.items():
            found = found | voice.learned().under(name)
        return found

    @classmethod
    def restored(cls, names: Sequence[str], learned: Learned) -> Self:
        """Take back what was learnt.

        Raises:
            ModelRejected: of another form than the voices of today.
        """
        return cls({name: VOICES[name]().restore(learned.part(name)) for name in names})


@dataclass(frozen=True, slots=True)
class Replays:
    """What the voices would have said at past origins, each from what was known then.

    Attributes:
        origins: day numbers, shape (n,).
        said: EUR/kWh with tolls, shape (voices, n, WEEK, 24); NaN: it was silent.
        actual: EUR/kWh, shape (n, WEEK, 24); NaN: filled in the history.
    """

    origins: np.ndarray
    said: np.ndarray
    actual: np.ndarray

    @classmethod
    def of(cls, names: Sequence[str], features: Features) -> Self:
        """Of the last days whose week is over; empty when the history is too short.

        The voices are refitted every `REFIT` days, before the origins they answer for.
        """
        market = features.market
        last, reach = market.end - WEEK, REPLAYED + (MEMORY if len(names) > 1 else 0)
        ends = np.arange(max(BASE_DAYS, last - reach + 1), last + 1)
        groups = [ends[first : first + REFIT] for first in range(0, len(ends), REFIT)]
        said = [np.zeros((len(names), 0, WEEK, 24))]
        said += [_said(names, features, group) for group in groups]
        days = ends[:, None] + np.arange(WEEK)
        actual = np.where(market.seen[days], market.price[days], np.nan)
        return cls(ends, np.concatenate(said, axis=1), actual)

    def trust(self, origin: int, speaking: np.ndarray) -> np.ndarray:
        """Weights of the voices at an origin: shape (voices, WEEK)."""
        return trust_at(origin, self.origins, self.missed(), speaking)

    def blended(self) -> np.ndarray:
        """EUR/kWh of all voices together, trusted as at each origin: (n, WEEK, 24)."""
        speaking, missed = ~np.isnan(self.said).any(axis=(2, 3)), self.missed()
        trust = np.zeros((len(self.said), len(self.origins), WEEK))
        for row, origin in enumerate(self.origins):
            trust[:, row] = trust_at(int(origin), self.origins, missed, speaking[:, row])
        return blended(self.said, trust)

    def missed(self) -> np.ndarray:
        """Mean absolute errors over the hours of each day: (voices, n, WEEK)."""
        error = np.abs(self.said - self.actual)
        seen = ~np.isnan(self.actual)
        total = np.where(seen, error, 0.0).sum(axis=3)
        return np.asarray(total / np.maximum(seen.sum(axis=2), 1))


def blended(said: np.ndarray, trust: np.ndarray) -> np.ndarray:
    """The voices' weighted mean over the first axis; silent ones (NaN) have no weight."""
    return np.asarray((np.nan_to_num(said) * trust[..., None]).sum(axis=0))


def _said(names: Sequence[str], features: Features, group: np.ndarray) -> np.ndarray:
    origins, leads = np.repeat(group, WEEK), np.tile(np.arange(WEEK), len(group))
    said = Voices.fitted(names, features, int(group[0])).said(features, origins, leads)
    return np.asarray(said.reshape(len(names), len(group), WEEK, 24))
