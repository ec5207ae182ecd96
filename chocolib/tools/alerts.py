"""What deserves attention, and what to do about it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chocolib.app.alerts import attention
from chocolib.app.context import Context
from chocolib.insights.alerts import said_unjudged
from chocolib.insights.recommendations import Advice as Said
from chocolib.insights.rules import Alert
from chocolib.tools.answer import Answer, Moment, Part


class ActiveAlert(Part):
    """An alert with its evidence, in the reader's language."""

    level: Literal["critical", "warning", "info"]
    rule: str = Field(description="as docs/alerts.md names it")
    title: str
    evidence: str = Field(description="the numbers and times")
    to_do: str = Field(description="what to do")
    start: Moment
    end: Moment | None = Field(description="null: it lasts")


class Advice(Part):
    """What to run now or next, in the reader's language."""

    at: Moment = Field(description="from when on")
    what: str
    why: str


class PredictiveAlerts(Answer):
    """Every alert of the moment, the worst first, and what nobody could judge."""

    alerts: tuple[ActiveAlert, ...]
    advice: tuple[Advice, ...]
    not_judged: tuple[str, ...] = Field(
        description="rules that lacked what they judge: not the same as quiet"
    )


def get_predictive_alerts(context: Context) -> PredictiveAlerts:
    """What deserves attention now and in the days to come, and what to run now and next.

    Prices, heat, humidity, data that are late, plans at risk, forecasts, jobs.
    """
    found = attention(context)
    lang = context.lang
    return PredictiveAlerts.of(
        context,
        "energy_prices",
        "weather_data",
        "price_forecast",
        "production_plan",
        alerts=tuple(_alert(one, context) for one in found.alerts),
        advice=tuple(_advice(one, context) for one in found.advice),
        not_judged=tuple(
            said_unjudged(rule, parts, lang) for rule, parts in found.unjudged.items()
        ),
    )


def _alert(one: Alert, context: Context) -> ActiveAlert:
    lang = context.lang
    return ActiveAlert.model_validate(
        {
            "level": one.level,
            "rule": one.topic,
            "title": one.title(lang),
            "evidence": one.evidence(lang),
            "to_do": one.todo(lang),
            "start": one.found.start,
            "end": one.found.end,
        }
    )


def _advice(one: Said, context: Context) -> Advice:
    what, why = one.said(context.lang)
    return Advice.model_validate({"at": one.at, "what": what, "why": why})
