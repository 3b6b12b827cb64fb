"""Exercises of notebook 06b: last year's month and its growth, steps instead of levels, a law that no line can say."""

import numpy as np

from ...evaluation import mae
from ...rivals import LinearAutoregression, kernel_ridge
from ...windows import make_windows
from ._exercise import Exercise, Open, Wrong, close, named, numbers

# ---------------------------------------------------------------------------------------------------------------
# 6b.1


def my_grown(series, season):
    return series[-season] * series[-1] / series[-season - 1]


def _check_grown(ask):
    rng = np.random.default_rng(61)
    series, season = 100 * np.exp(0.01 * np.arange(40) + 0.1 * rng.normal(size=40)), 12
    came = numbers("the forecast", ask(series, season))
    if came.shape not in ((), (1,)):
        raise Wrong(f"the forecast has shape {came.shape}; one number is needed, that of the next month")
    came, needed = came.reshape(()), my_grown(series, season)
    a_year_ago, today, before = series[-season], series[-1], series[-season - 1]
    mistakes = [
        ("that is as a year ago; it has to grow as much as the month before has", a_year_ago),
        (
            "that is the last month's value: it was divided by its own; the two months of a growth are a year apart",
            today,
        ),
        ("that is the last month's own month a year ago: the month to come was series[-season] then", before),
        ("you added the growth; multiply by it, for the season grows with the level", a_year_ago + today - before),
        ("the growth is upside down", a_year_ago * before / today),
        ("all months are one too early: the month to come was series[-season]", before * today / series[-season - 2]),
    ]
    if close(came, needed):
        return f"{needed:.1f} next month, after {a_year_ago:.1f} a year before."
    named(came, mistakes)
    raise Wrong(f"for a series that ends with {today:.1f} you forecast {came:.1f}; {needed:.1f} is needed")


grown = Exercise(
    "6b.1",
    _check_grown,
    (
        "how many per cent more were there in the last month than in the same month a year before?",
        "series[-1] / series[-season - 1] is the growth; the month to come was series[-season] a year before.",
    ),
    my_grown,
)

# ---------------------------------------------------------------------------------------------------------------
# 6b.2


def my_steps(series, look_back):
    X, y = make_windows(np.diff(series), look_back)
    return X, y, series[look_back:-1, None]


def _check_steps(ask):
    series, look_back = np.random.default_rng(62).standard_normal(40).cumsum(), 5
    came, needed = ask(series, look_back), my_steps(series, look_back)
    if not isinstance(came, (tuple, list)) or len(came) != 3:
        if came is None or came is ...:
            raise Open
        raise Wrong("three arrays are needed: X, y and today")
    levels, asked = make_windows(series, look_back)
    X, y, today = (numbers(name, each) for name, each in zip(("X", "y", "today"), came))
    for name, each, right in zip(("X", "y", "today"), (X, y, today), needed):
        if each.shape != right.shape:
            also = " (40 days have 39 differences)" if each.shape[:1] == levels.shape[:1] else ""
            raise Wrong(f"{name} has shape {each.shape}; {right.shape} is needed{also}")
    if close(X, levels[1:]) or close(X, levels[:-1]):
        raise Wrong("X holds the levels; differences are asked for")
    if not close(X, needed[0]):
        raise Wrong("X does not hold the windows of np.diff(series), one a row")
    if not close(y, needed[1]):
        raise Wrong("y is not the difference that follows each window")
    named(
        today,
        [
            ("`today` is the level that is asked for; a forecast knows the one before it", asked[1:]),
            (
                "`today` is a day too early: the window's last difference ends a day later",
                series[look_back - 1 : -2, None],
            ),
        ],
    )
    if not close(today, needed[2]):
        raise Wrong("today + y is not the level of the day asked for")
    return f"{len(X)} windows of steps, and today + y is the level of the day asked for, on each of them."


steps = Exercise(
    "6b.2",
    _check_steps,
    (
        "np.diff(series)[t] is the step from day t to t + 1: which level is known on the day before a step?",
        "make_windows(np.diff(series), look_back) gives X and y; today is series[look_back:-1, None].",
    ),
    my_steps,
)

# ---------------------------------------------------------------------------------------------------------------
# 6b.3


def my_series():
    x = [0.3]
    for _ in range(599):
        x.append(4 * x[-1] * (1 - x[-1]))
    return np.array(x)


def _check_series(ask):
    came = numbers("the series", ask())
    if came.shape != (600,):
        raise Wrong(f"the series has shape {came.shape}; (600,) is needed")
    if not np.isfinite(came).all() or np.abs(came).max() > 1e100:
        raise Wrong("the series runs away: its values have to stay finite")
    if np.ptp(came[:390]) < 1e-9 * max(1, np.abs(came).max()):
        raise Wrong("the series stands still: there is nothing to forecast")
    X, y = make_windows(came, look_back=10)
    line, smooth = (
        mae(method.fit(X[:390], y[:390]).predict(X[390:]), y[390:])
        for method in (LinearAutoregression(), kernel_ridge())
    )
    errors = f"the line errs by {line:.3g}, kernel ridge by {smooth:.3g}"
    if line <= 2 * smooth:
        raise Wrong(
            f"{errors}; the line has to err over twice as much. Let a value depend on the last one along a curve"
        )
    return f"{errors}: your law bends, and what it takes to follow it is a curve, not a memory."


bent = Exercise(
    "6b.3",
    _check_series,
    (
        "let the next value be a curve of the last one that goes up and comes down again, and stays between 0 and 1.",
        "4 * x * (1 - x) is such a curve; begin with 0.3.",
    ),
    my_series,
)
