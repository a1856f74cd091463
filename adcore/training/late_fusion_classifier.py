"""A classifier in scikit-learn's form: late fusion of one ridge regression a branch, for studies on one's own cohort."""

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from adcore.training.evidence import EvidenceSum, choose_sum

ONE_BRANCH = "all"


class LateFusionClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Each branch's evidence alone, then their sum with weights that never turn a sign.

    A branch is all columns whose name begins with the same word ("vgg16 0", "vgg16 1"); without names all columns are one.
    Missing values become the training participants' median. The weights are fitted on evidence out of inner folds.

    Args:
        branches: those to use, in this order; None is all.
        strength: inverse strength of each branch's ridge penalty, scikit-learn's C.
        inner_folds: fewer where a class is smaller.
        random_state: seed of the inner folds.

    Attributes:
        branches_: the columns of each branch used, by name.
        models_: each branch's fitted pipeline.
        fusion_: start and weights of the sum.
    """

    def __init__(
        self, branches: tuple[str, ...] | None = None, strength: float = 0.1, inner_folds: int = 5, random_state: int = 0
    ) -> None:
        self.branches = branches
        self.strength = strength
        self.inner_folds = inner_folds
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fit to features (S, F) and two classes (S,).

        Raises:
            ValueError: not two classes, or a branch that no column belongs to.
        """
        names = _names(X)
        values, targets = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        check_classification_targets(targets)
        if type_of_target(targets) != "binary":
            raise ValueError(f"Only binary classification is supported. The type of the target is {type_of_target(targets)}.")
        self.classes_, coded = np.unique(targets, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("Expected two classes, got one class only. Choose participants of both.")
        labels = coded == 1
        self.branches_ = _columns(names, values.shape[1], self.branches)
        self.models_ = {name: self._branch().fit(values[:, columns], labels) for name, columns in self.branches_.items()}
        self.fusion_ = self._fuse(values, labels)
        return self

    def evidence(self, X: ArrayLike) -> NDArray[np.float64]:
        """What each branch alone says, log-odds (S, B)."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return np.column_stack([self.models_[name].decision_function(values[:, at]) for name, at in self.branches_.items()])

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Log-odds of the second class, (S,)."""
        check_is_fitted(self)
        return self.fusion_.log_odds(self.evidence(X))

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Probabilities of both classes, (S, 2)."""
        second = 1 / (1 + np.exp(-self.decision_function(X)))
        return np.column_stack([1 - second, second])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The more probable class of each, (S,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[(self.decision_function(X) > 0).astype(int)])

    def __sklearn_tags__(self) -> Any:
        """Two classes, and missing values allowed."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags

    def _branch(self) -> Pipeline:
        # the exact solver: few participants, and lbfgs may give up short of the optimum
        ridge = LogisticRegression(C=self.strength, solver="newton-cholesky")
        return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(), ridge)

    def _fuse(self, values: NDArray[np.float64], labels: NDArray[np.bool_]) -> EvidenceSum:
        """The sum's weights, on evidence of participants whom the branch was not fitted to; equal ones for a handful."""
        folds = min(self.inner_folds, int(labels.sum()), int((~labels).sum()))
        count = len(self.branches_)
        if folds < 2:
            return EvidenceSum(0.0, np.full(count, 1 / count))
        splits = StratifiedKFold(folds, shuffle=True, random_state=self.random_state)
        evidence = np.column_stack(
            [
                cross_val_predict(self._branch(), values[:, columns], labels, cv=splits, method="decision_function")
                for columns in self.branches_.values()
            ]
        )
        return choose_sum(evidence, labels, folds, self.random_state)


def _names(features: Any) -> list[str] | None:
    """The columns' names of a table whose columns all have one."""
    names = list(features.columns) if isinstance(features, pd.DataFrame) else []
    return names if names and all(isinstance(name, str) for name in names) else None


def _columns(names: list[str] | None, count: int, wanted: tuple[str, ...] | None) -> dict[str, list[int]]:
    """The columns of each branch, by the first word of their names."""
    found: dict[str, list[int]] = {}
    for place in range(count):
        found.setdefault(ONE_BRANCH if names is None else names[place].partition(" ")[0], []).append(place)
    if wanted is None:
        return found
    missing = [name for name in wanted if name not in found]
    if missing or not wanted:
        raise ValueError(f"Expected branches among {', '.join(found)}, got {', '.join(missing) or 'none'}.")
    return {name: found[name] for name in wanted}
