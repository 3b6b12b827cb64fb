"""What is the memory for? Tasks that need a value from long ago, and who learns them. Taught in notebook
05b_long_memory.

Every function here is an experiment: settings and a seed go in, numbers come out, all arithmetic is float64. Windows
are fresh at every update. A training amplifies the last bits, so its numbers are for bounds, counts and medians.
Three studies are recorded: `long_memory` (who learns what), `explosion` (which part explodes) and `carrying` (which
unit carries).
"""

import math
from collections import deque

import numpy as np

from ..cell import lstm_backward, lstm_forward
from ..network import NetworkWeights, loss_and_gradient, mse, network_forward
from ..training import SGD, Adam, train_steps
from ..variants import (
    GRUNetwork,
    MLPNetwork,
    RNNNetwork,
    chrono,
    gru_backward,
    gru_forward,
    rnn_backward,
    rnn_forward,
)
from .record import Study
from .tasks import GUESSING, adding, recall, temporal_order

TASKS = {"recall": recall, "adding": adding, "temporal order": temporal_order}
BATCH, TESTED = 32, 512  # windows
SOLVED = 0.1  # of the MSE of guessing, by the mean of the last LAST training losses
LAST = 25


def fresh_batches(task, look_back, updates, rng):
    """`updates` batches of `task`, a key of TASKS, each drawn when it is asked for: (X, y) of 32 windows.

    >>> [X.shape for X, _ in fresh_batches("adding", look_back=50, updates=2, rng=np.random.default_rng(0))]
    [(32, 50, 2), (32, 50, 2)]
    """
    return (TASKS[task](BATCH, look_back, rng) for _ in range(updates))


