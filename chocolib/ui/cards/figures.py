"""How figures of models are written: names, prices, shares, and tables of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from chocolib.core.i18n import Lang, number, t
from chocolib.ui.cards.parts import scroll
from chocolib.ui.svg import esc

#: Shown names of models and of the sides of a trial, as catalogue keys.
MODEL_KEYS = {
    "challenger": "ui.model.challenger",
    "current": "ui.model.current",
    "weekly-naive": "ui.model.weekly_naive",
    "weeks-3": "ui.model.weeks_3",
    "prophet": "ui.model.prophet",
    "champion": "ui.model.champion",
}
#: Shown names of the columns of `models.scores`, in the order of a table.
FIGURE_KEYS = {
    "mae": "ui.figure.mae",
    "rmae": "ui.figure.rmae",
    "rmse": "ui.figure.rmse",
    "r2": "ui.figure.r2",
    "capture_6": "ui.figure.capture_6",
    "pinball": "ui.figure.pinball",
    "coverage_80": "ui.figure.coverage_80",
    "width_80": "ui.figure.width_80",
    "coverage_90": "ui.figure.coverage_90",
    "width_90": "ui.figure.width_90",
}
_SHARES = {"rmae", "capture_6", "coverage_80", "coverage_90"}


def model_text(model: str, lang: Lang) -> str:
    """A model for people; a name the catalogue does not know stays as it is."""
    return t(MODEL_KEYS[model], lang) if model in MODEL_KEYS else model


def share(value: float, lang: Lang, decimals: int = 1) -> str:
    """A share as a percentage: "80,5 %"; a dash where there is none."""
    if math.isnan(value):
        return "–"
    return t("ui.figure.share", lang, share=number(100 * value, lang, decimals))


def amount(value: float, lang: Lang, decimals: int = 4) -> str:
    """A figure in its own unit, which stands in the heading; a dash where there is none."""
    return "–" if math.isnan(value) else number(value, lang, decimals)


def price_error(value: float, lang: Lang) -> str:
    """An error with its unit: "0,0190 €/kWh"."""
    return t("ui.price", lang, price=number(value, lang, 4))


def figure_text(name: str, value: float, lang: Lang) -> str:
    """A column of `models.scores` as text."""
    if name in _SHARES:
        return share(value, lang)
    return amount(value, lang, 2 if name == "r2" else 4)


def score_table(scores: pd.DataFrame, lang: Lang) -> str:
    """A row per figure, a column per model: narrow enough for a phone.

    Args:
        scores: model x columns of `models.scores`.
    """
    models = [str(name) for name in scores.index]
    rows = [
        [t(key, lang), *(figure_text(name, float(scores[name][m]), lang) for m in models)]
        for name, key in FIGURE_KEYS.items()
        if name in scores and scores[name].notna().any()
    ]
    return table(["", *(model_text(name, lang) for name in models)], rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A plain table: the first column says what, the others hold numbers. All is escaped."""

    def line(cells: Sequence[str], name: str) -> str:
        kinds = ["cc-wrap", *["cc-n"] * (len(cells) - 1)]
        inner = "".join(
            f'<{name} class="{kind}">{esc(cell)}</{name}>'
            for kind, cell in zip(kinds, cells, strict=True)
        )
        return f"<tr>{inner}</tr>"

    body = "".join(line(row, "td") for row in rows)
    made = (
        f'<table class="cc-figures"><thead>{line(head, "th")}</thead><tbody>{body}</tbody></table>'
    )
    return scroll(made, ", ".join(filter(None, head)))


def write_amount(lang: Lang, decimals: int = 3) -> Callable[[float], str]:
    """How a chart writes values in the unit of its heading."""
    return lambda value: number(value, lang, decimals)


def write_share(lang: Lang) -> Callable[[float], str]:
    """How a chart writes shares."""
    return lambda value: share(value, lang, 0)
