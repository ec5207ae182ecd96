"""What the page "ask" shows before anything is asked."""

from __future__ import annotations

import pandas as pd

from chocolib.app.context import Context
from chocolib.core.views.ask import AskView


def ask_view(context: Context) -> AskView:
    """Whether there is anything to answer from."""
    newest = context.store.latest("energy_prices", as_of=context.as_of)
    return AskView(
        as_of=context.as_of,
        lang=context.lang,
        newest_price=pd.Timestamp(newest.index[-1]) if len(newest) else None,
        synthetic=context.store.synthetic,
        replay=context.replay,
    )
