"""Exercises of notebook 07: zero or on, state carried by hand, a series for which one window is enough."""

import numpy as np

from ...cell import lstm_forward
from ...evaluation import mae
from ...forecaster import NumpyForecaster
from ...training import Adam
from ...weights import LSTMWeights
from ...windows import Scaler, make_windows
from ._exercise import Exercise, Wrong, compare, numbers, verdicts

# ---------------------------------------------------------------------------------------------------------------
# 7.1

BEGINNINGS = ("zero", "goes on")


def my_beginnings():
    return {
        "A": "zero",
        "B": "zero",
        "C": "goes on",
        "D": "goes on",
        "E": "goes on",
        "F": "zero",
        "G": "zero",
    }


# Of each case, why it is not the other.
_WHY = {
    "A": "without stateful=True a window begins at zero, whoever stands before it in the batch",
    "B": "without stateful=True a window begins at zero, in each epoch; what the first epoch leaves is the weights",
    "C": "with stateful=True row 3 of a batch begins where row 3 of the batch before ended",
    "D": "no epoch resets a stateful layer: the second one begins where the first ended",
    "E": "fit resets nothing when it ends: predict begins with the states that it left",
    "F": "reset_state puts h and C back to zero",
    "G": "states go on from batch to batch, not from row to row, and before the first batch there is none",
}


def _check_beginnings(ask):
    wrong = verdicts(ask(), my_beginnings(), BEGINNINGS)
    if wrong:
        rest = f" ({len(wrong)} of {len(_WHY)} are wrong.)" if len(wrong) > 1 else ""
        raise Wrong(f"{wrong[0]}: {_WHY[wrong[0]]}.{rest}")
    return "only stateful=True goes on, from batch to batch, until you reset it."


beginnings = Exercise(
    "7.1",
    _check_beginnings,
    (
        "three things matter: is the layer stateful, did a batch go before, and has anybody called reset_state?",
        "A and B are not stateful. Of the others one has nothing before it, and one was reset.",
    ),
    my_beginnings,
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

LOOK_BACK, WINDOWS = 10, 5


def my_series():
    noise = np.random.default_rng(0).normal(size=400)
    return np.resize([1.0, -1.0], 400) + 0.1 * noise  # up, down, up, down


def _check_series(ask):
    series = numbers("the series", ask())
    if series.ndim != 1 or not 200 <= len(series) <= 600:
        raise Wrong(f"the series has shape {series.shape}; (time,) with 200 to 600 days is needed")
    if not np.isfinite(series).all() or np.abs(series).max() > 1e6:
        raise Wrong("the series has values that are NaN or infinite, or beyond a million")
    X, y = make_windows(series, LOOK_BACK)
    border = int(0.75 * len(X))
    training, test, truth = series[: border + LOOK_BACK - 1], X[border:], y[border:]
    copied = mae(test[:, -1], truth)
    if np.ptp(training) == 0 or copied == 0:
        raise Wrong("the series does not move, in its first three quarters or in its last one")
    scaler, ratios = Scaler().fit(training), []
    for k in np.linspace(0, border - 1, WINDOWS).astype(int):
        model = NumpyForecaster(units=4, scaler=scaler, seed=0)
        model.fit(X[[k]], y[[k]], epochs=100, optimizer=Adam(0.03), progress=False)
        ratios.append(float(mae(model.predict(test), truth) / copied))
    median = mae(np.full_like(truth, np.median(training)), truth) / copied
    said = f"MAE over persistence's: {min(ratios):.2f} – {max(ratios):.2f}, a network for each of {WINDOWS} windows"
    if min(ratios) >= 0.8:
        raise Wrong(
            f"{said}. A network of one window has learnt one target; on your series yesterday is nearer than that"
        )
    if max(ratios) >= 0.8:
        raise Wrong(
            f"{said}. Some windows are enough and some are not: what do those learn whose target is a rare day?"
        )
    return f"{said}; the training days' median, said every day, {median:.2f}. A win over persistence alone is no skill."


one_window = Exercise(
    "7.3",
    _check_series,
    (
        "a network of one window says about the same number every day. Where is yesterday worse than one number?",
        "where days jump to and fro around a level: neighbours lie further apart than each lies from the level.",
    ),
    my_series,
)
