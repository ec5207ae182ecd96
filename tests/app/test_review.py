"""The review: which weeks it looks at, and that a replay sees nothing of its future."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app import training
from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import forecast, keep_forecast
from chocolib.app.review import asked_of, review, what_moves
from chocolib.app.settings import read_settings
from chocolib.core.errors import NotEnoughData, SettingsError
from tests.conftest import NOW, price_frame

AS_OF = "2025-11-20T21:00"


@pytest.fixture
def context(real_prices: pd.Series) -> Context:
    recent = real_prices[real_prices.index >= pd.Timestamp("2025-02-01", tz="UTC")]
    real_store(read_settings()).write("energy_prices", price_frame(recent), received_at=NOW)
    return open_context(as_of=AS_OF)


@pytest.mark.parametrize(
    ("weeks", "every", "first", "count"),
    [(8, 7, "2025-09-27", 8), (1, 2, "2025-11-09", 4), (2, 30, "2025-11-15", 1)],
)
def test_the_last_origins_week_is_over_with_the_newest_known_hour(
    context: Context, weeks: int, every: int, first: str, count: int
) -> None:
    asked = asked_of(context, weeks=weeks, models=["naive"], every_days=every)
    assert str(asked.start) == first
    assert str(asked.end) == "2025-11-15"
    assert len(asked.origins) == count
    assert asked.models == ("weekly-naive",)


def test_a_review_without_origins_or_prices_is_refused(context: Context) -> None:
    for weeks, every in ((0, 7), (8, 0), (-1, -1)):
        with pytest.raises(SettingsError, match="no origin"):
            asked_of(context, weeks=weeks, models=["naive"], every_days=every)
    with pytest.raises(SettingsError, match="no model is called"):
        asked_of(context, weeks=1, models=["oracle"], every_days=7)
    late = replace(context, as_of=NOW)
    with pytest.raises(NotEnoughData, match="no price is known"):
        asked_of(late, weeks=1, models=["naive"], every_days=7)


def test_a_review_sees_what_was_issued_and_decided_by_then(context: Context) -> None:
    asked = {"weeks": 1, "models": ["naive", "weeks-3"], "every_days": 7, "jobs": 1}
    before = review(context, **asked)  # type: ignore[arg-type]
    assert before.issued is None
    assert before.versions == before.decisions == []
    assert before.backtest.frame["actual"].notna().all()
    assert before.backtest.frame["time"].max() == pd.Timestamp("2025-11-21T22:00Z")
    made = training.train(context, "weeks-3")
    for day in range(8, 20):
        moment = replace(context, as_of=pd.Timestamp(f"2025-11-{day:02d}T20:00Z"))
        keep_forecast(moment, forecast(moment, model="weeks-3"))
    after = review(context, **asked)  # type: ignore[arg-type]
    assert after.issued is not None
    assert after.issued.models[0]["model"] == "weeks-3"
    assert [row["version"] for row in after.versions] == [made.version]
    assert [record["version"] for record in after.decisions] == [made.version]
    earlier = review(replace(context, as_of=context.as_of - pd.Timedelta(days=1)), **asked)  # type: ignore[arg-type]
    assert earlier.versions == earlier.decisions == []


def test_what_moves_a_champion_is_told_of_the_weeks_of_its_trial(context: Context) -> None:
    found = what_moves(context, training.train(context, "champion"))
    assert found is not None
    assert found.index[0] in {"tolls", "base"}
    assert what_moves(context, training.train(context, "weeks-3")) is None


def test_a_second_review_reads_the_backtest_that_was_made(context: Context, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    for _ in range(2):
        review(
            context,
            weeks=1,
            models=["naive"],
            every_days=7,
            jobs=1,
            tell=lambda done, of: told.append((done, of)),
        )
    assert told == [(0, 1), (1, 1), (1, 1)]
