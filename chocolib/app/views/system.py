"""What the "system" page shows, as known at `as_of`."""

from __future__ import annotations

import platform
from importlib.metadata import version

from chocolib.app.context import Context
from chocolib.app.doctor import looked_at
from chocolib.app.upkeep import feeds_of, series_of, size_bytes, traces
from chocolib.app.views.jobs import jobs_or_why
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.views import Check, SystemView


def system_view(context: Context) -> SystemView:
    """Sources, gaps, the store, the last round, and what the doctor finds without asking out."""
    store = context.store
    found = looked_at(context.settings, store, context.as_of)
    jobs, wrong = jobs_or_why(context)
    return SystemView(
        as_of=context.as_of,
        lang=context.lang,
        series=tuple(series_of(context)),
        feeds=tuple(feeds_of(context)),
        traces=traces(context),
        kind=store.address.partition(":")[0],
        size_bytes=size_bytes(context),
        revision=sum(store.revision(name) for name in MEASUREMENTS),
        rows_kept=_kept(context),
        checks=tuple(Check(one.what, one.status, one.do) for one in found),
        jobs=jobs,
        jobs_wrong=wrong,
        chocolib=version("chocolib"),
        python=platform.python_version(),
        synthetic=store.synthetic,
        replay=context.replay,
    )


def _kept(context: Context) -> tuple[tuple[str, int], ...]:
    """Rows of what is not observed, of all times."""
    names = [kind.name for kind in MEASUREMENTS.values() if not kind.observed]
    counted = ((name, int(context.store.coverage(name)["rows"].sum())) for name in names)
    return tuple((name, rows) for name, rows in counted if rows)
