"""Costs are exact to the price table, request by request."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.app.context import Context
from chocolib.app.settings import Settings, read_settings
from chocolib.assistant.claude.cost import Tariff
from chocolib.assistant.parts import Tokens
from chocolib.core.errors import DataError, SettingsError
from tests.assistant.claude.conftest import speaker_of

counts = st.integers(0, 40_000)


def tariff(**settings: object) -> Tariff:
    return Tariff.of(Settings.model_construct(**{**read_settings().model_dump(), **settings}))


def test_a_million_of_each_costs_what_the_table_says() -> None:
    per = tariff(chat_model="claude-sonnet-5-5")
    assert per.eur([Tokens(read=10**6)]) == 2.0
    assert per.eur([Tokens(written=10**6)]) == 10.0
    assert per.eur([Tokens(cache_read=10**6)]) == 0.1
    assert per.eur([Tokens(cache_written=10**6)]) == 2.5


def test_a_single_token_is_not_lost() -> None:
    assert tariff().eur([Tokens(cache_read=1)]) == 1e-8


@given(counts, counts, counts, counts)
def test_a_sum_is_exact(read: int, written: int, cached: int, kept: int) -> None:
    """In whole units of 0.5e-8 dollars, which every price of the table is a multiple of."""
    tokens = Tokens(read, written, cached, kept) if read + cached + kept <= 100_000 else Tokens()
    units = 20 * tokens.read + 100 * tokens.written + 2 * tokens.cache_read
    units += 25 * tokens.cache_written
    assert round(tariff().eur([tokens]) * 2e8) == units


def test_the_length_of_a_prompt_decides_its_rates_not_the_sum_of_all() -> None:
    short, long = Tokens(read=100_000), Tokens(read=90_000, cache_read=10_001, written=1000)
    assert tariff().eur([short, short]) == 0.02
    assert tariff().eur([long]) == 0.090000 * 0.5 + 0.010001 * 0.05 + 0.001 * 2.5


def test_dollars_become_euros_at_the_declared_rate() -> None:
    assert tariff(chat_eur_per_usd=0.85).eur([Tokens(read=10**4)]) == 0.00085


def test_a_file_of_your_own_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    prices = "read = 1\nwritten = 2.5\ncache_read = 0\ncache_written = 0\n"
    own.write_text(f"[house-model]\n{prices}\n[claude-haiku-5-5]\n{prices}")
    for model in ("house-model", "claude-haiku-5-5"):
        assert tariff(chat_prices=own, chat_model=model).eur([Tokens(written=10**6)]) == 2.5
    assert tariff(chat_prices=own, chat_model="claude-opus-5-5").eur([Tokens(read=10**6)]) == 4.0


@pytest.mark.parametrize(
    "text", ["[m]\nread = -1", "[m]\nread = 1", "m = 1", "[m", "[m]\nread = 'a lot'"]
)
def test_a_file_that_is_no_price_table_is_refused(tmp_path: Path, text: str) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(text)
    with pytest.raises(DataError, match=r"prices\.toml"):
        tariff(chat_prices=own)


def test_a_model_without_a_price_is_refused_before_it_is_asked() -> None:
    with pytest.raises(SettingsError, match="claude-none") as refused:
        tariff(chat_model="claude-none")
    assert "claude-haiku-5-5" in refused.value.hint


def test_the_most_that_an_answer_may_cost_leaves_room_in_a_day(context: Context) -> None:
    speaker = speaker_of(context, "http://127.0.0.1:9")
    assert 0 < speaker.most_eur < context.settings.chat_daily_eur / 20
    dear = speaker_of(context, "http://127.0.0.1:9", chat_max_tokens=8000)
    assert dear.most_eur > speaker.most_eur
