import sys

import numpy as np
import pytest

from lstm_notes import (
    Climatology,
    LinearAutoregression,
    Windowed,
    baselines,
    boosting,
    drift,
    evaluation,
    kernel_ridge,
    load_weather,
    mae,
    make_windows,
    mlp,
    persistence,
    ridge,
    rivals,
    rmse,
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


def test_autoregression_finds_the_weights_of_an_autoregression():
    rng, x = np.random.default_rng(0), [0.0, 0.0]
    for _ in range(5000):
        x.append(0.6 * x[-1] - 0.3 * x[-2] + 1 + 0.1 * rng.standard_normal())
    model = LinearAutoregression().fit(*make_windows(np.array(x), 2))
    np.testing.assert_allclose(model.coefficients[:, 0], [-0.3, 0.6, 1.0], atol=0.05)


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


def test_the_old_place_still_has_them():
    assert evaluation.baselines is rivals.baselines


def test_drift_goes_on_with_a_line():
    """Exact on straight lines, whatever the window; between them only the ends count."""
    series = np.stack([3.0 * np.arange(40), 100.0 - np.arange(40)], axis=1)
    X, y = make_windows(series, look_back=6, horizon=4)
    np.testing.assert_allclose(drift(X, 4), y, atol=1e-9)
    np.testing.assert_allclose(drift(X[:, :, :1], 4), y[:, :, 0], atol=1e-9)
    X[:, 1:-1] = 0
    np.testing.assert_allclose(drift(X, 4), y, atol=1e-9)


@pytest.mark.parametrize("features", [(), (2,)])
def test_climatology_knows_the_time_of_the_year(features):
    """Fitted on days 50 … 399 of a curve of two waves, it draws the curve anywhere, also a year later."""
    days = np.arange(800)
    curve = 8 + 6 * np.sin(2 * np.pi * days / 91.3 + 1) + 2 * np.cos(4 * np.pi * days / 91.3)
    series = curve if not features else curve[:, None] * [1.0, -3.0]
    model = Climatology(91.3).fit(series[50:400], first=50)
    first = np.array([10, 500, 700])
    wanted = series[first[:, None] + np.arange(5)]
    np.testing.assert_allclose(model.predict(first, 5), wanted, atol=1e-9)
    assert np.abs(Climatology(91.3).fit(series[50:400]).predict(first, 5) - wanted).max() > 1  # days counted from 0
    assert np.abs(Climatology(91.3, harmonics=1).fit(series[50:400], 50).predict(first, 5) - wanted).max() > 1


def test_climatology_beats_the_same_day_a_year_ago():
    """A year ago is one draw of the weather, the waves are the mean of two years."""
    temperature = load_weather()["temp_max"]
    split = split_by_time(temperature, 30, 7, validation=365, test=365)
    usual = Climatology(365.25).fit(temperature[split.train.days]).predict(split.test.first, 7)
    assert usual.shape == split.test.y.shape
    assert mae(usual, split.test.y) < 0.9 * mae(seasonal_naive(temperature, split.test.first, 365, 7), split.test.y)


@pytest.mark.parametrize("horizon", [1, 3])
def test_order_is_how_many_of_the_last_days_are_used(horizon):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((200, 9, 2)), rng.standard_normal((200, horizon))
    model = LinearAutoregression(order=4).fit(X, y)
    assert model.coefficients.shape == (4 * 2 + 1, horizon)
    np.testing.assert_allclose(model.predict(X), LinearAutoregression().fit(X[:, -4:], y).predict(X[:, -4:]))
    X[:, :-4] = 1e6
    np.testing.assert_allclose(model.predict(X), LinearAutoregression().fit(X[:, -4:], y).predict(X[:, -4:]))


def test_a_calendar_serves_every_day_ahead():
    """A wave plus what fades by 0.5 a day: exact for each day ahead with order 1, which without the calendar is not."""
    rng = np.random.default_rng(0)
    first = np.arange(300)
    days = first[:, None] + np.arange(-1, 4)
    wave, off = np.sin(2 * np.pi * days / 37), rng.standard_normal((300, 1)) * 0.5 ** np.arange(5)
    X, y = (wave + off)[:, :1, None], (wave + off)[:, 1:]
    model = LinearAutoregression(order=1, harmonics=1, season=37).fit(X[:200], y[:200], first[:200])
    assert model.coefficients.shape == (1 + 2 + 1, 4)
    np.testing.assert_allclose(model.predict(X[200:], first[200:]), y[200:], atol=1e-9)
    assert np.abs(LinearAutoregression().fit(X[:200], y[:200]).predict(X[200:]) - y[200:]).max() > 0.1


def test_the_chosen_order_has_the_least_error_on_validation():
    temperature = load_weather()["temp_max"]
    split = split_by_time(temperature, 12, 3, validation=365, test=365)
    for error in (mae, rmse):
        chosen = LinearAutoregression.chosen(split.train, split.validation, range(1, 13), error)
        errors = [
            error(LinearAutoregression(n).fit(*split.train).predict(split.validation.X), split.validation.y)
            for n in range(1, 13)
        ]
        assert chosen.order == 1 + np.argmin(errors)
        np.testing.assert_array_equal(
            chosen.predict(split.test.X), LinearAutoregression(chosen.order).fit(*split.train).predict(split.test.X)
        )
    calendar = LinearAutoregression.chosen(split.train, split.validation, (1, 2), mae, harmonics=2, season=365.25)
    assert calendar.coefficients.shape == (calendar.order + 4 + 1, 3)


class Recorder:
    """Least squares that keeps what it was given."""

    def fit(self, X, y):
        self.X, self.y = X, y
        self.weights = np.linalg.lstsq(np.c_[X, np.ones(len(X))], y, rcond=None)[0]

    def predict(self, X):
        return np.c_[X, np.ones(len(X))] @ self.weights


@pytest.mark.parametrize("features", [(), (2,)])
def test_windowed_gives_standardised_windows_and_takes_the_scale_off_again(features):
    """Least squares does not care for scales: inside Windowed it has to forecast as the autoregression does."""
    rng = np.random.default_rng(0)
    series = 50 + 9 * rng.standard_normal((120, *features)).cumsum(axis=0)
    split = split_by_time(series, look_back=4, horizon=3, validation=20, test=20)
    estimator = Recorder()
    model = Windowed(estimator).fit(*split.train)
    expected = LinearAutoregression().fit(*split.train).predict(split.test.X)
    np.testing.assert_allclose(model.predict(split.test.X), expected)
    assert not hasattr(estimator, "X")  # copies were fitted
    fitted = model._fitted
    assert len(fitted) == 3 * (features or (1,))[0] and fitted[0].X.shape == (
        len(split.train.X),
        4 * (features or (1,))[0],
    )
    for one in fitted:
        assert one.y.mean() == pytest.approx(0, abs=1e-9) and one.y.std() == pytest.approx(1)
    assert abs(fitted[0].X.mean()) < 1e-9 and fitted[0].X.std() == pytest.approx(1)


def test_scikit_learn_learns_what_a_line_cannot():
    """The logistic map is a parabola: both come below half the line's error, and fitted again give the same."""
    pytest.importorskip("sklearn", reason="scikit-learn is an extra; with `pip install scikit-learn` these run, too")
    from sklearn.linear_model import LinearRegression

    x = [0.3]
    for _ in range(499):
        x.append(3.9 * x[-1] * (1 - x[-1]))
    split = split_by_time(np.array(x), look_back=2, horizon=2, validation=50, test=100)
    line = LinearAutoregression().fit(*split.train).predict(split.test.X)
    np.testing.assert_allclose(Windowed(LinearRegression()).fit(*split.train).predict(split.test.X), line)
    np.testing.assert_allclose(ridge(1e-9).fit(*split.train).predict(split.test.X), line, rtol=1e-6)
    mean = split.train.y.mean(axis=0)
    assert np.abs(ridge(1e6).fit(*split.train).predict(split.test.X) - mean).max() < 1e-3  # no weight is left
    for model in (mlp(alpha=0.001), boosting(), kernel_ridge(0.01)):
        first, again = (model.fit(*split.train).predict(split.test.X) for _ in range(2))
        assert first.shape == split.test.y.shape and mae(first, split.test.y) < 0.5 * mae(line, split.test.y)
        np.testing.assert_array_equal(first, again)
    assert mlp(hidden=5, seed=3).estimator.hidden_layer_sizes == (5,)
    assert mlp(seed=3).estimator.random_state == boosting(3).estimator.random_state == 3


@pytest.mark.parametrize("make", [mlp, boosting, ridge, kernel_ridge])
def test_without_scikit_learn_a_sentence_says_what_to_install(make, monkeypatch):
    for name in (
        "sklearn",
        "sklearn.neural_network",
        "sklearn.ensemble",
        "sklearn.linear_model",
        "sklearn.kernel_ridge",
    ):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError) as caught:
        make()
    assert str(caught.value) == "scikit-learn is not installed; `pip install scikit-learn` brings it"


