"""How good foretold scores and classes are, and how much better than a reference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.thresholds import CLASSES

#: From Halt to Optimal: the order that the ranked probability score needs.
ORDER = CLASSES[::-1]


def ranked_probability_score(odds: pd.DataFrame, actual: pd.Series) -> pd.Series:
    """Mean squared distance of cumulative probabilities, 0 (sure and right) to 1 (Epstein, 1969).

    Args:
        odds: one column per class, rows that add up to 1.
        actual: the class that came.
    """
    foretold = odds[list(ORDER)].to_numpy(dtype=float).cumsum(axis=1)[:, :-1]
    came = _codes(actual)[:, None] <= np.arange(len(ORDER) - 1)
    return pd.Series(((foretold - came) ** 2).mean(axis=1), index=odds.index)


def certain(names: pd.Series) -> pd.DataFrame:
    """Probability 1 for the named class: what a method without odds says."""
    columns = {name: (names == name).to_numpy(dtype=float) for name in CLASSES}
    return pd.DataFrame(columns, index=names.index)


def macro_f1(named: pd.Series, actual: pd.Series) -> float:
    """Mean over the classes that came of 2 TP / (2 TP + FP + FN)."""
    scores = []
    for name in [name for name in CLASSES if (actual == name).any()]:
        hit = int(((named == name) & (actual == name)).sum())
        scores.append(2 * hit / (int((named == name).sum()) + int((actual == name).sum())))
    return float(np.mean(scores)) if scores else float("nan")


def confusion(named: pd.Series, actual: pd.Series) -> pd.DataFrame:
    """Hours by the class that came (rows) and the one foretold (columns)."""
    order = list(CLASSES)
    table = pd.crosstab(actual.to_numpy(), named.to_numpy())
    table = table.reindex(index=order, columns=order, fill_value=0)
    return table.rename_axis(index="came", columns="foretold")


def scores(told: pd.DataFrame, against: str) -> pd.DataFrame:
    """Each method's errors, and its skill: 1 - its error / that of `against`.

    Args:
        told: one row per hour and method: `method`, `foretold` (score), `named` (class),
            one column per class (odds), `score` and `class` that came.

    Returns:
        By method: hours, mae, accuracy, macro_f1, rps, mae_skill, rps_skill.
    """
    rows = {name: _scores_of(group) for name, group in told.groupby("method", sort=False)}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")
    for error in ("mae", "rps"):
        table[f"{error}_skill"] = 1 - table[error] / float(table[error][against])
    return table


def difference(told: pd.DataFrame, first: str, second: str) -> dict[str, float]:
    """MAE of the first method less that of the second, with a 95 % interval.

    The interval is that of 2,000 samples of whole weeks (Künsch, 1989: blocks, because the
    errors of a week are alike).
    """
    of_method = {name: told[told["method"] == name] for name in (first, second)}
    missed = {name: (rows["foretold"] - rows["score"]).abs() for name, rows in of_method.items()}
    more = missed[first].to_numpy() - missed[second].to_numpy()
    times = pd.DatetimeIndex(of_method[first]["time"])
    weeks = pd.Series(more).groupby((times - times[0]).days // 7)
    total, count = weeks.sum().to_numpy(), weeks.count().to_numpy()
    drawn = np.random.default_rng(0).integers(len(total), size=(2000, len(total)))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return {"difference": float(more.mean()), "low": float(low), "high": float(high)}


def _scores_of(told: pd.DataFrame) -> dict[str, float]:
    return {
        "hours": len(told),
        "mae": float((told["foretold"] - told["score"]).abs().mean()),
        "accuracy": float((told["named"] == told["class"]).mean()),
        "macro_f1": macro_f1(told["named"], told["class"]),
        "rps": float(ranked_probability_score(told[list(CLASSES)], told["class"]).mean()),
    }


def _codes(names: pd.Series) -> np.ndarray:
    return names.map({name: place for place, name in enumerate(ORDER)}).to_numpy(dtype=int)
