"""Cards on how the house fares: up-time, speed, the newest data; what is wrong; the privacy."""

from __future__ import annotations

import math

from chocolib.core.i18n import Lang, number, t
from chocolib.core.time import HOUR
from chocolib.core.usage import FEWEST, PathSpeed, Uptime
from chocolib.core.usage_names import part_text
from chocolib.core.views import UsageView
from chocolib.ui.cards.figures import table
from chocolib.ui.cards.parts import empty, line, moment_beside, pairs, span_text
from chocolib.ui.cards.system import measurement_text
from chocolib.ui.charts import health_strip
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

WORK = "chocolib jobs start"
#: So many paths are listed.
_MOST_PATHS = 10
_NOW_KEYS = {True: "usage.health.well", False: "usage.health.ill", None: "usage.health.unknown"}


def health_card(view: UsageView) -> str:
    """The last seven days of each part by hour, its up-times and the times of its answers."""
    lang, fares = view.lang, view.performance
    title = t("usage.health.title", lang)
    if fares.probed_at is None:
        return empty(title, t("usage.health.none", lang), WORK, lang=lang, name="usage-health")
    names = {str(part): part_text(str(part), lang) for part in fares.strip}
    body = line(t("usage.health.share", lang, share=share_text(fares.share_7d, lang)))
    body += health_strip(fares.strip, names, lang=lang)
    wrong = [one for one in fares.uptimes if one.why and one.since is not None]
    body += "".join(line(_wrong(one, view), "cc-warn") for one in wrong)
    days = [t("usage.health.days", lang, n=n) for n in (7, 30)]
    head = ["", t("usage.health.now", lang), *days, t("usage.health.ms", lang)]
    body += table(head, [_uptime(one, lang) for one in fares.uptimes])
    when = moment_beside(fares.probed_at, view.as_of, lang)
    body += line(t("usage.health.note", lang, when=when))
    return card(title, body, lang=lang, name="usage-health")


def _wrong(one: Uptime, view: UsageView) -> str:
    when = moment_beside(one.since or view.as_of, view.as_of, view.lang)
    name = part_text(one.part, view.lang)
    return t("usage.health.since", view.lang, part=name, when=when, why=one.why)


def _uptime(one: Uptime, lang: Lang) -> list[str]:
    shares = [share_text(share, lang) for share in (one.share_7d, one.share_30d)]
    ms = "–"
    if one.p50_ms is not None and one.p95_ms is not None:
        both = {"p50": number(one.p50_ms, lang, 0), "p95": number(one.p95_ms, lang, 0)}
        ms = t("usage.health.both", lang, **both)
    return [part_text(one.part, lang), t(_NOW_KEYS[one.ok], lang), *shares, ms]


def share_text(share: float | None, lang: Lang) -> str:
    """A share of probes, rounded down: 100 % is said only where it is."""
    if share is None:
        return "–"
    percent = math.floor(share * 1000 + 1e-9) / 10
    decimals = 0 if percent == 100 else 1
    return t("ui.figure.share", lang, share=number(percent, lang, decimals))


def speed_card(view: UsageView) -> str:
    """The paths that answer slowest."""
    lang, fares = view.lang, view.performance
    title = t("usage.speed.title", lang)
    if fares.requests is None:
        body = line(t("usage.none_told", lang, fewest=FEWEST))
        return card(title, body, lang=lang, name="usage-speed")
    if not fares.requests:
        body = line(t("usage.speed.none", lang))
        return card(title, body, lang=lang, name="usage-speed")
    counted = {"n": fares.requests, "errors": fares.errors, "refused": fares.refused}
    said = {key: number(n, lang, 0) for key, n in counted.items() if n is not None}
    text = t("usage.speed.sums", lang, days=fares.days, **said)
    if fares.mean_ms is not None:
        text += " " + t("usage.speed.mean", lang, ms=number(fares.mean_ms, lang, 0))
    head = [t("usage.speed.path", lang), t("usage.speed.n", lang), "p50 ms", "p95 ms"]
    head.append(t("usage.speed.errors", lang))
    body = table(head, [_path(one, lang) for one in fares.paths[:_MOST_PATHS]]) + line(text)
    return card(title, body, lang=lang, name="usage-speed")


def _path(one: PathSpeed, lang: Lang) -> list[str]:
    numbers = (one.requests, one.p50_ms, one.p95_ms, one.errors)
    return [one.path, *(number(n, lang, 0) for n in numbers)]


def newest_card(view: UsageView) -> str:
    """How old the newest of each source is."""
    lang = view.lang
    rows = [
        (measurement_text(name, lang), _age(age, lang)) for name, age in view.performance.newest
    ]
    title = t("usage.newest.title", lang)
    return card(title, pairs(rows), lang=lang, synthetic=view.synthetic, name="usage-newest")


def _age(hours: float | None, lang: Lang) -> str:
    if hours is None:
        return t("ui.no_data", lang)
    key = "usage.newest.ahead" if hours < 0 else "usage.newest.ago"
    return t(key, lang, span=span_text(abs(hours) * HOUR, lang))


def wrong_card(view: UsageView) -> str:
    """What is wrong with the logs or the Tailnet; nothing where all is well."""
    if not view.told:
        return ""
    body = "".join(line(text, "cc-warn") for text in view.told)
    return card(t("usage.wrong.title", view.lang), body, lang=view.lang, name="usage-wrong")


def privacy_card(view: UsageView) -> str:
    """What is kept of people and why: the first paragraph, the rest behind a fold."""
    if not view.privacy:
        return ""
    (title, first), *others = view.privacy
    inside = "".join(_paragraph(*one) for one in others)
    more = tag("details", tag("summary", esc(t("usage.privacy.more", view.lang))), inside)
    return card(title, line(first) + more, lang=view.lang, name="usage-privacy")


def _paragraph(heading: str, text: str) -> str:
    return (tag("h3", esc(heading)) if heading else "") + line(text)
