"""Cards on the data: what is stored, what lacks, what was refused, how the sources did."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chocolib.app.gaps import SeriesGaps
from chocolib.core.gaps import Status
from chocolib.core.i18n import Lang, clock, day, number, t
from chocolib.core.time import HOUR, local
from chocolib.ui.cards.parts import INGEST, empty, line, pairs, span_text
from chocolib.ui.svg import esc
from chocolib.ui.theme import card

#: Measurements for people.
KIND_KEYS = {
    "energy_prices": "quality.kind.energy_prices",
    "weather_data": "quality.kind.weather_data",
    "weather_forecast": "quality.kind.weather_forecast",
    "siar_daily": "quality.kind.siar_daily",
}
STATUS_KEYS: dict[Status, str] = {
    "fresh": "quality.status.fresh",
    "late": "quality.status.late",
    "stale": "quality.status.stale",
    "by hand": "quality.status.by_hand",
    "no data": "quality.status.no_data",
}
STATE_KEYS = {
    "held": "quality.state.held",
    "released": "quality.state.released",
    "dropped": "quality.state.dropped",
}
#: Of which a person should know.
_WORRYING: tuple[Status, ...] = ("late", "stale", "no data")


def kind_text(measurement: str, lang: Lang, series: str = "") -> str:
    """A measurement for people, with its series where there are several."""
    name = t(KIND_KEYS[measurement], lang) if measurement in KIND_KEYS else measurement
    return f"{name} ({series})" if series not in {"", "site", "peninsula"} else name


def stored_card(stored: pd.DataFrame, *, lang: Lang, synthetic: bool = False) -> str:
    """What is stored: a row per series and source.

    Args:
        stored: as of `app.data_quality`.
    """
    title = t("quality.stored.title", lang)
    if stored.empty:
        return empty(title, t("ui.no_data", lang), INGEST, lang=lang, name="stored")
    rows = [
        (
            f"{kind_text(str(row['measurement']), lang, str(row['series']))}, {row['source']}",
            t(
                "quality.stored.row",
                lang,
                rows=number(row["rows"], lang, 0),
                first=date_text(row["first"], lang),
                last=date_text(row["last"], lang),
                outliers=number(row["outliers"], lang, 0),
            ),
        )
        for row in stored.to_dict("records")
    ]
    body = pairs(rows) + line(t("quality.stored.text", lang))
    return card(title, body, lang=lang, synthetic=synthetic, name="stored")


def wholeness_card(
    series: Sequence[SeriesGaps], *, lang: Lang, synthetic: bool = False, text: str = ""
) -> str:
    """How far behind each series is, and how many steps it lacks.

    Args:
        series: of `app.gaps`.
        text: of what time, a sentence.
    """
    title = t("quality.whole.title", lang)
    if not series:
        return empty(title, t("ui.no_data", lang), INGEST, lang=lang, name="wholeness")
    rows = "".join(_whole(one, lang) for one in series)
    body = (line(text) if text else "") + f'<ul class="cc-rows">{rows}</ul>'
    body += line(t("quality.whole.text", lang))
    return card(title, body, lang=lang, synthetic=synthetic, name="wholeness")


def _whole(one: SeriesGaps, lang: Lang) -> str:
    fresh = one.freshness
    status = t(STATUS_KEYS[fresh.status], lang)
    if fresh.status in {"late", "stale"}:
        behind = span_text(fresh.lag, lang)
        status = t("quality.behind", lang, status=status, span=behind)
    said = lacking(len(one.missing), len(one.absent), lang)
    bad = fresh.status in _WORRYING
    name = kind_text(one.kind.name, lang, one.series)
    return (
        f"<li><span>{esc(name)}</span>"
        f'<span class="{"cc-warn" if bad else "cc-mute"}">{esc(status)} · {esc(said)}</span></li>'
    )


def lacking(missing: int, nowhere: int, lang: Lang) -> str:
    """How many steps lack, and how many of them no source has."""
    if not missing:
        return t("quality.lacks_nothing", lang)
    n = number(missing, lang, 0)
    if not nowhere:
        return t("quality.lacks", lang, n=n)
    return t("quality.lacks_nowhere", lang, n=n, absent=number(nowhere, lang, 0))


def gaps_card(gaps: pd.DataFrame, *, lang: Lang, synthetic: bool = False, most: int = 15) -> str:
    """The newest gaps; how many more there are is said.

    Args:
        gaps: of `DataQuality.gaps`, the newest first.
    """
    title = t("quality.gaps.title", lang)
    if gaps.empty:
        body = line(t("quality.gaps.none", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=synthetic, name="gaps")
    rows = [
        (
            kind_text(str(row["measurement"]), lang, str(row["series"])),
            f"{span_of(row['start'], row['end'], lang)}: "
            f"{lacking(row['missing'], row['not_available'], lang)}",
        )
        for row in gaps.head(most).to_dict("records")
    ]
    more = len(gaps) - len(rows)
    body = pairs(rows)
    if more > 0:
        body += line(t("quality.gaps.more", lang, n=more))
    body += (
        f'<p class="cc-mute">{esc(t("quality.gaps.hint", lang))} <code>chocolib backfill</code></p>'
    )
    return card(title, body, lang=lang, synthetic=synthetic, name="gaps")


def refused_card(refused: pd.DataFrame, *, lang: Lang, synthetic: bool = False) -> str:
    """The rows that the gate refused, by what became of them.

    Args:
        refused: as of `app.data_quality`.
    """
    title = t("quality.refused.title", lang)
    if refused.empty:
        body = line(t("quality.refused.none", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=synthetic, name="refused")
    rows = [
        (
            f"{kind_text(str(row['measurement']), lang)}, {_state(str(row['state']), lang)}",
            t(
                "quality.refused.row",
                lang,
                rows=number(row["rows"], lang, 0),
                newest=moment_text(row["newest"], lang),
                reason=row["reason"],
            ),
        )
        for row in refused.to_dict("records")
    ]
    hint = '<p class="cc-mute"><code>chocolib quarantine list</code></p>'
    return card(title, pairs(rows) + hint, lang=lang, synthetic=synthetic, name="refused")


def runs_card(runs: pd.DataFrame, days: int, *, lang: Lang, synthetic: bool = False) -> str:
    """How often each source was asked, what came, what was healed, what failed.

    Args:
        runs: as of `app.data_quality`, of the last `days`.
    """
    title = t("quality.runs.title", lang, days=days)
    if runs.empty:
        text = t("quality.runs.none", lang)
        return empty(title, text, "chocolib ingest all", lang=lang, name="runs")
    counts = ("runs", "failed", "new", "healed", "refused")
    rows = [
        (
            f"{row['source']}, {kind_text(str(row['measurement']), lang)}",
            t("quality.runs.row", lang, **{name: number(row[name], lang, 0) for name in counts}),
        )
        for row in runs.to_dict("records")
    ]
    failures = "".join(
        line(t("quality.runs.error", lang, source=row["source"], error=row["error"]), "cc-warn")
        for row in runs.to_dict("records")
        if row["error"]
    )
    body = pairs(rows) + failures + line(t("quality.runs.text", lang))
    return card(title, body, lang=lang, synthetic=synthetic, name="runs")


def _state(state: str, lang: Lang) -> str:
    return t(STATE_KEYS[state], lang) if state in STATE_KEYS else state


def date_text(when: pd.Timestamp, lang: Lang) -> str:
    """A day with its year, in Madrid."""
    return f"{day(when, lang)} {local(when).year}"


def moment_text(when: pd.Timestamp, lang: Lang) -> str:
    """A moment with its year, in Madrid."""
    return f"{date_text(when, lang)}, {clock(when)}"


def span_of(start: pd.Timestamp, end: pd.Timestamp, lang: Lang) -> str:
    """`[start, end)` for people: one day, some days, or hours with the time of day."""
    first, last = local(start), local(end)
    if first != first.normalize() or last != last.normalize():
        return t("quality.span", lang, start=moment_text(start, lang), end=moment_text(end, lang))
    begins, ends = date_text(start, lang), date_text(end - HOUR, lang)
    return begins if begins == ends else t("quality.span", lang, start=begins, end=ends)
