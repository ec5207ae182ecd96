"""Train, try, promote, roll back, corrupt: which version speaks, and what is said of it."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chocolib.app import training
from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import forecast
from chocolib.app.monitor import monitor
from chocolib.app.settings import read_settings
from chocolib.app.versions import shelf
from chocolib.core.errors import ModelRejected, NotEnoughData, SettingsError
from chocolib.core.time import DAY
from tests.conftest import NOW, price_frame

FIRST, SECOND, LATER = "2025-10-01T02:30", "2025-11-01T02:30", "2025-11-20T21:00"


@pytest.fixture
def prices(real_prices: pd.Series) -> pd.Series:
    return real_prices[real_prices.index >= pd.Timestamp("2025-02-01", tz="UTC")]


@pytest.fixture
def context(prices: pd.Series) -> Context:
    frame = price_frame(prices)
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
    return open_context(as_of=FIRST)


def at(context: Context, as_of: str) -> Context:
    return replace(context, as_of=open_context(as_of=as_of).as_of)


def corrupt(context: Context, version: str) -> None:
    path = shelf(context).folder / "weeks-3" / version / "arrays.npz"
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)


def test_the_first_version_is_used_and_its_decision_recorded(context: Context) -> None:
    made = training.train(context, "champion")
    assert made.decision["promoted"]
    assert made.decision["why"] == "it is the first version"
    assert made.decision["trial"]["figures"]["challenger"]["origins"] == 14
    assert shelf(context).decisions("champion")[0]["version"] == made.version
    said = forecast(at(context, "2025-10-05T10:00"), model="champion")
    assert said.version == made.version
    assert said.remarks == ()


def test_what_is_tried_has_not_seen_its_trial(context: Context, prices: pd.Series) -> None:
    made = training.train(context, "champion")
    shown = training.shown(context, "champion")
    assert pd.Timestamp(shown["data"]["last"]) < made.frame["origin"].min()
    lead = (made.frame["time"] - made.frame["origin"]) // DAY
    assert lead.max() == 6
    assert made.frame["actual"].notna().all()


def test_a_challenger_that_does_not_miss_less_is_kept_but_not_used(context: Context) -> None:
    first = training.train(context, "weeks-3")
    second = training.train(at(context, SECOND), "weeks-3")
    assert not second.decision["promoted"]
    assert "nothing is gained" in second.decision["why"]
    assert [row["in_use"] for row in training.listed(context, "weeks-3")] == [False, True]
    assert shelf(context).promoted("weeks-3") == [first.version]


def test_a_challenger_that_misses_less_takes_over(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = training.train(context, "weeks-3")
    real = training.usable

    def worse(*asked: object) -> object:
        model, *others = real(*asked)  # type: ignore[arg-type]
        monkeypatch.setattr(model.centre_, "weeks", 1)
        return model, *others

    monkeypatch.setattr(training, "usable", worse)
    second = training.train(at(context, SECOND), "weeks-3")
    assert second.decision["promoted"]
    assert second.decision["against"] == first.version
    figures = second.decision["trial"]["figures"]
    assert figures["challenger"]["mae"] < figures["current"]["mae"]
    assert shelf(context).promoted("weeks-3") == [second.version, first.version]


def test_a_corrupt_version_is_reported_and_the_one_before_it_answers(context: Context) -> None:
    first = training.train(context, "weeks-3")
    second = training.train(at(context, SECOND), "weeks-3")
    training.promote(context, "weeks-3", second.version)
    now = at(context, LATER)
    assert forecast(now, model="weeks-3").version == second.version
    corrupt(context, second.version)
    said = forecast(now, model="weeks-3")
    assert said.version == first.version
    remark, answers = said.remarks
    assert remark.key == "forecast.version_refused"
    assert second.version in remark.text("en")
    assert first.version in answers.text("es")
    assert [row["in_use"] for row in training.listed(context, "weeks-3")] == [False, True]
    assert "arrays.npz is not as it was written" in remark.values["why"]
    with pytest.raises(ModelRejected):
        training.promote(context, "weeks-3", second.version)
    corrupt(context, first.version)
    fitted = forecast(now, model="weeks-3")
    assert fitted.version == ""
    assert [remark.key for remark in fitted.remarks][2:] == ["forecast.fitted_now"]
    expected = forecast(now, model="weeks-3").frame["q50"]
    np.testing.assert_array_equal(fitted.frame["q50"], expected)


def test_a_damaged_pointer_costs_nothing_but_a_remark(context: Context) -> None:
    first = training.train(context, "weeks-3")
    (shelf(context).folder / "weeks-3" / "latest").write_text("{")
    said = forecast(at(context, "2025-10-05T10:00"), model="weeks-3")
    assert said.version == first.version
    keys = ["forecast.version_refused", "forecast.version_answers"]
    assert [remark.key for remark in said.remarks] == keys
    training.promote(context, "weeks-3", first.version)
    assert forecast(at(context, "2025-10-05T10:00"), model="weeks-3").remarks == ()


def test_a_damaged_pointer_brings_back_no_version_that_was_rolled_back(context: Context) -> None:
    first = training.train(context, "weeks-3")
    second = training.train(at(context, SECOND), "weeks-3")
    training.promote(context, "weeks-3", second.version)
    training.rollback(context, "weeks-3")
    (shelf(context).folder / "weeks-3" / "latest").write_text("garbage")
    assert forecast(at(context, LATER), model="weeks-3").version == first.version


def test_a_version_whose_folder_is_gone_is_passed_over(context: Context) -> None:
    first = training.train(context, "weeks-3")
    second = training.train(at(context, SECOND), "weeks-3")
    training.promote(context, "weeks-3", second.version)
    shutil.rmtree(shelf(context).folder / "weeks-3" / second.version)
    said = forecast(at(context, LATER), model="weeks-3")
    assert said.version == first.version
    assert second.version in said.remarks[0].text("es")


def test_a_replay_uses_no_version_of_its_future(context: Context) -> None:
    training.train(at(context, SECOND), "champion")
    assert forecast(context, model="champion").version == ""


def test_training_in_a_replay_leaves_the_present_version_in_use(context: Context) -> None:
    present = training.train(at(context, SECOND), "weeks-3")
    past = training.train(context, "weeks-3")
    assert not past.decision["promoted"]
    assert "was made later and stays in use" in past.decision["why"]
    assert shelf(context).promoted("weeks-3") == [present.version]


def test_a_version_that_learnt_long_ago_is_fitted_anew(context: Context) -> None:
    training.train(context, "weeks-3")
    said = forecast(at(context, "2026-01-20T10:00"), model="weeks-3")
    assert said.version == ""
    assert [remark.key for remark in said.remarks] == ["forecast.version_old"]


def test_rolling_back_uses_the_version_before(context: Context) -> None:
    first = training.train(context, "weeks-3")
    with pytest.raises(SettingsError, match="no version of weeks-3 before"):
        training.rollback(context, "weeks-3")
    second = training.train(at(context, SECOND), "weeks-3")
    training.promote(context, "weeks-3", second.version)
    assert training.rollback(context, "weeks-3") == first.version
    assert forecast(at(context, LATER), model="weeks-3").version == first.version
    assert shelf(context).decisions("weeks-3")[-1]["why"] == f"rolled back {second.version}"


def test_ten_versions_are_kept_and_the_one_in_use_among_them(context: Context) -> None:
    first = training.train(context, "weeks-3")
    here = shelf(context)
    whole = here.load("weeks-3", first.version)
    facts = {k: v for k, v in whole.manifest.items() if k not in {"kind", "as_of", "files"}}
    for day in range(1, 13):
        here.put("weeks-3", context.as_of + day * DAY, facts, whole.files)
    gone = training.prune(here, "weeks-3")
    assert len(gone) == 3
    kept = here.names("weeks-3")
    assert len(kept) == 10
    assert first.version in kept
    assert training.prune(here, "weeks-3") == []


def test_too_little_history_is_answered_by_a_simpler_model_and_said(prices: pd.Series) -> None:
    frame = price_frame(prices.iloc[: 24 * 20])
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
    context = open_context(as_of="2025-02-20T12:00")
    said = forecast(context, model="champion")
    assert said.model == "weekly-naive"
    (remark,) = said.remarks
    assert remark.values["model"] == "champion"
    assert "a forecast needs 29" in remark.values["why"]
    with pytest.raises(NotEnoughData, match="a trained version needs"):
        training.train(context, "champion")


def test_the_page_of_today_says_which_version_was_refused(context: Context) -> None:
    from chocolib.app.daily import keep_forecast
    from chocolib.app.views.today import today_view

    first = training.train(context, "weeks-3")
    now = replace(at(context, LATER), lang="es")
    corrupt(context, first.version)
    keep_forecast(now, forecast(now, model="weeks-3"))
    problems = today_view(now).problems
    assert f"El modelo entrenado ({first.version}) no se usa" in problems[0]
    assert "se ha ajustado ahora" in problems[1]


def test_issued_forecasts_are_judged_by_what_came(context: Context) -> None:
    from chocolib.app.daily import keep_forecast

    with pytest.raises(NotEnoughData, match="no forecast was kept"):
        monitor(context)
    for day in range(1, 16):
        moment = at(context, f"2025-10-{day:02d}T21:00")
        keep_forecast(moment, forecast(moment, model="weeks-3"))
    found = monitor(at(context, "2025-10-20T12:00"), days=14)
    (one,) = found.models
    assert one["model"] == "weeks-3"
    assert one["days"] >= 14
    assert 0.5 < one["rmae"] < 1.1
    assert 0.5 < one["coverage_80"] < 1.0
    assert found.alert is None
    frame = found.frame
    part = frame[frame["actual"].notna()]
    assert (part["time"] > part["available_at"]).all()
    error = (part["actual"] - part["q50"]).abs()
    assert one["hours"] <= len(error)


def test_a_champion_that_loses_to_last_week_raises_an_alert(context: Context) -> None:
    from chocolib.app.daily import keep_forecast

    for day in range(1, 12):
        moment = at(context, f"2025-10-{day:02d}T21:00")
        made = forecast(moment, model="weekly-naive")
        frame = made.frame.copy()
        quantiles = [name for name in frame.columns if name != "known"]
        frame[quantiles] += np.where(frame[["known"]], 0.0, 0.2)
        keep_forecast(moment, replace(made, model="champion", frame=frame))
    found = monitor(at(context, "2025-10-13T12:00"))
    assert found.alert is not None
    assert found.to_dict()["alert"] == "loses_to_naive"
    assert found.models[0]["bias_eur_kwh"] < -0.15
