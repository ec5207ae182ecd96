"""The picture of docs/planning.md: a plan on real prices, drawn by the project's own chart.

python -m docs.picture
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pandas as pd

from chocolib.core import time
from chocolib.core.factory import FactorySpec
from chocolib.plan.planning import plan
from chocolib.ui.charts.gantt import gantt
from chocolib.ui.theme import css

HERE = Path(__file__).parent
DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", HERE.parent / "shared" / "data"))
FIRST = date(2025, 11, 17)


def picture() -> str:
    """Three days of November 2025 as a standalone SVG; both schedules, the plan above."""
    frame = pd.read_csv(
        DATA / "pvpc" / "pvpc_2021-06_2026-01.csv.gz", parse_dates=["timestamp"], index_col=0
    )
    prices = frame["price_eur_kwh"]
    made = plan(FactorySpec.default(), prices, as_of=time.midnight(FIRST), first_day=FIRST, days=3)
    span = prices[(prices.index >= made.window.start) & (prices.index < made.window.end)]
    drawings = [_wide(gantt(one, span, lang="en")) for one in (made.best, made.as_usual)]
    boxes = [tuple(map(float, re.search(r'viewBox="([^"]+)"', d)[1].split())) for d in drawings]
    width, height = max(box[2] for box in boxes), sum(box[3] for box in boxes)
    placed, top = [], 0.0
    for drawing, box in zip(drawings, boxes, strict=True):
        size = f'<svg y="{top:g}" width="{box[2]:g}" height="{box[3]:g}"'
        placed.append(drawing.replace("<svg", size, 1))
        top += box[3] + 12
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height + 12:g}">'
    paper = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'{head}<style>{css()}</style>{paper}<g class="choco">{"".join(placed)}</g></svg>\n'


def _wide(figure: str) -> str:
    """The desktop drawing of a figure: the last of its SVGs."""
    return re.findall(r"<svg.*?</svg>", figure, flags=re.DOTALL)[-1]


if __name__ == "__main__":
    (HERE / "img" / "plan.svg").write_text(picture(), encoding="utf-8")
