"""How far a measurement reaches at the site, whichever of its series reaches farthest."""

from __future__ import annotations

import pandas as pd

from chocolib.core.measurement import Measurement
from chocolib.core.ports import Store


def newest_step(
    store: Store, kind: Measurement, *, as_of: pd.Timestamp | None = None
) -> pd.Timestamp | None:
    """Start of the newest step known at `as_of` (UTC), of the site's pool or of any series.

    Returns:
        UTC; None where nothing is known.
    """
    tag = kind.key[1]
    pool = kind.pool or store.coverage(kind.name)[tag].astype(str).unique().tolist()
    ends = [store.latest(kind.name, tags={tag: series}, as_of=as_of) for series in pool]
    return max((pd.Timestamp(rows.index[-1]) for rows in ends if len(rows)), default=None)
