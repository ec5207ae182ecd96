"""Scores of the hours to come and the training of the forests, on a store."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import Context, demo_store, open_context
from chocolib.app.ingest import import_siar
from chocolib.app.live import fill_demo
from chocolib.app.production import keep_scores, score_hours, train_production
from chocolib.app.production_data import gathered
from chocolib.app.production_versions import FILE, forests_of, train_production_version
from chocolib.app.settings import read_settings
from chocolib.app.site_weather import PERSISTS_DAYS, expected_weather, site_weather
from chocolib.app.training import listed, promote
from chocolib.app.versions import PRODUCTION, shelf
from chocolib.core.clock import clock_of
from chocolib.core.errors import ModelRejected, NotEnoughData, SettingsError
from chocolib.core.thresholds import CLASSES
from chocolib.core.time import DAY, HOUR, Window, parse_as_of, utc
from chocolib.models.production_review import REFERENCES
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, price_frame

AS_OF = "2025-09-10T21:00"


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, real_prices: pd.Series, real_data: Path
) -> Path:
    """A store of real prices of some months and the days of SIAR's last four files."""
    path = tmp_path_factory.mktemp("store") / "real.sqlite"
    store = SqliteStore(path)
    prices = real_prices[
        (real_prices.index >= utc("2024-12-01")) & (real_prices.index < utc("2025-09-13"))
    ]
    store.write("energy_prices", price_frame(prices), received_at=NOW)
    files = sorted((real_data / "siar").glob("J17*"))[-4:]
    for done in import_siar(store, files, received_at=NOW):
        assert not done.error
    store.close()
    return path


@pytest.fixture
def context(filled: Path) -> Context:
    return open_context(as_of=AS_OF, store=SqliteStore(filled))


def at(context: Context, as_of: str) -> Context:
    return replace(context, as_of=parse_as_of(as_of, now=context.now))


def test_scores_say_what_is_published_and_what_the_weather_is(context: Context) -> None:
    made = score_hours(context)
    assert len(made.frame) == 72
    assert made.frame["known"].sum() == 27  # 21:00 to the end of the next day
    assert set(made.frame["weather"]) == {"persistence"}
    assert made.frame["score"].between(0, 100).all()
    parts = made.frame[["price_points", "temperature_points", "humidity_points"]].sum(axis=1)
    pd.testing.assert_series_equal(parts, made.frame["score"], check_names=False)
    document = made.to_dict()
    assert document["points"][0]["halted_stages"] == []
    assert document["model"] == "rule-champion"


def test_old_weather_is_not_persisted_and_foretells_no_halt(context: Context) -> None:
    usual = at(context, "2025-09-10T21:00")
    weather = site_weather(usual, Window(usual.as_of - 9 * DAY, usual.as_of))
    stale = at(context, "2025-09-25T21:00")
    seen = site_weather(stale, Window(stale.as_of - 20 * DAY, stale.as_of))
    window = Window(stale.as_of, stale.as_of + 30 * HOUR)
    assert set(expected_weather(stale, seen, window)["weather"]) == {"climatology"}
    alone = replace(weather, usual_from=weather.usual_from.iloc[:0], hours=weather.hours.iloc[:0])
    nothing = expected_weather(usual, alone, Window(usual.as_of, usual.as_of + 3 * HOUR))
    assert set(nothing["weather"]) == {"none"}
    assert nothing["temperature_c"].isna().all()


def test_the_last_whole_day_says_nothing_of_days_far_ahead(context: Context) -> None:
    weather = site_weather(context, Window(context.as_of - 9 * DAY, context.as_of))
    ahead = expected_weather(context, weather, Window(context.as_of, context.as_of + 8 * DAY))
    assert weather.last_day is not None
    dates, _ = clock_of(pd.DatetimeIndex(ahead.index))
    near = (dates - weather.last_day) / DAY <= PERSISTS_DAYS
    assert set(ahead["weather"][near]) == {"persistence"}
    assert set(ahead["weather"][~near]) == {"climatology"}


