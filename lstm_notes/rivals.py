"""Which forecasts cost nothing, or little?

A network is worth its training only beside those. Each of them forecasts the same days, from the same windows:

    costs nothing   persistence, drift, seasonal_naive
    costs a solve   Climatology, LinearAutoregression
    costs a fit     Windowed: any regressor of scikit-learn on the window: `ridge`, `mlp`, `boosting`, `kernel_ridge`

y is (windows, horizon), or (windows, horizon, features). `first` (windows,), which a Part of a split has, is the index
in the series of each window's first target: whoever knows it knows the time of year. Taught in notebook 06_testing.
"""

import contextlib
import copy

import numpy as np

from . import _checks
from .windows import Scaler

# ---------------------------------------------------------------------------------------------------------------
# Nothing to fit.


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


def drift(X, horizon=1):
    """The window's mean step goes on: a line through its first and its last day (Hyndman and Athanasopoulos 2021,
    Forecasting: Principles and Practice, 3rd edition, section 5.2).

    `X` (windows, look_back, features) → (windows, horizon), or (windows, horizon, features) where features > 1.
    ValueError for a window of one day, which has no step.

    >>> X = np.array([[[1.0], [9.0], [5.0]]])
    >>> drift(X, horizon=2).tolist()
    [[7.0, 9.0]]
    """
    last = persistence(X, horizon)
    X = np.asarray(X)
    if X.shape[1] < 2:
        raise ValueError("X has windows of 1 day; a step needs at least 2")
    step = (last[:, :1] - persistence(X[:, :1])) / (X.shape[1] - 1)
    return last + step * np.arange(1, horizon + 1).reshape(-1, *[1] * (last.ndim - 2))


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


# ---------------------------------------------------------------------------------------------------------------
# Least squares.


class Climatology:
    """What is usual at this time of the year: a constant and waves of one year, half a year, … by least squares.

    Parameters
    ----------
    season : length of the year in steps: 365.25 days for daily values, 12 months for monthly ones
    harmonics : how many waves, of season, season / 2, …: each costs two coefficients, of sin and cos (Hyndman and
        Athanasopoulos 2021, section 7.4)

    It knows no window: its forecast for a day is the same on the day before and a year before.

    Raises ValueError where a wave would be shorter than two steps or the series shorter than a season, RuntimeError
    when used before `fit`.

    >>> series = 10 - 5 * np.cos(2 * np.pi * np.arange(24) / 12)             # two years of months, coldest in January
    >>> Climatology(season=12, harmonics=1).fit(series).predict(np.array([24]), horizon=7).round(2).tolist()
    [[5.0, 5.67, 7.5, 10.0, 12.5, 14.33, 15.0]]
    """

    coefficients = None

    def __init__(self, season, harmonics=2):
        self.season, self.harmonics = _year(season, _checks.whole("harmonics", harmonics))

    def fit(self, series, first=0):
        """Solve for the coefficients on the training days, and return self.

        `series` (time,) or (time, features), of which the first value is that of day `first`.
        """
        series = _checks.finite("series", _checks.numbers("series", series))
        if series.ndim not in (1, 2):
            raise ValueError(f"series has shape {series.shape}; (time,) or (time, features) is needed")
        if len(series) < self.season:
            raise ValueError(f"series has {len(series)} values and a season {self.season:g}; at least one is needed")
        days = _checks.whole("first", first, least=0) + np.arange(len(series))
        self.coefficients = np.linalg.lstsq(self._design(days), series, rcond=None)[0]
        return self

    def predict(self, first, horizon=1):
        """Forecasts for the days first … first + horizon - 1 of each window: (windows, horizon, …)."""
        if self.coefficients is None:
            raise RuntimeError("the climatology is not fitted yet; call fit(series) first")
        first = _checks.axes("first", np.asarray(first), "windows")
        return self._design(first[:, None] + np.arange(_checks.whole("horizon", horizon))) @ self.coefficients

    def _design(self, days):
        waves = _waves(days, self.season, self.harmonics)
        return np.concatenate([waves, np.ones((*waves.shape[:-1], 1))], axis=-1)


