"""The forests: what they may see, what they are saved as, and how they are measured."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
import skops.io

from chocolib.core.errors import ModelRejected, NotEnoughData
from chocolib.core.thresholds import CLASSES
from chocolib.core.time import DAY, Window, utc
from chocolib.models.price_ahead import LEAST_DAYS, prices_ahead
from chocolib.models.production import LEAST_ROWS, ProductionForests
from chocolib.models.production_rolling import importance, rule_odds
from chocolib.models.production_skill import (
    certain,
    confusion,
    difference,
    macro_f1,
    ranked_probability_score,
    scores,
)
from chocolib.models.production_table import FEATURES


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Made-up hours whose score is the champion's points, more or less."""
    hours = Window(utc("2025-01-01"), utc("2025-01-01") + LEAST_ROWS * pd.Timedelta("1h")).hours()
    chance = np.random.default_rng(1)
    frame = pd.DataFrame(chance.random((len(hours), len(FEATURES))), hours, columns=list(FEATURES))
    frame["champion_points"] *= 60
    frame["score"] = frame["champion_points"] + 40 + chance.normal(0, 2, len(hours))
    frame["class"] = np.where(frame["score"] > 75, "Optimal", "Moderate")
    return frame


@pytest.fixture(scope="module")
def forests(rows: pd.DataFrame) -> ProductionForests:
    return ProductionForests().fit(rows)


def test_the_same_rows_make_the_same_forests(
    rows: pd.DataFrame, forests: ProductionForests
) -> None:
    again = ProductionForests().fit(rows).predict(rows)
    pd.testing.assert_frame_equal(again, forests.predict(rows))


def test_odds_are_of_every_class_and_add_up_to_one(
    rows: pd.DataFrame, forests: ProductionForests
) -> None:
    made = forests.predict(rows)
    assert made.columns.tolist() == ["score", *CLASSES]
    np.testing.assert_allclose(made[list(CLASSES)].sum(axis=1), 1)
    assert (made["Halt"] == 0).all()  # never seen, never foretold


def test_an_hour_with_something_unknown_is_foretold_nothing(
    rows: pd.DataFrame, forests: ProductionForests
) -> None:
    some = rows.iloc[:3].copy()
    some.iloc[1, 2] = np.nan
    assert forests.predict(some)["score"].isna().tolist() == [False, True, False]
    assert forests.predict(some.iloc[1:2]).isna().all(axis=None)


def test_too_few_hours_are_refused_with_their_number(rows: pd.DataFrame) -> None:
    with pytest.raises(NotEnoughData, match=f"{LEAST_ROWS - 1} hours"):
        ProductionForests().fit(rows.iloc[1:])


def test_forests_come_back_from_their_bytes(rows: pd.DataFrame, forests: ProductionForests) -> None:
    back = ProductionForests.from_bytes(forests.to_bytes())
    pd.testing.assert_frame_equal(back.predict(rows), forests.predict(rows))


def _other(forests: ProductionForests, **changed: object) -> bytes:
    content = {
        "form": 1,
        "features": list(FEATURES),
        "regressor": forests.regressor_,
        "classifier": forests.classifier_,
    }
    return skops.io.dumps(content | changed)


class _Foreign:
    """A type that is not ours."""

    def __init__(self) -> None:
        self.value = 1


