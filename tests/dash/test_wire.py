"""What may pass to a kernel, and what may not, without a server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.doors.dash.wire import AT_ONCE, LONGEST, Rate, Refused, admitted, forwarded

OPEN = {"c1"}


def words(kind: str = "comm_msg", comm: str = "c1", **data: Any) -> str:
    content = {"comm_id": comm, "data": data}
    return json.dumps({"header": {"msg_type": kind}, "content": content})


def test_an_update_and_a_custom_message_pass_and_are_made_anew() -> None:
    text = words(method="update", state={"told": 3}, buffer_paths=[["x"]], extra=1)
    assert admitted(text, OPEN) == (
        "c1",
        {"method": "update", "state": {"told": 3}, "buffer_paths": []},
    )
    text = words(method="custom", content=[1, "a"], code="1")
    assert admitted(text, OPEN) == ("c1", {"method": "custom", "content": [1, "a"]})


KINDS = [
    "execute_request",
    "input_reply",
    "history_request",
    "complete_request",
    "inspect_request",
    "shutdown_request",
    "interrupt_request",
    "kernel_info_request",
    "debug_request",
    "comm_open",
    "comm_close",
    "comm_info_request",
    "",
    "nobody_knows",
]


@pytest.mark.parametrize("kind", KINDS)
def test_no_other_kind_of_message_passes(kind: str) -> None:
    with pytest.raises(Refused, match="kind"):
        admitted(words(kind, method="update", state={}), OPEN)


@pytest.mark.parametrize(
    "text",
    [
        b"\x00\x01",
        "",
        "[]",
        "null",
        "{",
        "[" * 9000,
        '{"header": 1}',
        words(comm="another", method="update", state={}),
        words(method="request_state"),
        words(method="update", state=[1]),
        words(method="update"),
        words(method="update", state={"told": float("nan")}),
        words(method="update", state={"x": "y" * LONGEST}),
        '{"header": {"msg_type": "comm_msg"}, "content": {"comm_id": ["c1"], "data": {}}}',
    ],
)
def test_what_is_not_a_widget_s_words_is_refused(text: str | bytes) -> None:
    with pytest.raises(Refused):
        admitted(text, OPEN)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON | st.fixed_dictionaries({"header": JSON, "content": JSON}))
def test_whatever_comes_is_refused_in_words_and_never_passes(value: object) -> None:
    with pytest.raises(Refused):
        admitted(json.dumps(value), OPEN)


def test_a_browser_is_told_no_code_no_output_and_no_error() -> None:
    state = {"_esm": "alert(1)", "_css": "x", "told": 1}
    opened = {
        "header": {"msg_type": "comm_open"},
        "content": {"comm_id": "c1", "data": {"state": state}},
    }
    told = forwarded(opened)
    assert told is not None
    assert told["content"] == {"comm_id": "c1", "data": {"state": {"told": 1}}}
    for kind in ("stream", "error", "display_data", "execute_result", "execute_input"):
        assert forwarded({"header": {"msg_type": kind}, "content": {"text": "secret"}}) is None
    echo = {"comm_id": "c1", "data": {"method": "echo_update"}}
    assert forwarded({"header": {"msg_type": "comm_msg"}, "content": echo}) is None


def test_a_flood_is_refused_and_a_slow_reader_is_not() -> None:
    now = [0.0]
    rate = Rate(lambda: now[0])
    for _ in range(int(AT_ONCE)):
        rate.count()
    with pytest.raises(Refused, match="too many"):
        rate.count()
    for _ in range(200):
        now[0] += 0.1
        rate.count()
