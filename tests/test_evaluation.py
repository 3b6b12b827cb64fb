import numpy as np
import pytest

from lstm_notes import (
    LinearAutoregression,
    error_table,
    lag_correlation,
    load_weather,
    mae,
    make_windows,
    mase,
    persistence,
    random_walk,
    seasonal_naive,
    split_by_time,
)
from lstm_notes.evaluation import baselines, conformal_margin, coverage, verdict


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
    before, same = lag_correlation(persistence(X), y, X)
    assert before == pytest.approx(1) and same < before
    before, same = lag_correlation(y, y, X)
    assert same == pytest.approx(1) and before < same


def test_copying_has_a_verdict_in_words():
    X, y = make_windows(random_walk(500, seed=0), 3)
    assert lag_correlation(persistence(X), y, X).verdict == "closer to the day before than to the day itself"
    foresight = lag_correlation(y, y, X)
    assert foresight.verdict == "closer to the day itself than to the day before"
    assert str(foresight).startswith(f"with the day before {foresight.before:.2f}, with the day itself 1.00: ")


@pytest.mark.parametrize("shape", [(60,), (60, 1), (60, 2)])
@pytest.mark.parametrize("horizon", [1, 3])
def test_baselines_fit_any_part(shape, horizon):
    """On a straight line every forecast tells which day it came from, and the autoregression is exact."""
    series = np.arange(60.0) if len(shape) == 1 else np.arange(60.0)[:, None] + 100 * np.arange(shape[1])
    split = split_by_time(series, look_back=5, horizon=horizon, validation=10, test=10)
    forecasts = baselines(split.test, split.train, series, season=7)
    assert list(forecasts) == ["persistence", "seasonal naive", "linear AR"]
    ahead = np.arange(1, horizon + 1).reshape(1, -1, *[1] * (len(shape) - 1))
    np.testing.assert_array_equal(forecasts["persistence"], split.test.y - ahead)
    np.testing.assert_array_equal(forecasts["seasonal naive"], split.test.y - 7)
    np.testing.assert_allclose(forecasts["linear AR"], split.test.y, atol=1e-9)
    assert list(baselines(split.test, split.train, series)) == ["persistence", "linear AR"]


def test_the_autoregression_sees_the_training_part_alone():
    """A series whose law changes with the test part: fitted on the test part the error would be 0."""
    series = np.concatenate([np.tile([1.0, -1.0], 40), np.arange(20.0)])
    split = split_by_time(series, look_back=2, validation=10, test=10)
    assert mae(baselines(split.test, split.train, series)["linear AR"], split.test.y) > 1


def test_intervals_hold_what_they_promise():
    """On exchangeable residuals the mean coverage lies within [c, c + 1 / (n + 1)] (Lei et al. 2018, theorem 2)."""
    rng = np.random.default_rng(0)
    for asked, n in ((0.9, 19), (0.5, 9), (0.8, 200)):
        residuals, new = rng.standard_cauchy((4000, n)), rng.standard_cauchy((4000, 50))
        margins = conformal_margin(residuals.T, asked)
        assert margins.shape == (4000,)
        held = coverage(np.zeros((50, 4000)), margins, new.T).mean()
        assert asked - 0.006 < held < asked + 1 / (n + 1) + 0.006


def test_the_margin_is_the_kth_smallest():
    residuals = np.stack([np.arange(-1.0, -20.0, -1.0), np.arange(1.0, 20.0) * 10], axis=1)
    np.testing.assert_array_equal(conformal_margin(residuals, 0.9), [18, 180])  # ⌈20 · 0.9⌉ = 18
    np.testing.assert_array_equal(conformal_margin(residuals[:9], 0.9), [9, 90])
    assert conformal_margin(np.arange(1.0, 100.0), 0.07) == 7  # 100 · 0.07 is a little more than 7 to a computer


def test_coverage_counts_by_day_ahead():
    forecast, y = np.zeros((4, 2)), np.array([[1.0, -1.0], [2.0, -2.0], [3.0, 3.0], [-4.0, 4.0]])
    np.testing.assert_array_equal(coverage(forecast, np.array([2.0, 3.0]), y), [0.5, 0.75])


@pytest.mark.parametrize(
    "seeds, words",
    [
        ([0.94, 0.90], "LSTM wins: 0.90 to 0.94 times the error of the best other, linear AR"),
        ([0.96, 0.10], "LSTM ties: 0.10 to 0.96 "),
        ([1.04, 9.00], "LSTM ties: 1.04 to 9.00 "),
        ([1.06, 9.00], "LSTM loses: 1.06 to 9.00 "),
    ],
)
def test_verdicts(seeds, words):
    errors = {"persistence": 2.0, "linear AR": np.array([1.0]), "LSTM": np.array(seeds), "LSTM, levels": 0.01}
    assert verdict(errors).startswith(words)
    assert verdict(errors, "LSTM, levels").startswith("LSTM, levels wins")
    assert verdict(errors, margin=0.97).startswith("LSTM ties")


def test_the_table_says_it_all():
    columns = {"day 1": {"a": np.array([1.004, 2.0]), "long name": 4.0}, "day 7": {"a": 3.0, "long name": 5.0}}
    table = error_table(columns, about="seeds")
    assert table.splitlines() == [
        "           day 1        day 7",
        "a          1.00 – 2.00  3.00",
        "long name  4.00         5.00",
        "seeds",
    ]
    assert error_table({"day 1": {"a": 0.0264}}, digits=3).splitlines()[1] == "a  0.026"


@pytest.mark.parametrize(
    "call, error, words",
    [
        (
            lambda: conformal_margin(np.zeros((8, 1))),
            ValueError,
            "residuals has 8 windows; a coverage of 0.9 needs at least 9",
        ),
        (lambda: conformal_margin(np.zeros((9, 1)), 1.0), ValueError, "coverage is 1.0; a share between 0 and 1"),
        (lambda: conformal_margin(np.zeros((9, 1)), 0), ValueError, "coverage is 0"),
        (lambda: conformal_margin(np.full((9, 1), np.nan)), ValueError, "residuals has 9 values that are NaN"),
        (lambda: conformal_margin(np.float64(1)), ValueError, "residuals has shape ()"),
        (lambda: coverage(np.zeros((3, 1)), np.zeros(1), np.zeros((3, 2))), ValueError, "forecast has shape (3, 1)"),
        (lambda: coverage(np.zeros((3, 2)), np.zeros(1), np.zeros((3, 2))), ValueError, "margin has shape (1,)"),
        (lambda: verdict({"LSTM": 1.0}), ValueError, "errors has ['LSTM']; 'LSTM' and a method that is no LSTM"),
        (lambda: verdict({"persistence": 1.0}), ValueError, "errors has ['persistence']; 'LSTM' and"),
        (lambda: verdict({"persistence": 0.0, "LSTM": 1.0}), ValueError, "the error of persistence is 0.0"),
        (
            lambda: lag_correlation(np.ones((3, 1)), np.eye(3)[:, :1], np.zeros((3, 2, 1))),
            ValueError,
            "forecast is the same number in every window",
        ),
        (
            lambda: lag_correlation(np.ones((3, 1)), np.ones((3, 2)), np.zeros((3, 2, 1))),
            ValueError,
            "forecast has shape",
        ),
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
