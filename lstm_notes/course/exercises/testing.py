"""Exercises of notebook 06: prepare days without a leak, persistence for a week, beat the linear autoregression."""

import numpy as np

from ...data import load_weather
from ...evaluation import compare as judged
from ...evaluation import mae
from ...rivals import LinearAutoregression
from ...windows import make_windows, split_by_time
from ._exercise import Exercise, Wrong, close, compare, numbers, parts

# ---------------------------------------------------------------------------------------------------------------
# 6.1


def my_preparation(series, look_back, test_days):
    training = series[:-test_days]
    scaled = (series - training.mean()) / training.std()
    X_train, y_train = make_windows(scaled[:-test_days], look_back)
    X_test, y_test = make_windows(scaled[-test_days - look_back :], look_back)
    return X_train, y_train, X_test, y_test


def _splits(series, look_back, test_days):
    """Pairs of words (None where it is right) and X_train, y_train, X_test, y_test, unscaled."""
    start = len(series) - test_days
    train, test = make_windows(series[:start], look_back), make_windows(series[start - look_back :], look_back)
    X, y = make_windows(series, look_back)
    yield None, (*train, *test)
    words = (
        f"the first {look_back} test days have no forecast: a test window may reach back into the training days, which "
        "are past by then"
    )
    yield words, (*train, *make_windows(series[start:], look_back))
    words = "the first test days are targets in training as well: training windows end before the first test day"
    for reach in (1, look_back, test_days):
        yield words, (*make_windows(series[: start + reach], look_back), *test)
    yield "the test windows hold the training days as well: only targets of the test days are needed", (*train, X, y)
    first = (X[:test_days], y[:test_days])
    yield "your test days are the first days; they have to be the last", (X[test_days:], y[test_days:], *first)


def _scalings(series, look_back, test_days):
    """Triples of words (None where it is honest) and (mean, scale) of the training part, of the test part."""
    training, test = series[:-test_days], series[-test_days:]
    windows = make_windows(training, look_back)[0]
    honest = [(training.mean(), training.std(ddof=k)) for k in (0, 1)] + [(windows.mean(), windows.std())]
    low, high = training.min(), training.max()
    honest += [(low, high - low)]
    for scale in honest:
        yield None, scale, scale
    leak = "you fitted the scaler on the test days as well: it may know the training days alone"
    for values in (series, make_windows(series, look_back)[0]):
        for scale in ((values.mean(), values.std()), (values.min(), np.ptp(values))):
            yield leak, scale, scale
    own = "you scaled the test days by their own mean: on that day they are not known; use the training days'"
    reaching = series[-test_days - look_back :]
    for values in (test, reaching):
        yield own, honest[0], (values.mean(), values.std())
        yield "you fitted the scaler on the test days alone", *[(values.mean(), values.std())] * 2
    yield "nothing is scaled", (0, 1), (0, 1)
    yield "the test part is not scaled, the training part is", honest[0], (0, 1)
    yield "the mean is subtracted, but not divided by the standard deviation", *[(training.mean(), 1)] * 2


def _check_preparation(ask):
    rng = np.random.default_rng(61)
    series = 15 + 0.05 * np.arange(60) + rng.normal(size=60)
    look_back, test_days = 4, 15
    names = ("X_train", "y_train", "X_test", "y_test")
    came = parts(ask(series, look_back, test_days), *names)
    for split_words, arrays in _splits(series, look_back, test_days):
        for scale_words, of_train, of_test in _scalings(series, look_back, test_days):
            scaled = [(a - m) / s for a, (m, s) in zip(arrays, (of_train, of_train, of_test, of_test))]
            if all(map(close, came, scaled)):
                if scale_words or split_words:
                    raise Wrong(scale_words or split_words)
                return f"training {came[0].shape}, test {came[2].shape}, and no test day was seen before its time."
            if all(map(close, came, [scaled[0], arrays[1], scaled[2], arrays[3]])):
                raise Wrong("X is scaled and y is not: the network forecasts in the scale it reads")
    needed = my_preparation(series, look_back, test_days)
    if _drawn_at_random(came[1], came[3], needed[1], needed[3]):
        raise Wrong(
            "your test days are drawn at random: days on both sides of them are in training; take the last days"
        )
    for name, mine, right in zip(names, came, needed):
        compare(name, mine, right, ("windows", "look_back", "features")[: right.ndim])


def _drawn_at_random(y_train, y_test, right_train, right_test):
    """Whether the targets are all there, in whatever scale, and others than the last ones are for the test."""
    came, right = (np.concatenate([a.ravel(), b.ravel()]) for a, b in ((y_train, y_test), (right_train, right_test)))
    if came.shape != right.shape or came.std() == 0:
        return False
    test, right_test = ((a.ravel() - b.mean()) / b.std() for a, b in ((y_test, came), (right_test, right)))
    came, right = (np.sort((each - each.mean()) / each.std()) for each in (came, right))
    return close(came, right) and not close(test, right_test)


preparation = Exercise(
    "6.1",
    _check_preparation,
    (
        "which days may the scaler see? And may the first test window look back over the border?",
        "mean and standard deviation of series[:-test_days]; test windows from series[-test_days - look_back:].",
    ),
    my_preparation,
)