def test_what_is_not_ours_is_refused(forests: ProductionForests) -> None:
    good = forests.to_bytes()
    bad = {
        "nothing": b"",
        "text": b"not a model",
        "cut": good[: len(good) // 2],
        "a foreign type": _other(forests, regressor=_Foreign()),
        "other features": _other(forests, features=["price"]),
        "another form": _other(forests, form=2),
        "the wrong way round": _other(forests, regressor=forests.classifier_),
        "no forest": _other(forests, classifier=None),
        "a list": skops.io.dumps([1, 2]),
        "another zip": _zip({"schema.json": b"{}"}),
        "no schema": _zip({"a": b"b"}),
    }
    for data in bad.values():
        with pytest.raises(ModelRejected, match="not as chocolib writes them"):
            ProductionForests.from_bytes(data)


def _zip(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    return made.getvalue()


def test_a_tree_that_leads_outside_itself_is_refused(forests: ProductionForests) -> None:
    """scikit-learn would follow it into memory that is not the tree's."""
    stored = zipfile.ZipFile(io.BytesIO(_other(forests)))
    files = {name: stored.read(name) for name in stored.namelist()}
    changed = 0
    for name, data in files.items():
        if name.endswith(".npy") and b"left_child" in data[:400]:
            nodes = np.load(io.BytesIO(data))
            nodes["left_child"][0] = len(nodes) + 5
            target = io.BytesIO()
            np.save(target, nodes)
            files[name] = target.getvalue()
            changed += 1
            break
    assert changed
    with pytest.raises(ModelRejected, match="leads nowhere"):
        ProductionForests.from_bytes(_zip(files))


def test_scores_on_a_table_counted_by_hand() -> None:
    came = pd.Series(["Optimal", "Optimal", "Halt", "Reduced"])
    named = pd.Series(["Optimal", "Moderate", "Halt", "Halt"])
    # Optimal 2/3, Halt 2/3, Reduced 0
    assert macro_f1(named, came) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    each = ranked_probability_score(certain(named), came)
    assert each.tolist() == pytest.approx([0, 1 / 3, 0, 1 / 3])
    assert confusion(named, came).loc["Optimal"].tolist() == [1, 1, 0, 0]
    assert ranked_probability_score(
        certain(pd.Series(["Halt"])), pd.Series(["Optimal"])
    ).tolist() == [1]


def test_skill_is_one_less_the_ratio_of_errors() -> None:
    odds = certain(pd.Series(["Optimal", "Optimal"]))
    base = {"time": Window(utc("2025-01-01"), utc("2025-01-01T02:00")).hours(), "class": "Optimal"}
    parts = [
        pd.DataFrame({**base, "score": 80.0, "foretold": foretold, "named": "Optimal"})
        .assign(method=name)
        .join(odds)
        for name, foretold in (("good", 79.0), ("poor", 76.0))
    ]
    table = scores(pd.concat(parts), "poor")
    assert table["mae_skill"].tolist() == [0.75, 0]
    assert difference(pd.concat(parts), "good", "poor") == {
        "difference": -3,
        "low": -3,
        "high": -3,
    }


def test_odds_of_the_rule_are_how_often_each_class_came() -> None:
    past = pd.DataFrame(
        {
            "ahead_days": 1,
            "rule-champion": [81.0, 82, 83, 84, 51],
            "rule-champion class": ["Optimal"] * 4 + ["Reduced"],
            "class": ["Optimal", "Optimal", "Optimal", "Moderate", "Reduced"],
        }
    )
    odds = rule_odds(past, past.iloc[[0, 4]])
    assert odds["Optimal"].tolist() == pytest.approx([(3 + 0.6) / 5, 0.6 / 2])
    assert odds.sum(axis=1).tolist() == pytest.approx([1, 1])


def test_shuffling_what_matters_loses_most(rows: pd.DataFrame, forests: ProductionForests) -> None:
    lost = importance(forests, rows)
    assert lost.index[0] == "champion_points"
    assert lost.iloc[0] > 10 * abs(lost.iloc[1:]).max()


def test_a_price_forecast_for_past_days_sees_no_later_price(real_prices: pd.Series) -> None:
    history = real_prices[
        (real_prices.index >= utc("2024-06-01")) & (real_prices.index < utc("2024-11-01"))
    ]
    changed_from = utc("2024-10-10")
    later = history.where(history.index < changed_from, history * 3 + 0.1)
    before, after = prices_ahead(history), prices_ahead(later)
    for ahead, frame in before.items():
        # A day is asked for `ahead` days after the last published one.
        same = frame.index < changed_from + ahead * DAY
        pd.testing.assert_frame_equal(frame[same], after[ahead][same])
        assert not frame[~same].equals(after[ahead][~same])


def test_forecasts_of_past_days_reach_past_the_last_published_one(real_prices: pd.Series) -> None:
    history = real_prices[
        (real_prices.index >= utc("2025-01-01")) & (real_prices.index < utc("2025-03-29"))
    ]
    made = prices_ahead(history)
    for ahead, frame in made.items():
        # 30 March has 23 hours and is the second day after the last one.
        assert frame.index[-1] == utc("2025-03-28T23:00") + ahead * DAY - pd.Timedelta(
            hours=1 if ahead > 1 else 0
        )
        assert frame.index[0] == utc("2025-01-01") + (LEAST_DAYS + ahead - 1) * DAY
        assert frame.notna().all(axis=None)
