"""What a path of the dashboards is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.traffic import Asked
from chocolib.core.usage import PAGE_NAMES
from chocolib.doors.pages import PAGES
from chocolib.usage.devices import device
from chocolib.usage.paths import asked
from tests.usage_traffic import AGENTS

NAMES = frozenset(PAGE_NAMES)


def test_every_page_there_is_has_its_name() -> None:
    assert set(PAGES) <= NAMES


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/today", Asked("page", "today", path="/today")),
        ("/", Asked("page", "home", path="/")),
        ("/revision", Asked("refresh", path="/revision")),
        ("/seen/week/a_b.c.a_b", Asked("card", "week", ("a_b", "c"), path="/seen/*")),
        ("/seen/week/90", Asked("stay", "week", seconds=90, path="/seen/*")),
        (
            "/reports/daily-2026-11-21.failed.html",
            Asked("report", "reports", ("daily",), path="/reports/*"),
        ),
        ("/static/frame.0123456789ab.js", Asked("asset", path="/static/*")),
        ("/live/plan", Asked("live")),
    ],
)
def test_the_paths_of_the_dashboards_are_known(path: str, found: Asked) -> None:
    assert asked(path, NAMES) == found


@pytest.mark.parametrize(
    "path",
    [
        "today", "/today/", "/Today", "//today", "/nowhere", "/seen", "/seen/today", "/seen/today/",
        "/seen/nowhere/a", "/seen/today/A", "/seen/today/a..b", "/seen/today/0",
        "/seen/today/99999", "/seen/today/-5", "/seen/today/\u0663",
        "/seen/today/" + "a." * 20 + "b",
        "/seen/today/" + "a" * 41, "/reports/x.html", "/static", "/live", "", "/seen/today/a/b",
    ],
)  # fmt: skip
def test_what_is_not_quite_a_path_of_ours_is_something_else(path: str) -> None:
    assert asked(path, NAMES) == Asked("other")


@given(st.text(max_size=60) | st.from_regex(r"/(seen|reports|static|live)/[a-z0-9./_-]{0,40}"))
def test_whatever_is_asked_the_names_kept_are_few(path: str) -> None:
    found = asked(path, NAMES)
    kept = {f"/{name}" for name in NAMES} | {"/", "/revision", "/static/*", "/reports/*", "/seen/*"}
    assert found.path in kept | {"(other)"}
    assert found.page in NAMES | {""}


def test_other_paths_are_kept_by_name_where_they_are_known() -> None:
    assert asked("/analytics/x", NAMES, paths={"/analytics/x"}).path == "/analytics/x"


@pytest.mark.parametrize(("kind", "agent"), AGENTS.items())
def test_a_device_is_told_by_its_agent(kind: str, agent: str) -> None:
    assert device(agent) == kind


@pytest.mark.parametrize(
    "agent", ["", "-", "curl/8.5.0", "Googlebot/2.1", "python-httpx/0.28", "kube-probe/1.31"]
)
def test_a_program_is_no_reader(agent: str) -> None:
    assert device(agent) == ""
