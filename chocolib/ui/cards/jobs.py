"""The card of the jobs: how each last run ended, and when the next one is."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chocolib.core.i18n import Lang, number, t
from chocolib.core.views import JobLine
from chocolib.ui.cards.parts import empty, line, moment_beside, span_text
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

_OUTCOME_KEYS = {
    "done": "jobs.done",
    "failed": "jobs.failed",
    "interrupted": "jobs.interrupted",
    "stopped": "jobs.stopped",
    "running": "jobs.running",
}
_BAD = {"failed", "interrupted"}


def jobs_card(jobs: Sequence[JobLine], *, now: pd.Timestamp, lang: Lang, wrong: str = "") -> str:
    """Every job of the schedule beside its last run.

    Args:
        now: UTC.
        wrong: why the jobs cannot be told, already in `lang`.
    """
    title = t("jobs.title", lang)
    if wrong:
        return card(title, line(wrong, "cc-warn"), lang=lang, name="jobs")
    if not any(job.outcome for job in jobs):
        return empty(title, t("jobs.none", lang), "chocolib jobs start", lang=lang, name="jobs")
    rows = "".join(_row(job, now, lang) for job in jobs)
    body = f'<ul class="cc-rows">{rows}</ul>' + line(t("jobs.note", lang))
    return card(title, body, lang=lang, name="jobs")


def _row(job: JobLine, now: pd.Timestamp, lang: Lang) -> str:
    kind = "cc-warn" if job.outcome in _BAD else "cc-mute"
    said = [tag("span", esc(job.name)), tag("span", esc(_last(job, now, lang)), class_=kind)]
    said.append(tag("span", esc(_next(job, now, lang)), class_="cc-mute cc-full"))
    if job.error and job.outcome in _BAD:
        said.append(tag("span", esc(job.error), class_="cc-warn cc-full"))
    return tag("li", *said)


def _last(job: JobLine, now: pd.Timestamp, lang: Lang) -> str:
    if job.outcome is None or job.began is None:
        return t("jobs.never", lang)
    ago = span_text(max(now - job.began, pd.Timedelta(0)), lang)
    text = t(_OUTCOME_KEYS[job.outcome], lang, span=ago)
    if job.duration_s is not None:
        text += " · " + t("jobs.took", lang, seconds=number(job.duration_s, lang, 1))
    return text


def _next(job: JobLine, now: pd.Timestamp, lang: Lang) -> str:
    if job.paused:
        return t("jobs.paused", lang)
    if job.next is None:
        return t("jobs.follows", lang)
    return t("jobs.next", lang, when=moment_beside(job.next, now, lang))
