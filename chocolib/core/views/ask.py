"""What the page "ask" shows before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.core.views.view import View


@dataclass(frozen=True, slots=True)
class AskView(View):
    """The place to ask.

    Attributes:
        newest_price: start of the newest published hour, UTC; `None`: there is no price.
    """

    newest_price: pd.Timestamp | None = None
