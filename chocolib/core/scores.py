"""`HourScores`: the energy score of the hours to come, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.core.time import iso

#: Numbers of an hour, in the order of the documents.
NUMBERS = ("score", "price_points", "temperature_points", "humidity_points", "price_eur_kwh")


@dataclass(frozen=True, slots=True, repr=False)
class HourScores:
    """Scores from `origin` on.

    Attributes:
        origin: first hour, UTC.
        as_of: what was known when they were made, UTC.
        model: what foretold the hours whose price was not published yet.
        frame: UTC hours x `NUMBERS`, `class`, `halted` (stages that a hard limit halts,
            ", " between them), `known` (bool: the price was published), `weather` (what the
            hour's weather is: see `app.site_weather`). Missing where something is not known.
        synthetic: made from demonstration data.
    """

    origin: pd.Timestamp
    as_of: pd.Timestamp
    model: str
    frame: pd.DataFrame
    synthetic: bool = False

    def __repr__(self) -> str:
        known = int(self.frame["known"].sum())
        return f"<HourScores {len(self.frame)} h from {iso(self.origin)}, {known} published>"

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `chocolib score --json`; what is missing is null."""
        points = [
            {
                "time": iso(pd.Timestamp(time)),
                **{name: _number(row[name]) for name in NUMBERS},
                "class": None if pd.isna(row["class"]) else str(row["class"]),
                "halted_stages": None if pd.isna(row["halted"]) else _split(row["halted"]),
                "known": bool(row["known"]),
                "weather": row["weather"],
            }
            for time, row in zip(self.frame.index, self.frame.to_dict("records"), strict=True)
        ]
        return {
            "origin": iso(self.origin),
            "as_of": iso(self.as_of),
            "model": self.model,
            "synthetic": self.synthetic,
            "points": points,
        }


def _number(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), 6)


def _split(text: str) -> list[str]:
    return text.split(", ") if text else []
