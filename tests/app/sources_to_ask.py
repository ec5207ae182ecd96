"""Sources that answer as a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from chocolib.core.errors import SourceChanged, SourceError, SourceUnavailable
from chocolib.core.time import DAY, Window
from tests.conftest import price_frame


@dataclass
class Known:
    """A price source that has some hours, reaches so far back, and may fail."""

    prices: pd.Series
    name: str = "ree"
    measurement: str = "energy_prices"
    question: pd.Timedelta = 27 * DAY
    since: str = "2014-04-01T00:00Z"
    fails_after: int | None = None
    strange_on: str = ""
    keep_all: bool = False
    asked: list[Window] = field(default_factory=list)

    def fetch(self, window: Window) -> pd.DataFrame:
        if self.fails_after is not None and len(self.asked) >= self.fails_after:
            raise self.error()
        self.asked.append(window)
        inside = (self.prices.index >= window.start) & (self.prices.index < window.end)
        if self.strange_on and window.start <= pd.Timestamp(self.strange_on) < window.end:
            raise SourceChanged("expected JSON, found a web page", source=self.name)
        values = self.prices[inside]
        frame = price_frame(values * 0 + 0.1 if self.keep_all else values, source=self.name)
        return frame.drop(columns="flag").assign(price_eur_kwh=values.to_numpy())

    def error(self) -> SourceError:
        return SourceUnavailable("no connection", source=self.name, hint="try again later")

    def reach(self, now: pd.Timestamp) -> Window:
        return Window(pd.Timestamp(self.since), now + pd.Timedelta(days=2))


def silent(*_: object) -> None:
    """Told of every part, says nothing."""
