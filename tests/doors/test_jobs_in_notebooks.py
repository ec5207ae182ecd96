"""The jobs in a notebook: the table shows itself, and a run is followed and kept on record."""

from __future__ import annotations

import pytest

import chocolib
from chocolib.core.errors import SettingsError
from chocolib.doors.jobs import Jobs


def test_before_the_first_run_the_table_says_how_to_begin() -> None:
    html = chocolib.open(lang="es").jobs._repr_html_()
    assert "Ninguna tarea se ha ejecutado todavía" in html
    assert "chocolib jobs start" in html


def test_a_run_by_hand_is_followed_and_stands_in_the_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wb = chocolib.open(lang="en")
    done = wb.jobs.run("alerts")
    assert done.outcome == "done", done.log_tail
    assert capsys.readouterr().out
    jobs = chocolib.open(lang="en").jobs
    line = next(one for one in jobs.lines if one.name == "alerts")
    assert (line.outcome, line.began, line.paused) == ("done", done.started, False)
    assert jobs.frame.set_index("name").loc["alerts", "outcome"] == "done"
    html = jobs._repr_html_()
    assert "done, " in html
    assert "when there is news" not in html.split("alerts", 1)[1].split("</li>")[0]


def test_a_job_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(SettingsError, match="nothing"):
        chocolib.open().jobs.run("nothing")


def test_what_does_not_run_cannot_be_stopped() -> None:
    with pytest.raises(SettingsError, match="alerts is not running"):
        chocolib.open().jobs.stop("alerts")


def test_a_replay_has_no_jobs() -> None:
    assert isinstance(jobs := chocolib.open(as_of="2025-11-20T21:00").jobs, Jobs)
    assert jobs.lines == ()
