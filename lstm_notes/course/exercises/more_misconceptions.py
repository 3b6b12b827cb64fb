"""Exercises of notebook 07b: what is wrong with a reported result, a table of lags, a series for a memoriser."""

import numpy as np

from ...windows import make_windows
from ._exercise import Exercise, Wrong, compare, numbers, verdicts

# ---------------------------------------------------------------------------------------------------------------
# 7b.1

VERDICTS = ("random split", "scaler on all days", "epochs chosen on the test days", "no baseline", "nothing")


def my_verdicts():
    return {
        "A": "random split",
        "B": "scaler on all days",
        "C": "epochs chosen on the test days",
        "D": "no baseline",
        "E": "nothing",
    }


# Why a verdict is not the one, and where to look instead.
_NOT = {
    "random split": "its split is by time",
    "scaler on all days": "its scaler saw the training days alone",
    "epochs chosen on the test days": "its epochs were not chosen on the test days",
    "no baseline": "persistence stands beside it",
    "nothing": "something is wrong with it",
}
_LOOK = {
    "A": "which days lie beside a test day, and where are those?",
    "B": "what did the scaler know of the test days?",
    "C": "which days had a say in when to stop?",
    "D": "0.95 beside what?",
    "E": "past inputs are allowed, past targets are not; and a tie may be reported as a tie",
}


def _check_verdicts(ask):
    came, needed = ask(), my_verdicts()
    wrong = verdicts(came, needed, VERDICTS)
    if wrong:
        report = wrong[0]
        rest = f" ({len(wrong)} of 5 are wrong.)" if len(wrong) > 1 else ""
        raise Wrong(f"{report}: not {came[report]!r}: {_NOT[came[report]]}. Look again: {_LOOK[report]}{rest}")
    return "four faults found, and one honest tie let stand."


reports = Exercise(
    "7b.1",
    _check_verdicts,
    (
        "ask of each report: how was it split, what did the scaler see, what chose the epochs, what stands beside it?",
        "each verdict is used once. Of the five, the one that ends in a tie is not the worse for that.",
    ),
    my_verdicts,
)

# ---------------------------------------------------------------------------------------------------------------
# 7b.2


def my_steps(table, look_back, features):
    lags = table.reshape(-1, features, look_back)  # the newest day first
    return lags[:, :, ::-1].transpose(0, 2, 1)


def _check_steps(ask):
    rows, look_back, features = 6, 4, 3
    days = np.random.default_rng(72).normal(size=(rows, look_back, features)).round(2)
    table = days[:, ::-1].transpose(0, 2, 1).reshape(rows, -1)
    came = numbers("X", ask(table, look_back, features))
    mixed = table.reshape(rows, look_back, features)
    newest = "the newest day stands first: an LSTM reads from the first step to the last, so the oldest has to be there"
    reshaped = "a reshape alone mixes them up: a step has different days of one feature, not one day's features"
    mistakes = [
        (newest, days[:, ::-1]),
        (reshaped, mixed),
        (f"{reshaped}; turned round, too", mixed[:, ::-1]),
        ("the features of a step have changed places: they are needed in the table's order", days[:, :, ::-1]),
        (f"{newest}; and the features of a step have changed places", days[:, ::-1, ::-1]),
        ("the axes are (windows, features, look_back); swap the last two", days.transpose(0, 2, 1)),
        (
            "the axes are (windows, features, look_back); swap the last two, and begin with the oldest day",
            days[:, ::-1].transpose(0, 2, 1),
        ),
        ("all columns became one step's features: with one step there is no recurrence", table[:, None]),
        ("all columns became days of one feature: the features stand one after the other in time", table[..., None]),
    ]
    compare("X", came, days, ("windows", "look_back", "features"), mistakes)
    return "each step is one day with all its features, the oldest first."


steps = Exercise(
    "7b.2",
    _check_steps,
    (
        "which axes does a row have, from the slowest to the fastest? Make these first, then put them in order.",
        "reshape to (windows, features, look_back), turn the days round with ::-1, and swap the last two axes.",
    ),
    my_steps,
)

# ---------------------------------------------------------------------------------------------------------------
# 7b.3

LOOK_BACK, HORIZON = 20, 7


def my_series():
    return np.random.default_rng(0).normal(size=600).cumsum()  # a random walk


def _memoriser(X, y, train, test):
    """The MAE of "as after the most similar training window", over persistence's on the same windows."""
    apart = ((X[test][:, None] - X[train][None]) ** 2).sum(axis=2)
    forecast = y[train][apart.argmin(axis=1)]
    return np.abs(forecast - y[test]).mean() / np.abs(X[test][:, -1] - y[test]).mean()


def _check_series(ask):
    series = numbers("the series", ask())
    if series.ndim != 1 or not 300 <= len(series) <= 1000:
        raise Wrong(f"the series has shape {series.shape}; (time,) with 300 to 1000 days is needed")
    if not np.isfinite(series).all() or np.ptp(series) == 0:
        raise Wrong("the series has values that are NaN or infinite, or is constant")
    X, y = make_windows(series, LOOK_BACK, HORIZON)
    X, y, n = X[:, :, 0], y[:, -1], len(X)
    border = int(0.8 * n)
    with np.errstate(all="ignore"):
        by_time = _memoriser(X, y, np.arange(border - HORIZON + 1), np.arange(border, n))
        orders = [np.random.default_rng(seed).permutation(n) for seed in range(3)]
        random = [float(_memoriser(X, y, order[:border], order[border:])) for order in orders]
    said = f"MAE over persistence's: {min(random):.2f} – {max(random):.2f} split at random, {by_time:.2f} split by time"
    if not np.isfinite([by_time, *random]).all():
        raise Wrong("persistence makes no error at all on this series")
    if max(random) >= 0.8 and by_time >= 0.8:
        raise Wrong(f"{said}. The memoriser is bad on both: neighbouring windows have to be alike")
    if max(random) >= 0.8:
        raise Wrong(f"{said}. The random split has to flatter the memoriser more, to below 0.8 with three seeds")
    if by_time <= 1.2:
        raise Wrong(f"{said}. The memoriser is not found out: does the series come back to where it was?")
    return f"{said}. The same memoriser, the same days: the split alone made it look good."


memoriser = Exercise(
    "7b.3",
    _check_series,
    (
        "the memoriser needs neighbours that are alike, and at the end days such as never were before.",
        "a series that wanders and does not come back: cumsum of random steps.",
    ),
    my_series,
)