class LinearAutoregression:
    """Each day to come is a weighted sum of the window's values and a constant: least squares, one fit per day ahead.

    Parameters
    ----------
    order : how many of the window's last days it uses; None: all of them
    harmonics, season : waves of the time of year beside them, as in Climatology; `fit` and `predict` then need `first`

    `fit(X, y)` sets `coefficients` (order · features + 2 · harmonics + 1, outputs), the constant last; `predict(X)`
    gives y's form.

    >>> series = np.cos(np.arange(50.0))                    # cos(t + 1) = 2 cos(1) cos(t) - cos(t - 1)
    >>> from lstm_notes import make_windows
    >>> model = LinearAutoregression().fit(*make_windows(series, look_back=2))
    >>> bool(np.allclose(model.coefficients[:, 0], [-1, 2 * np.cos(1), 0]))
    True
    """

    coefficients = None

    def __init__(self, order=None, harmonics=0, season=None):
        self.order = None if order is None else _checks.whole("order", order)
        self.harmonics, self.season = _checks.whole("harmonics", harmonics, least=0), season
        if harmonics:
            self.season, self.harmonics = _year(season, harmonics)

    @classmethod
    def chosen(cls, train, validation, orders, error, *, harmonics=0, season=None):
        """The one with the least error on validation, fitted on train; `.order` says which it is.

        `train` and `validation` are Parts of one split, `orders` those to try, `error` a function of (forecast, y):
        the one that is to be small in the end, `mae` or `rmse`.

        >>> from lstm_notes import mae, random_walk, split_by_time
        >>> split = split_by_time(random_walk(400, seed=0), look_back=30, validation=100, test=100)
        >>> LinearAutoregression.chosen(split.train, split.validation, (1, 2, 10, 30), mae).order
        1
        """
        models = [cls(order, harmonics, season).fit(*train, first=train.first) for order in orders]
        return min(models, key=lambda model: error(model.predict(validation.X, validation.first), validation.y))

    def fit(self, X, y, first=None):
        """Solve for the coefficients and return self. `first` (windows,) is used with harmonics alone."""
        design, y = self._design(X, first), _checks.finite("y", _checks.numbers("y", y))
        if len(y) != len(design):
            raise ValueError(f"y has {len(y)} windows and X {len(design)}; as many are needed")
        self._y_shape = y.shape[1:]
        self.coefficients = np.linalg.lstsq(design, y.reshape(len(y), -1), rcond=None)[0]
        return self

    def predict(self, X, first=None):
        """Forecasts in the shape of the y it was fitted on."""
        if self.coefficients is None:
            raise RuntimeError("the autoregression is not fitted yet; call fit(X, y) first")
        return (self._design(X, first) @ self.coefficients).reshape(len(X), *self._y_shape)

    def _design(self, X, first):
        X = _checks.finite("X", _checks.axes("X", _checks.numbers("X", X), "windows", "look_back", "features"))
        if self.order is not None and self.order > X.shape[1]:
            raise ValueError(
                f"order is {self.order} and X has windows of {X.shape[1]} days; at most as many are needed"
            )
        last = X if self.order is None else X[:, -self.order :]
        columns = [last.reshape(len(X), -1), np.ones((len(X), 1))]
        if self.harmonics:
            if first is None:
                raise ValueError("first is None; with harmonics each window's first target day is needed: part.first")
            first = _checks.shape("first", np.asarray(first), (len(X),), ("windows",))
            # The waves of the day k later are weighted sums of these, so that they serve every day ahead.
            columns.insert(1, _waves(first, self.season, self.harmonics))
        return np.hstack(columns)


def _waves(days, season, harmonics):
    """sin and cos of the time of year, and of its multiples: days (…) → (…, 2 · harmonics)."""
    angles = 2 * np.pi / season * days[..., None] * np.arange(1, harmonics + 1)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)


def _year(season, harmonics):
    season = _checks.positive("season", season)
    if not 2 * harmonics < season:
        raise ValueError(f"harmonics is {harmonics} and season {season:g}; waves longer than 2 steps are needed")
    return season, harmonics


# ---------------------------------------------------------------------------------------------------------------
# Any regressor on the window's values.


