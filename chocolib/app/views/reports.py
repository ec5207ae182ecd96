"""The reports there are, for their index."""

from __future__ import annotations

from chocolib.app.context import Context
from chocolib.app.report_files import listed
from chocolib.core.time import local_date
from chocolib.core.views.reports import ReportRow, ReportsView

#: Where the dashboards serve the files.
SERVED = "/reports/"


def reports_view(context: Context, *, base: str = SERVED) -> ReportsView:
    """The reports of days up to the context's `as_of`.

    Args:
        base: what stands before a file's name in its link; "" beside the files.
    """
    rows = tuple(
        ReportRow(one.name, one.day, one.failed, f"{base}{one.html.name}", one.size, one.written_at)
        for one in listed(context.settings.reports, until=local_date(context.as_of))
    )
    return ReportsView(
        as_of=context.as_of,
        lang=context.lang,
        rows=rows,
        synthetic=context.store.synthetic,
        replay=context.replay,
    )
