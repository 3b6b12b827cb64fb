"""The training that the training room shows: a network, its batches, and what is measured after every update.

scaled series → windows → train_steps → Run: losses, gradient, norms → `present` and `curves`, float32 for the picture
"""

import numpy as np

from ..network import NetworkWeights, loss_and_gradient, mse, network_forward
from ..training import SGD, Adam, batches, train_steps
from ..windows import make_windows

BATCH = 32
LONGEST = 30  # the largest look_back
WIDEST = 32  # the largest units
ROWS = 300  # of the curves by update; more than that are thinned out
NEAR, MARKS = 20, 6  # changes of a setting so many updates apart are one; marks kept
SHORT, POINTS, GHOSTS = 10, 100, 3  # of a ghost: updates that leave one, its points, how many stay
HEAD, COLUMNS = ("update", "epoch", "loss", "validation", "norm", "look_back"), 7


def generator(seed):
    """The generator that shuffles the windows, as Forecaster.fit has it."""
    return np.random.default_rng([seed, 1])


def material(scaled, start, scaler, seed):
    """What run.js needs to train the same: the series, the scaler, and what is random. The start weights go as they
    are, for every number of units, 0.4 MB: how NumPy draws them, by a ziggurat and a QR decomposition, would be more
    code there than the training. The windows' order is drawn there by the same generator, from its state."""
    starts = [NetworkWeights.initial(1, units, 1, seed).vector for units in range(1, WIDEST + 1)]
    state = generator(seed).bit_generator.state["state"]  # numbers too large for JavaScript's usual ones
    return {
        "series": scaled.astype("<f8").tobytes(), "starts": np.concatenate(starts).astype("<f8").tobytes(),
        "start": start, "mean": scaler.mean.item(), "scale": scaler.scale.item(),
        "order": {name: str(value) for name, value in state.items()},
    }  # fmt: skip


class Run:
    """One training: weights, optimiser, batches, and what is measured with the present weights: the `loss`, the
    `gradient` and its `norm` on the batch that comes next, and the `validation` loss."""

    def __init__(self, scaled, start, *, look_back, units, forget_bias, optimizer, seed):
        self.X, self.y = make_windows(scaled[:start], look_back)
        self.later = make_windows(scaled[start - look_back :], look_back)
        self.weights = NetworkWeights.initial(1, units, 1, seed)
        self.weights.lstm.b_f[:] = forget_bias
        self.optimizer = {"Adam": Adam, "SGD": SGD}[optimizer]()
        self.settings = {"look_back": look_back, "units": units, "forget_bias": forget_bias, "optimizer": optimizer}
        self.acting, self.marks = {}, []
        order = self._batches(generator(seed))
        self.steps = train_steps(
            loss_and_gradient, self.weights, order, self.optimizer, lambda: self.acting["clip_norm"]
        )
        self.update, self.rows, self.every = 0, [], 1
        self._measure()

    def _batches(self, rng):
        while True:
            for batch in batches(rng.permutation(len(self.X)), BATCH):
                self.batch = batch
                yield self.X[batch], self.y[batch]

    epoch = property(lambda self: self.update / -(-len(self.X) // BATCH))

    @property
    def diverged(self):
        """Whether a loss has left the range of the float32 numbers in which it is sent and drawn."""
        with np.errstate(over="ignore"):
            return not np.isfinite(np.float32([self.loss, self.validation])).all()

    def step(self, learning_rate, clip_norm):
        """One update with the batch at hand; nothing once the loss is no number any more."""
        if self.diverged:
            return
        self._mark(learning_rate=learning_rate, clip_norm=clip_norm)
        self.optimizer.learning_rate = learning_rate
        self.update += 1
        self._measure()

    def _mark(self, **acting):
        """Remember where a setting that acts at once was changed, once for a drag."""
        for name, value in acting.items():
            if value != self.acting.get(name, value):
                others = [mark for mark in self.marks if mark[1] != name or self.update - mark[0] > NEAR]
                self.marks = [*others, [self.update, name, value]][-MARKS:]
        self.acting = acting

    def _measure(self):
        with np.errstate(all="ignore"):  # a training may explode here, and is shown doing so
            self.loss, self.gradient = next(self.steps)
            self.norm = float(np.linalg.norm(self.gradient.vector))
            self.forecast = network_forward(self.later[0], self.weights)[0]
            self.validation = mse(self.forecast, self.later[1])
            lstm = self.weights.lstm.array.reshape(4, -1)
            i, f, g, o = np.sqrt((lstm**2).sum(axis=1))
        self.row = [self.update, self.loss, self.validation, f, i, g, o]
        if self.update % self.every == 0:
            self.rows.append(self.row)
        if len(self.rows) > ROWS:
            self.rows, self.every = self.rows[::2], 2 * self.every

    def by_step(self):
        """‖∂L/∂h_t‖ and ‖∂L/∂C_t‖ over the batch and all units, for each step t: two arrays (look_back,)."""
        back = self.gradient.through_time
        with np.errstate(all="ignore"):
            return [np.linalg.norm(d, axis=(0, 2)) for d in (back.h, back.c)]

    def present(self, scaler):
        """What the picture shows of the present weights, in one array: HEAD, the gradient by step, the forecasts."""
        look_back = self.X.shape[1]
        by_step = np.full((2, LONGEST), np.nan)
        by_step[:, :look_back] = self.by_step()
        head = [self.update, self.epoch, self.loss, self.validation, self.norm, look_back]
        with np.errstate(all="ignore"):
            fit = scaler.inverse_transform(self.forecast)[:, 0]
            return np.concatenate([head, by_step.ravel(), fit]).astype("<f4")

    def curves(self):
        """The rows of the curves by update, the present one last."""
        rows = self.rows if self.rows[-1] is self.row else [*self.rows, self.row]
        with np.errstate(all="ignore"):
            return np.array(rows).astype("<f4")

    def left(self, ghosts):
        """What stays of runs when another begins: `ghosts`, and of this one its settings, whether they were changed
        on the way, and the curve of its validation loss. Of long enough runs only, of each settings the last, few.
        """
        if self.update < SHORT:
            return ghosts
        rows = self.curves()[:, [0, 2]]
        rows = [row for k, row in enumerate(rows) if k % -(-len(rows) // POINTS) == 0 or k == len(rows) - 1]
        points = [[int(update), float(f"{loss:.4g}")] for update, loss in rows if np.isfinite(loss)]
        run = {"settings": self.settings | self.acting, "changed": bool(self.marks)}
        others = [ghost for ghost in ghosts if {name: ghost[name] for name in run} != run]
        return [*others, run | {"points": points}][-GHOSTS:]
