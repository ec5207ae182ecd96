"""What the "usage" page shows: as much of it as the one who asks may know."""

from __future__ import annotations

import hashlib

from chocolib.app.context import Context
from chocolib.app.usage.asking import active_users, performance, usage
from chocolib.app.usage.marks import traces
from chocolib.app.usage.privacy import privacy_text
from chocolib.app.usage.troubles import said
from chocolib.core.views import UsageView
from chocolib.store.usage.file import USAGE_FILE, UsageFile
from chocolib.store.usage.troubles import troubles

#: Days of use that the page tells of, and of the speed of answers.
USE_DAYS, SPEED_DAYS = 30, 7
#: Who was seen within so many minutes is on now: the logs are read every five.
NOW_MINUTES = 10


def usage_view(context: Context) -> UsageView:
    """Who is on now, how the pages are used, how the house fares; nothing after `as_of`.

    Raises:
        DataError: a file of usage, or the store, cannot be read.
    """
    return UsageView(
        as_of=context.as_of,
        lang=context.lang,
        role=context.role,
        active=active_users(context, NOW_MINUTES),
        usage=usage(context, USE_DAYS),
        performance=performance(context, SPEED_DAYS),
        told=_told(context),
        privacy=privacy_text(context.lang),
        synthetic=context.store.synthetic,
        replay=context.replay,
    )


def usage_mark(context: Context) -> str:
    """Changes when anything is written to the files of usage."""
    return hashlib.sha256("\n".join(traces(context.settings.home)).encode()).hexdigest()[:12]


def _told(context: Context) -> tuple[str, ...]:
    """What is wrong, for admins, at the present: it is not kept how it was."""
    home = context.settings.home
    if context.role != "admin" or context.replay or not (home / USAGE_FILE).exists():
        return ()
    with UsageFile.usage(home) as file:
        return tuple(said(one, context.lang) for one in troubles(file))
