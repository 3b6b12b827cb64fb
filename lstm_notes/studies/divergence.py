"""A training that diverges: which part of the network does it? Taught in notebook 05_training.

An LSTM with open forget gates on the weather, by plain gradient descent at a bold rate. To say which part explodes, one
part is frozen and the other trained. All arithmetic is float64.
"""

import numpy as np

from ..cell import lstm_forward
from ..data import load_weather
from ..network import NetworkWeights, mse, mse_gradient, network_backward
from ..training import SGD, batches, train_steps
from ..windows import Scaler, make_windows
from .record import Study

SETTINGS = {"look_back": 30, "units": 32, "learning_rate": 0.5, "epochs": 5}  # batches of 32
DAYS = 731  # of training: 2012 and 2013
DIVERGED = 100.0  # MSE of scaled temperatures; guessing their mean scores 1
LARGEST = 1e300  # stands for a loss that is no number any more
# What is done to the run, by its name in the table; the forget bias is 5 in all but the first.
ARMS = {
    "b_f = 1": {"forget_bias": 1.0},
    "b_f = 5": {},
    "b_f = 5, clipped to 0.1": {"clip": 0.1},
    "b_f = 5, head alone": {"trained": "head"},
    "b_f = 5, cell alone": {"trained": "cell"},
    "b_f = 5, gradient cut to 5 days": {"steps_back": 5},
    "b_f = 5, head at a fifth of the rate": {"head_factor": 0.2},
}


def training_days():
    """The windows that are trained on, scaled: X (701, 30, 1) and y (701, 1).

    >>> [array.shape for array in training_days()]
    [(701, 30, 1), (701, 1)]
    """
    days = load_weather()["temp_max"][:DAYS]
    return make_windows(Scaler().fit(days).transform(days), SETTINGS["look_back"])


def head_curvature(X, weights):
    """How much the MSE bends along the head's weights, most of all: the largest eigenvalue of 2 · mean(h hᵀ), h the
    last hidden state with a 1 for the head's bias. With all else frozen, plain gradient descent on the head diverges if
    its rate is above 2 / curvature, and else does not.

    >>> X, _ = training_days()
    >>> weights = NetworkWeights.initial(features=1, units=32, outputs=1, seed=0)
    >>> usual = head_curvature(X, weights)
    >>> weights.lstm.b_f[:] = 5
    >>> bool(2 / usual > SETTINGS["learning_rate"] > 2 / head_curvature(X, weights))
    True
    """
    h = np.column_stack([lstm_forward(X, weights.lstm).h[:, -1], np.ones(len(X))])
    return float(np.linalg.eigvalsh(2 * h.T @ h / len(h))[-1])


def divergence_run(*, seed, forget_bias=5.0, trained="both", clip=None, steps_back=None, head_factor=1.0):
    """Five epochs of SGD at a rate of 0.5: does it diverge, and which part of the network has to be trained for that?

    Parameters
    ----------
    seed : of the weights and the order of the windows, as NumpyForecaster has them
    trained : "both", or "head" or "cell" alone, the other as it is at the start
    clip : longest gradient let through
    steps_back : days that the gradient goes back from the last one; None: all 30
    head_factor : what the head's gradient is multiplied by

    Returns a dict: `loss`, the mean of the last epoch, `diverged`, whether that is not below 100, and `curvature`, of
    the head at the start.

    >>> divergence_run(seed=0)["diverged"], divergence_run(seed=0, forget_bias=1.0)["diverged"]
    (True, False)
    """
    X, y = training_days()
    weights = NetworkWeights.initial(features=1, units=SETTINGS["units"], outputs=1, seed=seed)
    weights.lstm.b_f[:] = forget_bias
    curvature = head_curvature(X, weights)

    def slope(x, y, weights):
        trace = lstm_forward(x, weights.lstm)
        if steps_back is not None:
            before = trace.h[:, -steps_back - 1], trace.c[:, -steps_back - 1]
            trace = lstm_forward(x[:, -steps_back:], weights.lstm, *before)
        forecast = trace.h[:, -1] @ weights.head_kernel + weights.head_bias
        gradient = network_backward(trace, mse_gradient(forecast, y), weights)
        if trained == "head":
            gradient.lstm.array[:] = 0
        for head in (gradient.head_kernel, gradient.head_bias):
            head *= 0 if trained == "cell" else head_factor
        return mse(forecast, y), gradient

    rng, loss = np.random.default_rng([seed, 1]), 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(SETTINGS["epochs"]):
            order = batches(rng.permutation(len(X)), batch_size=32)
            windows = ((X[each], y[each]) for each in order)
            steps = train_steps(slope, weights, windows, SGD(SETTINGS["learning_rate"]), clip)
            losses = [batch_loss for batch_loss, _ in steps]
            loss = float(np.dot(losses, [len(each) for each in order])) / len(X)
            if not np.isfinite(loss):
                break
    loss = loss if loss < LARGEST else LARGEST
    return {"loss": loss, "diverged": not loss < DIVERGED, "curvature": curvature}


def run(arm, seed):
    """A row of the study: divergence_run with what ARMS says."""
    return divergence_run(seed=seed, **ARMS[arm])


STUDY = Study(
    "divergence",
    run,
    [{"arm": arm} for arm in ARMS],
    range(20),
    varies={"loss": float("inf"), "diverged": 0},
)
