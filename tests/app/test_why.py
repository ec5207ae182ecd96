"""Explanations from the store: of the kept plan, else of one made now."""

from __future__ import annotations

import pandas as pd
import pytest

from chocolib.app.context import open_context, real_store
from chocolib.app.daily import keep_plan, plan
from chocolib.app.settings import read_settings
from chocolib.app.why import explained
from chocolib.core.errors import SettingsError
from chocolib.core.time import DAY
from tests.conftest import NOW, price_frame

EVENING = "2025-11-19T21:00"


@pytest.fixture(autouse=True)
def _stored(real_prices: pd.Series) -> None:
    frame = price_frame(real_prices.loc["2025-09-15":"2025-12-10"])
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)


def test_a_batch_is_explained_with_the_prices_its_plan_was_made_with() -> None:
    context = open_context(as_of=EVENING)
    made = plan(context, model="naive")
    fresh = explained(context, made.best.tasks[0].batch)
    keep_plan(context, made)
    later = open_context(as_of=str(context.as_of + DAY))
    kept = explained(later, fresh.batch)
    assert kept.start == made.best.tasks[0].start
    assert kept.hours["known"].any()
    published = kept.hours[kept.hours["known"]]
    stored = context.store.read("energy_prices")["price_eur_kwh"]
    assert published["price_eur_kwh"].tolist() == stored[published.index].tolist()


def test_a_batch_that_is_not_planned_is_refused() -> None:
    with pytest.raises(SettingsError, match="no batch"):
        explained(open_context(as_of=EVENING), "0101-S1")
