"""The forecast that answers rest on: the kept one while it is fresh, else one made now."""

from __future__ import annotations

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import forecast, keep_forecast
from chocolib.app.expected import expected_prices
from chocolib.app.outlook import live_forecast
from chocolib.app.settings import read_settings
from chocolib.core.errors import NotEnoughData
from tests.conftest import NOW, price_frame

EVENING = "2025-11-19T21:00"


@pytest.fixture
def context(real_prices: pd.Series) -> Context:
    frame = price_frame(real_prices.loc["2025-08-01":"2025-11-25"])  # type: ignore[misc]
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
    return open_context(as_of=EVENING, lang="en")


def keep(context: Context) -> None:
    keep_forecast(context, forecast(context, model="weekly-naive"))


def test_a_fresh_kept_forecast_is_taken_with_what_was_published_since(context: Context) -> None:
    keep(context)
    later = open_context(as_of="2025-11-20T21:00")
    made = expected_prices(later)
    live = live_forecast(later)
    assert live is not None
    pd.testing.assert_frame_equal(made.frame, live.frame)
    assert made.as_of == context.as_of
    assert made.frame["known"].sum() == 51  # two evenings' publications


def test_without_one_it_is_made_once_for_the_moment_and_not_kept(context: Context) -> None:
    made = expected_prices(context)
    assert made.model == "champion"
    assert made.as_of == context.as_of
    assert expected_prices(context) is made
    assert context.store.revision("price_forecast") == 0


def test_an_old_one_gives_way_to_one_made_now_which_says_so(context: Context) -> None:
    keep(context)
    later = open_context(as_of="2025-11-22T21:00", lang="en")
    made = expected_prices(later)
    assert (made.model, made.as_of) == ("champion", later.as_of)
    assert "the pages still show the other" in made.remarks[0].text("en")


def test_where_nothing_is_known_it_cannot_be_made() -> None:
    with pytest.raises(NotEnoughData):
        expected_prices(open_context(as_of=EVENING))
