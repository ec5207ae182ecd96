"""What a browser is told of a widget when it is made."""

from __future__ import annotations

from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm

Opened = list[dict[str, Any]]


def listening(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The states of the widgets that are made from here on, without those of their layout."""
    told: Opened = []

    class Listening(BaseComm):
        """A comm that tells what it is opened with."""

        def publish_msg(self, msg_type: str, data: Any = None, **_: Any) -> None:
            if msg_type == "comm_open" and "words" in data["state"]:
                told.append(data["state"])

    monkeypatch.setattr(comm, "create_comm", Listening)
    return told
