"""Is the forecast worth anything? The forecasts to beat, and errors in the series' own unit.

Each baseline forecasts the same days as the network, from the same windows. Taught in notebook 06_testing.
"""

import numpy as np

from . import _door

# ---------------------------------------------------------------------------------------------------------------
# The forecasts to beat. y is (windows, horizon), or (windows, horizon, features).


def persistence(X, horizon=1):
    """Every day to come is as the last day of the window.

    `X` (windows, look_back, features) → (windows, horizon), or (windows, horizon, features) where features > 1.

    >>> X = np.array([[[1.0], [2.0], [3.0]]])
    >>> persistence(X, horizon=2).tolist()
    [[3.0, 3.0]]
    """
    X = _door.axes("X", _door.numbers("X", X), "windows", "look_back", "features")
    last = np.repeat(X[:, -1:], _door.whole("horizon", horizon), axis=1)
    return last[:, :, 0] if X.shape[2] == 1 else last


def seasonal_naive(series, first, season, horizon=1):
    """Every day to come is as the day one season before it: 365 days for daily values, 12 months for monthly ones.

    `series` (time, …), `first` (windows,) the index of each window's first target (`split.test.first`) → (windows,
    horizon, …). ValueError where the series does not reach back a season.

    >>> seasonal_naive(np.arange(10.0), first=np.array([7, 8]), season=4, horizon=2).tolist()
    [[3.0, 4.0], [4.0, 5.0]]
    """
    season, horizon = _door.whole("season", season), _door.whole("horizon", horizon)
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
        design, y = self._design(X), _door.finite("y", _door.numbers("y", y))
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
        X = _door.finite("X", _door.axes("X", _door.numbers("X", X), "windows", "look_back", "features"))
        return np.hstack([X.reshape(len(X), -1), np.ones((len(X), 1))])


# ---------------------------------------------------------------------------------------------------------------
# Errors.


def mae(forecast, y):
    """Mean absolute error, a float in the unit of `y`; both of one shape.

    >>> mae(np.array([[10.0], [14.0]]), np.array([[12.0], [14.0]]))
    1.0
    """
    forecast, y = _door.numbers("forecast", forecast), _door.numbers("y", y)
    _door.shape("forecast", forecast, y.shape, ("the shape of y",))
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
    training = _door.numbers("training", training)
    if len(training) < 2 or not np.abs(np.diff(training, axis=0)).mean() > 0:
        raise ValueError("training has no steps to scale by; at least two different values are needed")
    return mae(forecast, y) / float(np.abs(np.diff(training, axis=0)).mean())


def copies_yesterday(forecast, y, X):
    """Correlation of the forecasts for the next day with the day before and with the day itself, two floats.

    A forecast that only copies yesterday correlates better with yesterday. `forecast`, `y` (windows, horizon) and `X`
    (windows, look_back, 1), of which the first day ahead is used.

    >>> X, y = np.array([[[1.0]], [[2.0]], [[0.0]]]), np.array([[2.0], [0.0], [5.0]])
    >>> round(copies_yesterday(persistence(X), y, X)[0], 6)
    1.0
    """
    forecast, y, last = np.asarray(forecast)[:, 0], np.asarray(y)[:, 0], np.asarray(X)[:, -1, 0]
    return tuple(float(np.corrcoef(forecast, other)[0, 1]) for other in (last, y))


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


def error_table(columns, about=""):
    """A table as text: a row for each method, a column for each kind of error, `low – high` where it was several seeds.

    `columns` maps a column's name to a dict of method → number or array (seeds,), as `score` gives it. `about` names
    what they came from: look_back, units, epochs, learning rate, seeds.

    >>> print(error_table({"day 1, °C": {"persistence": 2.361, "LSTM": np.array([2.29, 2.244])}}))
                 day 1, °C
    persistence  2.36
    LSTM         2.24 – 2.29
    """
    rows = [["", *columns]]
    for method in next(iter(columns.values())):
        rows.append([method, *(_spread(errors[method]) for errors in columns.values())])
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([*lines, *([about] if about else [])])


def _spread(value):
    values = np.atleast_1d(value)
    return f"{values.min():.2f}" if len(values) == 1 else f"{values.min():.2f} – {values.max():.2f}"
