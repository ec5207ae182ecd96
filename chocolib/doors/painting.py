"""The dashboards' pages as their server wants them: painted, compared, shown to whom may see."""

from __future__ import annotations

from functools import partial

import pandas as pd

from chocolib.app.context import Context, open_context
from chocolib.app.settings import parts
from chocolib.core.time import local, parse_moment
from chocolib.doors.dash.site import Asked, Drawn, Site
from chocolib.doors.moments import past_moment
from chocolib.doors.pages import PAGES, PageKind, offered, page_kind
from chocolib.doors.trust import Trust
from chocolib.ui.pages.frame import nav

#: What painters and kernels have read before they are asked; more than this is read when used.
PRELOAD = (
    "chocolib.doors.painting",
    "chocolib.doors.workbench",
    "chocolib.ui.live.questions",
    "chocolib.ui.live.talk",
    "chocolib.plan.planning",
    "ipykernel.kernelapp",
)


def site(context: Context, as_of: str | None) -> Site:
    """What the dashboard server is told of the pages.

    Args:
        context: of the server; its settings.
        as_of: the moment all pages stand at, as given on the command line.
    """
    settings = context.settings
    return Site(
        paint=paint,
        revision=partial(revision_of, as_of=as_of),
        roles={name: kind.role for name, kind in PAGES.items()},
        moment=partial(moment, until=context.as_of if context.replay else None),
        controls=frozenset(name for name, kind in PAGES.items() if kind.controls),
        at=written(context.as_of) if context.replay else None,
        preload=PRELOAD + tuple(_modules()),
        trust=Trust.of(settings),
        hosts=frozenset(parts(settings.dash_hosts)),
        kernels=(settings.warm_kernels, settings.most_kernels, settings.kernel_idle_s),
    )


def paint(asked: Asked) -> Drawn:
    """A page from the store; the revision is read before the data.

    Raises:
        SettingsError, DataError: a setting or the store cannot be used.
    """
    context = open_context(as_of=asked.at, lang=asked.lang, role=asked.role)
    try:
        kind = page_kind(asked.name)
        revision = _revision(context, kind)
        pages = [(one.name, one.title(asked.lang)) for one in offered(asked.role)]
        bar = nav(pages, asked.name, asked.lang, asked.at)
        return Drawn(kind.html(context, asked.role), kind.title(asked.lang), bar, revision)
    finally:
        context.store.close()


def revision_of(name: str, as_of: str | None = None) -> str:
    """The revision of a page in the store that is read now (the demonstration may have ended).

    Raises:
        SettingsError, DataError: a setting or the store cannot be used.
    """
    context = open_context(as_of=as_of)
    try:
        return _revision(context, page_kind(name))
    finally:
        context.store.close()


def moment(text: str, *, until: pd.Timestamp | None = None) -> str:
    """A moment that a reader wrote, in one way of writing.

    Args:
        until: the latest moment there is, UTC; default now.

    Raises:
        SettingsError: it is none, it has not been yet, or it is before any data.
    """
    return written(past_moment(text, until=until))


def written(moment: pd.Timestamp) -> str:
    """A moment as it stands in an address: Madrid time where that says which, else UTC."""
    here = f"{local(moment):%Y-%m-%dT%H:%M}"
    exact = moment.floor("min")
    return here if parse_moment(here) == exact else f"{exact:%Y-%m-%dT%H:%M}Z"


def _revision(context: Context, kind: PageKind) -> str:
    return f"{int(context.store.synthetic)}-{kind.revision(context)}"


def _modules() -> list[str]:
    return sorted({name.partition(":")[0] for k in PAGES.values() for name in (k.view, k.draw)})
