"""The server's own access log: a line an answer, as nginx writes it, whatever is asked."""

from __future__ import annotations

import json
import logging
import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

from chocolib.app.context import clock
from chocolib.app.settings import read_settings
from chocolib.core.time import DAY
from chocolib.doors.dash.visits import CHECK, FULL_BYTES, KEPT, Visits
from chocolib.doors.dashboards import visits
from chocolib.doors.trust import Trust
from tests.conftest import ROOT

#: The files are of the day on which the test runs.
NOW = clock()


def handler(path: str = "/today", status: int = 200, agent: str = "A phone") -> RequestHandler:
    """An answer as tornado hands it on."""
    connection: Any = SimpleNamespace(
        set_close_callback=lambda _: None, context=SimpleNamespace(remote_ip="100.64.0.7")
    )
    request = HTTPServerRequest(
        start_line=RequestStartLine("GET", path, "HTTP/1.1"),
        headers=HTTPHeaders({"User-Agent": agent, "Host": "x"}),
        connection=connection,
    )
    made = RequestHandler(Application(), request)
    made.set_status(status)
    return made


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_bytes().splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "access" / "access.json"


def kept(log: Path, now: pd.Timestamp = NOW) -> Visits:
    """A log whose file is of `now`."""
    return Visits(log, lambda: now)


def test_a_line_has_the_keys_of_nginx_in_their_order(log: Path) -> None:
    kept(log)(handler("/today?lang=en&q=secret"))
    template = (ROOT / "deploy/nginx/templates/dashboards.conf.template").read_text()
    told = template.partition("log_format access")[2].partition(";")[0]
    (line,) = lines(log)
    assert list(line) == re.findall(r'"(\w+)":', told)
    assert line["time"] == f"{NOW:%Y-%m-%dT%H:%M:%S}+00:00"
    assert (line["path"], line["address"], line["status"]) == ("/today", "100.64.0.7", 200)
    assert "secret" not in log.read_text()


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ('x","login":"ana@example.org', 'x","login":"ana@example.org'),
        ("a" * 60_000, "a" * 512),
        ("líneas", "<not ASCII>"),
        ("a\tb\x7f\x85\u2028", "<not ASCII>"),
    ],
)
def test_hostile_words_stay_one_short_line(log: Path, agent: str, said: str) -> None:
    made: Any = handler()
    made.request.headers = {"User-Agent": agent}  # also what no parser of headers would let by
    kept(log)(made)
    (line,) = lines(log)
    assert line["agent"] == said
    assert line["login"] == ""
    assert len(log.read_bytes()) < 1500


def test_scripts_health_and_our_own_checks_are_not_kept_but_what_failed_is(log: Path) -> None:
    write = kept(log)
    for made in (handler("/static/x.js"), handler("/healthz"), handler("/today", agent=CHECK)):
        write(made)
    assert not log.exists()
    for made in (handler("/static/x.js", 404), handler("/revision"), handler("/seen/today/7", 204)):
        write(made)
    assert [line["path"] for line in lines(log)] == ["/static/x.js", "/revision", "/seen/today/7"]


def test_it_is_for_its_owner_alone(log: Path) -> None:
    kept(log)(handler())
    assert log.stat().st_mode & 0o077 == 0


def test_the_log_of_another_day_is_put_aside(log: Path) -> None:
    kept(log)(handler("/today"))
    yesterday = (NOW - DAY).timestamp()
    os.utime(log, (yesterday, yesterday))
    kept(log)(handler("/week"))
    assert [line["path"] for line in lines(log)] == ["/week"]
    (aside,) = log.parent.glob("access.json-*")
    assert aside.name == f"access.json-{NOW:%Y%m%d}-{int(NOW.timestamp())}"
    assert lines(aside)[0]["path"] == "/today"


def test_a_full_log_is_put_aside_and_only_so_many_for_so_long_are_kept(log: Path) -> None:
    log.parent.mkdir()
    log.write_bytes(b"\n" * FULL_BYTES)
    os.utime(log, (NOW.timestamp(), NOW.timestamp()))
    for n in range(KEPT + 3):
        old = NOW - n * pd.Timedelta(hours=1) - pd.Timedelta(minutes=1)
        (log.parent / f"access.json-20261121-{int(old.timestamp())}").touch()
    ancient = log.parent / f"access.json-20261001-{int((NOW - 40 * DAY).timestamp())}"
    foreign = log.parent / "access.json-notes"
    for one in (ancient, foreign):
        one.touch()
    kept(log)(handler())
    assert len(lines(log)) == 1
    assert not ancient.exists()
    assert foreign.exists()
    assert len(list(log.parent.glob("access.json-2*"))) == KEPT


def test_a_log_that_was_taken_away_is_begun_anew(log: Path) -> None:
    write = kept(log)
    write(handler("/today"))
    log.rename(log.with_name("elsewhere"))
    write(handler("/week"))
    assert [line["path"] for line in lines(log)] == ["/week"]


def test_a_log_that_cannot_be_written_is_told_once_and_breaks_nothing(
    log: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log.parent.write_text("a file where the folder should be")
    write = kept(log)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            write(handler())
    assert len(caplog.records) == 1
    assert "usage stays unknown" in caplog.text


def test_it_is_written_where_no_proxy_writes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    own = read_settings().home / "access" / "access.json"
    assert visits(read_settings()) == own
    monkeypatch.setenv("CHOCOLIB_ACCESS_LOG", "/somewhere/else.json")
    assert visits(read_settings()) == own
    monkeypatch.setenv("CHOCOLIB_TRUSTED_PROXY", "127.0.0.1")
    assert visits(read_settings()) is None
    monkeypatch.setenv("CHOCOLIB_ACCESS_LOG", str(own))  # behind tailscale serve alone
    assert visits(read_settings()) == own


@pytest.mark.parametrize(("proxy", "login"), [("100.64.0.7", "ana@example.org"), ("10.0.0.1", "")])
def test_a_login_is_believed_from_the_trusted_proxy_only(log: Path, proxy: str, login: str) -> None:
    made: Any = handler()
    made.request.headers["Tailscale-User-Login"] = "ana@example.org"
    Visits(log, lambda: NOW, Trust((proxy,)))(made)
    assert lines(log)[0]["login"] == login
