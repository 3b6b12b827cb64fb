import numpy as np
import pytest

from lstm_notes import (
    LinearAutoregression,
    copies_yesterday,
    error_table,
    load_weather,
    mae,
    make_windows,
    mase,
    persistence,
    random_walk,
    seasonal_naive,
    split_by_time,
)


def test_baselines_forecast_the_days_they_say():
    """On a series that is its own day number, each baseline's forecast tells which day it took."""
    split = split_by_time(np.arange(60.0), look_back=5, horizon=3, validation=10, test=10)
    first = split.test.first[:, None]
    np.testing.assert_array_equal(persistence(split.test.X, 3), np.repeat(first - 1, 3, axis=1))
    expected = first + np.arange(3) - 7
    np.testing.assert_array_equal(seasonal_naive(np.arange(60.0), split.test.first, 7, 3), expected)
    line = LinearAutoregression().fit(split.train.X, split.train.y).predict(split.test.X)
    np.testing.assert_allclose(line, split.test.y, atol=1e-9)
    assert persistence(np.zeros((4, 3, 2)), 5).shape == (4, 5, 2)


def test_persistence_on_the_weather():
    """MAE for one day ahead is the mean step from day to day, straight from the series."""
    temperature = load_weather()["temp_max"]
    split = split_by_time(temperature, 30, validation=365, test=365)
    steps = np.abs(np.diff(temperature))[-365:].mean()
    assert mae(persistence(split.test.X), split.test.y) == pytest.approx(steps)
    assert mase(persistence(split.test.X), split.test.y, temperature[:731]) == pytest.approx(
        steps / np.abs(np.diff(temperature[:731])).mean()
    )


def test_autoregression_finds_the_weights_of_an_autoregression():
    rng, x = np.random.default_rng(0), [0.0, 0.0]
    for _ in range(5000):
        x.append(0.6 * x[-1] - 0.3 * x[-2] + 1 + 0.1 * rng.standard_normal())
    model = LinearAutoregression().fit(*make_windows(np.array(x), 2))
    np.testing.assert_allclose(model.coefficients[:, 0], [-0.3, 0.6, 1.0], atol=0.05)


def test_copying_is_told_from_foresight():
    X, y = make_windows(random_walk(500, seed=0), 3)
    before, same = copies_yesterday(persistence(X), y, X)
    assert before == pytest.approx(1) and same < before
    before, same = copies_yesterday(y, y, X)
    assert same == pytest.approx(1) and before < same


def test_the_table_says_it_all():
    columns = {"day 1": {"a": np.array([1.004, 2.0]), "long name": 4.0}, "day 7": {"a": 3.0, "long name": 5.0}}
    table = error_table(columns, about="seeds")
    assert table.splitlines() == [
        "           day 1        day 7",
        "a          1.00 – 2.00  3.00",
        "long name  4.00         5.00",
        "seeds",
    ]


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: mae(np.zeros((3, 1)), np.zeros(3)), ValueError, "forecast has shape (3, 1)"),
        (lambda: mae(np.zeros((0, 1)), np.zeros((0, 1))), ValueError, "y has no values"),
        (lambda: mase(np.zeros((3, 1)), np.zeros((3, 1)), np.ones(9)), ValueError, "training has no steps"),
        (lambda: persistence(np.zeros((3, 1))), ValueError, "X has shape (3, 1)"),
        (lambda: seasonal_naive(np.zeros(9), [3], 5), ValueError, "season is 5 and the first target is day 3"),
        (lambda: seasonal_naive(np.zeros(9), [8], 2, 3), ValueError, "horizon is 3 and season 2"),
        (lambda: LinearAutoregression().predict(np.zeros((1, 2, 1))), RuntimeError, "not fitted yet"),
        (
            lambda: LinearAutoregression().fit(np.zeros((3, 2, 1)), np.zeros((2, 1))),
            ValueError,
            "y has 2 windows and X 3",
        ),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