WINDOWS = np.arange(12.0).reshape(4, 3, 1), np.arange(4.0)[:, None]


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: persistence(np.zeros((3, 1))), ValueError, "X has shape (3, 1)"),
        (lambda: seasonal_naive(np.zeros(9), [3], 5), ValueError, "season is 5 and the first target is day 3"),
        (lambda: seasonal_naive(np.zeros(9), [8], 2, 3), ValueError, "horizon is 3 and season 2"),
        (lambda: LinearAutoregression().predict(np.zeros((1, 2, 1))), RuntimeError, "not fitted yet"),
        (
            lambda: LinearAutoregression().fit(np.zeros((3, 2, 1)), np.zeros((2, 1))),
            ValueError,
            "y has 2 windows and X 3",
        ),
        (lambda: drift(np.zeros((3, 1, 1))), ValueError, "X has windows of 1 day"),
        (lambda: Climatology(365, harmonics=183), ValueError, "harmonics is 183 and season 365"),
        (lambda: Climatology(0), ValueError, "season is 0"),
        (lambda: Climatology(12).fit(np.zeros(11)), ValueError, "series has 11 values and a season 12"),
        (lambda: Climatology(12).fit(np.full(30, np.nan)), ValueError, "series has 30 values that are NaN"),
        (lambda: Climatology(12).fit(np.zeros((30, 2, 2))), ValueError, "series has shape (30, 2, 2)"),
        (lambda: Climatology(12).predict(np.arange(3)), RuntimeError, "not fitted yet"),
        (lambda: LinearAutoregression(order=0), ValueError, "order is 0"),
        (lambda: LinearAutoregression(order=4).fit(*WINDOWS), ValueError, "order is 4 and X has windows of 3 days"),
        (lambda: LinearAutoregression(harmonics=2), TypeError, "season is None"),
        (lambda: LinearAutoregression(None, 1, 12).fit(*WINDOWS), ValueError, "first is None"),
        (lambda: LinearAutoregression(None, 1, 12).fit(*WINDOWS, [1, 2]), ValueError, "first has shape (2,)"),
        (lambda: Windowed(Recorder()).predict(WINDOWS[0]), RuntimeError, "nothing is fitted yet"),
        (lambda: Windowed(Recorder()).fit(WINDOWS[0], np.zeros((3, 1))), ValueError, "y has 3 windows and X 4"),
        (lambda: Windowed(Recorder()).fit(WINDOWS[0], np.zeros((4, 1))), ValueError, "a constant series"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
