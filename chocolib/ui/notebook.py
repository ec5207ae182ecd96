"""Jupyter: forecasts, plans and schedules display as their charts, answers as cards."""

from __future__ import annotations

from chocolib.core.i18n import Lang
from chocolib.core.results import Forecast, Plan, Schedule
from chocolib.tools.answer import Answer
from chocolib.ui import charts
from chocolib.ui.cards import plan_notes
from chocolib.ui.cards.answer import answer_card
from chocolib.ui.theme import fragment


def forecast_html(forecast: Forecast, lang: Lang) -> str:
    """A forecast as an embeddable chart."""
    chart = charts.forecast_band(forecast.frame, lang=lang, synthetic=forecast.synthetic)
    return fragment(chart, lang=lang)


def plan_html(plan: Plan | Schedule, lang: Lang) -> str:
    """A plan or schedule as an embeddable chart, with what there is to know about the plan."""
    known = plan_notes(plan, now=plan.as_of, lang=lang) if isinstance(plan, Plan) else ""
    return fragment(charts.gantt(plan, lang=lang) + known, lang=lang)


def answer_html(answer: Answer, lang: Lang) -> str:
    """An answer of the catalogue as a card."""
    return fragment(answer_card(answer, lang), lang=lang)


def register(lang: Lang) -> bool:
    """Teach the running IPython to show results as charts; does nothing outside IPython.

    Returns:
        Whether there was an IPython to teach.
    """
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    if shell is None or shell.display_formatter is None:
        return False
    html = shell.display_formatter.formatters["text/html"]
    html.for_type(Forecast, lambda forecast: forecast_html(forecast, lang))
    html.for_type(Plan, lambda plan: plan_html(plan, lang))
    html.for_type(Schedule, lambda schedule: plan_html(schedule, lang))
    html.for_type(Answer, lambda answer: answer_html(answer, lang))
    return True
