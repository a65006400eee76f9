"""KANs with scikit-learn's conventions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.preprocessing import LabelEncoder
from sklearn.utils import Tags, check_random_state, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from pyssnn.errors import InputError
from pyssnn.kan.fitting import FitConfig, fit
from pyssnn.kan.network import KAN, Network
from pyssnn.kan.shrinking import ShrinkConfig, shrink


class _KANEstimator(BaseEstimator):
    """What the regressor and the classifier share: the settings, and fitting a network on standardised columns."""

    def __init__(
        self,
        hidden: Sequence[int | tuple[int, int]] = (5,),
        *,
        n_intervals: int = 5,
        order: int = 3,
        method: str = "lbfgs",
        steps: int = 100,
        learning_rate: float | None = None,
        sparsity: float = 0.0,
        entropy: float = 2.0,
        grid_updates: int = 5,
        smallest: bool = False,
        keep: float | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden = hidden
        self.n_intervals = n_intervals
        self.order = order
        self.method = method
        self.steps = steps
        self.learning_rate = learning_rate
        self.sparsity = sparsity
        self.entropy = entropy
        self.grid_updates = grid_updates
        self.smallest = smallest
        self.keep = keep
        self.random_state = random_state

    def _fit_network(self, X: np.ndarray, targets: np.ndarray, n_out: int, objective: str) -> None:
        rate = self.learning_rate if self.learning_rate is not None else 1.0 if self.method == "lbfgs" else 0.02
        config = FitConfig(
            objective=objective, method=self.method, steps=self.steps, learning_rate=rate, sparsity=self.sparsity, entropy=self.entropy,
            grid_updates=self.grid_updates,
        )  # fmt: skip
        seed = int(check_random_state(self.random_state).randint(2**31))
        network: Network = KAN([X.shape[1], *self.hidden, n_out], n_intervals=self.n_intervals, order=self.order, seed=seed)
        self.x_mean_, self.x_scale_ = _standards(X)
        x, y = torch.from_numpy((X - self.x_mean_) / self.x_scale_), torch.from_numpy(targets)
        self.history_ = fit(network, x, y, config)
        if self.smallest:
            sparse = FitConfig(objective=objective, sparsity=self.sparsity or 1e-3, entropy=self.entropy)
            self.shrunk_ = shrink(network, x, y, ShrinkConfig(keep=self.keep, fit=sparse))
            network = self.shrunk_.network
        self.network_ = network.requires_grad_(False)
        self.n_iter_ = self.history_.steps

    def _outputs(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        with torch.no_grad():
            return self.network_(torch.from_numpy((X - self.x_mean_) / self.x_scale_)).numpy()

    def formula(self, names: Sequence[str] | None = None, digits: int = 4) -> list:
        """The network's outputs as sympy expressions of the *columns* of X, which are standardised inside; splines appear as functions.

        Regression targets are standardised, too: an expression is of (y − mean) / scale.
        """
        import sympy

        from pyssnn.kan.formulas import formula

        check_is_fitted(self)
        if names is None:
            names = getattr(self, "feature_names_in_", [f"x{i + 1}" for i in range(self.n_features_in_)])
        plain = [sympy.Symbol(str(name)) for name in names]
        inner = [sympy.Symbol(f"_{i}") for i in range(len(plain))]
        swapped = {z: (x - float(m)) / float(s) for z, x, m, s in zip(inner, plain, self.x_mean_, self.x_scale_, strict=True)}
        return [expression.xreplace(swapped) for expression in formula(self.network_, [str(z) for z in inner], digits)]


class KANRegressor(RegressorMixin, _KANEstimator):
    """A Kolmogorov–Arnold network for one or several real targets.

    Args:
        hidden: nodes of the hidden levels; (s, p) is s sums and p products.
        n_intervals, order: of the splines.
        method, steps, learning_rate, sparsity, entropy, grid_updates: see `FitConfig`. The rate is by default 1 for L-BFGS and 0.02 for Adam.
        smallest: whether to look for the smallest network that keeps the score `keep` on the training data (see `ShrinkConfig`).
        keep: that score, an R²; by default 0.01 less than before.
        random_state: fixes the initialisation.

    Attributes:
        network_: the fitted `KAN`, of standardised columns to standardised targets.
        history_: its `FitHistory`. shrunk_: the `Shrunk`, with `smallest`.

    Columns and targets are standardised; a constant one is left at its value, and a constant target is predicted everywhere. Off the
    training data's range edge functions go on straight.
    """

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.single_output, tags.target_tags.multi_output = True, True
        return tags

    def fit(self, X: Any, y: Any) -> KANRegressor:
        """Fit on X (N, n_columns) and y (N,) or (N, n_targets). Raises `ValueError` for what is not finite or does not fit together."""
        X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
        y = np.asarray(y, dtype=np.float64)
        columns = y.reshape(len(y), -1)
        (self.y_mean_, self.y_scale_), self._flat = _standards(columns), y.ndim == 1
        self._fit_network(X, (columns - self.y_mean_) / self.y_scale_, columns.shape[1], "regression")
        return self

    def predict(self, X: Any) -> np.ndarray:
        """(N,) or (N, n_targets), as y was."""
        y = self._outputs(X) * self.y_scale_ + self.y_mean_
        return y[:, 0] if self._flat else y


class KANClassifier(ClassifierMixin, _KANEstimator):
    """A Kolmogorov–Arnold network for classes.

    Arguments and attributes are those of `KANRegressor`; `keep` is an accuracy, by default the one before. Two classes have one output, the
    logit of the second; more have one each.
    """

    def fit(self, X: Any, y: Any) -> KANClassifier:
        """Fit on X (N, n_columns) and class labels y (N,). Raises `ValueError` for what is not finite, or a single class."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        encoder = LabelEncoder().fit(column_or_1d(y, warn=True))
        self.classes_ = encoder.classes_
        if len(self.classes_) < 2:
            raise InputError("y", f"1 class, {self.classes_[0]!r}", "at least two classes")
        numbers = encoder.transform(column_or_1d(y))
        if len(self.classes_) == 2:
            self._fit_network(X, numbers.astype(np.float64)[:, None], 1, "logistic")
        else:
            self._fit_network(X, numbers, len(self.classes_), "softmax")
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """(N,) logits of the second of two classes, or (N, n_classes)."""
        outputs = self._outputs(X)
        return outputs[:, 0] if len(self.classes_) == 2 else outputs

    def predict_proba(self, X: Any) -> np.ndarray:
        """(N, n_classes) probabilities."""
        logits = torch.from_numpy(self._outputs(X))
        if len(self.classes_) == 2:
            logits = torch.cat([torch.zeros_like(logits), logits], dim=1)
        return torch.softmax(logits, dim=1).numpy()

    def predict(self, X: Any) -> np.ndarray:
        """(N,) class labels."""
        outputs = self.decision_function(X)
        return self.classes_[(outputs > 0).astype(int) if outputs.ndim == 1 else outputs.argmax(1)]


def _standards(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard deviations, the latter 1 for columns that are constant but for rounding. Squares of huge values do not overflow."""
    most = np.abs(columns).max(0, initial=0)
    most = np.where(most > 0, most, 1.0)
    shares = columns / most
    mean, deviation = shares.mean(0) * most, shares.std(0) * most
    return mean, np.where(deviation > 1e-12 * (1 + most), deviation, 1.0)
