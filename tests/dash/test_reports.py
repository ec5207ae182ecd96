"""The files of the reports are served, and nothing else of their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from chocolib.app.report_files import put
from chocolib.doors.dash.reports import report_file
from tests.dash.dash_process import Server


@pytest.mark.parametrize("name", ["daily-2025-11-20.html", "my_own-2025-11-20.failed.html"])
def test_the_page_of_a_report_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    assert report_file(tmp_path, name) == tmp_path / name


@pytest.mark.parametrize(
    "name",
    [
        "daily-2025-11-20.ipynb",
        "../chocolib.sqlite",
        "..",
        "index.html",
        ".daily-2025-11-20.html",
        "daily-2025-11-20.html\n",
        "a/daily-2025-11-20.html",
    ],
)
def test_another_file_is_not(tmp_path: Path, name: str) -> None:
    for there in ("daily-2025-11-20.ipynb", "index.html", ".daily-2025-11-20.html"):
        (tmp_path / there).write_text("x")
    assert report_file(tmp_path, name) is None


def test_a_link_out_of_the_folder_leads_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (tmp_path / "secret").write_text("x")
    (folder / "daily-2025-11-20.html").symlink_to(tmp_path / "secret")
    assert report_file(folder, "daily-2025-11-20.html") is None


def test_the_server_shows_a_report_and_no_other_file_of_its_folder(server: Server) -> None:
    reports = server.folder.parent / "server-home" / "reports"
    put(reports / "daily-2025-11-20.html", b"<p>the report</p>")
    put(reports / "daily-2025-11-20.ipynb", b"{}")
    answer = server.get("/reports/daily-2025-11-20.html")
    assert (answer.status, answer.text) == (200, "<p>the report</p>")
    for other in ("daily-2025-11-20.ipynb", "daily-2025-11-21.html", "..%2Freports"):
        assert server.get(f"/reports/{other}").status == 404
