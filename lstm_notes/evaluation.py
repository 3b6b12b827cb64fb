"""Is the forecast worth anything? The forecasts to beat, errors in the series' own unit, and how sure a forecast is.

Each baseline forecasts the same days as the network, from the same windows. Taught in notebook 06_testing.
"""

import math
from typing import NamedTuple

import numpy as np

from . import _checks

# ---------------------------------------------------------------------------------------------------------------
# The forecasts to beat. y is (windows, horizon), or (windows, horizon, features).


def persistence(X, horizon=1):
    """Every day to come is as the last day of the window.

    `X` (windows, look_back, features) → (windows, horizon), or (windows, horizon, features) where features > 1.

    >>> X = np.array([[[1.0], [2.0], [3.0]]])
    >>> persistence(X, horizon=2).tolist()
    [[3.0, 3.0]]
    """
    X = _checks.axes("X", _checks.numbers("X", X), "windows", "look_back", "features")
    last = np.repeat(X[:, -1:], _checks.whole("horizon", horizon), axis=1)
    return last[:, :, 0] if X.shape[2] == 1 else last


def seasonal_naive(series, first, season, horizon=1):
    """Every day to come is as the day one season before it: 365 days for daily values, 12 months for monthly ones.

    `series` (time, …), `first` (windows,) the index of each window's first target (`split.test.first`) → (windows,
    horizon, …). ValueError where the series does not reach back a season.

    >>> seasonal_naive(np.arange(10.0), first=np.array([7, 8]), season=4, horizon=2).tolist()
    [[3.0, 4.0], [4.0, 5.0]]
    """
    season, horizon = _checks.whole("season", season), _checks.whole("horizon", horizon)
    if horizon > season:
        raise ValueError(f"horizon is {horizon} and season {season}; a horizon of at most one season is needed")
    days = np.asarray(first)[:, None] + np.arange(horizon) - season
    if days.min() < 0:
        raise ValueError(
            f"season is {season} and the first target is day {np.min(first)}; a season before it is needed"
        )
    return np.asarray(series)[days]


class LinearAutoregression:
    """Each day to come is a weighted sum of the window's values and a constant: least squares, one fit per day ahead.

    `fit(X, y)` sets `coefficients` (look_back · features + 1, outputs), the constant last; `predict(X)` gives y's form.

    >>> series = np.cos(np.arange(50.0))                    # cos(t + 1) = 2 cos(1) cos(t) - cos(t - 1)
    >>> from lstm_notes import make_windows
    >>> model = LinearAutoregression().fit(*make_windows(series, look_back=2))
    >>> bool(np.allclose(model.coefficients[:, 0], [-1, 2 * np.cos(1), 0]))
    True
    """

    coefficients = None

    def fit(self, X, y):
        """Solve for the coefficients and return self."""
        design, y = self._design(X), _checks.finite("y", _checks.numbers("y", y))
        if len(y) != len(design):
            raise ValueError(f"y has {len(y)} windows and X {len(design)}; as many are needed")
        self._y_shape = y.shape[1:]
        self.coefficients = np.linalg.lstsq(design, y.reshape(len(y), -1), rcond=None)[0]
        return self

    def predict(self, X):
        """Forecasts in the shape of the y it was fitted on."""
        if self.coefficients is None:
            raise RuntimeError("the autoregression is not fitted yet; call fit(X, y) first")
        return (self._design(X) @ self.coefficients).reshape(len(X), *self._y_shape)

    def _design(self, X):
        X = _checks.finite("X", _checks.axes("X", _checks.numbers("X", X), "windows", "look_back", "features"))
        return np.hstack([X.reshape(len(X), -1), np.ones((len(X), 1))])


def baselines(part, train, series, season=None):
    """The forecasts to beat for one part of a split: a dict of method → forecasts in the shape of `part.y`.

    `part` and `train` are Parts of one split (`split.test`, `split.train`), `series` the series that was split; the
    linear autoregression is fitted on `train`. `season` in steps (365 days, 12 months) adds the seasonal naive.

    >>> from lstm_notes import split_by_time
    >>> series = np.tile([1.0, 2.0, 6.0], 12)
    >>> split = split_by_time(series, look_back=3, validation=3, test=3)
    >>> forecasts = baselines(split.test, split.train, series, season=3)
    >>> {method: forecast.ravel().round(3).tolist() for method, forecast in forecasts.items()}
    {'persistence': [6.0, 1.0, 2.0], 'seasonal naive': [1.0, 2.0, 6.0], 'linear AR': [1.0, 2.0, 6.0]}
    """
    horizon = part.y.shape[1]
    forecasts = {"persistence": persistence(part.X, horizon).reshape(part.y.shape)}
    if season is not None:
        forecasts["seasonal naive"] = seasonal_naive(series, part.first, season, horizon)
    return forecasts | {"linear AR": LinearAutoregression().fit(*train).predict(part.X)}


