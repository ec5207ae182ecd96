"""Cards on how models miss: by horizon day, by hour, in their bands, in single weeks."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chocolib.core.i18n import Lang, day, number, t
from chocolib.models.review import DAY_TOLERANCE, NOMINAL, TOLERANCE
from chocolib.ui import charts
from chocolib.ui.cards.figures import (
    model_text,
    price_error,
    score_table,
    share,
    write_amount,
    write_share,
)
from chocolib.ui.cards.parts import line
from chocolib.ui.charts import Ruled, Zone
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

_WEEK_KEYS = {
    "best": "ui.weeks.best",
    "median": "ui.weeks.median",
    "worst": "ui.weeks.worst",
}

#: Forecasts that say something of their bands: two weeks of them.
ENOUGH = 14


def replayed(
    scores: pd.DataFrame,
    origins: Sequence[pd.Timestamp],
    *,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """The figures of every model over some origins (UTC), with what was done."""
    text = t(
        "ui.review.scores.text",
        lang,
        origins=len(origins),
        first=day(origins[0], lang),
        last=day(origins[-1], lang),
    )
    body = line(text) + score_table(scores, lang)
    title = t("ui.review.scores", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="replayed")


def error_by_day(
    by_day: pd.DataFrame, models: Sequence[str], *, lang: Lang, synthetic: bool = False
) -> str:
    """MAE by horizon day of up to four models; `by_day` as of `models.scores`."""
    picture = charts.profile(
        _errors(by_day, models, lang),
        Ruled(t("ui.figure.mae", lang), write_amount(lang)),
        name="error-by-day",
        across=t("ui.errors.day.across", lang),
        lang=lang,
        synthetic=synthetic,
    )
    body = line(t("ui.errors.day.text", lang)) + picture
    title = t("ui.errors.day.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="error-by-day")


def error_by_hour(
    by_hour: pd.DataFrame, models: Sequence[str], *, lang: Lang, synthetic: bool = False
) -> str:
    """MAE by clock hour of up to four models; `by_hour` as of `models.scores.by_clock`."""
    picture = charts.profile(
        _errors(by_hour, models, lang),
        Ruled(t("ui.figure.mae", lang), write_amount(lang)),
        name="error-by-hour",
        across=t("ui.errors.hour.across", lang),
        lang=lang,
        synthetic=synthetic,
    )
    body = line(t("ui.errors.hour.text", lang)) + picture
    title = t("ui.errors.hour.title", lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="error-by-hour")


def _errors(grouped: pd.DataFrame, models: Sequence[str], lang: Lang) -> pd.DataFrame:
    """Category x shown model name, EUR/kWh."""
    wide = grouped["mae"].unstack("model").reindex(columns=list(models)).astype(float)
    names = [model_text(name, lang) for name in models]
    return wide.set_axis([str(name) for name in wide.index]).set_axis(names, axis=1)


def calibration(
    held: pd.DataFrame,
    model: str,
    *,
    lang: Lang,
    synthetic: bool = False,
    forecasts: int | None = None,
) -> str:
    """How often the bands held, over all and by horizon day, beside what they promise.

    Args:
        held: as of `models.review.calibration`.
        forecasts: how many were judged; of fewer than `ENOUGH` nothing is concluded. None:
            they are enough.
    """
    title = t("ui.calibration.title", lang)
    if held.empty:
        body = line(t("ui.calibration.none", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=synthetic, name="calibration")
    shown = held.drop(index=0)
    shown = shown.set_axis([str(place) for place in shown.index])
    shown = shown.set_axis([t("ui.calibration.80", lang), t("ui.calibration.90", lang)], axis=1)
    picture = charts.profile(
        shown,
        Ruled(t("ui.calibration.heading", lang), write_share(lang), floor=0.6, ceiling=1.0),
        name="calibration",
        across=t("ui.errors.day.across", lang),
        lang=lang,
        zones=[Zone(p - DAY_TOLERANCE, p + DAY_TOLERANCE, p) for p in NOMINAL.values()],
        synthetic=synthetic,
    )
    body = _held_text(held, model, lang, forecasts) + picture
    return card(title, body, lang=lang, synthetic=synthetic, name="calibration")


def _held_text(held: pd.DataFrame, model: str, lang: Lang, forecasts: int | None) -> str:
    whole, days = held.T[0], held.drop(index=0)
    text = t(
        "ui.calibration.text",
        lang,
        model=model_text(model, lang),
        had_80=share(whole["coverage_80"], lang),
        had_90=share(whole["coverage_90"], lang),
        room=number(100 * DAY_TOLERANCE, lang, 0),
    )
    if forecasts is not None and forecasts < ENOUGH:
        return line(text) + line(t("ui.calibration.early", lang, n=forecasts, enough=ENOUGH))
    good = all(abs(whole[name] - wanted) <= TOLERANCE for name, wanted in NOMINAL.items())
    room = number(100 * TOLERANCE, lang, 0)
    said = t("ui.calibration.good" if good else "ui.calibration.off", lang, room=room)
    away = days.sub(pd.Series(NOMINAL)).abs().gt(DAY_TOLERANCE).any(axis=1)
    if away.any():
        out = ", ".join(str(place) for place in days.index[away])
        said += " " + t("ui.calibration.days", lang, days=out)
    return line(text) + line(said, "cc-mute" if good else "cc-warn")


def held_over_time(
    held: pd.DataFrame,
    drift: tuple[float, float] | None,
    *,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """Coverage of each forecast's week, and whether the model loses ground.

    Args:
        held: as of `models.review.held_by_origin`.
        drift: as of `models.review.drift`.
    """
    title = t("ui.held.title", lang)
    if held.empty:
        body = line(t("ui.calibration.none", lang), "cc-lead")
    else:
        body = line(t("ui.held.text", lang)) + _over_time(held, lang, synthetic)
    if drift:
        earlier, later = (share(value, lang) for value in drift)
        body += line(t("ui.held.drift", lang, earlier=earlier, later=later))
    return card(title, body, lang=lang, synthetic=synthetic, name="held-over-time")


def _over_time(held: pd.DataFrame, lang: Lang, synthetic: bool) -> str:
    starts = [day(pd.Timestamp(str(when)), lang).partition(" ")[2] for when in held.index]
    names = [t("ui.calibration.80", lang), t("ui.calibration.90", lang)]
    return charts.profile(
        held.set_axis(starts).set_axis(names, axis=1),
        Ruled(t("ui.calibration.heading", lang), write_share(lang), floor=0.6, ceiling=1.0),
        name="held-over-time",
        across=t("ui.held.across", lang),
        lang=lang,
        zones=[Zone(p, p, p) for p in NOMINAL.values()],
        synthetic=synthetic,
    )


def weeks(chosen: dict[str, pd.DataFrame], *, lang: Lang, synthetic: bool = False) -> str:
    """Forecast against what came: the best week, one in the middle and the worst.

    Args:
        chosen: frames of `models.review.one_week` by "best", "median", "worst".
    """
    title = t("ui.weeks.title", lang)
    if not chosen:
        body = line(t("ui.no_data", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=synthetic, name="weeks")
    parts = [line(t("ui.weeks.text", lang))]
    for name, frame in chosen.items():
        mae = float((frame["actual"] - frame["q50"]).abs().mean())
        first = pd.Timestamp(str(frame.index[0]))
        said = t(_WEEK_KEYS[name], lang, day=day(first, lang), mae=price_error(mae, lang))
        parts.append(tag("h3", esc(said)))
        parts.append(charts.forecast_band(frame, lang=lang, synthetic=synthetic))
    return card(title, "".join(parts), lang=lang, synthetic=synthetic, name="weeks")
