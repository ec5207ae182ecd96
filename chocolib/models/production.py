"""Two random forests that foretell the energy score and the class of hours to come.

What they must beat is the exact rule on the champion's price forecast and the weather seen
last, whose points are among their features: see `docs/production-models.md` for whether
they do. They are saved by skops, not pickled. Trees are read back only when every type in
the file is one that we wrote and every node leads inside its own tree; even so, only bytes
whose hash is known to be ours should come here.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from chocolib.core.errors import ModelRejected, NotEnoughData
from chocolib.core.thresholds import CLASSES
from chocolib.models.production_table import FEATURES

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

#: What a file of ours holds beside the types that skops trusts by itself.
TRUSTED = ("sklearn.tree._tree.Tree",)
FORM = 1
#: Hours that both forests need before they say anything: thirty days at three leads.
LEAST_ROWS = 30 * 24 * 3
#: Chosen on 2024-01 to 2024-06, trained on what was before: docs/production-models.md.
_FOREST = {
    "n_estimators": 40,
    "max_depth": 14,
    "min_samples_leaf": 100,
    "max_features": 0.4,
    "max_samples": 0.5,
    "random_state": 0,
    "n_jobs": -1,
}


class ProductionForests:
    """A regressor of the score and a classifier of the class, trained on the same hours."""

    name = "forest"

    def fit(self, rows: pd.DataFrame) -> Self:
        """Learn from hours that are over: `FEATURES`, `score`, `class`; gaps are left out.

        Raises:
            NotEnoughData: fewer than `LEAST_ROWS` whole rows.
        """
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        whole = rows.dropna(subset=[*FEATURES, "score", "class"])
        if len(whole) < LEAST_ROWS:
            raise NotEnoughData(
                f"the production models have {len(whole)} hours with price and weather to "
                f"learn from and need {LEAST_ROWS}",
                hint="chocolib import siar PATH or chocolib backfill weather_data brings weather",
            )
        told = whole[list(FEATURES)].to_numpy(dtype=float)
        self.regressor_: RandomForestRegressor = RandomForestRegressor(**_FOREST).fit(
            told, whole["score"].to_numpy(dtype=float)
        )
        self.classifier_: RandomForestClassifier = RandomForestClassifier(**_FOREST).fit(
            told, whole["class"].to_numpy(dtype=object).astype(str)
        )
        return self

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """`score` and the probability of each of `CLASSES`; NaN where a feature is missing."""
        made = pd.DataFrame(np.nan, index=rows.index, columns=["score", *CLASSES])
        told = rows[list(FEATURES)].to_numpy(dtype=float)
        whole = ~np.isnan(told).any(axis=1)
        if whole.any():
            made.loc[whole, list(CLASSES)] = 0.0
            made.loc[whole, "score"] = self.regressor_.predict(told[whole])
            known = [str(name) for name in self.classifier_.classes_]
            made.loc[whole, known] = self.classifier_.predict_proba(told[whole])
        return made

    def to_bytes(self) -> bytes:
        """Both forests as one skops file; the same forests need not give the same bytes."""
        import skops.io

        content = {"form": FORM, "features": list(FEATURES)}
        content |= {"regressor": self.regressor_, "classifier": self.classifier_}
        return bytes(skops.io.dumps(content, compression=zipfile.ZIP_DEFLATED))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse of `to_bytes`.

        Raises:
            ModelRejected: not such a file, a type that is not ours, other features, a tree
                that leads nowhere.
        """
        content = _content(data)
        if content.get("form") != FORM or content.get("features") != list(FEATURES):
            raise _rejected("it was trained on other features")
        made = cls()
        made.regressor_ = _forest(content.get("regressor"), "RandomForestRegressor")
        made.classifier_ = _forest(content.get("classifier"), "RandomForestClassifier")
        if not {str(name) for name in made.classifier_.classes_} <= set(CLASSES):
            raise _rejected("its classes are not those of chocolib")
        return made


def _content(data: bytes) -> dict[str, Any]:
    import skops.io

    try:
        foreign = set(skops.io.get_untrusted_types(data=data)) - set(TRUSTED)
        if foreign:
            raise _rejected(f"it holds {', '.join(sorted(foreign))}")
        content = skops.io.loads(data, trusted=list(TRUSTED))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise _rejected(f"it cannot be read ({error})") from None
    if not isinstance(content, dict):
        raise _rejected("it is something else")
    return content


def _forest(found: Any, name: str) -> Any:
    """The forest, if it is one, of our features, and whole."""
    if type(found).__name__ != name or found.n_features_in_ != len(FEATURES):
        raise _rejected(f"its {name} is something else")
    if not all(_sound(tree.tree_) for tree in found.estimators_):
        raise _rejected("a tree of it leads nowhere")
    return found


def _sound(tree: Any) -> bool:
    """Whether every node's children come after it in the tree, and every feature is one.

    scikit-learn follows these numbers without looking.
    """
    left, right, feature = tree.children_left, tree.children_right, tree.feature
    inner = (left != -1) | (right != -1)
    place = np.flatnonzero(inner)
    after = (left[inner] > place) & (right[inner] > place)
    within = (left[inner] < tree.node_count) & (right[inner] < tree.node_count)
    known = (feature[inner] >= 0) & (feature[inner] < len(FEATURES))
    return bool((after & within & known).all())


def _rejected(what: str) -> ModelRejected:
    return ModelRejected(
        f"the production models are not as chocolib writes them: {what}",
        hint="train them again",
    )
