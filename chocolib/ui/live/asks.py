"""The words of the chat, from the catalogue."""

from __future__ import annotations

from chocolib.assistant.refusals import LONGEST
from chocolib.core.i18n import Lang, t

_USUAL = (
    "ask.usual.produce",
    "ask.usual.now",
    "ask.usual.why",
    "ask.usual.alerts",
    "ask.usual.saved",
)
_WORDS = {
    "label": "ask.label",
    "hint": "ask.hint",
    "send": "ask.send",
    "stop": "ask.stop",
    "clear": "ask.clear",
    "copy": "ask.copy",
    "copied": "ask.copied",
    "not_copied": "ask.not_copied",
    "retry": "ask.retry",
    "you": "ask.you",
    "answer": "ask.answer",
    "log": "ask.log",
    "usual": "ask.usual",
    "lost": "ask.lost",
    "stopped": "ask.stopped",
    "failed": "ask.failed",
    "busy": "ask.busy",
    "wrong": "ask.wrong",
    "before": "ask.before",
    "consulted_one": "ask.consulted_one",
    "unmatched": "ask.unmatched",
}

#: What an answer of the catalogue is called; one not named here keeps its own name.
_TOOLS = {
    "current_price": "ask.tool.current_price",
    "current_weather": "ask.tool.current_weather",
    "factory_status": "ask.tool.factory_status",
    "weekly_forecast": "ask.tool.weekly_forecast",
    "optimal_windows": "ask.tool.optimal_windows",
    "production_recommendation": "ask.tool.production_recommendation",
    "daily_optimization": "ask.tool.daily_optimization",
    "siar_analysis": "ask.tool.siar_analysis",
    "savings_tracking": "ask.tool.savings_tracking",
    "price_statistics": "ask.tool.price_statistics",
    "price_explanation": "ask.tool.price_explanation",
    "forecast_deviation": "ask.tool.forecast_deviation",
    "batch_explanation": "ask.tool.batch_explanation",
    "predictive_alerts": "ask.tool.predictive_alerts",
    "system_health": "ask.tool.system_health",
    "data_gaps": "ask.tool.data_gaps",
    "model_status": "ask.tool.model_status",
    "job_status": "ask.tool.job_status",
    "active_users": "ask.tool.active_users",
    "usage_stats": "ask.tool.usage_stats",
    "system_performance": "ask.tool.system_performance",
}


def usual(lang: Lang) -> list[str]:
    """Questions that are asked often."""
    return [t(key, lang) for key in _USUAL]


def words(lang: Lang) -> dict[str, str | int]:
    """The texts of the script; `consulted` has the blank {count}."""
    return {name: t(key, lang) for name, key in _WORDS.items()} | {
        "lang": lang,
        "limit": LONGEST,
        "long": t("ask.long", lang, limit=LONGEST),
        "consulted": t("ask.consulted", lang, count="{count}"),
    }


def tool_title(short: str, lang: Lang) -> str:
    """What an answer of the catalogue is called for people."""
    return t(_TOOLS[short], lang) if short in _TOOLS else short
