"""The view of the system page: what is there, what lacks, and nothing that is secret."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import Context, demo_store, open_context, real_store
from chocolib.app.ingest import import_pvpc
from chocolib.app.live import fill_demo
from chocolib.app.runs import Run, keep_run
from chocolib.app.settings import read_settings
from chocolib.app.upkeep import discreet
from chocolib.app.views.system import system_view
from chocolib.core.errors import DataError
from chocolib.core.time import DAY, HOUR, Window, utc
from tests.conftest import made_up_prices, price_frame

MOMENT = utc("2025-03-20T12:00")


@pytest.fixture
def context() -> Context:
    prices = made_up_prices("2025-02-01", 24 * 48 - 1)
    lacking = prices.drop(
        prices.index[(prices.index >= utc("2025-03-10")) & (prices.index < utc("2025-03-10T06:00"))]
    )
    real_store(read_settings()).write("energy_prices", price_frame(lacking), received_at=MOMENT)
    return replace(open_context(), as_of=MOMENT, now=MOMENT)


def run(context: Context, feed: str, began: pd.Timestamp, error: DataError | None = None) -> None:
    window = Window(began - DAY, began)
    origin = str(context.settings.home / "prices.csv")
    keep_run(context.store, Run("energy_prices", feed, window, began, origin=origin, error=error))


def test_each_series_says_how_far_it_reaches_and_what_it_lacks(context: Context) -> None:
    view = system_view(context)
    prices, weather, siar = view.series
    assert prices.measurement == "energy_prices"
    assert (prices.status, prices.missing, prices.not_available) == ("fresh", 6, 0)
    assert prices.rows == 24 * 48 - 1 - 6
    assert (weather.status, weather.rows, weather.missing) == ("no data", 0, 0)
    assert siar.until is None


def test_a_gap_of_long_ago_is_not_of_these_days(context: Context) -> None:
    later = price_frame(made_up_prices("2025-03-20T23:00", 24 * 60))
    context.store.write("energy_prices", later, received_at=MOMENT)
    view = system_view(replace(context, as_of=MOMENT + 45 * DAY))
    assert view.series[0].missing == 0


def test_the_sources_show_their_last_run_and_count_their_failures(context: Context) -> None:
    home = context.settings.home
    wrong = DataError("not a file of prices", path=str(home / "prices.csv"))
    run(context, "ree", MOMENT - 2 * DAY, wrong)
    run(context, "ree", MOMENT - DAY)
    run(context, "esios-1001", MOMENT - HOUR, wrong)
    run(context, "old", MOMENT - 30 * DAY)
    view = system_view(context)
    assert [feed.feed for feed in view.feeds] == ["esios-1001", "ree"]
    assert (view.feeds[1].runs, view.feeds[1].failures, view.feeds[1].error) == (2, 1, "")
    assert view.feeds[0].error == "prices.csv: not a file of prices"
    assert view.traces["ingest"] == MOMENT - HOUR
    assert view.traces["plan"] is view.traces["report"] is None


def test_no_key_and_no_folder_is_on_the_page(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AEMET_API_KEY", "a-key-nobody-sees")
    settings = read_settings()
    text = f"{settings.home}/x.csv with a-key-nobody-sees at {Path.home()}/y\nmore"
    assert discreet(text, settings) == "…/x.csv with … at …/y"
    assert len(discreet("x" * 500, settings)) == 160
    view = system_view(replace(context, settings=settings))
    assert "a-key-nobody-sees" not in repr(view)
    assert str(settings.home) not in repr(view)
    found = [(check.what, check.status) for check in view.checks]
    assert ("AEMET_API_KEY", "ok") in found
    assert ("ESIOS_TOKEN", "not set") in found


def test_held_rows_are_counted_where_they_wanted_to_go(context: Context, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("timestamp,price_eur_kwh\n2025-03-01T00:00Z,99.0\n2025-03-01T01:00Z,0.1\n")
    for done in import_pvpc(context.store, [file], received_at=MOMENT):
        assert done.error is None
    assert system_view(context).series[0].held == 1


def test_an_empty_store_and_a_demonstration_have_a_page() -> None:
    empty = system_view(open_context())
    assert all(one.rows == 0 for one in empty.series)
    assert empty.feeds == ()
    assert empty.size_bytes is not None
    demo = demo_store(read_settings())
    context = open_context()
    fill_demo(demo, now=context.now)
    view = system_view(replace(context, store=demo))
    assert view.synthetic
    assert [one.status for one in view.series[:2]] == ["fresh", "fresh"]
