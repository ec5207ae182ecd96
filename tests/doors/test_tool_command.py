"""`chocolib tool`: a command for each answer."""

from __future__ import annotations

import json

import pytest

from chocolib.tools.catalogue import TOOLS
from tests.doors.command import chocolib, document


def test_the_list_has_every_tool_with_its_schemas() -> None:
    found = document("tool", "list", "--json")
    assert [one["tool"] for one in found] == list(TOOLS)
    windows = next(one for one in found if one["tool"] == "optimal_windows")
    assert windows["name"] == "get_optimal_windows"
    assert windows["arguments"]["properties"]["hours"]["maximum"] == 24
    assert "windows" in windows["answer"]["properties"]
    text = chocolib("tool", "list").stdout
    assert all(name in text for name in TOOLS)


def test_help_names_the_arguments_with_their_bounds() -> None:
    text = chocolib("tool", "optimal_windows", "--help").stdout
    assert "--hours" in text
    assert "1<=x<=24" in text
    assert "Example: chocolib tool optimal_windows --hours 3 --json" in " ".join(text.split())
    assert "day|hour" in chocolib("tool", "weekly_forecast", "--help").stdout


def test_an_answer_is_one_json_document_or_text_in_either_language() -> None:
    chocolib("demo")
    asked = ("tool", "optimal-windows", "--hours", "4", "--days", "1")
    made = document(*asked, "--json")
    assert made["hours"] == 4
    assert made["synthetic"] is True
    assert [one["spans"] for one in made["windows"]]
    spanish = chocolib(*asked, "--lang", "es")
    assert "mean_eur_kwh" in spanish.stdout
    assert "Datos de demostración" in spanish.stderr
    price = chocolib("tool", "current_price", "--lang", "en").stdout
    assert "EUR/kWh" in price


def test_an_unknown_tool_names_the_nearest() -> None:
    assert "optimal_windows" in chocolib("tool", "optimal_window", code=1).stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("optimal_windows", "--hours", "10000"), 2, "24"),
        (("optimal_windows", "--hours", "three"), 2, "--hours"),
        (("weekly_forecast", "--by", "minute"), 2, "minute"),
        (("price_statistics", "--since", "1890-01-01"), 1, "2000-01-01"),
        (("price_statistics", "--since", "soon"), 1, "since"),
        (("current_price",), 1, "chocolib ingest"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(
    words: tuple[str, ...], code: int, said: str
) -> None:
    assert said in chocolib("tool", *words, code=code).stderr


def test_a_replay_is_asked_like_everything_else() -> None:
    chocolib("demo")
    now = document("tool", "current_price", "--json")
    moment = now["price"]["time"][:16]
    then = document("tool", "current_price", "--as-of", moment, "--json")
    assert json.dumps(then["price"]) == json.dumps(now["price"])
