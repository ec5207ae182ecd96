"""The chat on a workbench's context: who answers, and how what happens is told to people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pandas as pd

from chocolib.app.context import Context, open_context
from chocolib.assistant.opening import open_assistant
from chocolib.assistant.parts import Consulted, Mode, Reply
from chocolib.core.i18n import Lang, moment, money, number, t
from chocolib.core.roles import Role
from chocolib.core.time import HOUR, local
from chocolib.tools.answer import Answer, Origin
from chocolib.tools.predictions import WeeklyForecast
from chocolib.ui.cards.answers import drawn
from chocolib.ui.cards.parts import span_text
from chocolib.ui.cards.system import measurement_text
from chocolib.ui.live.asks import tool_title, usual, words
from chocolib.ui.live.chat import Chat, Ending, Source, Talks, Wording

_MODES: dict[Mode, str] = {"builtin": "ask.mode.builtin", "claude": "ask.mode.claude"}
#: Decimals of what an answer costs: most cost less than a cent.
COST_DECIMALS = 4


def chat_of(context: Context, *, user: str = "", role: Role = "admin") -> Chat:
    """The chat of a reader.

    Args:
        user: who asks, for limits and books; "": whoever runs this notebook.
        role: whose answers may be asked; an admin sees what an answer cost.
    """
    lang = context.lang
    told = Wording(
        partial(source_of, lang=lang),
        partial(ending_of, context=context, analyst=role == "admin"),
    )
    at = f" {local(context.as_of):%Y-%m-%dT%H:%M}" if context.replay else ""
    key = f"page {lang}{at}" if user else ""  # a notebook's conversation ends with its kernel
    opened = partial(answering, context, user=user or "local", role=role)
    return Chat(opened, words(lang), usual(lang), told, key=key)


def answering(context: Context, *, user: str, role: Role) -> Talks:
    """What answers, at the context's moment where it is a past one, else at that of each question.

    Raises:
        SettingsError, DataError: a setting or the store cannot be used.
    """
    return open_assistant(partial(_now, context), role=role, lang=context.lang, user=user)


def _now(context: Context) -> Context:
    """The context itself where it is a replay, else one at the moment of the question."""
    return (
        context
        if context.replay
        else open_context(lang=context.lang, store=context.store, role=context.role)
    )


def source_of(consulted: Consulted, *, lang: Lang) -> Source:
    """A consulted answer for people: what it is made of, how far it reaches, how old it is."""
    answer = consulted.answer
    title = tool_title(consulted.tool.short, lang)
    if answer is None:
        return Source(title, (), consulted.problem)
    key = "ask.as_of_demo" if answer.synthetic else "ask.as_of"
    first = t(key, lang, when=moment(pd.Timestamp(answer.as_of), lang))
    origins = tuple(_origin(one, lang) for one in answer.origins)
    return Source(title, (first, *origins), consulted.problem)


def _origin(one: Origin, lang: Lang) -> str:
    return t(
        "ask.origin",
        lang,
        what=measurement_text(one.series, lang),
        source=one.source,
        newest=moment(pd.Timestamp(one.newest), lang),
        age=span_text(one.age_h * HOUR, lang),
    )


def ending_of(reply: Reply, *, context: Context, analyst: bool) -> Ending:
    """The end of an answer for people; seconds and cost are for analysts.

    Args:
        context: its language, and its store for the hours of a week told by days.
    """
    lang = context.lang
    return Ending(
        full=reply.text,
        unmatched=reply.unmatched,
        badge=t(_MODES[reply.mode], lang),
        spent=_spent(reply, lang) if analyst else "",
        cards=drawn(_answers(reply, context), lang=lang, listed=reply.mode == "builtin"),
        problem=_problem(reply, lang),
    )


def _problem(reply: Reply, lang: Lang) -> str:
    """What went wrong, where the text does not say it itself."""
    said = reply.spoken.problem
    if said or reply.spoken.complete:
        return "" if said in reply.text else said
    return t("ask.stopped", lang)


def _answers(reply: Reply, context: Context) -> Iterator[Answer]:
    for one in reply.consulted:
        if isinstance(one.answer, WeeklyForecast) and not one.answer.hours:
            then = replace(context, as_of=pd.Timestamp(one.answer.as_of).tz_convert("UTC"))
            yield one.tool.ask(then, {**one.arguments, "by": "hour"})  # a chart is of hours
        elif one.answer is not None:
            yield one.answer


def _spent(reply: Reply, lang: Lang) -> str:
    seconds = number(reply.seconds, lang, 1)
    if reply.cost_eur is None:
        return t("ask.seconds", lang, seconds=seconds)
    cost = money(reply.cost_eur, lang, COST_DECIMALS)
    return t("ask.spent", lang, seconds=seconds, cost=cost)
