"""Reading pages by their addresses, and listing them."""

from __future__ import annotations

from collections.abc import Sequence

from mcp import types

from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError
from chocolib.doors.mcp.pages import TEXT, Page, good_reports, report_uri

#: So many reports are listed; older ones are read by their address.
REPORTS_LISTED = 30


def resources(pages: Sequence[Page], settings: Settings) -> list[types.Resource]:
    """What can be read without filling in a blank: pages, and the newest reports."""
    whole = [
        types.Resource(uri=page.uri, name=page.name, title=page.title, mime_type=page.mime_type)
        for page in pages
        if not page.blanks
    ]
    reports = [
        types.Resource(
            uri=report_uri(one),
            name=f"report-{one.name}-{one.day}",
            title=f"Report {one.name}, {one.day}",
            mime_type=TEXT,
        )
        for one in good_reports(settings)[:REPORTS_LISTED]
    ]
    return whole + reports


def templates(pages: Sequence[Page]) -> list[types.ResourceTemplate]:
    """The pages with blanks."""
    return [
        types.ResourceTemplate(
            uri_template=page.uri, name=page.name, title=page.title, mime_type=page.mime_type
        )
        for page in pages
        if page.blanks
    ]


def read(pages: Sequence[Page], uri: str, settings: Settings) -> types.ReadResourceResult:
    """The text of a page.

    Raises:
        SettingsError: there is no such page, or nothing of what its blanks name.
        DataError: its file cannot be read.
    """
    for page in pages:
        blanks = page.filled(uri)
        if blanks is not None:
            text = page.read(settings, *blanks)
            found = types.TextResourceContents(uri=uri, mime_type=page.mime_type, text=text)
            return types.ReadResourceResult(contents=[found])
    known = ", ".join(page.uri for page in pages)
    raise SettingsError(f"there is nothing to read at {uri[:120]!r}", hint=f"one of: {known}")
