"""What the "models" page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.core.views.view import View


@dataclass(frozen=True, slots=True)
class ModelsView(View):
    """Everything on the "models" page.

    Attributes:
        model: the model the pages forecast with.
        accuracy: the document of `app.accuracy`, or `None` when nothing issued can be judged.
        alert: the model loses to the weekly naive.
        newest: when the newest forecast was made, UTC; `None` when none is kept.
        versions: trained versions made by `as_of`, newest first, as `chocolib models list`.
        decisions: those taken standing at or before `as_of`, newest first.
        since: since when the version in use is in use, UTC; `None` when there is none.
    """

    model: str
    accuracy: dict[str, Any] | None = None
    alert: bool = False
    newest: pd.Timestamp | None = None
    versions: tuple[dict[str, Any], ...] = ()
    decisions: tuple[dict[str, Any], ...] = ()
    since: pd.Timestamp | None = None

    @property
    def in_use(self) -> dict[str, Any] | None:
        """The version of the model that is in use, or `None`."""
        mine = (row for row in self.versions if row["model"] == self.model)
        return next((row for row in mine if row["in_use"]), None)
