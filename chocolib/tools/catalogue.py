"""Every answer, one line each: adding one here adds it to every door."""

from __future__ import annotations

from difflib import get_close_matches

from chocolib.core.errors import SettingsError
from chocolib.core.roles import Role
from chocolib.tools.active_users import get_active_users
from chocolib.tools.alerts import get_predictive_alerts
from chocolib.tools.analysis import get_siar_analysis
from chocolib.tools.gaps import get_data_gaps
from chocolib.tools.model_status import get_model_status
from chocolib.tools.operations import get_job_status, get_system_health
from chocolib.tools.past_prices import (
    get_forecast_deviation,
    get_price_explanation,
    get_price_statistics,
)
from chocolib.tools.performance import get_system_performance
from chocolib.tools.planned import get_batch_explanation, get_daily_optimization
from chocolib.tools.plant import get_factory_status
from chocolib.tools.predictions import get_optimal_windows, get_weekly_forecast
from chocolib.tools.production import get_production_recommendation
from chocolib.tools.realtime import get_current_price, get_current_weather
from chocolib.tools.savings import get_savings_tracking
from chocolib.tools.tool import Tool
from chocolib.tools.usage import get_usage_stats

TOOLS: dict[str, Tool] = {
    tool.short: tool
    for tool in (
        Tool(get_current_price, "realtime", "/ree/prices/latest"),
        Tool(get_current_weather, "realtime", "/weather/current"),
        Tool(get_factory_status, "realtime", "/dashboard/summary"),
        Tool(get_weekly_forecast, "predictions", "/predict/prices/weekly"),
        Tool(get_optimal_windows, "predictions", "/insights/optimal-windows"),
        Tool(get_production_recommendation, "predictions", "/predict/production-recommendation"),
        Tool(get_daily_optimization, "predictions", "/optimize/production/daily"),
        Tool(get_siar_analysis, "analysis", "/analysis/siar-summary"),
        Tool(get_savings_tracking, "analysis", "/insights/savings-tracking"),
        Tool(get_price_statistics, "analysis", "/ree/prices/stats"),
        Tool(get_price_explanation, "analysis", "/insights/price-explanation"),
        Tool(get_forecast_deviation, "analysis", "/insights/ree-deviation"),
        Tool(get_batch_explanation, "analysis", "/optimize/production/batch"),
        Tool(get_predictive_alerts, "alerts", "/insights/alerts"),
        Tool(get_system_health, "operations", "/health/system"),
        Tool(get_data_gaps, "operations", "/gaps/summary"),
        Tool(get_model_status, "operations", "/predict/prices/models/price-forecast/status"),
        Tool(get_job_status, "operations", "/scheduler/status"),
        Tool(get_active_users, "usage", "/analytics/access-logs", personal=True),
        Tool(get_usage_stats, "usage", "/analytics/dashboard-usage", personal=True),
        Tool(get_system_performance, "usage", "/analytics/system-health-history"),
    )
}


def tool_called(name: str) -> Tool:
    """The tool called `name`: optimal_windows, get_optimal_windows or optimal-windows.

    Raises:
        SettingsError: there is none; names the nearest, or all.
    """
    short = name.strip().lower().replace("-", "_").removeprefix("get_")
    if short in TOOLS:
        return TOOLS[short]
    near = get_close_matches(short, TOOLS, n=3)
    raise SettingsError(
        f"there is no answer called {name[:80]!r}",
        hint=f"{'perhaps' if near else 'one of'}: {', '.join(near or TOOLS)}",
    )


def offered(role: Role) -> list[Tool]:
    """The tools somebody of this role may ask, in their order."""
    return [tool for tool in TOOLS.values() if role in (tool.role, "admin")]
