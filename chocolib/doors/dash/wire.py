"""What may pass between a reader's browser and a kernel: words of widgets, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

#: A message of a browser is at most so long, in characters.
LONGEST = 16_384
#: So many messages a second for a while, and so many at once.
A_SECOND, AT_ONCE = 20.0, 60.0
#: Of what a widget tells of itself, these stay here: a browser takes no code from a socket.
KEPT_BACK = frozenset({"_esm", "_css"})

Message = dict[str, Any]


class Refused(ValueError):
    """A message that a browser may not send; its text is for the log."""


def admitted(text: str | bytes, comms: Collection[str]) -> tuple[str, Message]:
    """A comm's id and the data for it, made anew from what a browser sent.

    Args:
        text: the message as it came.
        comms: the comms that the kernel has opened.

    Raises:
        Refused: anything but `update` or `custom` for one of these comms.
    """
    if isinstance(text, bytes):
        raise Refused("binary")
    if len(text) > LONGEST:
        raise Refused("too long")
    message = _object(_parsed(text))
    kind = _object(message.get("header")).get("msg_type")
    if kind != "comm_msg":
        raise Refused(f"a message of kind {str(kind)[:40]!r}")
    content = _object(message.get("content"))
    comm_id = content.get("comm_id")
    if not isinstance(comm_id, str) or comm_id not in comms:
        raise Refused("a comm that the kernel has not opened")
    return comm_id, _data(_object(content.get("data")))


def _data(data: Message) -> Message:
    match data.get("method"):
        case "update":
            state = _object(data.get("state"))
            return {"method": "update", "state": state, "buffer_paths": []}
        case "custom":
            return {"method": "custom", "content": data.get("content")}
    raise Refused("a comm message that is neither update nor custom")


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused("broken JSON") from None
    return parsed


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _object(value: object) -> Message:
    if isinstance(value, dict):
        return value
    raise Refused("not an object where one belongs")


def forwarded(message: Mapping[str, Any]) -> Message | None:
    """What a browser gets of a kernel's message; `None`: nothing.

    Widgets' words and whether the kernel is busy; no output, no error, no echo.
    """
    kind, content = message["header"]["msg_type"], message["content"]
    match kind:
        case "status":
            return wrapped("status", {"execution_state": content["execution_state"]})
        case "comm_open":
            state = content["data"].get("state", {})
            shown = {key: value for key, value in state.items() if key not in KEPT_BACK}
            return wrapped(kind, {"comm_id": content["comm_id"], "data": {"state": shown}})
        case "comm_msg" if content["data"].get("method") != "echo_update":
            return wrapped(kind, {"comm_id": content["comm_id"], "data": content["data"]})
        case "comm_close":
            return wrapped(kind, {"comm_id": content["comm_id"]})
    return None


def wrapped(kind: str, content: Message) -> Message:
    """A message as both sides write it."""
    return {"header": {"msg_type": kind}, "content": content}


class Rate:
    """A bucket of messages that fills steadily.

    Args:
        now: seconds of a clock that never goes back.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._left = AT_ONCE
        self._seen = now()

    def count(self) -> None:
        """One message more.

        Raises:
            Refused: there were too many.
        """
        seen = self._now()
        self._left = min(AT_ONCE, self._left + (seen - self._seen) * A_SECOND)
        self._seen = seen
        if self._left < 1:
            raise Refused("too many messages")
        self._left -= 1