def start_network(cell, start, features, outputs, look_back, units, seed):
    """A network before training.

    `cell` "LSTM", and `start` its forget bias, or "chrono"; "RNN", and `start` what its orthogonal recurrent matrix is
    multiplied by; "GRU" or "MLP". With `start` None a network is as Keras draws it. The MLP sees the whole window, and
    has as many hidden units as it takes to have no fewer parameters than an LSTM of `units`; "wide MLP" has as many as
    the window has steps.

    >>> start_network("LSTM", "chrono", features=2, outputs=1, look_back=50, units=16, seed=0)
    NetworkWeights(features=2, units=16, outputs=1, float64, 1,233 parameters)
    >>> start_network("MLP", None, features=2, outputs=1, look_back=50, units=16, seed=0)
    MLPNetwork(features=100, units=13, outputs=1, 1,327 parameters)
    """
    rng = np.random.default_rng([seed, 0])
    if cell == "LSTM":
        weights = NetworkWeights.initial(features, units, outputs, rng)
        if start == "chrono":
            chrono(weights.lstm, look_back, rng)
        elif start is not None:
            weights.lstm.b_f[:] = start
    elif cell == "RNN":
        weights = RNNNetwork.initial(features, units, outputs, rng)
        weights.recurrent_kernel *= 1 if start is None else start
    elif cell == "GRU":
        weights = GRUNetwork.initial(features, units, outputs, rng)
    elif cell in ("MLP", "wide MLP"):
        seen = look_back * features
        wanted = NetworkWeights(features, units, outputs).vector.size
        hidden = look_back if cell == "wide MLP" else -(-(wanted - outputs) // (seen + 1 + outputs))
        weights = MLPNetwork.initial(seen, hidden, outputs, rng)
    else:
        raise ValueError(f"cell is {cell!r}; LSTM, GRU, RNN, MLP or wide MLP is needed")
    return weights


def memory_run(task, look_back, cell, start=None, *, seed, updates, units=16, learning_rate=0.02):
    """Does this cell learn this task, and after how many updates?

    Adam, gradients clipped to 1, batches of 32 fresh windows, until the mean of the last 25 losses is below a tenth of
    what guessing scores, or `updates` are done. `task` is a key of TASKS, `cell`, `start` and `units` are as in
    start_network; `cell` "linear" is least squares on all the windows that the others see one after the other.

    Returns `solved_after`, a number of batches, or None, and `loss`, the MSE on 512 other windows, the same for every
    cell of that seed.

    >>> memory_run("recall", 10, "LSTM", start=3, seed=0, updates=200, units=8)["solved_after"] < 100
    True
    >>> memory_run("recall", 10, "linear", seed=0, updates=20)["loss"] < 1e-20
    True
    """
    solved = SOLVED * GUESSING[task]
    training = fresh_batches(task, look_back, updates, np.random.default_rng([seed, 1]))
    X, y = TASKS[task](TESTED, look_back, np.random.default_rng([seed, 2]))
    if cell == "linear":
        loss = mse(with_ones(X) @ least_squares(training), y)
        return {"solved_after": updates if loss < solved else None, "loss": loss}
    weights = start_network(cell, start, X.shape[2], y.shape[1], look_back, units, seed)
    slope = loss_and_gradient if cell == "LSTM" else weights.loss_and_gradient
    steps = train_steps(slope, weights, training, Adam(learning_rate), clip_norm=1.0)
    after = batches_until(steps, solved)
    forecast = (lambda x: network_forward(x, weights)[0]) if cell == "LSTM" else weights.forecast
    return {"solved_after": after, "loss": mse(forecast(X), y)}


def batches_until(steps, below):
    """Train, by asking `steps` of train_steps for one batch after the other, until the mean of the last 25 losses is
    below `below`: how many batches that took, or None.

    >>> batches_until(((loss, None) for loss in [1.0] * 30 + [0.0] * 30), below=0.5)
    43
    """
    recent = deque(maxlen=LAST)
    for number, (loss, _) in enumerate(steps, start=1):
        recent.append(loss)
        if len(recent) == LAST and sum(recent) / LAST < below:
            return number
    return None


def with_ones(X):
    """Windows as rows (windows, look_back · features + 1), a 1 at the end of each."""
    return np.concatenate([X.reshape(len(X), -1), np.ones((len(X), 1))], axis=1)


def least_squares(batches):
    """The best linear map from `with_ones(X)` to y over all batches, from the normal equations, so that no batch is
    kept."""
    squares = products = 0
    for X, y in batches:
        rows = with_ones(X)
        squares, products = squares + rows.T @ rows, products + rows.T @ y
    return np.linalg.lstsq(squares, products)[0]


# ---------------------------------------------------------------------------------------------------------------
# An explosion that comes through the recurrence.

EXPLOSION = {"look_back": 50, "units": 32, "learning_rate": 0.1, "updates": 300}
PARTS = {"head": ("head_kernel", "head_bias"), "recurrence": ("kernel", "recurrent_kernel", "bias"), None: ()}


def explosion_run(*, seed, clip=None, freeze="head", truncated=None, scale=2.0):
    """A plain RNN on the recall task, by SGD: does it explode, and which part of it does?

    Its recurrent matrix starts as an orthogonal one times `scale`, its head at half the usual size. `freeze` keeps the
    "head" as it is at the start, or the "recurrence" (all that is before the head), or nothing (None); `clip` is the
    longest gradient let through; `truncated` is how many steps the gradient goes back. The rest is EXPLOSION.

    With its head frozen, what the RNN says is bounded, since h is: no loss can become infinite, and what explodes is
    the gradient on its way back. With nothing frozen the head explodes first, by its own curvature.

    Returns `loss`, the MSE on 512 windows after training, or infinity where the training stopped because a loss was;
    `largest_norm` of the gradients of what is trained, before clipping; `growth`, ‖∂L/∂h_1‖ / ‖∂L/∂h_T‖ at the start.

    >>> run = explosion_run(seed=0, freeze="recurrence")
    >>> run["loss"] < 2, run["growth"] > 100
    (True, True)
    """
    look_back, updates = EXPLOSION["look_back"], EXPLOSION["updates"]
    weights = start_network("RNN", scale, 1, 1, look_back, EXPLOSION["units"], seed)
    weights.head_kernel *= 0.5
    weights.steps_back = truncated
    X, y = recall(TESTED, look_back, np.random.default_rng([seed, 2]))
    growth = gradient_growth(X, y, weights)
    frozen = PARTS[freeze]

    def slope(x, y, weights):
        loss, gradient = weights.loss_and_gradient(x, y, weights)
        for name in frozen:
            getattr(gradient, name)[:] = 0
        return loss, gradient

    training = fresh_batches("recall", look_back, updates, np.random.default_rng([seed, 1]))
    steps, largest = train_steps(slope, weights, training, SGD(EXPLOSION["learning_rate"]), clip), 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for loss, gradient in steps:
            largest = max(largest, float(np.linalg.norm(gradient.vector)))
            if not np.isfinite(loss):
                return {"loss": np.inf, "largest_norm": np.inf, "growth": growth}
        loss = mse(weights.forecast(X), y)
    return {"loss": loss if np.isfinite(loss) else np.inf, "largest_norm": largest, "growth": growth}


def gradient_growth(X, y, weights):
    """‖∂L/∂h_1‖ / ‖∂L/∂h_T‖ in an RNNNetwork, L its MSE on X and y: above 1 it grows on its way back."""
    h = rnn_forward(X, weights.kernel, weights.recurrent_kernel, weights.bias)
    dh = np.zeros_like(h)
    dh[:, -1] = 2 * (weights.forecast(X) - y) / y.size @ weights.head_kernel.T
    by_h = rnn_backward(X, h, weights.kernel, weights.recurrent_kernel, dh).h
    return float(np.linalg.norm(by_h[:, 0]) / np.linalg.norm(by_h[:, -1]))


# ---------------------------------------------------------------------------------------------------------------
# How much of the start arrives, in every direction.


def jacobians(cell, start, look_back, *, seed, task="adding", units=16):
    """How much of a change of the first state arrives in the last one, before training: a number for each direction.

    `cell` "LSTM", "GRU" or "RNN", and `start`, as in start_network; one window of `task`, since it depends on what is
    read. Returns the singular values, largest first: `h` of ∂h_T/∂h_0, and for the LSTM `C` of ∂C_T/∂C_0, both total
    derivatives, units numbers each. One of 1 arrives at its full size; a norm would show the largest ones alone.

    >>> values = jacobians("LSTM", start=3, look_back=100, seed=0)["C"]
    >>> len(values), values[0] > 50 * values[8]
    (16, True)
    """
    x, y = TASKS[task](1, look_back, np.random.default_rng([seed, 2]))
    weights = start_network(cell, start, x.shape[2], y.shape[1], look_back, units, seed)
    x = np.repeat(x, units, axis=0)  # row k: the gradient of unit k at the last step
    last = np.zeros((units, look_back, units))
    last[:, -1] = np.eye(units)
    if cell == "LSTM":
        trace = lstm_forward(x, weights.lstm)
        by = {"C": lstm_backward(trace, np.zeros_like(last), np.eye(units)).c0, "h": lstm_backward(trace, last).h0}
    elif cell == "GRU":
        by = {"h": gru_backward(gru_forward(x, weights.kernel, weights.recurrent_kernel, weights.bias), last).h0}
    else:
        h = rnn_forward(x, weights.kernel, weights.recurrent_kernel, weights.bias)
        by = {"h": rnn_backward(x, h, weights.kernel, weights.recurrent_kernel, last).h0}
    return {name: np.linalg.svd(matrix, compute_uv=False).tolist() for name, matrix in by.items()}


# ---------------------------------------------------------------------------------------------------------------
# A gate that was learnt, and can be read.


def carrying_unit(*, seed, look_back=50, start=1.0, units=16, updates=1500, below=0.005):
    """An LSTM learns to add; which of its units carries the sum, and what happens if that one's forget gate forgets?

    Trained as in memory_run, until the mean of the last 25 losses is below `below`. The unit with the largest median
    forget gate is looked at, on 512 other windows. Returns a dict:

    `solved_after` batches, or None · `f_start`, `f`: its median forget gate before and after · `i_marked`,
    `i_unmarked`: its median input gate at marked steps and at the others · `correlation` of its C_T with the sum,
    without the sign · `loss`, the MSE · `loss_without`, with its row of W_f and b_f put back to the start ·
    `loss_without_another`, the same for another unit, the highest of them all.
    """
    weights = start_network("LSTM", start, 2, 1, look_back, units, seed)
    before = weights.copy()
    training = fresh_batches("adding", look_back, updates, np.random.default_rng([seed, 1]))
    after = batches_until(train_steps(loss_and_gradient, weights, training, Adam(0.02), clip_norm=1.0), below)
    X, y = adding(TESTED, look_back, np.random.default_rng([seed, 2]))
    forecast, trace = network_forward(X, weights)
    unit = int(np.median(trace.f, axis=(0, 1)).argmax())

    def put_back(k):
        changed = weights.copy()
        changed.lstm.W_f[k], changed.lstm.b_f[k] = before.lstm.W_f[k], before.lstm.b_f[k]
        return mse(network_forward(X, changed)[0], y)

    losses = [put_back(k) for k in range(units)]
    marked, i = X[..., 1] == 1, trace.i[..., unit]
    return {
        "solved_after": after,
        "f_start": float(np.median(lstm_forward(X, before.lstm).f[..., unit])),
        "f": float(np.median(trace.f[..., unit])),
        "i_marked": float(np.median(i[marked])),
        "i_unmarked": float(np.median(i[~marked])),
        "correlation": float(abs(np.corrcoef(trace.c[:, -1, unit], y[:, 0])[0, 1])),
        "loss": mse(forecast, y),
        "loss_without": losses.pop(unit),
        "loss_without_another": max(losses),
    }


# ---------------------------------------------------------------------------------------------------------------
# What is recorded.

# A network by its name in the tables: `cell` and `start` of start_network.
NETWORKS = {
    "LSTM, b_f = 0": ("LSTM", 0.0),
    "LSTM, b_f = 1": ("LSTM", 1.0),
    "LSTM, b_f = 3": ("LSTM", 3.0),
    "LSTM, chrono": ("LSTM", "chrono"),
    "GRU": ("GRU", None),
    "RNN": ("RNN", None),
    "MLP": ("MLP", None),
    "wide MLP": ("wide MLP", None),
    "line": ("linear", None),
}
BUDGETS = {"adding": (16, 1500), "temporal order": (16, 1000), "recall": (8, 200)}  # units, updates
RATE = 0.02


def memory_row(task, look_back, network, learning_rate, seed):
    """A row of the study `long_memory`: memory_run of a network of NETWORKS, with its task's units and updates.

    Returns `solved`, `updates` (until then, or all of them) and `loss`, on 512 other windows.
    """
    (cell, start), (units, updates) = NETWORKS[network], BUDGETS[task]
    rate = {} if learning_rate is None else {"learning_rate": learning_rate}
    run = memory_run(task, look_back, cell, start, seed=seed, updates=updates, units=units, **rate)
    after = run["solved_after"]
    return {"solved": after is not None, "updates": updates if after is None else after, "loss": run["loss"]}


def _rows():
    """The settings of `long_memory`: (task, look_back) → networks, each with its learning rates."""
    biases = [name for name in NETWORKS if name.startswith("LSTM")]
    longer = ["LSTM, chrono", "GRU", "MLP", "wide MLP", "line"]
    asked = {
        ("recall", 20): biases,
        ("recall", 50): [*biases, "GRU", "RNN", "MLP", "line"],
        ("recall", 100): biases[1:],
        ("adding", 50): ["LSTM, chrono", "GRU", "LSTM, b_f = 1", "MLP", "wide MLP", "line", "RNN"],
        ("adding", 100): longer,
        ("adding", 200): longer,
        ("adding", 400): longer,
        ("temporal order", 50): [*biases[1:], "GRU", "MLP"],
    }
    rates = {"MLP": (0.005, 0.001), "wide MLP": (0.005, 0.001), "RNN": (0.005,)}  # Adam's usual rate, and one between
    for (task, look_back), networks in asked.items():
        for network in networks:
            several = rates.get(network, (RATE,)) if task != "recall" else (RATE,)
            for rate in (None,) if network == "line" else several:
                yield {"task": task, "look_back": look_back, "network": network, "learning_rate": rate}


# What is done to the run of explosion_run, by its name in the table.
ARMS = {
    "head frozen": {},
    "head frozen, clipped": {"clip": 1.0},
    "head frozen, 10 steps back": {"truncated": 10},
    "head frozen, scale 0.9": {"scale": 0.9},
    "recurrence frozen": {"freeze": "recurrence"},
    "nothing frozen": {"freeze": None},
    "nothing frozen, clipped": {"freeze": None, "clip": 1.0},
}
BROKEN, LEARNT = 1.0, 0.03  # MSE: what guessing scores, and next to nothing
LARGEST = 1e300  # stands for infinity, which no row may hold


def explosion_row(arm, seed):
    """A row of the study `explosion`: explosion_run, and whether its loss is `broken` (BROKEN or more) or `learnt`
    (below LEARNT)."""
    run = {name: min(value, LARGEST) for name, value in explosion_run(seed=seed, **ARMS[arm]).items()}
    return run | {"broken": run["loss"] >= BROKEN, "learnt": run["loss"] < LEARNT}


def carrying_row(look_back, seed):
    """A row of the study `carrying`: carrying_unit, with `solved` and the `updates` it took, or all of them."""
    found = carrying_unit(seed=seed, look_back=look_back)
    after = found.pop("solved_after")
    return {"solved": after is not None, "updates": 1500 if after is None else after} | found


ANY = math.inf  # a training amplifies the last bits: another processor may end elsewhere
GATES = {
    "f_start": 0.15,
    "f": 0.05,
    "correlation": 0.03,
}  # but not so far that the carrying unit is another kind of unit
STUDIES = (
    Study("long_memory", memory_row, list(_rows()), range(20), varies={"solved": 0, "updates": ANY, "loss": ANY}),
    Study(
        "explosion",
        explosion_row,
        [{"arm": arm} for arm in ARMS],
        range(20),
        varies={"broken": 0, "learnt": 0, "loss": ANY, "largest_norm": ANY},
    ),
    Study(
        "carrying",
        carrying_row,
        [{"look_back": 50}],
        range(20),
        varies=GATES
        | {"solved": 0}
        | dict.fromkeys(("updates", "i_marked", "i_unmarked", "loss", "loss_without", "loss_without_another"), ANY),
    ),
)
