"""Exercises of notebook 03: windows of your own, a window read in two halves, a series that needs two days."""

import numpy as np

from ...cell import lstm_forward
from ...weights import LSTMWeights
from ...windows import make_windows
from ._exercise import Exercise, Wrong, close, compare, mistakes, numbers, parts, together

# ---------------------------------------------------------------------------------------------------------------
# 3.1


def my_windows(series, look_back, horizon):
    count = len(series) - look_back - horizon + 1
    X = np.array([series[k : k + look_back] for k in range(count)])
    y = np.array([series[k + look_back : k + look_back + horizon] for k in range(count)])
    return X[:, :, None], y


def _wrong_windows(series, look_back, horizon):
    """Triples of words, X and y: what the usual mistakes give."""
    X, y = make_windows(series, look_back, horizon)
    yield "you lose the last window: there are N − look_back − horizon + 1", X[:-1], y[:-1]
    yield "you lose the last windows: there are N − look_back − horizon + 1", X[:-horizon], y[:-horizon]
    far, _ = make_windows(series, look_back, look_back)
    yield "you lose the windows at the end: only the horizon has to fit behind a window", far, y[: len(far)]
    yield "you lose the first window: it starts on the first day", X[1:], y[1:]
    late_X, late_y = make_windows(series, look_back, horizon + 1)
    yield "y comes a day late: its first day is the one right after the window", late_X, late_y[:, 1:]
    n = len(X)
    early = np.array([series[k + look_back - 1 : k + look_back - 1 + horizon] for k in range(n)])
    yield "y starts on the window's own last day: what is asked for already stands in X", X, early
    apart = slice(None, None, look_back)
    yield (
        "your windows do not overlap: each starts one day after the one before, not look_back days",
        X[apart],
        y[apart],
    )
    yield "the days in a window run backwards: the oldest comes first", X[:, ::-1], y
    yield "y holds the last of the days asked for alone; all horizon of them are needed", X, y[:, -1:]
    yield "y holds the first of the days asked for alone; all horizon of them are needed", X, y[:, :1]


def _wrong_axes(X):
    """Pairs of words and an X whose numbers are right and whose axes are not."""
    flat = X[:, :, 0]
    yield "X is (windows, look_back): the third axis is missing, the features, of length 1", flat
    yield "the axes of X are (look_back, windows): swap them, and add the features", flat.T
    yield "the axes of X are (time, batch, features): swap the first two", X.transpose(1, 0, 2)
    yield (
        "X is (windows, 1, look_back): one step with look_back features, not look_back steps with one",
        X.transpose(0, 2, 1),
    )
    yield "the axes of X are (features, windows, look_back): the features come last", X.transpose(2, 0, 1)


def _and_y(words, series, look_back, horizon, came_y):
    """`words` on X, and what is wrong with y as well."""
    X, y = make_windows(series, look_back, horizon)
    for more, wrong_X, wrong_y in _wrong_windows(series, look_back, horizon):
        if len(wrong_X) == len(X) and close(came_y, wrong_y) and not close(wrong_y, y):
            return together([words, more])
    return words


def _check_windows(ask):
    series = np.random.default_rng(31).normal(size=20).round(2)
    for look_back, horizon in ((3, 1), (5, 2)):
        came_X, came_y = parts(ask(series, look_back, horizon, without=(make_windows,)), "X", "y")
        X, y = make_windows(series, look_back, horizon)
        for words, wrong in _wrong_axes(X):
            if close(came_X, wrong):
                raise Wrong(_and_y(words, series, look_back, horizon, came_y))
        if close(came_X, X) and came_y.ndim == 1 and close(came_y, y[:, 0]):
            raise Wrong(f"y is (windows,); (windows, horizon) = {y.shape} is needed, also for a horizon of 1")
        for words, wrong_X, wrong_y in _wrong_windows(series, look_back, horizon):
            right = close(wrong_X, X) and close(wrong_y, y)
            if not right and close(came_y, wrong_y):
                if close(came_X, wrong_X):
                    raise Wrong(words)
                for axes, turned in _wrong_axes(wrong_X):
                    if close(came_X, turned):
                        raise Wrong(together([words, axes]))
        if came_X.ndim == 3 and len(came_X) != len(X):
            raise Wrong(
                f"{len(came_X)} windows came of 20 days with look_back={look_back}, horizon={horizon}; "
                f"N − look_back − horizon + 1 = {len(X)} are needed"
            )
        compare("X", came_X, X, ("windows", "look_back", "features"))
        compare("y", came_y, y, ("windows", "horizon"))
    return f"20 days, look_back 5, horizon 2: X {X.shape}, y {y.shape}; and so for look_back 3, horizon 1."


windows = Exercise(
    "3.1",
    _check_windows,
    (
        "how many windows are there? The last one has to leave room for the days asked for.",
        "for k in range(N - look_back - horizon + 1): X gets series[k : k + look_back], y the horizon days after it; "
        "then X[:, :, None].",
    ),
    my_windows,
)

