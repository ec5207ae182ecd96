"""Whatever comes from the server, a speaker ends with a sentence and raises nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chocolib.app.context import Context
from chocolib.assistant.parts import Spoken
from tests.assistant.claude.conftest import Ask
from tests.assistant.messages_server import (
    Event,
    Says,
    ended,
    messages_server,
    started,
    text,
    tool_use,
)

WHOLE: list[Event] = [
    started(),
    *text("uno dos"),
    *tool_use("get_current_price", {}, 1),
    *ended("tool_use"),
]
JUNK: list[Any] = [None, -1, 99, "x", [], {}, {"type": "text"}, True, 1e9]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


def changed(events: list[Event], path: tuple[Any, ...], junk: Any) -> list[Event]:
    """The events with another value at a place."""
    copy: Any = json.loads(json.dumps(events))
    *way, last = path
    place = copy
    for key in way:
        place = place[key]
    place[last] = junk
    return [one for one in copy if isinstance(one, dict) and isinstance(one.get("type"), str)]


# the SDK warns of values that it passes on all the same
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@given(
    path=st.sampled_from([path for path in places(WHOLE) if path]),
    junk=st.sampled_from(JUNK),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_that_is_not_as_documented(
    ask: Ask, context: Context, path: tuple[Any, ...], junk: Any
) -> None:
    events = changed(WHOLE, path, junk)
    with messages_server(Says(events), Says([started(), *text("Ya"), *ended()])) as server:
        spoken = ask(server.url).spoken
    assert isinstance(spoken, Spoken)
    assert spoken.complete or spoken.problem


@given(st.binary(max_size=200))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_that_are_nothing_at_all(ask: Ask, context: Context, junk: bytes) -> None:
    with messages_server(Says(raw=b"event: message_start\ndata: " + junk)) as server:
        spoken = ask(server.url).spoken
    assert spoken.problem
    assert spoken.cost_eur is None
