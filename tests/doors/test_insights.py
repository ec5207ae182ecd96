"""The commands of the insights, as a person runs them."""

from __future__ import annotations

import pytest

from tests.doors.command import chocolib, document


@pytest.fixture
def demo() -> None:
    chocolib("demo")


@pytest.mark.usefixtures("demo")
def test_each_command_answers_on_demonstration_data_and_says_so() -> None:
    found = document("windows", "--model", "weekly-naive", "--days", "3", "--json")
    assert found["synthetic"] is True
    assert found["load_kw"] == 12
    assert all(0 <= window["below_mean"] <= 1 for window in found["windows"])
    shown = chocolib("windows", "--model", "weekly-naive", "--scattered", "--hours", "5")
    assert "demonstration data" in shown.stderr
    assert "near cheapest" in shown.stdout
    cells = document("heatmap", "--model", "weekly-naive", "--json")
    assert 167 <= len(cells) <= 169
    assert {"time", "day", "hour", "again", "price", "known", "rank", "class"} == set(cells[0])
    assert "cents per kWh" in chocolib("heatmap", "--model", "weekly-naive").stdout


@pytest.mark.usefixtures("demo")
def test_alerts_are_told_in_both_languages_and_what_is_not_judged_is_said() -> None:
    seen = document("alerts", "--json", "--lang", "en")
    assert seen["synthetic"] is True
    assert "job_failing" in seen["not_judged"]
    spanish = chocolib("alerts", "--lang", "es")
    assert "sin juzgar: Un trabajo automático falla" in spanish.stderr
    assert "not judged: A job is failing" in chocolib("alerts", "--lang", "en").stderr


def test_without_data_each_says_what_to_run() -> None:
    for words in (["windows"], ["heatmap"]):
        assert "chocolib ingest ree" in chocolib(*words, code=1).stderr
    assert "chocolib import siar" in chocolib("climate", code=1).stderr
    assert "sin juzgar" in chocolib("alerts").stderr


def test_a_bad_question_is_refused_in_words() -> None:
    assert "25" in chocolib("windows", "--hours", "26", code=2).stderr
    assert "12" in chocolib("climate", "--month", "13", code=2).stderr