class Windowed:
    """A regressor that knows no time, on windows: their values side by side, all standardised, one fit per day ahead.

    `estimator` is an unfitted regressor of scikit-learn (MLPRegressor, HistGradientBoostingRegressor, Ridge …) or
    anything else with `fit(X, y)` and `predict(X)` on X (windows, look_back · features) and y (windows,). It is copied
    for each day ahead, so that one whose random_state is a number gives the same forecasts each time.

    Inputs are scaled feature by feature, targets day by day, with mean and standard deviation of the training windows,
    and the forecasts scaled back: see Scaler, which also says what it refuses.

    >>> class Nearest:                                      # as the most similar day of the past went on
    ...     def fit(self, X, y):
    ...         self.X, self.y = X, y
    ...     def predict(self, X):
    ...         return self.y[((X[:, None] - self.X) ** 2).sum(axis=2).argmin(axis=1)]
    >>> X, y = np.array([[[1.0]], [[2.0]], [[9.0]]]), np.array([[10.0, 11.0], [20.0, 21.0], [90.0, 91.0]])
    >>> Windowed(Nearest()).fit(X, y).predict(np.array([[[7.0]], [[1.2]]])).round(9).tolist()
    [[90.0, 91.0], [10.0, 11.0]]
    """

    _fitted = None

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y):
        """Fit a copy of the estimator for each day ahead (and feature), and return self."""
        X, y = self._checked(X), _checks.finite("y", _checks.numbers("y", y))
        if len(y) != len(X):
            raise ValueError(f"y has {len(y)} windows and X {len(X)}; as many are needed")
        self._y_shape, targets = y.shape[1:], y.reshape(len(y), -1)
        self._x_scaler, self._y_scaler = Scaler().fit(X), Scaler().fit(targets)
        self._fitted = [copy.deepcopy(self.estimator) for _ in targets.T]
        for estimator, target in zip(self._fitted, self._y_scaler.transform(targets).T):
            estimator.fit(self._side_by_side(X), target)
        return self

    def predict(self, X):
        """Forecasts in the shape of the y it was fitted on."""
        if self._fitted is None:
            raise RuntimeError("nothing is fitted yet; call fit(X, y) first")
        inputs = self._side_by_side(self._checked(X))
        forecasts = np.stack([estimator.predict(inputs) for estimator in self._fitted], axis=1)
        return self._y_scaler.inverse_transform(forecasts).reshape(len(X), *self._y_shape)

    def _side_by_side(self, X):
        return self._x_scaler.transform(X).reshape(len(X), -1)

    @staticmethod
    def _checked(X):
        return _checks.finite("X", _checks.axes("X", _checks.numbers("X", X), "windows", "look_back", "features"))


def mlp(hidden=32, seed=0, **settings):
    """A network without a memory: one hidden layer of relu units over the whole window, `Windowed`.

    Its weight decay (`alpha`) was chosen on 2014 of the weather, one day ahead; `settings` are further ones of
    MLPRegressor.

        mlp(seed=1).fit(*split.train).predict(split.test.X)

    Raises ImportError where scikit-learn is not installed.
    """
    with _scikit_learn():
        from sklearn.neural_network import MLPRegressor
    settings = {"alpha": 1.0, "max_iter": 2000} | settings
    return Windowed(MLPRegressor(hidden_layer_sizes=(hidden,), random_state=seed, **settings))


def boosting(seed=0, **settings):
    """Small trees, each fitted on what those before it left over: gradient boosting, `Windowed` (Friedman 2001,
    Annals of Statistics 29).

    Learning rate and size of the trees were chosen on 2014 of the weather, one and seven days ahead; `settings` are
    further ones of HistGradientBoostingRegressor.

        boosting().fit(*split.train).predict(split.test.X)

    Raises ImportError where scikit-learn is not installed.
    """
    with _scikit_learn():
        from sklearn.ensemble import HistGradientBoostingRegressor
    settings = {"learning_rate": 0.05, "max_leaf_nodes": 8} | settings
    return Windowed(HistGradientBoostingRegressor(random_state=seed, **settings))


def ridge(alpha=1.0, **settings):
    """A linear autoregression whose weights are kept small by `alpha`, `Windowed` (Hoerl and Kennard 1970,
    Technometrics 12). Notebook 10.

    `settings` are further ones of Ridge.

        ridge(alpha=10.0).fit(*split.train).predict(split.test.X)

    Raises ImportError where scikit-learn is not installed.
    """
    with _scikit_learn():
        from sklearn.linear_model import Ridge
    return Windowed(Ridge(alpha=alpha, **settings))


def kernel_ridge(alpha=0.1, **settings):
    """A smooth function of the window: a weighted sum of its likeness to each training window, exp(-γ · squared
    distance), with weights kept small by `alpha`, `Windowed` (Saunders, Gammerman and Vovk 1998, ICML).

    `settings` are further ones of KernelRidge; γ is 1 / (look_back · features) where they do not name `gamma`.

        kernel_ridge(alpha=0.01).fit(*split.train).predict(split.test.X)

    Raises ImportError where scikit-learn is not installed.
    """
    with _scikit_learn():
        from sklearn.kernel_ridge import KernelRidge
    return Windowed(KernelRidge(kernel="rbf", alpha=alpha, **settings))


@contextlib.contextmanager
def _scikit_learn():
    try:
        yield
    except ImportError as error:
        raise ImportError("scikit-learn is not installed; `pip install scikit-learn` brings it") from error


# ---------------------------------------------------------------------------------------------------------------


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
