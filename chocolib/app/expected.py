"""The prices expected at `as_of`: of the kept forecast while it is fresh, else of one made now."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import forecast
from chocolib.app.outlook import live_forecast, old_forecast
from chocolib.app.versions import usable
from chocolib.core.errors import NotEnoughData
from chocolib.core.results import Forecast
from chocolib.core.time import known_until, origin_of
from chocolib.models.registry import DEFAULT_MODEL

#: Forecasts made here are kept by this process, so many of them.
_MOST = 8
_Key = tuple[object, ...]
_made: OrderedDict[_Key, Forecast] = OrderedDict()
_lock = Lock()


def expected_prices(context: Context) -> Forecast:
    """What the pages show while that is fresh; nothing is written.

    Returns:
        The newest kept forecast with the prices published since. Where there is none, or it
        is old (`core.schema`), one of a week made now, which takes seconds the first time; the
        old one where none can be made.

    Raises:
        NotEnoughData: none is kept and none can be made.
    """
    live = live_forecast(context)
    if live is not None and not old_forecast(context, live):
        return live
    try:
        return _newest(context)
    except NotEnoughData:
        if live is None:
            raise
        return live


def _newest(context: Context) -> Forecast:
    """A forecast made now, or by this process a moment ago."""
    key = _key(context)
    with _lock:
        if key not in _made:
            _made[key] = forecast(context)
            if len(_made) > _MOST:
                _made.popitem(last=False)
        return _made[key]


def made_anew(context: Context, made: Forecast) -> bool:
    """Whether a forecast of `expected_prices` is newer than the one the pages show."""
    live = live_forecast(context)
    return live is not None and live.as_of < made.as_of


def _key(context: Context) -> _Key:
    """All that a forecast rests on; time that only goes on changes it by the hour."""
    store = context.store
    moment: tuple[pd.Timestamp, ...] = (origin_of(context.as_of), known_until(context.as_of))
    _, _, version, _ = usable(context, DEFAULT_MODEL)
    return (
        store.address,
        store.synthetic,
        store.revision("energy_prices"),
        version,
        (context.as_of,) if context.replay else moment,
    )
