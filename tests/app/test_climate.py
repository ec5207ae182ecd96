"""The climate history on the real SIAR days."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chocolib.app.climate import climate_history
from chocolib.app.context import open_context, real_store
from chocolib.app.ingest import import_pvpc, import_siar
from chocolib.app.settings import read_settings
from chocolib.core.errors import NotEnoughData
from chocolib.sources.siar import siar_files
from tests.conftest import NOW


def test_the_history_counts_what_it_lacks_and_applies_nothing(
    real_data: Path, pvpc_csv: Path
) -> None:
    store = real_store(read_settings())
    list(import_siar(store, siar_files([real_data / "siar"]), received_at=NOW))
    list(import_pvpc(store, [pvpc_csv], received_at=NOW))
    made = climate_history(open_context(as_of="2026-02-01")).to_dict()
    json.dumps(made, allow_nan=False)
    assert made["homogenised"] is False
    assert [joint["overlap_days"] for joint in made["joints"]] == [0]
    assert made["days"] == sum(made["days_by_station"].values())
    assert made["absent_days"] == sum(made["absent_by_year"].values())
    july, january = (made["normals"][n] for n in (6, 0))
    assert july["temperature_max_c"]["mean"] == pytest.approx(36.4, abs=0.2)
    assert january["temperature_min_c"]["mean"] == pytest.approx(3.4, abs=0.3)
    warm = {row["month"]: row["above_band"] for row in made["tempering_unfit_h_per_month"]}
    assert warm[7] > 30
    assert warm[1] == 0
    assert {row["price"] for row in made["correlations_of_anomalies"]} == {
        "mean",
        "midday",
        "spread",
    }
    assert len(made["correlations_of_anomalies"]) == 18
    assert len(climate_history(open_context()).to_dict(7)["normals"]) == 1


def test_a_replay_knows_only_the_days_before_it(real_data: Path) -> None:
    files = [real_data / "siar" / "J09_Linares_01_01_2010_31_12_2010.csv"]
    list(import_siar(real_store(read_settings()), files, received_at=NOW))
    made = climate_history(open_context(as_of="2010-07-01T12:00")).to_dict()
    assert made["last"] == "2010-06-30"
    assert made["correlations_of_anomalies"] == []


def test_without_siar_it_says_what_to_run() -> None:
    with pytest.raises(NotEnoughData, match="SIAR"):
        climate_history(open_context())
