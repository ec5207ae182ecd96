"""Bands that come from a model's own past errors, not from its assumptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Protocol, Self, runtime_checkable

import numpy as np
import pandas as pd

from chocolib.core.clock import clock_of
from chocolib.core.errors import NotEnoughData
from chocolib.core.learned import Learned
from chocolib.core.results import Forecast
from chocolib.core.time import DAY, HOUR, Window, days_earlier, iso, known_until, origin_of
from chocolib.models.bands import LEAD_DAYS, LEVELS, Misses

#: Past origins replayed to learn the errors, and the days between them.
ORIGINS = 10
EVERY_DAYS = 4
#: No forecast from prices older than this.
STALE = 14 * DAY


class PointModel(Protocol):
    """A central forecast: what `Conformal` puts a band around."""

    name: str
    needs: pd.Timedelta
    learns_from: pd.Timedelta

    def fit(self, history: pd.Series) -> Self:
        """Learn from hourly EUR/kWh on a UTC index, gaps left out."""
        ...

    def renew(self, history: pd.Series) -> Self:
        """See newer prices without learning from them."""
        ...

    def learned(self) -> Learned:
        """What `fit` found, as plain numbers."""
        ...

    def restore(self, learned: Learned) -> Self:
        """Take back what was learnt; `renew` must follow."""
        ...

    def predict(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """EUR/kWh for each UTC hour."""
        ...


@runtime_checkable
class Replayed(Protocol):
    """A point model that knows its own past errors without being asked to refit ten times."""

    def misses(self) -> Misses | None:
        """Errors of honest replays within the history it was fitted on, or None."""
        ...

    def spread(self) -> float:
        """The unit of these errors now, EUR/kWh."""
        ...


class Conformal:
    """A `PriceModel`: a point model with split-conformal quantiles.

    The point model is replayed from past origins at the same local time of day,
    each time with what was published then; the signed errors, pooled by days after
    the last known hour, give the bands of 80 % (`q10` to `q90`) and 90 % (`q05` to
    `q95`) with the finite-sample correction of split conformal prediction (Vovk et
    al. 2005; Lei et al. 2018). A model that replays itself (`Replayed`) has them
    pooled by blocks of clock hours too, and scaled by how restless the prices are.
    """

    def __init__(self, point: Callable[[], PointModel]) -> None:
        self.point = point
        self.name = point().name

    def fit(self, history: pd.Series, *, as_of: pd.Timestamp) -> Self:
        """Learn the centre and its errors.

        Args:
            history: hourly EUR/kWh on a UTC index, gaps left out, all known at `as_of`.
            as_of: the moment the forecast stands at, UTC.

        Raises:
            NotEnoughData: too short or too old; says what there is.
        """
        self._see(history, as_of)
        self.centre_ = self.point().fit(history)
        return self._calibrate(history, as_of)

    def recalibrate(self, history: pd.Series, *, as_of: pd.Timestamp) -> Self:
        """`renew`, and take the bands from the newest errors too; the centre stays.

        Raises:
            NotEnoughData: too short or too old; says what there is.
        """
        return self.renew(history, as_of=as_of)._calibrate(history, as_of)

    def _calibrate(self, history: pd.Series, as_of: pd.Timestamp) -> Self:
        missed = self.centre_.misses() if isinstance(self.centre_, Replayed) else None
        self.scaled_ = missed is not None
        errors = missed or pooled_errors(self.point, history, as_of)
        self.offsets_ = errors.offsets()
        return self

    def renew(self, history: pd.Series, *, as_of: pd.Timestamp) -> Self:
        """See newer prices; what was learnt, and the errors behind the bands, stay.

        Raises:
            NotEnoughData: too short or too old; says what there is.
        """
        self._see(history, as_of)
        self.centre_.renew(history)
        return self

    def learned(self) -> Learned:
        """The centre's numbers, and the bands in units of its spread."""
        bands = Learned({"bands": self.offsets_}, {"scaled": self.scaled_})
        return bands | self.centre_.learned().under("centre")

    def restore(self, learned: Learned) -> Self:
        """Take back what was learnt; `renew` brings the prices.

        Raises:
            ModelRejected: of another form than this model's.
        """
        self.offsets_ = learned.array("bands", LEAD_DAYS, 24, len(LEVELS))
        self.scaled_ = bool(learned.fact("scaled"))
        self.centre_ = self.point().restore(learned.part("centre"))
        return self

    def _see(self, history: pd.Series, as_of: pd.Timestamp) -> None:
        refuse_thin(history, as_of, self.point().needs)
        self.as_of_ = as_of
        self.floor_ = float(history.min())

    def predict(self, *, origin: pd.Timestamp, horizon: int, known: pd.Series) -> Forecast:
        """`horizon` hours from `origin`; hours in `known` are used as they are.

        A forecast is never below the lowest price the model has seen.
        """
        hours = Window(origin, origin + horizon * HOUR).hours()
        centre = self.centre_.predict(hours)
        start = known.index[-1] + HOUR if len(known) else origin
        offsets = dict(zip(LEVELS, self._offsets(hours, start), strict=True))
        columns = {"q50": centre} | {name: centre + offset for name, offset in offsets.items()}
        frame = pd.DataFrame(columns, index=hours)[sorted(columns)].clip(lower=self.floor_)
        published = known.reindex(hours)
        frame["known"] = published.notna()
        for quantile in columns:
            frame[quantile] = published.where(frame["known"], frame[quantile])
        return Forecast(origin, self.as_of_, self.name, frame)

    def _offsets(self, hours: pd.DatetimeIndex, start: pd.Timestamp) -> np.ndarray:
        """EUR/kWh per level and hour, never the wrong side of the centre: (levels, hours)."""
        leads = lead_day(hours, start)
        centre = self.centre_
        unit = centre.spread() if self.scaled_ and isinstance(centre, Replayed) else 1.0
        return np.asarray(unit * self.offsets_[leads, clock_of(hours)[1]].T)


