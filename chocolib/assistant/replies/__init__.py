"""What the built-in speaker says of each answer: short sentences, every number with its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from chocolib.assistant.parts import Asked, Consulted
from chocolib.assistant.replies import fares, house, past, plans, prices, usage, weather
from chocolib.assistant.replies.said import sources
from chocolib.core.i18n import Lang, t
from chocolib.tools.answer import Answer

#: Sentences of an answer, for a question.
Telling = Callable[[Any, Asked], Iterator[str]]

TELLINGS: Mapping[str, Telling] = {
    "current_price": prices.now,
    "optimal_windows": prices.windows,
    "weekly_forecast": prices.ahead,
    "price_statistics": past.statistics,
    "price_explanation": past.explanation,
    "forecast_deviation": past.deviation,
    "current_weather": weather.now,
    "siar_analysis": weather.climate,
    "factory_status": plans.status,
    "daily_optimization": plans.day_plan,
    "batch_explanation": plans.batch,
    "production_recommendation": plans.recommendation,
    "predictive_alerts": house.alerts,
    "savings_tracking": past.savings,
    "system_health": house.health,
    "data_gaps": house.gaps,
    "model_status": house.model,
    "job_status": house.jobs,
    "active_users": usage.now,
    "usage_stats": usage.stats,
    "system_performance": fares.performance,
}


def sentences(one: Consulted, asked: Asked) -> str:
    """A tool's answer in words, or why it has none."""
    if one.answer is None:
        return one.problem
    tell = TELLINGS.get(one.tool.short)
    told = tell(_clean(one.answer), asked) if tell else [t("chat.no_words", asked.lang)]
    return "\n".join(told)


def beside(consulted: Sequence[Consulted], lang: Lang) -> str:
    """What to beware of in the answers, and their sources, each once."""
    answers = [_clean(one.answer) for one in consulted if one.answer is not None]
    remarks = dict.fromkeys(_stop(remark) for answer in answers for remark in answer.remarks)
    return "\n".join(filter(None, (" ".join(remarks), sources(answers, lang))))


def _clean(answer: Answer) -> Answer:
    """An answer whose texts have one line each and no unseen characters."""
    return type(answer).model_validate(_one_line(answer.model_dump()))


def _one_line(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join("".join(one if one.isprintable() else " " for one in value).split())
    if isinstance(value, dict):
        return {name: _one_line(part) for name, part in value.items()}
    return tuple(map(_one_line, value)) if isinstance(value, list | tuple) else value


def _stop(text: str) -> str:
    """A remark as a sentence."""
    begun = text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "!", "?")) else f"{begun}."
