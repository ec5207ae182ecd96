"""The list of batches to ask about, without a browser."""

from __future__ import annotations

import pytest

from chocolib.ui.live.reasons import Reasons

WORDS = {"wrong": "El plan no tiene ese lote.", "failed": "No se ha podido."}


def explain(batch: str) -> str:
    return f"<p>why {batch}</p>"


def test_a_batch_of_the_plan_is_explained() -> None:
    widget = Reasons(("1120-S1", "1120-P1"), WORDS, explain)
    assert widget.batches == ["1120-S1", "1120-P1"]
    widget.set_state({"asked": {"batch": "1120-P1"}})
    assert (widget.answer, widget.error) == ("<p>why 1120-P1</p>", "")


@pytest.mark.parametrize("asked", [{"batch": "x"}, {"batch": ["1120-S1"]}, {"name": "1120-S1"}])
def test_anything_else_is_no_batch(asked: object) -> None:
    widget = Reasons(("1120-S1",), WORDS, explain)
    widget.set_state({"asked": asked, "batches": ["x"]})
    assert (widget.answer, widget.error) == ("", WORDS["wrong"])
