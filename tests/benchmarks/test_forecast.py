"""The page of `make bench-forecast`, on forecasts that are made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import forecast
from benchmarks.forecast_page import Measured, markdown, written
from benchmarks.forecast_tables import Run, verdicts
from benchmarks.predecessor import Predecessor
from chocolib.core import time

MODELS = {"champion": 0.010, "prophet": 0.018, "weekly-naive": 0.020}


def made_up(origins: int = 30) -> pd.DataFrame:
    """Forecasts off by a constant and some noise, in bands that hold nine times of ten."""
    rng = np.random.default_rng(1)
    parts = []
    for origin in pd.date_range("2025-01-01", periods=origins, freq="3D", tz="Europe/Madrid"):
        hours = pd.date_range(origin.tz_convert("UTC"), periods=168, freq="h")
        actual = 0.12 + 0.05 * np.sin(np.arange(168) / 24 * 2 * np.pi)
        for name, off in MODELS.items():
            frame = pd.DataFrame({"time": hours, "lead_h": range(168), "actual": actual})
            frame["q50"] = actual + off * rng.choice([-1, 1], 168)
            width = np.where(rng.random(168) < 0.9, 2 * off, 0.1 * off)
            for level, sign in (("q05", -2), ("q10", -1), ("q90", 1), ("q95", 2)):
                frame[level] = frame["q50"] + sign * width
            parts.append(frame.assign(origin=hours[0], model=name, known=False))
    return pd.concat(parts).assign(naive=lambda f: f["actual"] + 0.02, fit_s=1.0, predict_s=0.1)


@pytest.fixture(scope="module")
def run() -> Run:
    return Run(made_up())


@pytest.fixture(scope="module")
def seconds() -> pd.DataFrame:
    return pd.DataFrame({"fit_s": 2.0, "predict_s": 0.1}, index=list(MODELS))


def test_each_target_is_judged_by_its_figure(run: Run, seconds: pd.DataFrame) -> None:
    found = {v.what: v for v in verdicts({"plain": run}, seconds)}
    assert found["floor: MAE over the weekly naive"].holds
    assert found["goal: MAE over the weekly naive"].found == "0.500"
    assert found["floor: MAE over Prophet's"].found == "0.556"
    assert not found["plain: the 80 % band holds"].holds  # it holds 90 %
    assert found["plain: the 90 % band holds"].holds
    slow = seconds.assign(fit_s=31.0)
    judged = {v.what: v.holds for v in verdicts({"plain": run}, slow)}
    assert not judged["seconds to fit and predict"]


def test_the_page_has_every_table_and_its_pictures(
    run: Run, seconds: pd.DataFrame, tmp_path: Path
) -> None:
    page = tmp_path / "forecast.md"
    (tmp_path / "forecast-tried.md").write_text("# What was tried\n\nMuch.\n")
    before = run.frame[run.frame["model"] == "prophet"].assign(model="predecessor")
    written(Measured({"plain": run, "day-ahead": run}, seconds, before, "make it"), page)
    text = page.read_text()
    assert "do not edit" in text
    assert "\n## What was tried" in text
    for title in ("## Plain", "## Day-ahead", "### Overall", "### MAE by tariff period"):
        assert f"\n{title}\n" in text
    pictures = sorted(path.name for path in (tmp_path / "img").glob("*.png"))
    assert len(pictures) == 4
    assert all(f"(img/{name})" in text for name in pictures)


def test_a_table_is_written_as_markdown() -> None:
    table = pd.DataFrame({"a": ["1"], "b": ["2"]}, index=pd.Index(["x"], name="model"))
    assert markdown(table) == "| model | a | b |\n| --- | --- | --- |\n| x | 1 | 2 |"
    assert markdown(table.iloc[:0]) == ""


def test_prices_are_read_from_all_files_of_a_folder(tmp_path: Path) -> None:
    for name, hours in (("a.csv.gz", ["2025-01-01T00:00Z"]), ("b.csv", ["2025-01-01T01:00Z"])):
        pd.DataFrame({"timestamp": hours, "price_eur_kwh": 0.1}).to_csv(tmp_path / name)
    found = forecast.real_prices(tmp_path)
    assert list(found.columns) == ["price_eur_kwh", "flag"]
    assert len(found) == 2
    assert found.index.tz is not None
    with pytest.raises(SystemExit, match="no price files"):
        forecast.real_prices(tmp_path / "img")


def test_the_predecessors_model_speaks_without_bands(real_prices: pd.Series) -> None:
    origin = time.midnight(pd.Timestamp("2025-03-30").date())
    known = real_prices[real_prices.index < origin]
    made = Predecessor().fit(known, as_of=origin).predict(origin=origin, horizon=48, known=known)
    assert list(made.frame.columns) == ["q50", "known"]
    assert made.frame["q50"].between(-0.2, 0.5).all()
