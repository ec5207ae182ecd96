"""Sources that answer as a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from chocolib.core.errors import SourceError, SourceUnavailable
from chocolib.core.time import Window
from tests.conftest import price_frame


@dataclass
class Known:
    """A price source that has some hours, reaches so far back, and may fail."""

    prices: pd.Series
    name: str = "ree"
    measurement: str = "energy_prices"
    since: str = "2014-04-01T00:00Z"
    fails_after: int | None = None
    asked: list[Window] = field(default_factory=list)

    def fetch(self, window: Window) -> pd.DataFrame:
        if self.fails_after is not None and len(self.asked) >= self.fails_after:
            raise self.error()
        self.asked.append(window)
        inside = (self.prices.index >= window.start) & (self.prices.index < window.end)
        frame = price_frame(self.prices[inside], source=self.name)
        return frame.drop(columns="flag")

    def error(self) -> SourceError:
        return SourceUnavailable("no connection", source=self.name, hint="try again later")

    def reach(self, now: pd.Timestamp) -> Window:
        return Window(pd.Timestamp(self.since), now + pd.Timedelta(days=2))


def silent(*_: object) -> None:
    """Told of every part, says nothing."""
