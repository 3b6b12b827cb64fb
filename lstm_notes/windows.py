"""From a series to windows: what goes in, what is asked for, which days may be learnt from, and in what scale.

    series (time,) or (time, features) → split by time → scaler fitted on the training days → windows X and targets y

Taught in notebooks 03 (windows) and 06 (split and scaler).
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from . import _checks


def make_windows(series, look_back, horizon=1, stride=1):
    """Cut a series into windows and the values that follow each of them. Notebook 03.

    Parameters
    ----------
    series : array (time,) or (time, features), float32, float64 or whole numbers (which become float64)
    look_back : days in a window
    horizon : days asked for after each window: 1 … horizon
    stride : days from one window's start to the next

    Returns
    -------
    X : array (windows, look_back, features)
    y : array (windows, horizon), or (windows, horizon, features) for a series of two axes

    With stride 1 there are time - look_back - horizon + 1 windows.

    Raises ValueError for a series of other axes, with NaN, or shorter than look_back + horizon; TypeError for text.

    >>> X, y = make_windows(np.arange(1, 12), look_back=3)               # the report's Days 1 … 11
    >>> X.shape, y.shape
    ((8, 3, 1), (8, 1))
    >>> X[0, :, 0].tolist(), y[0].tolist()                               # Days 1–3 → Day 4
    ([1.0, 2.0, 3.0], [4.0])
    """
    series = np.asarray(series)
    if series.ndim not in (1, 2):
        raise ValueError(f"series has shape {series.shape}; (time,) or (time, features) is needed")
    series = _checks.finite("series", _checks.numbers("series", series))
    look_back, horizon = _checks.whole("look_back", look_back), _checks.whole("horizon", horizon)
    stride = _checks.whole("stride", stride)
    if len(series) < look_back + horizon:
        raise ValueError(
            f"look_back={look_back} and horizon={horizon} need a series of at least {look_back + horizon} values; "
            f"series has {len(series)}"
        )
    rows = series.reshape(len(series), -1)
    spans = sliding_window_view(rows, look_back + horizon, axis=0)[::stride].transpose(0, 2, 1)
    X, y = spans[:, :look_back].copy(), spans[:, look_back:].copy()
    return X, y if series.ndim == 2 else y[:, :, 0]


@dataclass(repr=False)
class Part:
    """One part of a split: its days (a slice of the series) and the windows whose targets lie in them.

    `X` (windows, look_back, features), `y` as make_windows gives it, `first` (windows,): the index in the series of
    each window's first target day.
    """

    name: str
    days: slice
    X: np.ndarray
    y: np.ndarray
    first: np.ndarray

    def __iter__(self):
        """X and y: `fit(*split.train, validation=split.validation)`."""
        return iter((self.X, self.y))

    def __repr__(self):
        days = f"days {self.days.start} … {self.days.stop - 1}"
        return f"{self.name:<10}  {days:<18}  X {str(self.X.shape):<14}  y {self.y.shape}"


@dataclass(repr=False)
class Split:
    """`train`, `validation` and `test`, in the order of time. Prints itself with its shapes."""

    train: Part
    validation: Part
    test: Part

    def __repr__(self):
        return "\n".join(repr(part) for part in (self.train, self.validation, self.test))


def split_by_time(series, look_back, horizon=1, *, validation, test):
    """Split a series by time, never at random, and cut each part into windows. Notebook 06.

    Parameters
    ----------
    series, look_back, horizon : as in make_windows
    validation, test : days in these parts (a whole number), or their share of the series (a fraction below 1). The
        test part is the end of the series, the validation part lies before it, the rest is for training.

    Returns
    -------
    Split of three Parts. A window belongs to the part its targets lie in; its inputs may reach back into the days
    before, which are past by then, while no target stands in two parts.

    Raises ValueError where a part has no window.

    >>> split = split_by_time(np.arange(100.0), look_back=10, validation=10, test=0.2)
    >>> split
    train       days 0 … 69         X (60, 10, 1)     y (60, 1)
    validation  days 70 … 79        X (10, 10, 1)     y (10, 1)
    test        days 80 … 99        X (20, 10, 1)     y (20, 1)
    """
    series = np.asarray(series)
    if series.ndim not in (1, 2):
        raise ValueError(f"series has shape {series.shape}; (time,) or (time, features) is needed")
    series = _checks.finite("series", _checks.numbers("series", series))
    look_back, horizon = _checks.whole("look_back", look_back), _checks.whole("horizon", horizon)
    test_days = _days("test", test, len(series))
    validation_days = _days("validation", validation, len(series))
    test_start = len(series) - test_days
    start = test_start - validation_days
    parts = []
    for name, days in (
        ("train", slice(0, start)),
        ("validation", slice(start, test_start)),
        ("test", slice(test_start, len(series))),
    ):
        reach = max(days.start - look_back, 0)
        needed = horizon if days.start >= look_back else look_back - days.start + horizon
        if days.stop - days.start < needed:
            raise ValueError(
                f"the {name} part has {max(days.stop - days.start, 0)} of {len(series)} days and holds no window: "
                f"look_back={look_back} and horizon={horizon} need at least {needed}; "
                f"validation={validation} and test={test} came"
            )
        X, y = make_windows(series[reach : days.stop], look_back, horizon)
        parts.append(Part(name, days, X, y, reach + look_back + np.arange(len(X))))
    return Split(*parts)


def rolling_splits(series, look_back, horizon=1, *, folds, validation, test):
    """Evaluation that rolls forward through time: Splits whose test parts lie one after the other. Notebook 06c.

    Parameters
    ----------
    series, look_back, horizon, validation, test : as in split_by_time; a fraction is one of the whole series
    folds : how many Splits. The last test part ends with the series, each earlier one ends where the next begins.

    Each fold trains on all days before its validation part, so that a later one has more to learn from
    ("rolling-origin evaluation", Tashman 2000, International Journal of Forecasting 16).

    Raises ValueError where a part of a fold has no window.

    >>> for split in rolling_splits(np.arange(100.0), look_back=10, folds=3, validation=10, test=20):
    ...     print(split.train.days, split.validation.days, split.test.days)
    slice(0, 30, None) slice(30, 40, None) slice(40, 60, None)
    slice(0, 50, None) slice(50, 60, None) slice(60, 80, None)
    slice(0, 70, None) slice(70, 80, None) slice(80, 100, None)
    """
    folds = _checks.whole("folds", folds)
    series = np.asarray(series)
    if series.ndim not in (1, 2):
        raise ValueError(f"series has shape {series.shape}; (time,) or (time, features) is needed")
    test, validation = _days("test", test, len(series)), _days("validation", validation, len(series))
    if folds * test + validation >= len(series):
        raise ValueError(
            f"{folds} folds of {test} test days and {validation} validation days leave no training day of the "
            f"series' {len(series)}; fewer folds or days are needed"
        )
    ends = len(series) - test * np.arange(folds)[::-1]
    return [split_by_time(series[:end], look_back, horizon, validation=validation, test=test) for end in ends]


def _days(name, value, total):
    if isinstance(value, (float, np.floating)):
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value}; a fraction between 0 and 1, or a whole number of days, is needed")
        return round(value * total)
    return _checks.whole(name, value)


class Scaler:
    """Takes values to mean 0 and standard deviation 1, feature by feature, and back. Notebook 06.

    Fit it on the training days alone: what it has seen of later days is a leak.

    `fit(values)` takes (time,) or (…, features) and sets `mean` and `scale`, (features,) float64. `transform` and
    `inverse_transform` take any shape whose last axis is the features; with one feature, any shape at all.

    Raises RuntimeError when used before `fit`, ValueError for a constant series, NaN, or other features.

    >>> scaler = Scaler().fit(np.array([10.0, 20.0, 30.0]))
    >>> scaler.transform(np.array([10.0, 20.0])).round(4).tolist()
    [-1.2247, 0.0]
    >>> scaler.inverse_transform(np.array([[0.0], [1.0]])).round(4).tolist()
    [[20.0], [28.165]]
    """

    mean = scale = None

    def fit(self, values):
        """Learn mean and standard deviation from `values` and return self."""
        values = _checks.finite("values", _checks.numbers("values", values))
        if values.ndim == 0 or values.size == 0:
            raise ValueError(f"values has shape {values.shape}; (time,) or (…, features) with values is needed")
        rows = values.reshape(-1, 1 if values.ndim == 1 else values.shape[-1]).astype("float64")
        with np.errstate(all="ignore"):
            mean, scale = rows.mean(axis=0), rows.std(axis=0)
        with np.errstate(over="ignore"):
            constant = np.flatnonzero((np.ptp(rows, axis=0) == 0) | ~((scale > 0) & np.isfinite(scale)))
        if constant.size:
            column = int(constant[0])
            raise ValueError(
                f"values of feature {column} are all {rows[0, column]:g}: a constant series, or one too large or too "
                "close together for float64, has no scale; values that vary are needed"
            )
        self.mean, self.scale = mean, scale
        return self

    @property
    def features(self):
        """How many features it was fitted on."""
        self.check_fitted()
        return len(self.mean)

    def check_fitted(self):
        """RuntimeError unless `fit` was called."""
        if self.mean is None:
            raise RuntimeError("the scaler is not fitted yet; call scaler.fit(training values) first")

    def of(self, feature):
        """The Scaler of one of the features, counted from 0."""
        return self._with(slice(feature, feature + 1))

    def copy(self):
        """A Scaler that stays as it is when this one is fitted anew."""
        return self._with(slice(None))

    def _with(self, features):
        self.check_fitted()
        one = Scaler()
        one.mean, one.scale = self.mean[features].copy(), self.scale[features].copy()
        return one

    def transform(self, values):
        """(values - mean) / scale, in the shape of `values`."""
        values = self._checked(values)
        return (values - self.mean) / self.scale

    def inverse_transform(self, values):
        """values · scale + mean, in the shape of `values`."""
        values = self._checked(values)
        return values * self.scale + self.mean

    def _checked(self, values):
        self.check_fitted()
        values = _checks.numbers("values", values)
        if self.features > 1 and (values.ndim == 0 or values.shape[-1] != self.features):
            raise ValueError(f"values has shape {values.shape}; (…, {self.features} features) is needed")
        return values

    def __repr__(self):
        if self.mean is None:
            return "Scaler(not fitted yet)"
        return f"Scaler(mean={np.round(self.mean, 3).tolist()}, scale={np.round(self.scale, 3).tolist()})"
