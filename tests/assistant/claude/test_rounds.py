"""Tools that the model asks: run for the asker's role, three rounds at most, read-only."""

from __future__ import annotations

from tests.assistant.claude.conftest import Ask
from tests.assistant.messages_server import (
    Says,
    asks,
    ended,
    messages_server,
    replies,
    started,
    text,
    thinking,
    tool_use,
)


def test_a_tool_is_asked_and_its_answer_goes_back(ask: Ask) -> None:
    with messages_server(asks("get_current_price", {}), replies("Cuesta poco")) as server:
        told = ask(server.url)
    (price,) = told.consulted
    assert price.answer is not None
    assert told.text == "Cuesta poco "
    assert told.spoken.complete
    _, second = server.bodies
    said, results = second["messages"][-2:]
    assert said["role"] == "assistant"
    assert said["content"][0]["name"] == "get_current_price"
    (result,) = results["content"]
    assert (result["tool_use_id"], result["is_error"]) == ("toolu_1", False)
    assert "EUR/kWh" in result["content"]


def test_what_was_thought_goes_back_with_the_call(ask: Ask) -> None:
    call = tool_use("get_current_price", {}, index=1)
    thought = Says([started(), *thinking(), *call, *ended("tool_use")])
    with messages_server(thought, replies()) as server:
        assert ask(server.url).text == "Hola mundo "
    blocks = server.bodies[1]["messages"][-2]["content"]
    assert [block["type"] for block in blocks] == ["thinking", "tool_use"]
    assert blocks[0]["signature"] == "c2lnbg=="


def test_thinking_is_not_shown(ask: Ask) -> None:
    with messages_server(Says([started(), *thinking(), *text("Sí", 1), *ended()])) as server:
        assert ask(server.url).pieces == ("Sí ",)


def test_text_before_and_after_a_tool_are_paragraphs(ask: Ask) -> None:
    before = asks("get_current_price", {}, before="Miro.")
    with messages_server(before, replies("Ya está")) as server:
        assert ask(server.url).text == "Miro. \n\nYa está "


def test_after_three_rounds_it_has_to_answer(ask: Ask) -> None:
    with messages_server(*[asks("get_current_price", {})] * 3, replies("Fin")) as server:
        told = ask(server.url)
    assert told.text == "Fin "
    assert len(told.consulted) == 3
    assert [body.get("tool_choice") for body in server.bodies] == [
        None,
        None,
        None,
        {"type": "none"},
    ]
    assert all(body["tools"] == server.bodies[0]["tools"] for body in server.bodies)


def test_a_model_that_never_answers_is_told_of(ask: Ask) -> None:
    with messages_server(asks("get_current_price", {})) as server:
        told = ask(server.url)
    assert len(server.got) == 4
    assert not told.spoken.complete
    assert told.spoken.problem


def test_an_unknown_tool_and_wrong_arguments_come_back_as_errors(ask: Ask) -> None:
    calls = [
        *tool_use("get_password", {}, 0, "a"),
        *tool_use("get_optimal_windows", {"hours": 10_000}, 1, "b"),
    ]
    both = Says([started(), *calls, *ended("tool_use")])
    with messages_server(both, replies("No lo sé")) as server:
        told = ask(server.url)
    unknown, wrong = server.bodies[1]["messages"][-1]["content"]
    assert unknown["is_error"]
    assert wrong["is_error"]
    assert "get_current_price" in unknown["content"]
    assert "24" in wrong["content"]
    (asked,) = told.consulted
    assert asked.answer is None
    assert told.spoken.complete


def test_a_flood_of_calls_is_cut(ask: Ask) -> None:
    calls = [event for n in range(20) for event in tool_use("get_current_price", {}, n, f"t{n}")]
    with messages_server(Says([started(), *calls, *ended("tool_use")]), replies()) as server:
        told = ask(server.url)
    assert len(told.consulted) == 6
    results = server.bodies[1]["messages"][-1]["content"]
    assert [one["is_error"] for one in results] == [False] * 6 + [True] * 14


def test_tokens_of_all_rounds_are_added_and_priced_by_request(ask: Ask) -> None:
    with messages_server(asks("get_current_price", {}, written=30), replies(written=40)) as server:
        spoken = ask(server.url).spoken
    assert spoken.tokens is not None
    assert (spoken.tokens.read, spoken.tokens.written) == (2400, 70)
    assert spoken.cost_eur == 0.000275
    assert spoken.model == "claude-haiku-5-5"
