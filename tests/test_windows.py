import numpy as np
import pytest

from lstm_notes import Scaler, make_windows, split_by_time
from lstm_notes.windows import rolling_splits


@pytest.mark.parametrize("features", [None, 1, 3])
@pytest.mark.parametrize(
    "look_back, horizon, stride", [(1, 1, 1), (3, 1, 1), (3, 2, 1), (5, 4, 3), (19, 1, 1), (10, 10, 1)]
)
def test_windows_hold_the_days_they_say(features, look_back, horizon, stride):
    series = np.arange(20.0) if features is None else np.arange(20.0 * features).reshape(20, features)
    X, y = make_windows(series, look_back, horizon, stride)
    starts = range(0, 20 - look_back - horizon + 1, stride)
    assert X.shape == (len(starts), look_back, features or 1)
    assert y.shape == ((len(starts), horizon) if features is None else (len(starts), horizon, features))
    for k, start in enumerate(starts):
        np.testing.assert_array_equal(
            X[k].reshape(look_back, -1), series[start : start + look_back].reshape(look_back, -1)
        )
        np.testing.assert_array_equal(y[k], series[start + look_back : start + look_back + horizon])


def test_dtypes_and_memory():
    for dtype in ("float32", "float64"):
        X, y = make_windows(np.arange(9, dtype=dtype), 3)
        assert X.dtype == y.dtype == dtype
    assert make_windows(np.arange(9), 3)[0].dtype == "float64"
    series = np.arange(9.0)
    X, y = make_windows(series, 3)
    X[:] = y[:] = -1
    assert series.tolist() == list(range(9))


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((np.zeros((2, 3, 4)), 1), ValueError, "series has shape (2, 3, 4); (time,) or (time, features) is needed"),
        ((np.float64(3), 1), ValueError, "series has shape ()"),
        ((np.arange(5.0), 0), ValueError, "look_back is 0; at least 1 is needed"),
        ((np.arange(5.0), -2), ValueError, "look_back is -2"),
        ((np.arange(5.0), 2.5), TypeError, "look_back is 2.5; a whole number is needed"),
        ((np.arange(5.0), True), TypeError, "look_back is True"),
        ((np.arange(5.0), 5), ValueError, "need a series of at least 6 values; series has 5"),
        ((np.arange(5.0), 3, 3), ValueError, "series has 5"),
        ((np.arange(5.0), 3, 0), ValueError, "horizon is 0"),
        ((np.arange(5.0), 3, 1, 0), ValueError, "stride is 0"),
        (
            (np.array([1, np.nan, 3, np.inf]), 1),
            ValueError,
            "series has 2 values that are NaN or infinite, the first at index 1",
        ),
        ((np.array(["a", "b"]), 1), TypeError, "series has dtype <U1"),
        ((np.array([1, 2], complex), 1), TypeError, "series has dtype complex128"),
    ],
)
def test_bad_windows(arguments, error, words):
    with pytest.raises(error) as caught:
        make_windows(*arguments)
    assert words in str(caught.value)


# ---------------------------------------------------------------------------------------------------------------
# The split.


@pytest.mark.parametrize("look_back, horizon", [(10, 1), (10, 7), (1, 1), (30, 3)])
@pytest.mark.parametrize("features", [None, 2])
def test_split_keeps_targets_apart(look_back, horizon, features):
    days = np.arange(200.0)
    series = days if features is None else np.column_stack([days] * features)
    split = split_by_time(series, look_back, horizon, validation=40, test=0.25)
    targets = [set(part.y.ravel().astype(int)) for part in (split.train, split.validation, split.test)]
    assert targets[0] == set(range(look_back, 110))
    assert targets[1] == set(range(110, 150))
    assert targets[2] == set(range(150, 200))
    for part in (split.train, split.validation, split.test):
        first_target = part.y[:, 0] if features is None else part.y[:, 0, 0]
        np.testing.assert_array_equal(part.first, first_target)
        assert (part.X[:, -1, 0] == first_target - 1).all()


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"validation": 40, "test": 60}, "the train part has 0 of 100 days"),
        ({"validation": 60, "test": 60}, "the train part has 0 of 100 days"),
        ({"validation": 0, "test": 10}, "validation is 0; at least 1"),
        ({"validation": 0.001, "test": 10}, "the validation part has 0 of 100 days"),
        ({"validation": 0.2, "test": 1.5}, "test is 1.5; a fraction between 0 and 1"),
        ({"validation": 2, "test": 20, "horizon": 3}, "the validation part has 2 of 100 days"),
        ({"validation": 45, "test": 45}, "the train part has 10 of 100 days and holds no window"),
    ],
)
def test_empty_parts(arguments, words):
    with pytest.raises(ValueError) as caught:
        split_by_time(np.arange(100.0), **({"look_back": 10} | arguments))
    assert words in str(caught.value)


