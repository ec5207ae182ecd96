"""Many callers, few threads: one answer each, in time or with a sentence."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from chocolib.app.context import Context
from chocolib.app.logs import application
from chocolib.core.errors import ChocolibError, NotEnoughData, TookTooLong, Unexplained
from chocolib.doors.answering import Answering, Question
from chocolib.tools.answer import Answer
from chocolib.tools.tool import Tool


class _Plant:
    """Tools that wait for `gate`, and count how often they are worked out."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.times = 0

    def tool(self) -> Tool:
        def get_slow(context: Context, hours: int = 1) -> Answer:
            """Waits until it may go on."""
            self.times += 1
            self.gate.wait(10)
            return Answer.of(context)

        return Tool(get_slow, "operations", "/slow")


def get_nothing(context: Context) -> Answer:
    """There is nothing to tell."""
    raise NotEnoughData("nothing is stored")


def get_broken(context: Context) -> Answer:
    """It has a fault."""
    raise ZeroDivisionError("a secret of the house")


@pytest.fixture
def answering() -> Iterator[Answering]:
    taking = Answering(deadline_s=10)
    yield taking
    taking.close()


def test_a_question_that_comes_while_it_is_worked_out_is_worked_out_once(
    answering: Answering,
) -> None:
    plant = _Plant()
    question = Question(plant.tool(), {"hours": 2}, as_of="2025-11-20T21:00")

    async def all_at_once() -> list[Answer]:
        asked = [asyncio.ensure_future(answering.answer(question)) for _ in range(100)]
        await asyncio.sleep(0)
        plant.gate.set()
        return await asyncio.gather(*asked)

    answers = asyncio.run(all_at_once())
    assert len(answers) == 100
    assert plant.times == 1
    asyncio.run(answering.answer(question))
    assert plant.times == 2, "an answer is not kept"


def test_questions_that_differ_are_not_the_same() -> None:
    tool = _Plant().tool()
    keys = {
        Question(tool).key,
        Question(tool, {"hours": 2}).key,
        Question(tool, {"hours": "2"}).key,
        Question(tool, as_of="2025-11-20").key,
        Question(tool, lang="en").key,
    }
    assert len(keys) == 5


def test_a_caller_does_not_wait_for_ever_and_the_next_one_gets_the_answer() -> None:
    plant, hasty = _Plant(), Answering(deadline_s=0.05)
    question = Question(plant.tool())

    async def twice() -> Answer:
        with pytest.raises(TookTooLong, match=r"slow was not there in 0\.05 s"):
            await hasty.answer(question)
        plant.gate.set()
        hasty.deadline_s = 10
        return await hasty.answer(question)

    asyncio.run(twice())
    assert plant.times == 1
    hasty.close()


def test_our_own_errors_come_as_they_are(answering: Answering) -> None:
    with pytest.raises(NotEnoughData, match="nothing is stored"):
        asyncio.run(answering.answer(Question(Tool(get_nothing, "operations", "/nothing"))))


def test_a_fault_of_ours_is_told_without_its_details_and_logged(
    answering: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    application.addHandler(caplog.handler)
    with pytest.raises(Unexplained) as told:
        asyncio.run(answering.answer(Question(Tool(get_broken, "operations", "/broken"))))
    assert "secret" not in str(told.value)
    application.removeHandler(caplog.handler)
    assert "a secret of the house" in caplog.text


def test_other_work_keeps_the_same_rules(answering: Answering) -> None:
    def lost() -> str:
        raise FileNotFoundError("/secret/place")

    assert asyncio.run(answering.read(lambda: "found", "a page")) == "found"
    with pytest.raises(ChocolibError, match="a page failed"):
        asyncio.run(answering.read(lost, "a page"))
