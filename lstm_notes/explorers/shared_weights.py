"""Shared weights: one W at every step of every window, and the gradient as the sum of its parts. Notebook 04."""

import itertools

import numpy as np
import traitlets

from .. import _checks
from ..network import NetworkWeights, loss_and_gradient, network_forward
from ..training import SGD, train_steps
from ._explorer import Explorer, choice, floats, packed, whole

GATES = "ifgo"  # the blocks of W's rows; g is the candidate
WINDOWS, STEPS, UNITS, UPDATES = 4, 6, 4, 200  # the most that can be read


class SharedWeightsExplorer(Explorer, front="shared_weights"):
    """The one W of a small network in training, and what each step of each window adds to a number's gradient.
    Notebook 04.

    Parameters
    ----------
    X : array (windows, look_back, 1), scaled values; at most 4 windows of 6 steps
    y : array (windows, 1), scaled targets
    units : 1 to 4
    seed : of the start weights, as NetworkWeights.initial takes it
    updates : updates that are recorded, 1 to 200; each is one step of SGD on the gradient of all windows together
    learning_rate : of SGD
    **state : any of the traits below

    State, to be read, set and linked: `update` (k of W_k, from 0), `window` (from 0), `step` (t, from 1), `cells` (what
    W's cells show of each number: "weight", "gradient", or the size of its largest "part"), and the
    number of W that is at hand: a row, `gate` ("i", "f", "g", "o"; g is the candidate) and `unit` (from 0), and what
    it is multiplied by, `on` ("x", "bias", "h0" for h_{t-1} of unit 0, and so on).

    Raises TypeError and ValueError for other arrays and sizes, FloatingPointError where the training diverges, and
    traitlets.TraitError for a state that is not there.

    >>> X, y = np.array([[[0.5], [1.0]], [[1.0], [-0.5]]]), np.array([[-0.5], [0.0]])
    >>> shared = SharedWeightsExplorer(X, y, updates=3, update=3, gate="f", on="x")
    >>> shared.parts.shape
    (2, 2)
    >>> bool(np.isclose(shared.parts.sum(), shared.gradient))
    True
    """

    update = whole(0, "k of W_k: how many updates there have been")
    window = whole(0, "window, from 0")
    step = whole(1, "step t, from 1", least=1)
    gate = choice(("g", "i", "f", "o"), "gate whose row is at hand")
    unit = whole(0, "unit whose row is at hand, from 0")
    on = choice(("x", "bias", *(f"h{unit}" for unit in range(UNITS))), "what the number is multiplied by")
    cells = choice(("weight", "gradient", "part"), "what W's cells show of each number")
    weights, deltas, inputs, losses = floats(), floats(), floats(), floats()  # of each k, as `record` gives them
    sizes = traitlets.Dict().tag(sync=True)

    def __init__(self, X, y, *, units=2, seed=0, updates=40, learning_rate=0.3, **state):
        X, y = (
            _checks.finite(name, _checks.numbers(name, value)).astype("float64") for name, value in (("X", X), ("y", y))
        )
        windows, steps, features = _checks.axes("X", X, "windows", "look_back", "features").shape
        if features != 1:
            raise ValueError(f"X has {features} features; one is needed")
        for name, value, most in (
            ("windows (the first axis of X)", windows, WINDOWS),
            ("look_back (the second axis of X)", steps, STEPS),
            ("units", units, UNITS),
            ("updates", updates, UPDATES),
        ):
            if _checks.whole(name, value) > most:
                raise ValueError(f"{name} is {value}; at most {most} is needed")
        _checks.shape("y", y, (windows, 1), ("windows", "1"))
        self.learning_rate = _checks.positive("learning_rate", learning_rate)
        self.windows, self.steps, self.units, self.updates = windows, steps, int(units), int(updates)
        network = NetworkWeights.initial(1, self.units, 1, _checks.whole("seed", seed, least=0))
        self._W, self._delta, self._inputs, self._gradient, losses = record(
            X, y, network, self.updates, self.learning_rate
        )
        part = np.abs(np.einsum("kbsr,kbsc->krcbs", self._delta, self._inputs)).max().item()  # the largest there is
        sizes = {"windows": windows, "steps": steps, "units": self.units, "updates": self.updates, "part": part}
        super().__init__(
            weights=packed(self._W), deltas=packed(self._delta), inputs=packed(self._inputs), losses=packed(losses),
            sizes=sizes | {"rate": self.learning_rate}, **state,
        )  # fmt: skip

    @traitlets.validate("update", "window", "step", "unit")
    def _there(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        least = 1 if name == "step" else 0
        most = {"update": self.updates, "window": self.windows - 1, "step": self.steps, "unit": self.units - 1}[name]
        if not least <= value <= most:
            raise traitlets.TraitError(f"{name} is {value}; {least} to {most} is needed")
        return value

    @traitlets.validate("on")
    def _column(self, proposal):
        on = proposal["value"]
        if on[0] == "h" and int(on[1:]) >= self.units:
            raise traitlets.TraitError(f"on is {on!r}; with {self.units} units at most 'h{self.units - 1}' is needed")
        return on

    @property
    def _at(self):
        column = self.units if self.on == "x" else self.units + 1 if self.on == "bias" else int(self.on[1:])
        return GATES.index(self.gate) * self.units + self.unit, column

    @property
    def parts(self):
        """What each step of each window adds to the gradient of the number at hand: (windows, steps), float64."""
        row, column = self._at
        return self._delta[self.update, :, :, row] * self._inputs[self.update, :, :, column]

    @property
    def gradient(self):
        """The gradient of the number at hand as network_backward gives it, for all windows together: a float."""
        return self._gradient[self.update][self._at].item()

    @property
    def value(self):
        """The number at hand in W_k, a float."""
        return self._W[self.update][self._at].item()


def record(X, y, network, updates, learning_rate):
    """Train `network`, and give of each k from 0 to `updates`: W_k, every step's deltas (the loss by what goes into the
    gates) and [h, x, 1], the gradient of W, and the loss; arrays with k as their first axis.

    Raises FloatingPointError where the training diverges.
    """
    kept, all_windows = [], itertools.repeat((X, y), updates + 1)
    with np.errstate(all="ignore"):
        for loss, gradient in train_steps(loss_and_gradient, network, all_windows, SGD(learning_rate)):
            inputs = network_forward(X, network)[1].inputs[:-1].transpose(2, 0, 1)
            kept.append((network.lstm.array.copy(), gradient.through_time.z, inputs, gradient.lstm.array, loss))
    W, deltas, inputs, gradients, losses = (np.array(each) for each in zip(*kept))
    if not all(np.abs(each).max() < 1e30 for each in (W, deltas, losses)):
        raise FloatingPointError(
            f"training diverges with learning_rate={learning_rate:g}: a lower one, or values of X and y nearer to 0, "
            "is needed"
        )
    return W, deltas, inputs, gradients, losses
