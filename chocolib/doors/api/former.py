"""Paths of the system before this one that lead to a tool which has another path now.

docs/api.md has the whole table: what became of each of its endpoints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Former:
    """A path as the former system had it.

    Attributes:
        tool: the short name of the tool that answers there now, with the tool's own arguments.
        preset: defaults that are other ones at this path.
    """

    path: str
    tool: str
    preset: Mapping[str, Any] = field(default_factory=dict)


FORMER = (
    Former("/ree/prices", "price_statistics", {"by": "hour"}),
    Former("/weather/hybrid", "current_weather"),
    Former("/predict/prices/hourly", "weekly_forecast", {"by": "hour"}),
    Former("/recommendations/comprehensive", "production_recommendation"),
    Former("/dashboard/alerts", "predictive_alerts"),
    Former("/analysis/seasonal-patterns", "siar_analysis"),
    Former("/analysis/weather-correlation", "siar_analysis", {"correlations": True}),
    Former("/analysis/ree-deviation", "forecast_deviation"),
    Former("/health-monitoring/summary", "system_health"),
    Former("/gaps/detect", "data_gaps", {"days": 7}),
    Former("/predict/models/metrics-history", "model_status"),
)


def former_of(tool: str) -> list[Former]:
    """The former paths that lead to a tool.

    Args:
        tool: its short name.
    """
    return [one for one in FORMER if one.tool == tool]
