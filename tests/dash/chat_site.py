"""The real dashboards whose chat answers by a script; kernels and painters read this module."""

from __future__ import annotations

import sys
from dataclasses import replace

from chocolib.app.context import open_context
from chocolib.app.notebooks import folder
from chocolib.doors.cli.lean import ADDRESSES, without
from chocolib.doors.painting import revision_of, site
from chocolib.ui.live import talk
from tests.chat_scripts import answering

talk.answering = answering  # type: ignore[assignment]


def ready() -> None:
    """Say that the server answers."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main(as_of: str, port: int) -> None:
    """Serve until stopped, without what `chocolib dash` goes without."""
    without(ADDRESSES)
    from chocolib.doors.dash.server import serve

    context = open_context(as_of=as_of)
    ours = site(context, as_of)
    serve(
        notebooks=folder("dashboards"),
        port=port,
        lang=context.lang,
        revision=lambda: revision_of("today", as_of),
        site=replace(ours, preload=(*ours.preload, "tests.dash.chat_site")),
        ready=ready,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
