"""`Sheet`: one time axis with a row per machine, and where things stand on it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang
from chocolib.core.plan_parts import Halt
from chocolib.core.time import Window
from chocolib.ui.charts.axes import Canvas
from chocolib.ui.svg import Scale, width_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """One time axis with a row per machine: the whole plan, or one day of it."""

    canvas: Canvas
    span: Window
    rows: list[tuple[str, str]]
    colours: dict[str, str]
    prices: pd.Series
    lang: Lang
    halts: tuple[Halt, ...] = ()

    @property
    def left(self) -> float:
        """Where the rows begin, right of the machines' names."""
        names = [name for _, name in self.rows]
        widest = max((width_of(name, self.font) for name in names), default=0.0)
        return min(widest + 6, self.canvas.width * 0.3)

    @property
    def font(self) -> float:
        """Text size of names and batches."""
        return self.canvas.font * 0.96

    @property
    def row(self) -> float:
        """Height of a row."""
        return 20.0 if self.canvas.narrow else 27.0

    @property
    def strip(self) -> tuple[float, float]:
        """Top and bottom of the price strip; flat when there are no prices."""
        top = self.canvas.font * 3.0
        tall = 30.0 if self.canvas.narrow else 52.0
        return top, top + (tall if self.prices.notna().any() else 0.0)

    @property
    def first_row(self) -> float:
        """Top of the first row."""
        return self.strip[1] + 6

    @property
    def bottom(self) -> float:
        """Bottom of the last row."""
        return self.first_row + self.row * len(self.rows)

    def x(self, moment: pd.Timestamp) -> float:
        """Where a moment is drawn."""
        hours = (self.span.end - self.span.start) / time.HOUR
        scale = Scale((0.0, hours), (self.left, self.canvas.width - 1))
        return scale((moment - self.span.start) / time.HOUR)
