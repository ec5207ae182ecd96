"""What all weather sources share: a place, readings of hours, and the frame.

One convention for every source. A row is the hour that begins at its time. Sums, means and
gusts are of that hour; temperature, humidity and pressure are those at its end. So whatever
a source stamps with 08:00 goes to the row of 07:00.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from chocolib.core.errors import SourceChanged
from chocolib.core.schema import WEATHER_DATA
from chocolib.core.time import HOUR, as_utc
from chocolib.sources.documents import Malformed, mapping, number

KMH = 1 / 3.6
#: How far, in degrees, a model's grid point lies from the place that was asked for.
GRID = 0.15


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the ground, degrees north and east."""

    latitude: float
    longitude: float

    def is_near(self, other: Place, degrees: float) -> bool:
        """Whether both coordinates differ by no more than so much."""
        north, east = self.latitude - other.latitude, self.longitude - other.longitude
        return abs(north) <= degrees and abs(east) <= degrees

    def __str__(self) -> str:
        return f"{self.latitude:.2f},{self.longitude:.2f}"


LINARES = Place(38.151107, -3.629453)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source says of one hour.

    Attributes:
        end: the end of the hour, with a zone.
        values: numbers by field of `weather_data`; absent or NaN is missing.
    """

    end: datetime
    station: str
    values: Mapping[str, float]


def weather_frame(
    readings: Iterable[Reading], source: str, delay: pd.Timedelta | None
) -> pd.DataFrame:
    """A frame of `weather_data` or `weather_forecast`.

    Args:
        readings: in any order; those without a single number are left out.
        source: what the column `source` says.
        delay: how long after its end an hour is known; None: `available_at` is NaT, known
            when it is received, as forecasts are.

    Returns:
        `station`, the weather fields in the units of the schema, `source`, `available_at`,
        on a UTC index named `time` of hour starts, in the given order.
    """
    told = [r for r in readings if not all(map(math.isnan, r.values.values()))]
    ends = as_utc(pd.to_datetime([r.end for r in told], utc=True))
    time = as_utc(ends - HOUR).rename("time")
    known = ends + delay if delay is not None else pd.NaT
    return pd.DataFrame(
        {
            "station": pd.Series([r.station for r in told], index=time, dtype="str"),
            **{
                field: np.array([r.values.get(field, math.nan) for r in told], dtype=float)
                for field in WEATHER_DATA.field_names
            },
            "source": source,
            "available_at": pd.Series(known, index=time, dtype="datetime64[us, UTC]"),
        },
        index=time,
    )


def station_at(prefix: str, place: Place) -> str:
    """The name of a grid point's series: "om-linares", or "om-40.42,-3.70" elsewhere."""
    return f"{prefix}-linares" if place.is_near(LINARES, GRID) else f"{prefix}-{place}"


def place_of(value: object, latitude: str, longitude: str, where: str) -> Place:
    """The place in a JSON object that names its two coordinates so.

    Raises:
        Malformed: they are not there, or of no place on Earth.
    """
    coord = mapping(value, where)
    north = number(coord.get(latitude), f"{where}, {latitude}")
    east = number(coord.get(longitude), f"{where}, {longitude}")
    if abs(north) > 90 or abs(east) > 180:
        raise Malformed(f"{where}: expected a place on Earth, found {north:g},{east:g}")
    return Place(north, east)


def require_near(found: Place, asked: Place, source: str) -> None:
    """Raise SourceChanged where an answer tells of another place than was asked for."""
    if not found.is_near(asked, GRID):
        what = f"expected the weather at {asked}, found that at {found}"
        raise SourceChanged(what, source=source)
