"""What the plant does, the plan of a day, why a batch is when it is, and which hours are good."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chocolib.assistant.parts import Asked
from chocolib.assistant.replies.said import (
    at,
    eur_kwh,
    hour,
    listed,
    of_day,
    plain_number,
    plant,
    span,
)
from chocolib.assistant.replies.weather import halted
from chocolib.assistant.tokens import plain
from chocolib.core.i18n import money, t
from chocolib.tools.planned import BatchExplanation, DailyOptimization
from chocolib.tools.plant import FactoryStatus, Work
from chocolib.tools.production import ProductionRecommendation, RatedHour, Stretch

#: Of a list so many are told; the others are counted.
_LISTED = 8
_STRETCHES = 3
_CLASSES = {
    "Optimal": "ui.class.optimal",
    "Moderate": "ui.class.moderate",
    "Reduced": "ui.class.reduced",
    "Halt": "ui.class.halt",
}
_VERDICTS = {
    "Optimal": "chat.may.yes",
    "Moderate": "chat.may.yes",
    "Reduced": "chat.may.rather_not",
    "Halt": "chat.may.no",
}
#: How people call a stage, on plain letters.
_STAGES = {
    "temper": r"\b(a?templ|atemper|temper)",
    "conche": r"\bconch",
    "mould": r"\bmou?ld",
    "refine": r"\brefin",
    "mix": r"\b(mezcl|amas|mix)",
}


def status(answer: FactoryStatus, asked: Asked) -> Iterator[str]:
    """What runs, what comes next, who is in, what is due; beside windows only what comes next."""
    lang = asked.lang
    if asked.categories[:1] == ("optimal_windows",):
        yield from _beside_windows(answer, asked)
        return
    if answer.running:
        told = listed((_running(one, asked) for one in answer.running), lang)
        yield t("chat.status.running", lang, works=told)
    elif answer.plan_made_at is not None:
        yield t("chat.status.idle", lang)
    if answer.next:
        told = "; ".join(f"{at(one.start, lang)} {_work(one, asked)}" for one in answer.next)
        yield t("chat.status.next", lang, works=told)
    if answer.shift_changes:
        key = "chat.status.staffed" if answer.staffed else "chat.status.unstaffed"
        yield t(key, lang, until=at(answer.shift_changes, lang))
    if answer.due:
        due = answer.due[0]
        yield t("chat.status.due", lang, kg=plain_number(due.kg, lang), due=at(due.due, lang))
    yield halted(answer.halted, asked)
    if answer.plan_made_at is not None:
        yield t("chat.status.plan", lang, made=at(answer.plan_made_at, lang))


def _beside_windows(answer: FactoryStatus, asked: Asked) -> Iterator[str]:
    """What the plan begins next, for cheap hours may lie outside the shifts."""
    if answer.next:
        one = answer.next[0]
        when, work = at(one.start, asked.lang), _work(one, asked)
        yield t("chat.windows.plan", asked.lang, when=when, work=work)
    if not answer.staffed and answer.shift_changes:
        yield t("chat.status.unstaffed", asked.lang, until=at(answer.shift_changes, asked.lang))


def _work(one: Work, asked: Asked) -> str:
    return t(
        "chat.work",
        asked.lang,
        stage=plant(one.stage, asked.lang),
        batch=one.batch,
        machine=one.machine,
    )


def _running(one: Work, asked: Asked) -> str:
    return t("chat.work.until", asked.lang, work=_work(one, asked), end=at(one.end, asked.lang))


def day_plan(answer: DailyOptimization, asked: Asked) -> Iterator[str]:
    """What begins when on that day, and what the plan costs and saves."""
    lang = asked.lang
    yield t(
        "chat.plan.head",
        lang,
        day=of_day(answer.day, lang),
        tasks=len(answer.tasks),
        made=at(answer.planned_at, lang),
    )
    for one in answer.tasks[:_LISTED]:
        yield f"- {span(one.start, one.end, lang)}: {_work(one, asked)}"
    if len(answer.tasks) > _LISTED:
        last = answer.tasks[-1]
        yield t("chat.plan.more", lang, last=hour(last.start), work=_work(last, asked))
    yield t(
        "chat.plan.cost",
        lang,
        kg=plain_number(answer.plan_kg, lang),
        cost=money(answer.plan_eur, lang),
        usual=money(answer.plan_as_usual_eur, lang),
        saving=money(answer.plan_saving_eur, lang),
        share=plain_number(answer.plan_saving_pct, lang),
    )


def batch(answer: BatchExplanation, asked: Asked) -> Iterator[str]:
    """The reasons, and which other batches can be asked for."""
    yield " ".join(answer.why)
    others = [name for name in answer.batches if name != answer.batch][:_LISTED]
    if others:
        yield t("chat.batch.others", asked.lang, batches=", ".join(others))


def recommendation(answer: ProductionRecommendation, asked: Asked) -> Iterator[str]:
    """Yes or no for the hour that was asked for, then the good and the bad hours."""
    lang = asked.lang
    mine = [one for one in answer.hours if _is_asked(one, asked)][:1]
    yield from (_verdict(one, asked) for one in mine)
    if "at" in asked.numbers and not mine:
        yield t("chat.may.beyond", lang, hour=f"{asked.numbers['at']:02d}:00")
    for key, stretches in (("chat.may.good", answer.produce), ("chat.may.bad", answer.avoid)):
        if stretches:
            told = "; ".join(_stretch(one, asked) for one in stretches[:_STRETCHES])
            yield t(key, lang, hours=told)


def _is_asked(one: RatedHour, asked: Asked) -> bool:
    """Whether it is the hour asked for: the one named, else the first of the day, else now."""
    if asked.day is not None and one.start.date() != asked.day:
        return False
    return asked.numbers.get("at") in (None, one.start.hour)


def _verdict(one: RatedHour, asked: Asked) -> str:
    lang = asked.lang
    stage = _stage(asked)
    if stage and one.halted and stage in one.halted:
        told = plant(stage, lang)
        return t("chat.may.halted", lang, stage=told, when=at(one.start, lang))
    if one.hour_class is None or one.score is None:
        price = eur_kwh(one.eur_kwh, lang)
        return t("chat.may.unknown", lang, when=at(one.start, lang), price=price)
    said = t(
        "chat.may.hour_known" if one.published else "chat.may.hour",
        lang,
        when=at(one.start, lang),
        kind=t(_CLASSES[one.hour_class], lang),
        score=plain_number(one.score, lang),
        price=eur_kwh(one.eur_kwh, lang),
    )
    if "may" in asked.topics:
        return f"{t(_VERDICTS[one.hour_class], lang)} {said}"
    return said[:1].upper() + said[1:]


def _stage(asked: Asked) -> str | None:
    text = plain(asked.text)
    return next((name for name, pattern in _STAGES.items() if re.search(pattern, text)), None)


def _stretch(one: Stretch, asked: Asked) -> str:
    lang = asked.lang
    return t(
        "chat.may.stretch",
        lang,
        day=of_day(one.start.date(), lang),
        hours=span(one.start, one.end, lang),
        kind=t(_CLASSES[one.hour_class], lang),
        price=eur_kwh(one.mean_eur_kwh, lang),
    )