# ---------------------------------------------------------------------------------------------------------------
# 6.2


def my_week(X, y):
    forecast = X[:, -1]  # (windows, 1): today, for each of the days to come
    return np.abs(forecast - y).mean(axis=0)


def _check_week(ask):
    rng = np.random.default_rng(62)
    X, y = make_windows(10 + rng.normal(size=80).cumsum(), look_back=5, horizon=7)
    came, today = numbers("the error", ask(X, y)), X[:, -1]
    off = today - y
    before = np.concatenate([today, y[:, :-1]], axis=1)
    signs = "the errors' signs cancel out: take the absolute value before the mean"
    days = "that is one number for all days; take the mean over windows alone, one error a day"
    known = "for day 2 you took day 1, which nobody knows yet: today is the forecast for all seven days"
    mistakes = [
        (known, np.abs(before - y).mean(axis=0)),
        (days, np.abs(off).mean()),
        ("that is the mean over days, a number a window; take the mean over windows, axis 0", np.abs(off).mean(axis=1)),
        *((signs, each) for each in (off.mean(axis=0), -off.mean(axis=0), np.abs(off.mean(axis=0)))),
        ("that is the mean squared error; its unit is °C²", (off**2).mean(axis=0)),
        ("that is the root of the mean square; take the mean of the sizes", np.sqrt((off**2).mean(axis=0))),
        ("you took the window's first day; today is its last", np.abs(X[:, 0] - y).mean(axis=0)),
        ("you took the mean of the window; persistence takes its last day", np.abs(X.mean(axis=1) - y).mean(axis=0)),
        ("that is the median; the mean is asked for", np.median(np.abs(off), axis=0)),
        ("the errors of the windows came one by one; take their mean", np.abs(off)),
        ("the errors are added up; take their mean", np.abs(off).sum(axis=0)),
    ]
    compare("the error", came, np.abs(off).mean(axis=0), ("horizon",), mistakes)
    return f"{came[0]:.2f} for day 1, {came[6]:.2f} for day 7: a forecast that is a week old."


week = Exercise(
    "6.2",
    _check_week,
    (
        "persistence says today's value for each day to come. Which number of X is today's?",
        "X[:, -1] is (windows, 1), y (windows, 7), their difference (windows, 7). Absolute value, mean over axis 0.",
    ),
    my_week,
)

# ---------------------------------------------------------------------------------------------------------------
# 6.3


def my_forecast(X_train, y_train, day_train, X, day):
    def design(X, day):
        turn = 2 * np.pi * day / 365.25  # the season as an angle
        return np.column_stack([X[:, :, 0], np.sin(turn), np.cos(turn), np.ones(len(X))])

    coefficients = np.linalg.lstsq(design(X_train, day_train), y_train, rcond=None)[0]
    return design(X, day) @ coefficients


def _check_forecast(ask):
    weather = load_weather()
    split = split_by_time(weather["temp_max"], look_back=30, validation=365, test=365)
    day_of_year = (weather["date"] - weather["date"].astype("datetime64[Y]")).astype(int)
    linear = LinearAutoregression().fit(*split.train)

    def forecast(part, windows=slice(None)):
        days = day_of_year[part.first[windows]]
        return numbers("the forecast", ask(*split.train, day_of_year[split.train.first], part.X[windows], days))

    def errors(part, mine):
        return mae(mine, part.y), mae(linear.predict(part.X), part.y)

    mine = forecast(split.validation)
    if mine.shape != split.validation.y.shape:
        compare("the forecast", mine, split.validation.y, ("windows", "horizon"))
    if not np.isfinite(mine).all():
        raise Wrong("the forecast has values that are NaN or infinite")
    some = np.array([200, 5, 90])
    if np.abs(forecast(split.validation, some) - mine[some]).max() > 1e-3:
        raise Wrong(
            "your forecast for a day changes when other windows are left out: it uses them, and later ones hold the day"
            " itself (or it is drawn anew each time: then seed it)"
        )
    ours, theirs = errors(split.validation, mine)
    if ours < 1.5:
        raise Wrong(f"{ours:.2f} °C on 2014 is too good to be honest: where does it get the day itself from?")
    if ours >= theirs:
        raise Wrong(f"on 2014 your MAE is {ours:.2f} °C, the linear autoregression's {theirs:.2f}: not beaten yet")
    later = forecast(split.test)
    found = judged(later, linear.predict(split.test.X), split.test.y)
    last_ours, last_theirs = errors(split.test, later)
    return (
        f"on 2014 your MAE is {ours:.3f} °C, the linear autoregression's {theirs:.3f}. In 2015 it is {last_ours:.3f} "
        f"against {last_theirs:.3f}; by the luck of the days: {found}. A second look at 2015 is no test any more."
    )


forecast = Exercise(
    "6.3",
    _check_forecast,
    (
        "what does the linear autoregression not know that a calendar does?",
        "add two columns to its design matrix, sine and cosine of 2π · day / 365.25, and solve with np.linalg.lstsq.",
    ),
    my_forecast,
)
