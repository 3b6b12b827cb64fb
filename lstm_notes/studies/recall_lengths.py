"""Who recalls over lengths that were never trained on? Taught in notebook 11b_what_they_gain.

One step of a window is marked, anywhere, and its value is asked for at the end (marked_values, notebook 04). Trained
are windows of 20 to 50 steps, another length for each batch; asked are windows of up to 400.
"""

import math

import numpy as np

from ..network import mse
from ..training import Adam, train_steps
from ..variants import chrono
from .architectures import NETWORKS, sizes
from .record import Study
from .tasks import marked_values

TRAINED, ASKED = (20, 50), (50, 100, 200, 400)
UPDATES, BATCH, TESTED, RATE = 3000, 32, 512, 0.01
GUESSING = 1 / 3  # the MSE of always saying 0


def drawn(windows, look_back, rng):
    """X (windows, look_back, 2), y (windows, 1): marked_values, the mark anywhere."""
    return marked_values(windows, look_back, np.arange(look_back), rng)


def recalling_network(name, seed, updates=UPDATES):
    """A network of architectures.NETWORKS, trained; or "LSTM, chrono", whose gates start for memories of up to 50
    steps.

    >>> network = recalling_network("GRU", seed=0, updates=2)
    >>> network.forecast(drawn(3, 400, np.random.default_rng(0))[0]).shape
    (3, 1)
    """
    rng, (kind, _, start) = np.random.default_rng([seed, 1]), name.partition(", ")
    network = NETWORKS[kind].initial(2, sizes(features=2)[kind][0], 1, seed)
    if start:
        chrono(network.cells["lstm"], TRAINED[1], rng)
    lengths = rng.integers(TRAINED[0], TRAINED[1] + 1, updates)
    batches = (drawn(BATCH, length, rng) for length in lengths)
    for _ in train_steps(network.loss_and_gradient, network, batches, Adam(RATE), clip_norm=1.0):
        pass
    return network


def run_recall_lengths(network, seed):
    """A row: a network, trained, and the MSE on 512 windows of each length of ASKED, as "MSE". For attention, "held",
    the median share of its weights that lies on the marked step and the two after it, by length; zeros for the
    others."""
    trained, losses, held = recalling_network(network, seed, UPDATES), [], []
    for length in ASKED:
        X, y = drawn(TESTED, length, np.random.default_rng([seed, 2]))
        losses.append(mse(trained.forecast(X), y))
        held.append(_near(trained.attention(X), X[:, :, 1]) if network == "attention" else 0.0)
    return {"MSE": losses, "held": held}


def _near(weights, marks):
    near = marks.astype(bool)
    near[:, 1:] |= marks[:, :-1].astype(bool)
    near[:, 2:] |= marks[:, :-2].astype(bool)
    return float(np.median((weights * near).sum(axis=1)))


STUDY = Study(
    "recall_lengths",
    run_recall_lengths,
    settings=[{"network": name} for name in (*NETWORKS, "LSTM, chrono")],
    seeds=range(20),
    varies=math.inf,  # a training of so many updates amplifies the last bits
)
