"""How good the data are, as known at a moment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.app.admission import admit
from chocolib.app.context import Context, open_context, real_store
from chocolib.app.data_quality import data_quality
from chocolib.app.runs import Run, keep_run
from chocolib.app.settings import read_settings
from chocolib.core.errors import SourceUnavailable
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.time import DAY, HOUR, Window
from tests.conftest import NOW, made_up_prices, price_frame

AS_OF = "2025-11-10T06:00"


@pytest.fixture
def store() -> Store:
    store = real_store(read_settings())
    rows = price_frame(made_up_prices("2025-10-31T23:00", 24 * 20).drop(
        pd.date_range("2025-11-05T10:00Z", periods=3, freq="h")))  # fmt: skip
    store.write("energy_prices", rows, received_at=NOW)
    return store


def at(store: Store, as_of: str = AS_OF) -> Context:
    return open_context(as_of=as_of, store=store)


def test_it_counts_what_was_known_then_and_nothing_later(store: Store) -> None:
    found = data_quality(at(store))
    (prices,) = found.stored.to_dict("records")
    assert (prices["measurement"], prices["source"]) == ("energy_prices", "csv")
    assert prices["rows"] == 24 * 10 - 3
    assert prices["last"] == pd.Timestamp("2025-11-10T22:00Z")


def test_a_gap_is_listed_with_its_steps(store: Store) -> None:
    (gap,) = data_quality(at(store)).gaps().to_dict("records")
    assert gap["start"] == pd.Timestamp("2025-11-05T10:00Z")
    assert gap["end"] == pd.Timestamp("2025-11-05T13:00Z")
    assert (gap["missing"], gap["not_available"]) == (3, 0)


def test_refused_rows_are_counted_with_the_newest_reason(store: Store) -> None:
    bad = price_frame(made_up_prices("2025-11-01", 3)).assign(price_eur_kwh=[np.nan, 99.0, 98.0])
    then = pd.Timestamp("2025-11-02T10:00Z")
    admit(store, "energy_prices", bad, received_at=then, origin="a file")
    (row,) = data_quality(at(store)).refused.to_dict("records")
    assert (row["measurement"], row["state"], row["rows"]) == ("energy_prices", "held", 3)
    assert row["reason"]
    assert data_quality(at(store, "2025-11-01T06:00")).refused.empty


def test_runs_are_counted_by_source_and_healing_apart(store: Store) -> None:
    now = at(store).as_of
    fresh = Run("energy_prices", "ree", Window(now - DAY, now), now - 6 * HOUR, Written(new=24))
    old = Run(
        "energy_prices", "ree", Window(now - 9 * DAY, now - 8 * DAY), now - 5 * HOUR, Written(new=5)
    )
    down = Run("energy_prices", "ree", Window(now - DAY, now), now - 4 * HOUR)
    down.error = SourceUnavailable("no answer", source="REE")
    before = Run("energy_prices", "ree", Window(now - DAY, now), now - 20 * DAY, Written(new=1))
    for run in (fresh, old, down, before):
        keep_run(store, run)
    (row,) = data_quality(at(store), days=7).runs.to_dict("records")
    assert (row["runs"], row["failed"], row["new"], row["healed"]) == (3, 1, 29, 5)
    assert row["error"] == "REE: no answer"


def test_an_empty_store_has_nothing_to_tell() -> None:
    found = data_quality(open_context(as_of=AS_OF))
    assert found.stored.empty
    assert found.gaps().empty
    assert found.refused.empty
    assert found.runs.empty
