"""How the house fared: nothing is known of it yet."""

from __future__ import annotations

import pandas as pd

from chocolib.app.context import Context
from chocolib.core.usage import PARTS, Performance


def performance(context: Context, days: int = 7) -> Performance:
    """How the house fared in the days until `as_of`."""
    hours = pd.DatetimeIndex([], tz=context.as_of.tz)
    strip = pd.DataFrame(index=hours, columns=list(PARTS), dtype=float)
    return Performance(days, (), (), None, None, 0, 0, 0, strip, (), None)
