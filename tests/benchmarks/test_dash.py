"""The stopwatch of the dashboards, where it can be checked without a browser."""

from __future__ import annotations

import os
import sys

import pytest

from benchmarks.dash import _answered, charts, family_pss
from benchmarks.dash_browser import Load


def test_an_answer_is_the_first_message_after_the_question() -> None:
    frames = [
        (1.0, False, '{"msg_type": "comm_msg"}'),
        (2.0, True, '{"msg_type": "comm_msg"}'),
        (2.5, False, '{"msg_type": "status"}'),
        (3.0, False, '{"msg_type": "comm_msg"}'),
    ]
    assert _answered(frames) == 3.0
    assert _answered(frames[:3]) is None
    assert _answered(frames[:1]) is None


def test_the_table_stands_with_and_without_its_peer(capsys: pytest.CaptureFixture[str]) -> None:
    ours = {kind: Load(0.25, 40.0, 2) for kind in ("desktop", "phone")}
    charts(ours, None)
    assert "| desktop | 0.25 | 0.4 | 40 | 2 | not measured | | |" in capsys.readouterr().out
    charts(ours, {kind: Load(5.0, 13000.0, 90) for kind in ours} | {"pss": 2**30})
    assert "| 5.0 | 13000 | 20 (goal 12) |" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_has_memory_of_its_own() -> None:
    assert family_pss(os.getpid()) > 2**20
