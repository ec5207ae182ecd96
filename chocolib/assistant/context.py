"""What a question needs is looked up: its topics lead to tools, and these are asked at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from chocolib.app.context import Context
from chocolib.assistant.arguments import arguments
from chocolib.assistant.parts import Asked, Consulted
from chocolib.assistant.topics import topics
from chocolib.core.errors import ChocolibError, NotEnoughData, PlanInfeasible, SettingsError
from chocolib.core.i18n import Lang, t
from chocolib.core.roles import Role
from chocolib.core.time import local_date
from chocolib.tools.catalogue import TOOLS, offered
from chocolib.tools.tool import Tool

#: Asked when another one lacks data: it tells since when.
GAPS = "data_gaps"
#: What each tool is about, in words.
_ABOUT = {
    "current_price": "chat.about.current_price",
    "current_weather": "chat.about.current_weather",
    "factory_status": "chat.about.factory_status",
    "weekly_forecast": "chat.about.weekly_forecast",
    "optimal_windows": "chat.about.optimal_windows",
    "production_recommendation": "chat.about.production_recommendation",
    "daily_optimization": "chat.about.daily_optimization",
    "siar_analysis": "chat.about.siar_analysis",
    "savings_tracking": "chat.about.savings_tracking",
    "price_statistics": "chat.about.price_statistics",
    "price_explanation": "chat.about.price_explanation",
    "forecast_deviation": "chat.about.forecast_deviation",
    "batch_explanation": "chat.about.batch_explanation",
    "predictive_alerts": "chat.about.predictive_alerts",
    "system_health": "chat.about.system_health",
    "data_gaps": "chat.about.data_gaps",
    "model_status": "chat.about.model_status",
    "job_status": "chat.about.job_status",
    "active_users": "chat.about.active_users",
    "usage_stats": "chat.about.usage_stats",
    "system_performance": "chat.about.system_performance",
}
#: Errors and hints are written in this language.
_WRITTEN: Lang = "en"
_ARGUMENTS = {
    "hours": "chat.argument.hours",
    "days": "chat.argument.days",
    "month": "chat.argument.month",
    "weeks": "chat.argument.weeks",
}


def tools_for(asked: Asked, role: Role) -> Iterator[Tool]:
    """The tools that the topics of a question lead to, each once, those of other roles not."""
    allowed = {tool.short for tool in offered(role)}
    named = (name for topic in asked.topics for name in topics()[topic].tools)
    for name in dict.fromkeys(named):
        if name in allowed:
            yield TOOLS[name]


def consult(context: Context, asked: Asked, *, role: Role = "viewer") -> Iterator[Consulted]:
    """Every tool that the question leads to, with its answer or why there is none.

    Where data lack, the tool that tells since when is asked as well. Remarks and sentences are
    in the asker's language; of people, each is told what their role may know.
    """
    theirs = replace(context, lang=asked.lang, role=role)
    today = local_date(context.as_of)
    lacking = False
    seen: set[str] = set()
    for tool in tools_for(asked, role):
        one, lacks = ask(theirs, tool, arguments(tool.short, asked, today))
        lacking, seen = lacking or lacks, seen | {tool.short}
        yield one
    if lacking and GAPS in TOOLS and GAPS not in seen:
        yield ask(theirs, TOOLS[GAPS], {})[0]


def ask(context: Context, tool: Tool, given: Mapping[str, Any]) -> tuple[Consulted, bool]:
    """A tool asked, its errors as sentences, and whether it lacked data."""
    try:
        return Consulted(tool, given, tool.ask(context, given)), False
    except ChocolibError as error:
        said = problem(error, tool, given, context.lang)
        return Consulted(tool, given, None, said), isinstance(error, NotEnoughData)


def problem(error: ChocolibError, tool: Tool, given: Mapping[str, Any], lang: Lang) -> str:
    """Why a tool has no answer, for people; its own sentence where that is in their language."""
    about = t(_ABOUT[tool.short], lang) if tool.short in _ABOUT else tool.short
    if isinstance(error, PlanInfeasible):
        return t("chat.problem.infeasible", lang, why=error.said.text(lang))
    if isinstance(error, SettingsError):
        return t("chat.problem.arguments", lang, about=about, takes=_takes(tool, given, lang))
    key = "chat.problem.no_data" if isinstance(error, NotEnoughData) else "chat.problem.error"
    detail = f"({error.message})" if lang == _WRITTEN else ""
    todo = error.hint if error.hint and lang == _WRITTEN else t("chat.problem.doctor", lang)
    parts = (t(key, lang, about=about), detail, t("chat.problem.todo", lang, todo=todo))
    return " ".join(filter(None, parts))


def _takes(tool: Tool, given: Mapping[str, Any], lang: Lang) -> str:
    """The bounds of the numbers that were given, in words."""
    schema = tool.arguments.model_json_schema().get("properties", {})
    bounds = (
        t("chat.problem.bounds", lang, name=t(_ARGUMENTS[name], lang),
          least=one["minimum"], most=one["maximum"])
        for name, one in schema.items()
        if name in given and name in _ARGUMENTS and "maximum" in one
    )  # fmt: skip
    return ", ".join(bounds) or t("chat.problem.other_bounds", lang)
