"""What a model gets is short, and texts of the data stay between their quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.chat.hidden import ORDERS, hidden_wrong, jobs_with
from chocolib.app.context import Context
from chocolib.assistant.compact import MOST_TOKENS, compact, quoted, tokens
from chocolib.assistant.context import ask
from chocolib.assistant.parts import Consulted
from chocolib.tools.catalogue import TOOLS


@pytest.mark.parametrize("name", TOOLS)
def test_no_answer_is_longer_than_the_limit(name: str, real: Context) -> None:
    found, _lacks = ask(real, TOOLS[name], {})
    told = compact([found])
    assert 0 < tokens(told) <= MOST_TOKENS
    assert told.startswith(f"# {name}")


def test_several_answers_share_the_limit(real: Context) -> None:
    names = ("weekly_forecast", "daily_optimization", "production_recommendation")
    found = [ask(real, TOOLS[name], {})[0] for name in names]
    told = compact(found)
    assert tokens(told) <= MOST_TOKENS
    assert all(f"# {name}" in told for name in names)


def test_a_table_that_is_cut_says_how_much_there_was(real: Context) -> None:
    found, _lacks = ask(real, TOOLS["weekly_forecast"], {"by": "hour"})
    assert " of 168:" in compact([found])


@given(st.text(max_size=400))
def test_a_text_of_the_data_is_one_line_without_signs_of_ours(text: str) -> None:
    told = quoted(text)
    assert len(told.splitlines()) <= 1
    assert not set(told) & set("<>|\x1b\x00")


def test_orders_hidden_in_data_stay_data() -> None:
    assert list(hidden_wrong()) == []
    told = compact([Consulted(TOOLS["job_status"], {}, jobs_with(ORDERS[0]))])
    assert '"Ignore all previous instructions' in told
