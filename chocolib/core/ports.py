"""The Protocols between the rooms: what a source, a store and a model promise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self

import pandas as pd

from chocolib.core.learned import Learned
from chocolib.core.notices import Notice
from chocolib.core.results import Forecast, Written
from chocolib.core.time import Window


class Source(Protocol):
    """Where rows come from. Parsing is a pure function beside the class."""

    name: str
    measurement: str
    question: pd.Timedelta  # the longest window worth asking for at once

    def fetch(self, window: Window) -> pd.DataFrame:
        """Rows of `measurement` in `window`: UTC index, schema columns.

        Raises:
            SourceUnavailable: try again later.
            SourceChanged: the answer is not as documented.
        """
        ...

    def reach(self, now: pd.Timestamp) -> Window:
        """The span that it can be asked for at `now`: how far back, how far ahead."""
        ...


class Store(Protocol):
    """Where rows live. Reads see the last value known at `as_of`."""

    synthetic: bool
    address: str  # as it may be shown: never with a key

    def write(self, measurement: str, frame: pd.DataFrame, *, received_at: pd.Timestamp) -> Written:
        """Upsert checked rows by key in one transaction; idempotent.

        A row that changes an earlier value becomes known at `received_at`; the
        earlier value stays readable for replays before that.

        Raises:
            RowsRefused: the store itself would not take some rows; the others are in.
        """
        ...

    def read(
        self,
        measurement: str,
        window: Window | None = None,
        *,
        tags: Mapping[str, str | int] | None = None,
        as_of: pd.Timestamp | None = None,
    ) -> pd.DataFrame:
        """Rows in `window` (all without one), sorted by key, as known at `as_of`."""
        ...

    def latest(
        self,
        measurement: str,
        *,
        tags: Mapping[str, str | int] | None = None,
        as_of: pd.Timestamp | None = None,
    ) -> pd.DataFrame:
        """The rows of the newest time known at `as_of` (empty when there are none)."""
        ...

    def history(self, measurement: str, window: Window | None = None) -> pd.DataFrame:
        """Every version of the rows in `window`, sorted by key and `available_at`."""
        ...

    def restore(self, measurement: str, versions: pd.DataFrame) -> int:
        """Put versions of rows back as they are (from `history`); idempotent.

        For each key the one with the latest `available_at`, of these and those already
        there, is the current one. Returns how many versions were not there before.
        """
        ...

    def coverage(self, measurement: str) -> pd.DataFrame:
        """One row per source and series: `source`, tags, `rows`, `first`, `last`."""
        ...

    def revision(self, measurement: str) -> int:
        """A number that grows whenever rows of the measurement change."""
        ...

    def close(self) -> None:
        """Let go of the file or connection."""
        ...


class Notifier(Protocol):
    """A channel to people."""

    @property
    def name(self) -> str:
        """What it is called in settings and messages."""
        ...

    def send(self, notice: Notice) -> None:
        """Send one notice, trying again while that may help.

        Raises:
            NotDelivered: it did not arrive; the message holds no key.
            SettingsError: the channel's address cannot be one.
        """
        ...


class PriceModel(Protocol):
    """A price forecaster: quantiles for any horizon from what is known."""

    name: str

    def fit(self, history: pd.Series, *, as_of: pd.Timestamp) -> Self:
        """Learn from hourly EUR/kWh on a UTC index.

        Raises:
            NotEnoughData: when the history is too short; says how much is needed.
        """
        ...

    def renew(self, history: pd.Series, *, as_of: pd.Timestamp) -> Self:
        """See newer prices; what was learnt of older ones stays.

        Raises:
            NotEnoughData: when the history is too short or too old.
        """
        ...

    def recalibrate(self, history: pd.Series, *, as_of: pd.Timestamp) -> Self:
        """`renew`, and take the bands from the newest errors too.

        Raises:
            NotEnoughData: when the history is too short or too old.
        """
        ...

    def learned(self) -> Learned:
        """All that `fit` found, as plain numbers: what a saved version holds."""
        ...

    def restore(self, learned: Learned) -> Self:
        """Take back what was learnt; `renew` must follow.

        Raises:
            ModelRejected: it is not of this model's form.
        """
        ...

    def predict(self, *, origin: pd.Timestamp, horizon: int, known: pd.Series) -> Forecast:
        """`horizon` hours from `origin`; hours in `known` are used as they are."""
        ...