def test_without_weather_there_is_no_score_and_it_is_said(
    real_prices: pd.Series, tmp_path: Path
) -> None:
    store = SqliteStore(tmp_path / "prices.sqlite")
    part = real_prices[
        (real_prices.index >= utc("2025-06-01")) & (real_prices.index < utc("2025-09-12"))
    ]
    store.write("energy_prices", price_frame(part), received_at=NOW)
    context = open_context(as_of=AS_OF, store=store)
    made = score_hours(context, hours=24)
    assert made.frame["score"].isna().all()
    assert made.frame["price_points"].notna().all()
    point = made.to_dict()["points"][0]
    assert point["score"] is point["class"] is point["halted_stages"] is None
    assert point["weather"] == "none"
    with pytest.raises(NotEnoughData, match="weather"):
        train_production(context)


def test_kept_scores_are_what_was_said_and_each_moment_is_a_version(context: Context) -> None:
    made = score_hours(context, hours=30)
    keep_scores(context, made)
    keep_scores(context, made)
    kept = context.store.read("predictions")
    assert len(kept) == 30
    assert kept["score"].tolist() == pytest.approx(made.frame["score"].tolist())
    assert kept["class"].tolist() == made.frame["class"].tolist()
    assert kept["known"].sum() == 27
    assert set(kept["model"]) == {"rule-champion"}


def test_prices_and_weather_known_later_change_nothing(context: Context, tmp_path: Path) -> None:
    before = score_hours(context)
    store = SqliteStore(tmp_path / "cut.sqlite")
    for name in ("energy_prices", "siar_daily"):
        rows = context.store.read(name)
        store.write(name, rows[rows["available_at"] <= context.as_of], received_at=NOW)
    pd.testing.assert_frame_equal(before.frame, score_hours(replace(context, store=store)).frame)


def test_what_forests_learn_from_was_known_before(context: Context) -> None:
    """Rows of hours up to a moment are the same whatever is stored after it."""
    early, late = at(context, "2025-07-01T21:00"), context
    old, new = (gathered(one).rows for one in (early, late))
    for ahead in (1, 2, 3):
        a, b = (rows[rows["ahead_days"] == ahead] for rows in (old, new))
        both = a.index[a["score"].notna()].intersection(b.index)
        assert len(both) > 3000
        features = [name for name in a.columns if name not in {"score", "class"}]
        pd.testing.assert_frame_equal(a.loc[both, features], b.loc[both, features])


def test_training_says_how_it_did_beside_every_reference(context: Context) -> None:
    made = train_production(context)
    table = made.skill()
    assert set(REFERENCES) < set(table.index)
    assert table["hours"].nunique() == 1
    assert table.loc["forest", "mae"] < table.loc["same-hour-day", "mae"]
    document = made.to_dict()
    assert set(document["forest_skill"]) == set(REFERENCES)
    assert document["weather_hours_observed"] == 0
    assert document["weather_hours_made"] > 5000
    assert made.confusion().to_numpy().sum() == table["hours"].iloc[0]
    assert made.told["time"].min() > pd.Timestamp(document["first"]) + 30 * DAY
    assert made.told[list(CLASSES)].sum(axis=1).to_numpy() == pytest.approx(1)
    assert all(math.isfinite(value) for value in made.beats_the_rule().values())


def test_the_demonstration_has_scores_too_and_says_so() -> None:
    store = demo_store(read_settings())
    fill_demo(store, now=NOW)
    store.close()
    made = score_hours(open_context(as_of="2026-11-20T21:00"), hours=48)
    assert made.synthetic
    assert made.frame["score"].notna().all()


def test_hours_out_of_range_are_refused(context: Context) -> None:
    with pytest.raises(SettingsError, match="1 to 168"):
        score_hours(context, hours=0)


def test_trained_forests_are_a_version_that_is_measured_beside_the_rule(context: Context) -> None:
    kept = train_production_version(context)
    assert not kept.decision["promoted"]
    assert kept.decision["against"] == "rule-champion"
    assert "95 % interval" in kept.decision["why"]
    (row,) = listed(context, PRODUCTION)
    assert row["version"] == kept.version
    assert row["figures"]["mae"] == pytest.approx(kept.trained.skill()["mae"]["forest"])
    rows = gathered(context).rows.dropna().tail(50)
    said = forests_of(context, kept.version).predict(rows)
    pd.testing.assert_frame_equal(said, kept.trained.forests.predict(rows))
    with pytest.raises(SettingsError, match="exact rule"):
        promote(context, PRODUCTION, kept.version)
    path = shelf(context).folder / PRODUCTION / kept.version / FILE
    whole = bytearray(path.read_bytes())
    whole[100] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ModelRejected, match="not as it was written"):
        forests_of(context, kept.version)
