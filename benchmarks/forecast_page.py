"""The page `docs/forecast.md`: what was measured, in tables and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.forecast_plots import drawn
from benchmarks.forecast_tables import CHAMPION, Run, Verdict, tables, verdicts
from chocolib.models.backtest import Known
from chocolib.models.scores import ratio_interval, scores

_MEANING: Mapping[Known, str] = {
    "plain": "The 168 hours after the last published price: nothing of them is known.",
    "day-ahead": "The 168 hours from midnight with the first day published. Its hours count as "
    "forecast without error, for the naive too, so these figures are lower without any skill and "
    "are not to be mixed with the others. Coverage and width are those of the open days.",
}
_TRIED = "forecast-tried.md"


@dataclass(frozen=True, slots=True)
class Measured:
    """All that the page shows.

    Attributes:
        runs: the forecasts by what was known.
        seconds: fit_s and predict_s per model, measured alone.
        before: the predecessor's model on fewer origins (plain), or None.
        command: how it was measured.
    """

    runs: Mapping[Known, Run]
    seconds: pd.DataFrame
    before: pd.DataFrame | None
    command: str


def written(found: Measured, page: Path) -> None:
    """Write the page, and its pictures into `img/` beside it."""
    pictures = drawn(found.runs["plain"], page.parent / "img")
    parts = [
        "# How good the forecasts are",
        f"Made by `{found.command}`; do not edit. EUR/kWh on real prices; every model is fitted "
        "anew at each origin with what was known then. What the models are and how they were "
        "chosen: [models.md](models.md).",
        "## The targets",
        _targets(verdicts(found.runs, found.seconds)),
    ]
    for known, run in found.runs.items():
        seconds = found.seconds if known == "plain" else None
        parts += [f"## {known.capitalize()}", _MEANING[known]]
        for title, table in tables(run, seconds):
            parts += [f"### {title}", markdown(table)]
    parts += ["## Pictures (plain)"]
    parts += [f"### {title}\n\n![{title}](img/{name})" for title, name in pictures.items()]
    if found.before is not None:
        parts += ["## The predecessor's model", _before(found.runs["plain"], found.before)]
    tried = page.parent / _TRIED
    if tried.exists():
        parts.append(tried.read_text(encoding="utf-8").replace("# ", "## ", 1).strip())
    page.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")


def markdown(table: pd.DataFrame) -> str:
    """A table whose cells are text already."""
    if table.empty:
        return ""
    head = [table.index.name or "", *(str(column) for column in table.columns)]
    rows = [[str(index), *row] for index, row in zip(table.index, table.to_numpy(), strict=True)]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _targets(found: list[Verdict]) -> str:
    rows = [
        {"target": v.what, "asked": v.asked, "found": v.found, "holds": "yes" if v.holds else "no"}
        for v in found
    ]
    return markdown(pd.DataFrame(rows).set_index("target")) if rows else ""


def _before(run: Run, before: pd.DataFrame) -> str:
    """The predecessor's figures, and the champion's on the same origins."""
    name = str(before["model"].iloc[0])
    both = pd.concat([before, run.frame[run.frame["origin"].isin(before["origin"])]])
    table = scores(both)[["origins", "mae", "rmse", "r2", "rmae", "capture_6"]]
    shown = [model for model in (CHAMPION, "prophet", "weekly-naive", name) if model in table.index]
    text = markdown(table.loc[shown].map("{:.4g}".format))
    if CHAMPION not in table.index:
        return text
    ratio = ratio_interval(both, CHAMPION, name)
    kinder = (
        "Its Prophet as its documents describe it, on 90 days, in two ways kinder than it was: "
        "local hours, and no gas regressor (`benchmarks/predecessor.py`). The same origins for all."
    )
    return f"{kinder}\n\n{text}\n\nThe champion misses {ratio['ratio']:.2f} times as much."
