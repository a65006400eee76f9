"""scikit-learn's conventions, by its own checks, and what our estimators promise beside them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from pyssnn.kan import KANClassifier, KANRegressor


@parametrize_with_checks([KANRegressor(steps=60, random_state=0), KANClassifier(steps=60, random_state=0)])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


def waves(n: int = 150) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).uniform(-1, 1, (n, 3))
    return x, np.sin(3 * x[:, 0]) + x[:, 1] ** 2


def test_the_smallest_network_drops_the_column_that_does_not_matter():
    x, y = waves()
    regressor = KANRegressor((2,), sparsity=1e-3, smallest=True, keep=0.98, random_state=0).fit(x, y)
    assert regressor.network_.inputs.tolist() == [0, 1] and regressor.score(x, y) >= 0.98
    assert regressor.shrunk_.rounds


def test_off_the_datas_range_predictions_go_on_straight():
    x, y = waves()
    regressor = KANRegressor((), random_state=0).fit(x, y)
    far = np.array([[0.0, 0.0, k] for k in (50.0, 51.0, 52.0)])
    a, b, c = regressor.predict(far)
    assert np.isfinite([a, b, c]).all() and np.isclose(c - b, b - a, atol=1e-6)


def test_a_constant_target_is_predicted_and_a_constant_column_does_no_harm():
    x, y = waves()
    x[:, 2] = 1e9
    assert np.allclose(KANRegressor(steps=20, random_state=0).fit(x, np.full(len(x), 7.0)).predict(x), 7.0, atol=0.05)
    assert KANRegressor(steps=40, random_state=0).fit(x, y).score(x, y) > 0.95


def test_squares_of_huge_values_do_not_overflow():
    x, y = waves()
    small = KANRegressor((2,), steps=30, random_state=0).fit(x, y).predict(x)
    huge = KANRegressor((2,), steps=30, random_state=0).fit(1e200 * x, 1e250 * y).predict(1e200 * x)
    assert np.allclose(huge / 1e250, small, atol=1e-3)


def test_a_single_class_is_refused_and_three_have_probabilities():
    x, y = waves()
    with pytest.raises(ValueError, match="class"):
        KANClassifier().fit(x, np.zeros(len(x)))
    labels = np.array(["low", "middle", "high"])[np.digitize(y, [-0.2, 0.6])]
    classifier = KANClassifier((2,), steps=60, random_state=0).fit(x, labels)
    assert classifier.score(x, labels) > 0.95
    assert np.allclose(classifier.predict_proba(x).sum(1), 1) and classifier.decision_function(x).shape == (len(x), 3)


def test_nan_is_refused_in_fitting_and_in_predicting():
    x, y = waves()
    bad = x.copy()
    bad[0, 0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        KANRegressor().fit(bad, y)
    with pytest.raises(ValueError, match="NaN"):
        KANRegressor(steps=5).fit(x, y).predict(bad)


def test_several_targets_and_a_formula_in_the_columns_names():
    pandas = pytest.importorskip("pandas")
    x, y = waves()
    frame = pandas.DataFrame(x, columns=["a", "b", "c"])
    regressor = KANRegressor((), steps=60, random_state=0).fit(frame, np.stack([y, -y], 1))
    assert regressor.predict(frame).shape == (150, 2) and regressor.score(frame, np.stack([y, -y], 1)) > 0.95
    first, _ = regressor.formula()
    assert {symbol.name for symbol in first.free_symbols} == {"a", "b", "c"}
    with pytest.raises(ValueError, match="names"):
        regressor.predict(frame.rename(columns={"c": "z"}))