@pytest.mark.parametrize("horizon", [1, 3])
def test_folds_roll_forward(horizon):
    """On a series that is its own day number: no target twice, none trained on before its time, all days known."""
    folds = rolling_splits(np.arange(200.0), 10, horizon, folds=4, validation=20, test=25)
    tested = np.concatenate([fold.test.y.ravel() for fold in folds])
    assert set(tested) == set(range(100, 200))
    for k, fold in enumerate(folds):
        assert fold.test.days == slice(100 + 25 * k, 125 + 25 * k)
        assert fold.validation.days == slice(80 + 25 * k, 100 + 25 * k) and fold.train.days.start == 0
        assert fold.train.y.max() == fold.validation.y.min() - 1 and fold.validation.y.max() == fold.test.y.min() - 1
        np.testing.assert_array_equal(fold.test.first, fold.test.y[:, 0])
    (one,) = rolling_splits(np.arange(200.0), 10, horizon, folds=1, validation=20, test=25)
    alone = split_by_time(np.arange(200.0), 10, horizon, validation=20, test=25)
    assert repr(one) == repr(alone)


def test_fractions_of_a_fold_are_of_the_whole_series():
    folds = rolling_splits(np.arange(200.0), 10, folds=3, validation=0.1, test=0.2)
    assert [fold.test.days.stop - fold.test.days.start for fold in folds] == [40, 40, 40]
    assert [fold.validation.days.stop - fold.validation.days.start for fold in folds] == [20, 20, 20]


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"folds": 0}, "folds is 0; at least 1"),
        ({"folds": 9}, "9 folds of 20 test days and 10 validation days leave no training day of the series' 100"),
        ({"folds": 4}, "the train part has 10 of 40 days and holds no window"),
        ({"folds": 2, "test": 1.5}, "test is 1.5; a fraction between 0 and 1"),
    ],
)
def test_impossible_folds(arguments, words):
    with pytest.raises(ValueError) as caught:
        rolling_splits(np.arange(100.0), 10, **({"validation": 10, "test": 20} | arguments))
    assert words in str(caught.value)


# ---------------------------------------------------------------------------------------------------------------
# The scaler.


@pytest.mark.parametrize("shape", [(50,), (50, 3), (10, 5, 3)])
def test_scaler_scales_and_undoes(shape):
    values = np.random.default_rng(0).normal(5, 3, shape)
    scaler = Scaler().fit(values)
    scaled = scaler.transform(values)
    rows = scaled.reshape(-1, 1 if len(shape) == 1 else shape[-1])
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(rows.std(axis=0), 1, atol=1e-12)
    np.testing.assert_allclose(scaler.inverse_transform(scaled), values, atol=1e-12)


def test_one_feature_scales_any_shape():
    scaler = Scaler().fit(np.array([1.0, 2.0, 3.0]))
    for shape in ((4,), (4, 2), (4, 2, 1), ()):
        assert scaler.transform(np.ones(shape)).shape in (shape, (1,) if shape == () else shape)


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: Scaler().transform(np.ones(3)), RuntimeError, "the scaler is not fitted yet"),
        (lambda: Scaler().inverse_transform(np.ones(3)), RuntimeError, "the scaler is not fitted yet"),
        (lambda: Scaler().features, RuntimeError, "the scaler is not fitted yet"),
        (lambda: Scaler().fit(np.full(5, 2.5)), ValueError, "values of feature 0 are all 2.5: a constant series"),
        (lambda: Scaler().fit(np.array([[1.0, 2], [3, 2]])), ValueError, "values of feature 1 are all 2"),
        (lambda: Scaler().fit(np.array([1.0, np.nan])), ValueError, "values has 1 values that are NaN"),
        (lambda: Scaler().fit(np.array([])), ValueError, "values has shape (0,)"),
        (lambda: Scaler().fit(np.array([[1.0, 2], [3, 4]])).transform(np.ones(3)), ValueError, "(…, 2 features)"),
    ],
)
def test_bad_scaling(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
