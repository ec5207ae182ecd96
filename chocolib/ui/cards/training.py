"""Cards on a training: what was learnt, how the trial went, what the model uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from chocolib.core.i18n import Lang, day, number, t
from chocolib.core.time import local
from chocolib.ui import charts
from chocolib.ui.cards.figures import model_text, price_error, score_table, write_amount
from chocolib.ui.cards.parts import line
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

#: Shown names of the terms of `models.importance`.
GROUP_KEYS = {
    "tolls": "ui.importance.tolls",
    "base": "ui.importance.base",
    "hour": "ui.importance.hour",
    "weekday": "ui.importance.weekday",
    "level": "ui.importance.level",
    "yesterday": "ui.importance.yesterday",
    "year": "ui.importance.year",
    "season": "ui.importance.season",
    "day": "ui.importance.day",
    "lead": "ui.importance.lead",
}


def learnt(
    version: str, manifest: Mapping[str, Any], *, lang: Lang, synthetic: bool = False
) -> str:
    """What a version learnt from and what it was tried on; `manifest` as the shelf keeps it."""
    data, trial = manifest["data"], manifest["trial"]
    hours = t(
        "ui.trained.hours",
        lang,
        first=date_text(data["first"], lang),
        last=date_text(data["last"], lang),
        hours=number(data["hours"], lang, 0),
    )
    origins = t(
        "ui.trained.origins",
        lang,
        n=int(trial["figures"]["origins"]),
        first=date_text(trial["first_origin"], lang),
        last=date_text(trial["last_origin"], lang),
    )
    rows = [
        (t("ui.trained.version", lang), version),
        (t("ui.trained.taught", lang), hours),
        (t("ui.trained.trial", lang), origins),
        (
            t("ui.trained.seconds", lang),
            t("ui.trained.s", lang, n=number(manifest["fit_s"], lang, 1)),
        ),
    ]
    items = "".join(f"<li><span>{esc(a)}</span><span>{esc(b)}</span></li>" for a, b in rows)
    body = line(t("ui.trained.learnt.text", lang)) + f'<ul class="cc-rows">{items}</ul>'
    title = t("ui.trained.learnt", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="learnt")


def date_text(moment: str, lang: Lang) -> str:
    """A date with its year: "vie 21 nov 2025"; `moment` is ISO UTC."""
    when = pd.Timestamp(moment)
    return f"{day(when, lang)} {local(when).year}"


def decision(
    record: Mapping[str, Any], scores: pd.DataFrame, *, lang: Lang, synthetic: bool = False
) -> str:
    """Whether the new version is used, why, and the trial's figures.

    Args:
        record: as `app.training` decides.
        scores: of the trial, `models.scores`, with the weekly naive.
    """
    used = t("ui.trained.used" if record["promoted"] else "ui.trained.not_used", lang)
    body = line(used, "cc-mid") + line(_why(record, lang), "cc-lead")
    body += line(_against_naive(float(scores["rmae"]["challenger"]), lang))
    p = record["trial"]["p"]
    if p is not None:
        body += line(t("ui.trained.p", lang, p=number(p, lang, 3)))
    title = t("ui.trained.decision", lang)
    body += score_table(scores, lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="decision")


def _why(record: Mapping[str, Any], lang: Lang) -> str:
    figures = record["trial"]["figures"]
    if "current" in figures:
        key = "better" if record["promoted"] else "not_better"
        mine, theirs = (price_error(figures[s]["mae"], lang) for s in ("challenger", "current"))
        keys = {"better": "ui.trained.why.better", "not_better": "ui.trained.why.not_better"}
        return t(keys[key], lang, mine=mine, theirs=theirs)
    if record["against"]:
        return t("ui.trained.why.old", lang)
    return t("ui.trained.why.damaged" if record["refused"] else "ui.trained.why.first", lang)


def _against_naive(rmae: float, lang: Lang) -> str:
    if rmae < 1:
        return t("ui.trained.naive.better", lang, less=number(100 * (1 - rmae), lang, 0))
    return t("ui.trained.naive.worse", lang, more=number(100 * (rmae - 1), lang, 0))


def importance(moved: pd.Series | None, *, lang: Lang, synthetic: bool = False) -> str:
    """What moves the forecast; `moved` as of `models.importance`, None where there is none."""
    title = t("ui.importance.title", lang)
    if moved is None:
        body = line(t("ui.importance.none", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=synthetic, name="importance")
    picture = charts.ranked_bars(
        moved.rename(index={name: t(key, lang) for name, key in GROUP_KEYS.items()}),
        heading=t("ui.importance.heading", lang),
        write=write_amount(lang, 4),
        name="importance",
        lang=lang,
        synthetic=synthetic,
    )
    body = line(t("ui.importance.text", lang)) + picture
    return card(title, body, lang=lang, synthetic=synthetic, name="importance")


def versions(
    listed: Sequence[Mapping[str, Any]],
    decided: Sequence[Mapping[str, Any]],
    *,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """The trained versions there are and what was decided of them, newest first.

    Args:
        listed: as `app.training.listed`.
        decided: records of decisions.
    """
    title = t("ui.versions.title", lang)
    if not listed:
        body = line(t("ui.versions.none", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=synthetic, name="versions")
    body = f'<ul class="cc-rows">{"".join(_version(row, lang) for row in listed)}</ul>'
    if decided:
        items = "".join(_decided(record, lang) for record in decided)
        body += tag("h3", esc(t("ui.decisions.title", lang))) + f'<ul class="cc-rows">{items}</ul>'
    return card(title, body, lang=lang, synthetic=synthetic, name="versions")


def _version(row: Mapping[str, Any], lang: Lang) -> str:
    name = f"{model_text(row['model'], lang)} {row['version']}"
    if row["fault"]:
        said = tag("span", esc(t("ui.versions.damaged", lang)), class_="cc-warn")
        return f"<li><span>{esc(name)}</span>{said}</li>"
    facts = t(
        "ui.versions.facts",
        lang,
        state=t("ui.versions.in_use" if row["in_use"] else "ui.versions.kept", lang),
        until=date_text(row["learnt_until"], lang),
        mae=price_error(row["figures"]["mae"], lang),
    )
    return f'<li><span>{esc(name)}</span><span class="cc-mute">{esc(facts)}</span></li>'


def _decided(record: Mapping[str, Any], lang: Lang) -> str:
    said = t("ui.decisions.used" if record["promoted"] else "ui.decisions.not_used", lang)
    why = _why(record, lang) if "trial" in record else record["why"]
    what = f"{record['version']}: {said}. {why}"
    when = date_text(record["as_of"], lang)
    return f'<li><span>{esc(what)}</span><span class="cc-mute">{esc(when)}</span></li>'
