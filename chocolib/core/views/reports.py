"""The index of the reports, as facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from chocolib.core.views.view import View


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report that was made, or an attempt that failed.

    Attributes:
        name: of its notebook.
        day: the Madrid date it stands at.
        address: where its page is, as a link.
        size: bytes.
        written_at: UTC.
    """

    name: str
    day: date
    failed: bool
    address: str
    size: int
    written_at: pd.Timestamp


@dataclass(frozen=True, slots=True)
class ReportsView(View):
    """The reports of days up to the page's, newest first."""

    rows: tuple[ReportRow, ...] = field(default=())
