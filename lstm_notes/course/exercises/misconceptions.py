"""Exercises of notebook 07: what is wrong with a reported result, state carried by hand, a series for a memoriser."""

import numpy as np

from ...cell import lstm_forward
from ...weights import LSTMWeights
from ...windows import make_windows
from ._exercise import Exercise, Open, Wrong, compare, numbers

# ---------------------------------------------------------------------------------------------------------------
# 7.1

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
    if not isinstance(came, dict) or set(came) != set(needed):
        raise Wrong("return a dict with the keys A, B, C, D, E")
    empty = [report for report in sorted(came) if came[report] in (..., None)]
    if len(empty) == len(needed):
        raise Open
    if empty:
        raise Wrong(f"{', '.join(empty)} is still empty")
    for report in sorted(came):
        if came[report] not in VERDICTS:
            raise Wrong(f"{report} has the verdict {came[report]!r}; there are {', '.join(map(repr, VERDICTS))}")
    wrong = [report for report in sorted(came) if came[report] != needed[report]]
    if wrong:
        report = wrong[0]
        rest = f" ({len(wrong)} of 5 are wrong.)" if len(wrong) > 1 else ""
        raise Wrong(f"{report}: not {came[report]!r}: {_NOT[came[report]]}. Look again: {_LOOK[report]}{rest}")
    return "four faults found, and one honest tie let stand."


verdicts = Exercise(
    "7.1",
    _check_verdicts,
    (
        "ask of each report: how was it split, what did the scaler see, what chose the epochs, what stands beside it?",
        "each verdict is used once. Of the five, the one that ends in a tie is not the worse for that.",
    ),
    my_verdicts,
)

# ---------------------------------------------------------------------------------------------------------------
# 7.2


def my_carried(batches, weights):
    shown, h, c = [], None, None
    for x in batches:
        trace = lstm_forward(x, weights, h, c)
        h, c = trace.h[:, -1], trace.c[:, -1]
        shown.append(h)
    return np.array(shown)


def _carry(batches, weights, keep):
    shown, h, c = [], None, None
    for x in batches:
        trace = lstm_forward(x, weights, h, c)
        shown.append(trace.h[:, -1])
        h, c = keep(trace.h, trace.c)
    return np.array(shown)


def _check_carried(ask):
    rng = np.random.default_rng(72)
    weights = LSTMWeights.initial(features=1, units=3, seed=7, dtype="float64")
    weights.array[:] += 0.5 * rng.normal(size=weights.array.shape)
    batches = list(rng.normal(size=(4, 2, 5, 1)))
    came, needed = numbers("h", ask(batches, weights)), my_carried(batches, weights)
    zero = np.zeros((2, 3))
    rows, h, c = np.empty_like(needed), np.zeros((1, 3)), np.zeros((1, 3))
    for k, x in enumerate(batches):
        for row in range(2):
            trace = lstm_forward(x[row : row + 1], weights, h, c)
            h, c = trace.h[:, -1], trace.c[:, -1]
            rows[k, row] = h[0]
    swaps = {
        "every batch starts at zero: that is stateless; hand h and C on": lambda h, c: (None, None),
        "h is handed on and C is not": lambda h, c: (h[:, -1], zero),
        "C is handed on and h is not": lambda h, c: (zero, c[:, -1]),
        "h and C are swapped on the way": lambda h, c: (c[:, -1], h[:, -1]),
        "the states of the first step are handed on; those of the last are needed": lambda h, c: (h[:, 0], c[:, 0]),
        "the rows change places from batch to batch: row 0 goes on with row 0": lambda h, c: (h[::-1, -1], c[::-1, -1]),
    }
    mistakes = [(words, _carry(batches, weights, keep)) for words, keep in swaps.items()]
    inside = "the state goes from row to row inside a batch; row 1 goes on where row 1 of the batch before ended"
    mistakes += [(inside, rows), ("only the last batch's h came back; one for each batch is needed", needed[-1])]
    compare("h", came, needed, ("batches", "rows", "units"), mistakes)
    return "four batches, two rows, state carried: what stateful=True does between two resets."


carried = Exercise(
    "7.2",
    _check_carried,
    (
        "row k of a batch goes on where row k of the batch before ended. Which two things does it need for that?",
        "keep trace.h[:, -1] and trace.c[:, -1], and hand them to the next lstm_forward as h0 and c0.",
    ),
    my_carried,
)

# ---------------------------------------------------------------------------------------------------------------
# 7.3

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
    "7.3",
    _check_series,
    (
        "the memoriser needs neighbours that are alike, and at the end days such as never were before.",
        "a series that wanders and does not come back: cumsum of random steps.",
    ),
    my_series,
)