# ---------------------------------------------------------------------------------------------------------------
# Errors.


def mae(forecast, y):
    """Mean absolute error, a float in the unit of `y`; both of one shape.

    >>> mae(np.array([[10.0], [14.0]]), np.array([[12.0], [14.0]]))
    1.0
    """
    forecast, y = _checks.numbers("forecast", forecast), _checks.numbers("y", y)
    _checks.shape("forecast", forecast, y.shape, ("the shape of y",))
    if not y.size:
        raise ValueError("y has no values; at least one is needed")
    return float(np.mean(np.abs(forecast - y)))


def mase(forecast, y, training):
    """Mean absolute scaled error: `mae` over the training days' mean step from one day to the next (Hyndman and
    Koehler 2006, International Journal of Forecasting 22). Below 1 does not yet mean better than persistence on the
    test days: their steps may be smaller.

    >>> mase(np.array([[1.0]]), np.array([[3.0]]), training=np.array([0.0, 4.0, 0.0]))
    0.5
    """
    training = _checks.numbers("training", training)
    if len(training) < 2 or not np.abs(np.diff(training, axis=0)).mean() > 0:
        raise ValueError("training has no steps to scale by; at least two different values are needed")
    return mae(forecast, y) / float(np.abs(np.diff(training, axis=0)).mean())


class Copying(NamedTuple):
    """How a forecast for the next day correlates with the day `before` and with the `same` day; prints its verdict."""

    before: float
    same: float

    @property
    def verdict(self):
        """In words, which of the two days the forecast is closer to."""
        day = (
            "the day before than to the day itself"
            if self.before > self.same
            else "the day itself than to the day before"
        )
        return f"closer to {day}"

    def __str__(self):
        return f"with the day before {self.before:.2f}, with the day itself {self.same:.2f}: {self.verdict}"


def lag_correlation(forecast, y, X):
    """Correlation of the forecasts for the next day with the day before and with the day itself: `before, same`.

    A forecast that only copies yesterday correlates better with yesterday. `forecast`, `y` (windows, horizon) and `X`
    (windows, look_back, 1), of which the first day ahead is used. ValueError where a forecast or a day never changes.

    >>> X, y = np.array([[[1.0]], [[2.0]], [[0.0]]]), np.array([[2.0], [0.0], [5.0]])
    >>> print(lag_correlation(persistence(X), y, X))
    with the day before 1.00, with the day itself -0.99: closer to the day before than to the day itself
    """
    forecast, y = _checks.numbers("forecast", forecast), _checks.numbers("y", y)
    X = _checks.axes("X", _checks.numbers("X", X), "windows", "look_back", "features")
    _checks.shape("forecast", forecast, y.shape, ("the shape of y",))
    days = {"forecast": forecast[:, 0], "X": X[:, -1, 0], "y": y[:, 0]}
    for name, values in days.items():
        if not np.ptp(values) > 0:
            raise ValueError(f"{name} is the same number in every window; a correlation needs values that vary")
    first, last, same = days.values()
    return Copying(*(float(np.corrcoef(first, other)[0, 1]) for other in (last, same)))


def score(forecasts, y, error=mae):
    """The error of every method on the same days: a dict of method → array (seeds,).

    `forecasts` maps a method to its forecasts in the shape of `y`, or to a list of them, one for each seed; `error` is
    `mae` or another function of (forecast, y).

    >>> y = np.array([[1.0], [2.0]])
    >>> score({"zero": 0 * y, "LSTM": [y + 0.5, y - 0.25]}, y)
    {'zero': array([1.5]), 'LSTM': array([0.5 , 0.25])}
    """
    several = {method: each if isinstance(each, list) else [each] for method, each in forecasts.items()}
    return {method: np.array([error(forecast, y) for forecast in each]) for method, each in several.items()}


def error_table(columns, about="", *, digits=2):
    """A table as text: a row for each method, a column for each kind of error, `low – high` where it was several seeds.

    `columns` maps a column's name to a dict of method → number or array (seeds,), as `score` gives it. `about` names
    what they came from: look_back, units, epochs, learning rate, seeds; `digits` are those after the point.

    >>> print(error_table({"day 1, °C": {"persistence": 2.361, "LSTM": np.array([2.29, 2.244])}}))
                 day 1, °C
    persistence  2.36
    LSTM         2.24 – 2.29
    """
    rows = [["", *columns]]
    for method in next(iter(columns.values())):
        rows.append([method, *(_spread(errors[method], digits) for errors in columns.values())])
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([*lines, *([about] if about else [])])


