"""The published prices, as they were known at a moment."""

from __future__ import annotations

import pandas as pd

from chocolib.app.context import Context
from chocolib.core.errors import NotEnoughData
from chocolib.core.time import Window


def prices(context: Context, window: Window | None = None) -> pd.DataFrame:
    """The prices known at the context's `as_of`; see `core.schema` for the columns.

    Raises:
        NotEnoughData: no price is known at all; says what to run.
    """
    frame = context.store.read("energy_prices", window, as_of=context.as_of)
    if frame.empty:
        require_prices(context)
    return frame


def require_prices(context: Context) -> None:
    """See that there is something to tell, without reading it.

    Raises:
        NotEnoughData: no price is known at the context's `as_of`; says what to run.
    """
    if context.store.latest("energy_prices", as_of=context.as_of).empty:
        raise NotEnoughData(
            f"no prices are known at {context.as_of:%Y-%m-%d %H:%M} UTC",
            hint="chocolib ingest ree fetches them, chocolib import pvpc FILE reads a file, "
            "chocolib demo makes demonstration data",
        )
