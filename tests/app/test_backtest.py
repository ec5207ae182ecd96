from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.backtest import Asked, run_backtest
from chocolib.app.context import Context, open_context
from chocolib.core.errors import DataError, SettingsError

ASKED = Asked.of(date(2025, 3, 3), date(2025, 3, 17), 7, ["naive", "weeks-3"], "plain")


@pytest.fixture
def full(priced_home: Path) -> Context:
    return open_context()


def test_it_keeps_forecasts_scores_and_exact_settings(full: Context) -> None:
    result = run_backtest(full, ASKED)
    assert result.folder.parent == full.settings.home / "backtests"
    frame = pd.read_parquet(result.folder / "forecasts.parquet")
    assert len(frame) == 3 * 2 * 168
    settings = json.loads((result.folder / "settings.json").read_text())
    assert settings["models"] == ["weekly-naive", "weeks-3"]
    assert settings["known"] == "plain"
    assert len(settings["prices"]["sha256"]) == len(settings["code_sha256"]) == 64
    document = json.loads((result.folder / "scores.json").read_text())
    assert document == result.to_dict()
    assert {row["model"] for row in document["scores"]} == {"weekly-naive", "weeks-3"}


def test_it_goes_on_where_it_was_stopped(full: Context) -> None:
    told: list[tuple[int, int]] = []

    def stop_after_one(done: int, of: int) -> None:
        told.append((done, of))
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_backtest(full, ASKED, tell=stop_after_one)
    first = sorted((full.settings.home / "backtests").rglob("parts/*.parquet"))
    assert len(first) == 1
    kept = first[0].stat().st_mtime_ns
    told.clear()
    result = run_backtest(full, ASKED, tell=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert first[0].stat().st_mtime_ns == kept
    assert result.frame["origin"].nunique() == 3


def test_other_prices_or_another_question_start_anew(full: Context) -> None:
    one = run_backtest(full, ASKED).folder
    assert run_backtest(full, ASKED).folder == one
    day_ahead = Asked.of(ASKED.start, ASKED.end, 7, ASKED.models, "day-ahead")
    assert run_backtest(full, day_ahead).folder != one
    later = open_context(as_of="2025-03-20T21:00")
    assert run_backtest(later, ASKED).folder != one


def test_a_broken_part_is_named(full: Context) -> None:
    folder = run_backtest(full, ASKED).folder
    part = min((folder / "parts").iterdir())
    part.write_bytes(b"nonsense")
    with pytest.raises(DataError, match=part.name):
        run_backtest(full, ASKED)


def test_an_unknown_model_lists_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="champion"):
        Asked.of(ASKED.start, ASKED.end, 7, ["lstm"], "plain")
