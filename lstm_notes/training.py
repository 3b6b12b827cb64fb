"""Training: from gradients to better weights, batch by batch, epoch by epoch.

    order of the windows → mini-batches → gradient → clip → optimiser step;  after each epoch: validate, stop early?

Both engines, NumPy and Keras, go through `run_epochs`, so that they see the same batches in the same order and stop
by the same rule. Taught in notebook 05_training.
"""

from dataclasses import dataclass, field

import numpy as np

from . import _checks


@dataclass
class SGD:
    """Stochastic gradient descent: w ← w - learning_rate · gradient.

    >>> w = np.array([1.0, 2.0])
    >>> SGD(learning_rate=0.5).update(w, np.array([1.0, -1.0])); w.tolist()
    [0.5, 2.5]
    """

    learning_rate: float = 0.01

    def __post_init__(self):
        self.learning_rate = _checks.positive("learning_rate", self.learning_rate)

    def update(self, weights, gradient):
        """Change `weights` (parameters,) in place."""
        weights -= self.learning_rate * gradient


@dataclass
class Adam:
    """Adam as Keras computes it (ε = 1e-7 outside the bias correction): Kingma and Ba 2015, ICLR, the last
    paragraph of section 2.

    m ← m + (1-β1)(g - m), v ← v + (1-β2)(g² - v), w ← w - α √(1-β2ᵏ)/(1-β1ᵏ) · m / (√v + ε) at update k.

    The first step is as long as the learning rate, whatever the gradient's size:

    >>> w = np.zeros(2)
    >>> Adam(learning_rate=0.1).update(w, np.array([1.0, -500.0])); w.round(6).tolist()
    [-0.1, 0.1]
    """

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def __post_init__(self):
        self.learning_rate = _checks.positive("learning_rate", self.learning_rate)
        self.updates, self.m, self.v = 0, None, None

    def update(self, weights, gradient):
        """Change `weights` (parameters,) in place."""
        if self.m is None:
            self.m, self.v = np.zeros_like(weights), np.zeros_like(weights)
        self.updates += 1
        alpha = self.learning_rate * (1 - self.beta_2**self.updates) ** 0.5 / (1 - self.beta_1**self.updates)
        self.m += (1 - self.beta_1) * (gradient - self.m)
        self.v += (1 - self.beta_2) * (gradient**2 - self.v)
        weights -= alpha * self.m / (np.sqrt(self.v) + self.epsilon)


def clip_by_global_norm(gradient, limit):
    """Shorten `gradient` (parameters,) in place to the length `limit` if it is longer; returns its length before.

    The direction stays: one factor for all weights, as Keras's `global_clipnorm` (Pascanu, Mikolov and Bengio 2013,
    ICML); `clipnorm` there clips each array by itself.

    >>> gradient = np.array([3.0, 4.0])
    >>> clip_by_global_norm(gradient, limit=1.0), gradient.round(6).tolist()
    (5.0, [0.6, 0.8])
    """
    norm = float(np.linalg.norm(gradient.astype("float64")))  # squares of large float32 numbers overflow
    if norm > limit:
        gradient *= limit / norm
    return norm


def train_steps(loss_and_gradient, weights, batches, optimizer, clip_norm=None):
    """Train `weights` on one batch after the other: forward, loss, gradient; clip; update. A generator that gives each
    batch's loss and gradient, measured with the weights as they then are, and updates when it is asked for the next.

    Parameters
    ----------
    loss_and_gradient : of (x, y, weights), as network.loss_and_gradient: a float, and a gradient with a `vector`
    weights : with a `vector` (parameters,), which is changed in place
    batches : of (x, y), any number of them
    optimizer : SGD or Adam
    clip_norm : longest gradient let through, or a function that says it anew before each update

    >>> from types import SimpleNamespace
    >>> w = SimpleNamespace(vector=np.array([1.0]))
    >>> slope = lambda x, y, w: ((w.vector * x - y).item() ** 2, SimpleNamespace(vector=2 * x * (w.vector * x - y)))
    >>> [round(loss, 3) for loss, _ in train_steps(slope, w, [(1.0, 3.0)] * 3, SGD(0.25))]
    [4.0, 1.0, 0.25]
    >>> w.vector.tolist()
    [2.75]
    """
    for x, y in batches:
        loss, gradient = loss_and_gradient(x, y, weights)
        yield loss, gradient
        limit = clip_norm() if callable(clip_norm) else clip_norm
        if limit is not None:
            clip_by_global_norm(gradient.vector, limit)
        optimizer.update(weights.vector, gradient.vector)


def batches(order, batch_size):
    """Cut an order of windows (windows,) into mini-batches; the last one may be shorter.

    >>> [len(batch) for batch in batches(np.arange(100), batch_size=32)]
    [32, 32, 32, 4]
    """
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


@dataclass
class History:
    """What one call of `fit` saw: a loss an epoch, on scaled values.

    `loss` is the mean over the training windows of the losses measured while training, as Keras reports it;
    `validation_loss` is measured after the epoch. `best_epoch` counts from 1; `stopped` says why it ended:
    "all epochs", "early stopping", "interrupted" or "divergence".
    """

    loss: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    best_epoch: int | None = None
    stopped: str = "all epochs"

    epochs = property(lambda self: len(self.loss))

    def __repr__(self):
        best = f", best epoch {self.best_epoch}" if self.best_epoch else ""
        return f"History({self.epochs} epochs{best}, ended by {self.stopped!r})"


def run_epochs(engine, training, validation, *, epochs, batch_size, patience, new_order, history, progress):
    """Train `engine` on (X, y) `training`, filling `history` as it goes.

    `engine` has `train_epoch(X, y, batches, tick)` → loss, `loss(X, y)`, `get_weights()` and `set_weights(…)`;
    `new_order(windows)` gives an epoch's order of the windows.
    With `validation` (X, y) the weights of the best epoch are put back at the end, however it ends: all epochs done,
    `patience` epochs without a better validation loss, or an interrupt, which is raised again afterwards.
    """
    best_loss, best_weights, waited = np.inf, None, 0
    steps = -(-len(training[0]) // batch_size)
    done = 0

    def tick():
        nonlocal done
        done += 1
        seen = f"loss {history.loss[-1]:.4g}" if history.loss else ""
        progress.show(done / steps, f"epoch {history.epochs + 1} of {epochs}  {seen}")

    try:
        for epoch in range(1, epochs + 1):
            order = batches(new_order(len(training[0])), batch_size)
            history.loss.append(engine.train_epoch(*training, order, tick))
            if not np.isfinite(history.loss[-1]):
                history.stopped = "divergence"
                raise FloatingPointError(
                    f"the loss is {history.loss[-1]} in epoch {epoch}: a lower learning_rate or a clip_norm is needed"
                )
            if validation is None:
                continue
            history.validation_loss.append(engine.loss(*validation))
            waited += 1
            if history.validation_loss[-1] < best_loss:
                best_loss, best_weights, waited = history.validation_loss[-1], engine.get_weights(), 0
                history.best_epoch = epoch
            if patience is not None and waited >= patience:
                history.stopped = "early stopping"
                break
    except KeyboardInterrupt:
        history.stopped = "interrupted"
        raise
    finally:
        if best_weights is not None:
            engine.set_weights(best_weights)
        progress.close()
    return history
