"""Lines taken in as they come, and counted a batch at a time.

Nothing of a line is kept as it is: a path becomes one of few names, an agent a kind of device.
Who looked stays as login and address until `app` gives it a pseudonym. Of a line only four numbers
are noted, and many lines are counted at once, which is several times as fast as one by one.
"""

from __future__ import annotations

from array import array

import numpy as np

from chocolib.core.traffic import Judges, Unusable
from chocolib.sources.access_log.counting import (
    NEVER,
    NOBODY,
    NOTHING,
    UNTOLD,
    Bounds,
    Counts,
    Met,
    count,
)
from chocolib.sources.access_log.lines import Line, parse
from chocolib.sources.access_log.numbers import Numbers, moment
from chocolib.sources.access_log.plain import find

#: Numbers are given anew when there are so many, so that a flood stays small.
_MOST_NUMBERS = 100_000


class Tally:
    """Counts lines; `taken` hands over what was counted and begins anew.

    Args:
        hour: where lines without a time are counted until one has a time, seconds.
    """

    def __init__(self, judges: Judges, bounds: Bounds, *, hour: int) -> None:
        self._judges, self._bounds, self._hour = judges, bounds, hour
        self._numbers = Numbers(judges)
        self._begin()

    @property
    def noted(self) -> int:
        """How many lines wait to be taken."""
        return len(self._at)

    def add(self, text: bytes, *, too_long: int = 0) -> None:
        """Note whole lines, each with its newline, and those that were too long to be read."""
        found, begun, numbers = find(text), self.noted, self._numbers
        self._at.extend(map(numbers.plain_moment.__getitem__, found.times))
        self._reader.extend(
            map(numbers.plain_reader.__getitem__, zip(found.who, found.agents, strict=True))
        )
        self._verdict.extend(
            map(numbers.plain_verdict.__getitem__, zip(found.asked, found.by, strict=True))
        )
        self._seconds.extend(map(numbers.plain_seconds.__getitem__, found.seconds))
        for place in [place for place, time in enumerate(found.times) if not time]:
            self._note(begun + place, parse(found.others[place]))
        for _ in range(too_long):
            self._at.append(NEVER)
            self._reader.append(NOBODY)
            self._verdict.append(NOTHING["hostile"])
            self._seconds.append(UNTOLD)

    def taken(self) -> Counts:
        """What was counted since the last time."""
        met = Met(
            at=np.array(self._at),
            reader=np.array(self._reader),
            verdict=np.array(self._verdict),
            seconds=np.array(self._seconds),
            readers=self._numbers.readers,
            verdicts=self._numbers.verdicts,
        )
        counts = count(met, self._bounds, hour=self._hour)
        self._hour = counts.hour
        if len(self._numbers) > _MOST_NUMBERS:
            self._numbers = Numbers(self._judges)
        self._begin()
        return counts

    def _begin(self) -> None:
        """Nothing is noted."""
        self._at, self._reader, self._verdict = array("q"), array("q"), array("q")
        self._seconds = array("d")

    def _note(self, place: int, one: Line | Unusable) -> None:
        """A line that is not plain."""
        if not isinstance(one, Line):
            self._verdict[place] = NOTHING[one]
            return
        self._at[place] = moment(one.time)
        self._reader[place] = self._numbers.reader(one.login, one.address, one.agent)
        self._verdict[place] = self._numbers.verdict(one.method, one.path, one.status, one.by)
        self._seconds[place] = one.seconds
