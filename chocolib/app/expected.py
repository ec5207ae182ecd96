"""The prices expected at `as_of`: of the kept forecast while it is fresh, else of one made now."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import forecast
from chocolib.app.kept_answers import Span
from chocolib.app.outlook import live_forecast, old_forecast
from chocolib.app.remembered import Remembered
from chocolib.app.versions import usable
from chocolib.core.errors import NotEnoughData
from chocolib.core.remarks import Remark
from chocolib.core.results import Forecast
from chocolib.core.time import HOUR, known_until, origin_of
from chocolib.models.registry import DEFAULT_MODEL

_REMEMBERED: Remembered[Forecast] = Remembered(8)


def expected_prices(context: Context) -> Forecast:
    """What the pages show while that is fresh; nothing is written.

    Returns:
        The newest kept forecast with the prices published since. Where there is none, or it
        is old (`core.schema`), one of a week made now, which takes seconds the first time and
        says so where the pages still show another; the old one where none can be made.

    Raises:
        NotEnoughData: none is kept and none can be made.
    """
    live = live_forecast(context)
    if live is not None and not old_forecast(context, live):
        return live
    try:
        made = _newest(context)
    except NotEnoughData:
        if live is None:
            raise
        return live
    anew = Remark("tool.forecast.anew")
    return made if live is None else replace(made, remarks=(anew, *made.remarks))


def _newest(context: Context) -> Forecast:
    """A forecast made now, or by this process a moment ago."""
    store = context.store
    _, _, version, _ = usable(context, DEFAULT_MODEL)
    hours = (origin_of(context.as_of), known_until(context.as_of))
    key = (store.address, store.synthetic, store.revision("energy_prices"), version, hours)
    return _REMEMBERED.at(key, context.as_of, lambda: (forecast(context), _span(context)))


def _span(context: Context) -> Span:
    """A replay is of its moment alone; time that goes on makes a forecast old by the hour."""
    moment = context.as_of
    return (moment, moment + (pd.Timedelta("1s") if context.replay else HOUR))