def _spread(value, digits):
    low, high = (f"{f(np.atleast_1d(value)):.{digits}f}" for f in (np.min, np.max))
    return low if np.size(value) == 1 else f"{low} – {high}"


def verdict(errors, method="LSTM", *, margin=0.05):
    """Was an LSTM worth it? One line, from the errors alone.

    `errors` maps a method to its error or array (seeds,), as `score` gives it; `method` is held against the best of
    those that are not LSTMs. It wins if its worst seed is better by more than `margin` (a share of that error), loses
    if its best seed is worse by more than that; the rest is a tie, which goes to the simpler method. Seeds are not
    days: `rolling_splits` shows how much of it was the luck of the days.

    >>> print(verdict({"persistence": 2.0, "linear AR": 1.0, "LSTM": np.array([0.5, 0.6])}))
    LSTM wins: 0.50 to 0.60 times the error of the best other, linear AR
    >>> print(verdict({"persistence": 2.0, "linear AR": 1.0, "LSTM": np.array([0.9, 1.1])}))
    LSTM ties: 0.90 to 1.10 times the error of the best other, linear AR
    """
    others = {name: float(np.min(error)) for name, error in errors.items() if "LSTM" not in name}
    if method not in errors or not others:
        raise ValueError(f"errors has {list(errors)}; {method!r} and a method that is no LSTM are needed")
    best = min(others, key=others.get)
    if not others[best] > 0:
        raise ValueError(f"the error of {best} is {others[best]}; one above 0 is needed to compare with")
    low, high = np.min(errors[method]) / others[best], np.max(errors[method]) / others[best]
    word = "wins" if high < 1 - margin else "loses" if low > 1 + margin else "ties"
    return f"{method} {word}: {low:.2f} to {high:.2f} times the error of the best other, {best}"


# ---------------------------------------------------------------------------------------------------------------
# How sure is a forecast? Intervals: forecast ± margin.


def conformal_margin(residuals, coverage=0.9):
    """How far a forecast has to reach to both sides to hold `coverage` of the days: split conformal prediction.

    Parameters
    ----------
    residuals : array (windows, …), y - forecast on days that the model was not fitted on, in the unit of the series
    coverage : the share of new days that is to lie in forecast ± margin

    Returns the margin (…), one for each day ahead: of n absolute residuals the k-th smallest, k = ⌈(n + 1) · coverage⌉,
    which is their quantile made a little larger because n is finite (Vovk, Gammerman and Shafer 2005, Algorithmic
    Learning in a Random World; Lei et al. 2018, JASA 113, algorithm 2). It keeps its promise if the new days are
    exchangeable with those of the residuals; a season or a trend breaks that, so measure the `coverage`.

    Raises ValueError where n is too small for the coverage. Notebook 06.

    >>> conformal_margin(np.array([[-3.0], [1.0], [2.0], [-4.0]]), coverage=0.6).tolist()
    [3.0]
    """
    residuals = _checks.finite("residuals", _checks.numbers("residuals", residuals))
    share = _checks.positive("coverage", coverage)
    if share >= 1:
        raise ValueError(f"coverage is {coverage}; a share between 0 and 1 is needed")
    if residuals.ndim == 0:
        raise ValueError("residuals has shape (); (windows, …) is needed")
    k = math.ceil((len(residuals) + 1) * share - 1e-9)  # 0.07 · 100 is a little more than 7
    if k > len(residuals):
        raise ValueError(
            f"residuals has {len(residuals)} windows; a coverage of {coverage} needs at least "
            f"{math.ceil(share / (1 - share) - 1e-9)}"
        )
    return np.sort(np.abs(residuals), axis=0)[k - 1]


def coverage(forecast, margin, y):
    """The share of windows whose `y` lies in forecast ± margin: an array (…), one for each day ahead.

    `forecast` and `y` (windows, …), `margin` (…) as `conformal_margin` gives it.

    >>> coverage(np.array([[1.0], [2.0]]), margin=np.array([0.5]), y=np.array([[1.5], [3.0]])).tolist()
    [0.5]
    """
    forecast, y = _checks.numbers("forecast", forecast), _checks.numbers("y", y)
    _checks.shape("forecast", forecast, y.shape, ("the shape of y",))
    margin = _checks.shape("margin", _checks.numbers("margin", margin), y.shape[1:], ("one for each day ahead",))
    return np.mean(np.abs(y - forecast) <= margin, axis=0)