# ---------------------------------------------------------------------------------------------------------------
# 3.2


def my_two_halves(first, second, weights):
    one = lstm_forward(first, weights)
    two = lstm_forward(second, weights, h0=one.h[:, -1], c0=one.c[:, -1])
    return np.concatenate([one.h, two.h], axis=1)


def _check_halves(ask):
    rng = np.random.default_rng(32)
    weights = LSTMWeights.initial(features=2, units=3, seed=5, dtype="float64")
    weights.array[:] += 0.5 * rng.normal(size=weights.array.shape)
    x = rng.normal(size=(4, 7, 2))
    first, second = x[:, :3], x[:, 3:]
    came = numbers("h", ask(first, second, weights))
    one, needed = lstm_forward(first, weights), lstm_forward(x, weights).h
    h, c = one.h[:, -1], one.c[:, -1]

    def then(h0=None, c0=None):
        two = lstm_forward(second, weights, h0, c0).h
        return np.concatenate([one.h, two], axis=1)

    turned = np.concatenate([second, first], axis=1)

    def make(state=(h, c), back=lambda both: both):
        return back(then(*state))

    kinds = {
        "state": {
            "the second half starts from zero: hand it h and C of the first half's last step": (None, None),
            "h is handed on and C is not: c0 is missing": (h, None),
            "C is handed on and h is not: h0 is missing": (None, c),
            "h and C are swapped on the way: h0 gets h, c0 gets C": (c, h),
            "h is handed on as C as well: c0 gets C": (h, h),
            "the states of the first step are handed on; those of the last are needed": (one.h[:, 0], one.c[:, 0]),
        },
        "back": {
            "the second half stands before the first": lambda both: np.roll(both, 4, axis=1),
            "only the second half's h came back; all 7 steps are needed": lambda both: both[:, 3:],
            "only the first half's h came back; all 7 steps are needed": lambda both: both[:, :3],
            "only the last h came back; h of all 7 steps is needed": lambda both: both[:, -1],
        },
    }
    wrong = [*mistakes(make, **kinds), ("the second half stands before the first", lstm_forward(turned, weights).h)]
    compare("h", came, needed, ("batch", "time", "units"), wrong)
    return "h of all 7 steps, (4, 7, 3), as if the window had never been cut."


halves = Exercise(
    "3.2",
    _check_halves,
    (
        "what does a step hand to the next? lstm_forward takes it as h0 and c0.",
        "h0=one.h[:, -1], c0=one.c[:, -1] for the second half; join the two h along the axis of time, axis=1.",
    ),
    my_two_halves,
)

# ---------------------------------------------------------------------------------------------------------------
# 3.3


def my_series():
    return np.tile([0.0, 1.0, 0.0, 2.0], 20)


def _followers(series, look_back):
    """Each window's values → the days that follow it, as (index, value)."""
    found = {}
    for k in range(len(series) - look_back):
        window = tuple(series[k : k + look_back].tolist())
        found.setdefault(window, []).append((k + look_back, float(series[k + look_back])))
    return found


def _check_series(ask):
    series = numbers("the series", ask())
    if series.ndim != 1:
        raise Wrong(f"the series has shape {series.shape}; (time,) is needed")
    if not np.isfinite(series).all():
        raise Wrong("the series has values that are NaN or infinite")
    one, two = _followers(series, 1), _followers(series, 2)
    short, faults = len(series) < 40, []
    if short:
        faults += [f"the series has {len(series)} days; at least 40 are needed, so that windows come back"]
    rare = [window for window, days in two.items() if len(days) < 3]
    if rare and not short:  # a longer one may mend it
        faults += [f"the window {_text(rare[0])} comes less than three times: nobody could learn what follows it"]
    faults += [
        f"look_back 2 is not enough: {_text(window)} is followed by {days[0][1]:g} on day {days[0][0]} and by "
        f"{value:g} on day {day}"
        for window, days in two.items()
        for day, value in days
        if value != days[0][1]
    ][:1]
    again = [days for days in one.values() if len(days) >= 3]  # what comes back: else nothing is known of it
    if len(series) > 1 and np.ptp(series) == 0:
        faults += ["the series is constant: look_back 1 is enough for it"]
    elif again and all(len({value for _, value in days}) == 1 for days in again):
        faults += ["look_back 1 is already enough: each value is always followed by the same one"]
    if faults:
        raise Wrong(together(faults))
    value = next(w[0] for w, days in one.items() if len({v for _, v in days}) > 1)
    return f"after {value:g} alone nobody knows what comes; with the day before it, everybody does."


def _text(window):
    return "(" + ", ".join(f"{value:g}" for value in window) + ")"


own_series = Exercise(
    "3.3",
    _check_series,
    (
        "one value has to stand in two different places of the pattern, with different values before it.",
        "a pattern of four values that repeats, two of them the same: np.tile(pattern, 20).",
    ),
    my_series,
)
