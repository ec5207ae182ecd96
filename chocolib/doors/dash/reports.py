"""`/reports/<name>-<date>.html`: the pages of the reports, read only; no other file is served."""

from __future__ import annotations

from pathlib import Path

from tornado.web import HTTPError, RequestHandler

from chocolib.app.report_files import FILE
from chocolib.app.settings import read_settings
from chocolib.doors.dash.handlers import Polite

#: Where they are, for the server's list of handlers; it goes before the pages'.
ROUTE = r"/reports/([\w.-]+)"


class ReportFile(Polite, RequestHandler):  # type: ignore[misc]
    """The page of one report."""

    def get(self, name: str) -> None:
        """The file as it is; 404 for a name that no report has."""
        path = report_file(read_settings().reports, name)
        if path is None:
            raise HTTPError(404)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(path.read_bytes())

    head = get


def report_file(folder: Path, name: str) -> Path | None:
    """The page of that name in the folder itself; None where there is none."""
    if not FILE.fullmatch(name):
        return None
    path = folder / name
    inside = path.is_file() and path.resolve().parent == folder.resolve()
    return path if inside else None