def refuse_thin(history: pd.Series, as_of: pd.Timestamp, needs: pd.Timedelta) -> None:
    """Raise NotEnoughData unless `history` is long and fresh enough to forecast from."""
    hint = "fetch prices with `chocolib ingest ree`, or import a file with `chocolib import pvpc`"
    if history.empty:
        raise NotEnoughData("no prices are known at that moment", hint=hint)
    newest = history.index[-1]
    if origin_of(as_of) - newest > STALE:
        raise NotEnoughData(
            f"the newest price known at {iso(as_of)} is of {iso(newest)}: too old to forecast from",
            hint=f"{hint}; or replay a past moment with --as-of",
        )
    wanted = needs + (LEAD_DAYS + 1) * DAY
    if newest - history.index[0] < wanted:
        raise NotEnoughData(
            f"{(newest - history.index[0]) / DAY:.0f} days of prices are known at {iso(as_of)}; "
            f"a forecast needs {wanted / DAY:.0f}",
            hint=hint,
        )


def pooled_errors(
    point: Callable[[], PointModel], history: pd.Series, as_of: pd.Timestamp
) -> Misses:
    """Signed errors (actual - forecast, EUR/kWh) of replays, to be pooled by lead day.

    Every replay ends before `history` does, so all its targets are known.
    """
    parts = [Misses(np.array([], dtype=int), np.array([], dtype=int), np.array([]))]
    newest = pd.Timestamp(history.index[-1])
    oldest = history.index[0] + point().needs
    for back in range(ORIGINS):
        moment = days_earlier(as_of, LEAD_DAYS + 1 + back * EVERY_DAYS)
        until = min(known_until(moment), newest + HOUR - LEAD_DAYS * DAY)
        past = history[(history.index < until) & (history.index >= until - point().learns_from)]
        if until <= oldest or past.empty:
            break
        target = history[(history.index >= until) & (history.index < until + LEAD_DAYS * DAY)]
        hours = pd.DatetimeIndex(target.index)
        missed = target.to_numpy() - _said(_Replay.of(point, past, hours))
        parts.append(Misses(lead_day(hours, until), np.zeros(len(hours), dtype=int), missed))
    return Misses.joined(parts) or parts[0]


@dataclass(frozen=True, slots=True)
class _Replay:
    """A replay, and the hash of all that it depends on: equal ones say the same."""

    digest: str
    point: Callable[[], PointModel] = field(compare=False)
    past: pd.Series = field(compare=False)
    hours: pd.DatetimeIndex = field(compare=False)

    @classmethod
    def of(cls, point: Callable[[], PointModel], past: pd.Series, hours: pd.DatetimeIndex) -> Self:
        stamps = pd.DatetimeIndex(past.index).as_unit("s").asi8, hours.as_unit("s").asi8
        content = [part.tobytes() for part in (*stamps, past.to_numpy(dtype=float))]
        name = f"{point().name} {len(past)}".encode()
        return cls(sha256(b"".join([name, *content])).hexdigest(), point, past, hours)


@lru_cache(maxsize=1024)
def _said(replay: _Replay) -> np.ndarray:
    """EUR/kWh; remembered, for the replays of neighbouring origins are partly the same."""
    return replay.point().fit(replay.past).predict(replay.hours)


def lead_day(hours: pd.DatetimeIndex, start: pd.Timestamp) -> np.ndarray:
    """Whole days from `start` to each hour, 0..6 (later ones count as 6)."""
    days = ((hours - start) // DAY).to_numpy(dtype=int)
    return np.asarray(np.clip(days, 0, LEAD_DAYS - 1))
