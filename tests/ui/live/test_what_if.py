"""The what-if controls without a browser: what a reader may send, and what is answered when."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from chocolib.core.errors import SettingsError
from chocolib.ui.live import what_if
from chocolib.ui.live.reasons import Reasons
from chocolib.ui.live.what_if import Asked, Dial, WhatIf
from tests.ui.live.opened import listening

DIALS = (Dial("demand", "Demanda", 100, 50, 150, 10, " %"), Dial("days", "Días", 2, 1, 7))
WORDS = {
    "lang": "es",
    "less": "Menos",
    "more": "Más",
    "back": "Volver",
    "busy": "Un momento",
    "wrong": "Ese valor no se puede usar.",
    "failed": "No se ha podido.",
}


def echo(asked: Asked) -> str:
    return f"<p>{dict(asked)}</p>"


def controls(answer: what_if.Draw = echo) -> WhatIf:
    return WhatIf(DIALS, WORDS, echo, answer)


def send(widget: WhatIf, **state: object) -> None:
    """What a browser's message does."""
    widget.set_state(dict(state))


def test_a_question_is_answered_with_the_dials_left_out_as_they_are() -> None:
    widget = controls()
    send(widget, asked={"demand": 120})
    assert widget.answer == widget.first == "<p>{'demand': 120, 'days': 2}</p>"
    assert widget.error == ""
    assert not widget.busy


@pytest.mark.parametrize(
    "asked",
    [
        {"demand": 160},
        {"demand": 49},
        {"demand": "120"},
        {"demand": 110.5},
        {"demand": True},
        {"demand": None},
        {"price": 100},
        {"demand": {"__proto__": 1}},
    ],
)
def test_values_that_are_none_are_refused_in_words_and_ask_nothing(asked: object) -> None:
    seen: list[Asked] = []

    def answer(given: Asked) -> str:
        seen.append(given)
        return "answered"

    widget = controls(answer)
    send(widget, asked=asked)
    assert widget.error == WORDS["wrong"]
    assert widget.answer == widget.first == ""
    assert seen == []


def test_a_widget_is_whole_when_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    told = listening(monkeypatch)
    controls()
    Reasons(("1120-S1",), WORDS, str)
    assert [dial["name"] for dial in told[0]["dials"]] == ["demand", "days"]
    assert told[0]["words"] == told[1]["words"] == WORDS
    assert told[1]["batches"] == ["1120-S1"]


def test_a_browser_cannot_set_what_python_says() -> None:
    widget = controls()
    widget.set_state({"answer": "<script>", "busy": True, "words": {}, "dials": [], "layout": "x"})
    assert (widget.answer, widget.busy) == ("", False)
    assert widget.words == WORDS
    assert [dial["name"] for dial in widget.dials] == ["demand", "days"]


def test_an_error_is_its_sentence_and_a_later_question_is_answered() -> None:
    def answer(asked: Asked) -> str:
        if asked["days"] == 7:
            raise SettingsError("Siete son muchos.", hint="menos")
        return "planned"

    widget = controls(answer)
    send(widget, asked={"days": 7})
    assert (widget.answer, widget.error) == ("", "Siete son muchos.")
    send(widget, asked={"days": 3})
    assert (widget.answer, widget.error) == ("planned", "")


def test_of_the_questions_that_come_while_one_is_answered_only_the_newest_is() -> None:
    answered: list[int] = []
    go_on = threading.Event()

    def slow(asked: Asked) -> str:
        answered.append(asked["demand"])
        assert go_on.wait(10)
        return f"demand {asked['demand']}"

    async def ask() -> list[object]:
        widget = controls(slow)
        send(widget, asked={"demand": 110})
        while not answered:
            await asyncio.sleep(0)
        during = [widget.busy, widget.first]
        for demand in (120, 130, 140):
            send(widget, asked={"demand": demand})
        go_on.set()
        while widget.busy:
            await asyncio.sleep(0)
        return [*during, widget.answer]

    busy, first, answer = asyncio.run(ask())
    assert busy is True
    assert first == "<p>{'demand': 110, 'days': 2}</p>"
    assert answered == [110, 140]
    assert answer == "demand 140"


def test_a_row_of_taps_is_answered_at_once_and_planned_once() -> None:
    planned: list[int] = []

    def plan(asked: Asked) -> str:
        planned.append(asked["demand"])
        return "planned"

    async def ask() -> list[str]:
        widget, first = controls(plan), []
        for demand in (110, 120, 130):
            send(widget, asked={"demand": demand})
            first.append(widget.first)
            await asyncio.sleep(0)
        while not widget.answer:
            await asyncio.sleep(0)
        return first

    assert asyncio.run(ask()) == [f"<p>{{'demand': {n}, 'days': 2}}</p>" for n in (110, 120, 130)]
    assert planned == [130]


def test_an_answer_that_breaks_is_said_and_the_next_one_comes() -> None:
    def broken(asked: Asked) -> str:
        if asked["days"] == 5:
            raise ZeroDivisionError
        return "planned"

    async def ask() -> list[str]:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        widget = controls(broken)
        said = []
        for days in (5, 6):
            send(widget, asked={"days": days})
            while widget.busy or not (widget.answer or widget.error):
                await asyncio.sleep(0)
            said.append(widget.error or widget.answer)
            widget.say("")
        return said

    assert asyncio.run(ask()) == [WORDS["failed"], "planned"]


@pytest.mark.parametrize("name", ["what_if.js", "reasons.js"])
def test_the_script_is_a_module_without_foreign_code(name: str) -> None:
    script = Path(what_if.__file__).with_name(name).read_text(encoding="utf-8")
    assert "export default { render }" in script
    for word in ("import ", "eval(", "http", "fetch(", ".style", "document.write"):
        assert word not in script
