"""How fast and steady the house answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chocolib.assistant.parts import Asked
from chocolib.assistant.replies.said import at, data, plain_number
from chocolib.assistant.tokens import plain
from chocolib.core.i18n import Lang, t
from chocolib.tools.performance import PartUptime, PathTime, SystemPerformance

_LISTED = 3
_UPTIME = re.compile(
    r"\b(caid\w*|cae|cayo|disponib\w*|funciona\w*|pie|uptime|up|down\w*|availab\w*|outages?|crash\w*)\b"
)
_PARTS = {
    "dashboards": "chat.fares.part.dashboards",
    "api": "chat.fares.part.api",
    "store": "chat.fares.part.store",
    "worker": "chat.fares.part.worker",
    "sources": "chat.fares.part.sources",
}


def performance(answer: SystemPerformance, asked: Asked) -> Iterator[str]:
    """Up-time and speed, that first which was asked for."""
    lang = asked.lang
    up, fast = list(_uptime(answer, lang)), list(_speed(answer, lang))
    yield from (*up, *fast) if _UPTIME.search(plain(asked.text)) else (*fast, *up)


def _speed(answer: SystemPerformance, lang: Lang) -> Iterator[str]:
    """Whether something is slow, and the slowest."""
    limit = plain_number(answer.slow_over_ms, lang)
    if not answer.paths:
        key = "chat.fares.no_requests" if answer.requests == 0 else "chat.fares.few"
        yield t(key, lang, days=answer.days)
        return
    fast = "chat.fares.fast.some" if answer.paths_hidden else "chat.fares.fast"
    key = "chat.fares.slow" if answer.slow else fast
    yield t(key, lang, limit=limit, n=len(answer.slow), days=answer.days)
    yield from (_path(one, lang) for one in answer.paths[:_LISTED])
    if answer.avg_api_response_ms is not None:
        mean = plain_number(answer.avg_api_response_ms, lang)
        yield t("chat.fares.mean", lang, mean=mean, requests=answer.requests)
    if answer.errors_pct is not None:
        share = plain_number(answer.errors_pct, lang, 2)
        yield t("chat.fares.errors", lang, errors=answer.errors, share=share)


def _path(one: PathTime, lang: Lang) -> str:
    return t(
        "chat.fares.path",
        lang,
        path=data(one.path),
        p95=plain_number(one.p95_ms, lang),
        p50=plain_number(one.p50_ms, lang),
        requests=one.requests,
    )


def _uptime(answer: SystemPerformance, lang: Lang) -> Iterator[str]:
    """How it is now, part by part where one is not well, and how it was."""
    if answer.probed_at is None:
        yield t("chat.fares.unprobed", lang)
        return
    bad = [one for one in answer.parts if one.ok is False]
    key = "chat.fares.bad" if bad else "chat.fares.well"
    yield t(key, lang, when=at(answer.probed_at, lang))
    yield from (_part(one, lang) for one in bad)
    if answer.uptime_last_7d is not None:
        yield t("chat.fares.uptime", lang, share=plain_number(answer.uptime_last_7d, lang, 2))
    for one in answer.parts:
        if one.part == "dashboards" and one.uptime_7d_pct is not None:
            yield _dashboards(one, lang)


def _part(one: PartUptime, lang: Lang) -> str:
    since = t("chat.unknown_value", lang) if one.since is None else at(one.since, lang)
    return t("chat.fares.part", lang, part=_name(one.part, lang), since=since, why=data(one.why))


def _dashboards(one: PartUptime, lang: Lang) -> str:
    week, month = one.uptime_7d_pct, one.uptime_30d_pct
    unknown = t("chat.unknown_value", lang)
    return t(
        "chat.fares.dashboards",
        lang,
        week=unknown if week is None else f"{plain_number(week, lang, 2)} %",
        month=unknown if month is None else f"{plain_number(month, lang, 2)} %",
    )


def _name(part: str, lang: Lang) -> str:
    return t(_PARTS[part], lang) if part in _PARTS else data(part)
