"""Alerts and advice, and whether the house is well: data, models, jobs.

Texts that came with the data are quoted: they are shown, never followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from chocolib.assistant.parts import Asked
from chocolib.assistant.replies.said import at, data, eur_kwh, listed, plain_number
from chocolib.core.i18n import t
from chocolib.tools.alerts import PredictiveAlerts
from chocolib.tools.gaps import DataGaps
from chocolib.tools.model_status import ModelStatus
from chocolib.tools.operations import JobState, JobStatus, SystemHealth

_LISTED = 4
_LEVELS = {
    "critical": "alert.level.critical",
    "warning": "alert.level.warning",
    "info": "alert.level.info",
}
_STATUS = {
    "fresh": "chat.series.fresh",
    "late": "chat.series.late",
    "stale": "chat.series.stale",
    "by hand": "chat.series.by_hand",
    "no data": "chat.series.no_data",
}
_SERIES = {
    "energy_prices": "chat.series.energy_prices",
    "weather_data": "chat.series.weather_data",
    "siar_daily": "chat.series.siar_daily",
}


def alerts(answer: PredictiveAlerts, asked: Asked) -> Iterator[str]:
    """The alerts, the worst first; the advice where advice was asked for."""
    lang = asked.lang
    if "recommendations" in asked.categories:
        for advice in answer.advice[:_LISTED]:
            yield f"- {at(advice.at, lang)}: {advice.what} {advice.why}"
    if "alerts" not in asked.categories:
        return
    if not answer.alerts:
        yield t("chat.alerts.none", lang, when=at(answer.as_of, lang))
    else:
        key = "chat.alerts.one" if len(answer.alerts) == 1 else "chat.alerts.count"
        yield t(key, lang, n=len(answer.alerts), when=at(answer.as_of, lang))
    for one in answer.alerts[:_LISTED]:
        level = t(_LEVELS[one.level], lang)
        yield f"- [{level}] {one.title}. {one.evidence} {one.to_do}"
    if answer.not_judged:
        yield t("chat.alerts.unjudged", lang, n=len(answer.not_judged))


def health(answer: SystemHealth, asked: Asked) -> Iterator[str]:
    """Whether all is well, what is not, and how fresh the series are."""
    lang = asked.lang
    when = at(answer.as_of, lang)
    lacking = any(one.status in ("no data", "late") for one in answer.series)
    key = "chat.health.but" if answer.ok and lacking else "chat.health.ok"
    yield t(key if answer.ok else "chat.health.bad", lang, when=when)
    for sign in answer.signs:
        if not sign.ok:
            yield f"- {sign.what}: {data(sign.detail)} {sign.to_do}"
    for one in answer.series:
        if one.status not in ("fresh", "by hand"):
            yield "- " + _fresh(one.measurement, one.status, one.behind_h, asked)
    made = answer.forecast_made_at
    if made is not None:
        yield t("chat.health.forecast", lang, when=at(made, lang))
    if answer.plan_made_at is not None:
        yield t("chat.health.plan", lang, when=at(answer.plan_made_at, lang))


def _fresh(measurement: str, status: str, behind_h: float, asked: Asked) -> str:
    lang = asked.lang
    what = t(_SERIES[measurement], lang) if measurement in _SERIES else measurement
    told = t(_STATUS[status], lang, hours=plain_number(behind_h, lang))
    return t("chat.series", lang, what=what, status=told)


def gaps(answer: DataGaps, asked: Asked) -> Iterator[str]:
    """Each series: how fresh, until when, what lacks, and what fetches it."""
    lang = asked.lang
    for one in answer.series:
        told = _fresh(one.measurement, one.status, one.behind_h, asked)
        if one.until is not None:
            told += " " + t("chat.gaps.until", lang, until=at(one.until, lang))
        if one.missing:
            told += " " + t("chat.gaps.missing", lang, n=one.missing, days=answer.days)
        if one.gaps:
            newest = one.gaps[0]
            told += " " + t(
                "chat.gaps.newest", lang, start=at(newest.start, lang), end=at(newest.end, lang)
            )
        yield f"- {told}"
    if any(one.missing or one.status in ("stale", "no data", "late") for one in answer.series):
        yield t("chat.gaps.todo", lang)
    elif answer.series:
        yield t("chat.gaps.none", lang, days=answer.days)


def model(answer: ModelStatus, asked: Asked) -> Iterator[str]:
    """How good the forecasts were, and which version is in use."""
    lang = asked.lang
    yield t("chat.model.used", lang, model=answer.model)
    if answer.newest_forecast is not None:
        yield t("chat.model.newest", lang, when=at(answer.newest_forecast, lang))
    for one in answer.issued[:1]:
        if one.mean_error_eur_kwh is not None:
            error = eur_kwh(one.mean_error_eur_kwh, lang)
            yield t("chat.model.error", lang, error=error, days=one.days)
        if one.naive_error_eur_kwh is not None:
            yield t("chat.deviation.naive", lang, error=eur_kwh(one.naive_error_eur_kwh, lang))
        if one.inside_80_pct is not None:
            yield t("chat.deviation.inside", lang, share=plain_number(one.inside_80_pct, lang))
    if answer.loses_to_naive:
        yield t("chat.model.loses", lang)
    if answer.in_use:
        used = next((one for one in answer.versions if one.version == answer.in_use), None)
        until = used.learnt_until if used else None
        if until is not None:
            when = at(until, lang)
            yield t("chat.model.version", lang, version=answer.in_use, when=when)


def jobs(answer: JobStatus, asked: Asked) -> Iterator[str]:
    """What failed, what runs, what comes next."""
    lang = asked.lang
    bad = [one for one in answer.jobs if one.last_outcome in ("failed", "interrupted")]
    if answer.jobs:
        key = "chat.jobs.bad" if bad else "chat.jobs.ok"
        yield t(key, lang, n=len(answer.jobs), bad=len(bad), when=at(answer.as_of, lang))
    for one in bad[:_LISTED]:
        began = at(one.last_began, lang) if one.last_began else t("chat.unknown_value", lang)
        yield t("chat.jobs.failed", lang, job=one.job, when=began, error=data(one.error))
    for key, names in (
        ("chat.jobs.running", [one.job for one in answer.jobs if one.last_outcome == "running"]),
        ("chat.jobs.paused", [one.job for one in answer.jobs if one.paused]),
    ):
        if names:
            yield t(key, lang, jobs=listed(names, lang))
    yield from _next(answer.jobs, asked)


def _next(jobs: tuple[JobState, ...], asked: Asked) -> Iterator[str]:
    lang = asked.lang
    due = [(one.next_run, one.job) for one in jobs if one.next_run is not None]
    if due:
        when, name = min(due)
        yield t("chat.jobs.next", lang, job=name, when=at(when, lang))
