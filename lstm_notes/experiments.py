"""What the course compares the LSTM with, to show why it is made as it is: weights for each step, states that are never
reset, a plain RNN; and the ways to get an experiment wrong.

Taught in notebooks 04_parameter_sharing, 05_training and 07_misconceptions.
"""

import numpy as np

from . import _door
from .cell import LSTMWeights, lstm_backward, lstm_forward
from .forecaster import NumpyForecaster
from .network import mse
from .training import Adam, batches
from .windows import Scaler, make_windows

# ---------------------------------------------------------------------------------------------------------------
# What if every step had weights of its own?


class SeparateForecaster(NumpyForecaster):
    """A forecaster whose cell has other weights at each of `look_back` steps. Notebook 04.

    Parameters as in NumpyForecaster, and `look_back`: the only window length it can take. All steps start from the same
    weights, those of a NumpyForecaster of the same seed; training then parts them.

    >>> from lstm_notes import make_windows, sine_with_trend
    >>> X, y = make_windows(sine_with_trend(60), look_back=5)
    >>> model = SeparateForecaster(units=4, look_back=5)
    >>> history = model.fit(X, y, epochs=2)
    >>> len(model.steps), model.weights_in_all
    (5, 485)
    >>> model.predict(X[:, 1:])
    Traceback (most recent call last):
    ValueError: X has 4 steps; there are weights for 5 steps and no others
    """

    def __init__(self, units=32, *, look_back, **settings):
        super().__init__(units, **settings)
        self.look_back = _door.whole("look_back", look_back)

    def _create(self, weights):
        """One vector holds the LSTM weights of every step, then the head's."""
        head = weights.vector[weights.lstm.array.size :]
        self.vector = np.concatenate([np.tile(weights.lstm.array.ravel(), self._sets), head])
        arrays = self.vector[: -head.size].reshape(self._sets, *weights.lstm.array.shape)
        self.steps = [LSTMWeights.around(array) for array in arrays]
        self.head_kernel = self.vector[-head.size : -len(weights.head_bias)].reshape(weights.head_kernel.shape)
        self.head_bias = self.vector[-len(weights.head_bias) :]

    weights_in_all = property(lambda self: self.vector.size)
    _sets = property(lambda self: self.look_back)  # of LSTM weights, each for an equal stretch of the window

    def _windows(self, name, X):
        X = super()._windows(name, X)
        if X.shape[1] != self.look_back:
            raise ValueError(
                f"{name} has {X.shape[1]} steps; there are weights for {self.look_back} steps and no others"
            )
        return X

    def _traces(self, X):
        """The window through the cell, one stretch after the other, each with its own weights."""
        traces, (h, c) = [], self._first_states(len(X))
        for x, weights in zip(np.split(X, self._sets, axis=1), self.steps):
            traces.append(lstm_forward(x, weights, h, c))
            h, c = traces[-1].h[:, -1], traces[-1].c[:, -1]
        return traces

    def _first_states(self, windows):
        return None, None

    def _forecast(self, X):
        return self._traces(X)[-1].h[:, -1] @ self.head_kernel + self.head_bias

    def _loss_and_gradient(self, X, y):
        traces = self._traces(X)
        last = traces[-1].h[:, -1]
        forecast = last @ self.head_kernel + self.head_bias
        d_forecast = 2 * (forecast - y) / y.size
        dh, dc, parts = d_forecast @ self.head_kernel.T, np.zeros_like(last), []
        for trace in reversed(traces):
            at_its_end = np.zeros_like(trace.h)
            at_its_end[:, -1] = dh
            gradients = lstm_backward(trace, at_its_end, dc)
            parts.append(gradients.weights.array.ravel())
            dh, dc = gradients.h0, gradients.c0
        gradient = np.concatenate([*reversed(parts), (last.T @ d_forecast).ravel(), d_forecast.sum(axis=0)])
        return mse(forecast, y), gradient

    def get_weights(self):
        return [self.vector.copy()]

    def set_weights(self, arrays):
        self.vector[:] = arrays[0]

    def __repr__(self):
        if self.y_shape is None:
            return super().__repr__()
        name = type(self).__name__
        return f"{name}(units={self.units}, look_back={self.look_back}, {self.weights_in_all:,} parameters)"

    def save(self, path):
        """Not there: separate weights are an experiment."""
        raise NotImplementedError("only a NumpyForecaster or a KerasForecaster is saved and loaded")

    @classmethod
    def load(cls, path):
        """Not there: separate weights are an experiment."""
        raise NotImplementedError("only a NumpyForecaster or a KerasForecaster is saved and loaded")

    def states(self, X):
        """Not there: there is a Trace for every step, not one for the window."""
        raise NotImplementedError("a network with separate weights has no one Trace of a window")

    @property
    def weights(self):
        """Not there: each step has its own in `steps`."""
        raise AttributeError("there is no one set of weights; each step has its own in `steps`")


# ---------------------------------------------------------------------------------------------------------------
# What if the states were never reset?


class StatefulForecaster(SeparateForecaster):
    """A forecaster whose states go on from batch to batch, as with Keras's `stateful=True`. Notebook 07.

    The window in row k of a batch begins with the h and C that row k of the batch before it left: from epoch to epoch
    and from `fit` into `predict`, until `reset_state`. The windows are taken in the order they come in, as is usual
    then. No gradient goes back into the batch before.

    Parameters as in NumpyForecaster, `look_back`, and `separate`: whether each step has weights of its own. A batch
    holds at most 32 windows; ValueError for more.

    >>> from lstm_notes import make_windows, sine_with_trend
    >>> X, y = make_windows(sine_with_trend(60), look_back=5)
    >>> model = StatefulForecaster(units=4, look_back=5).build()
    >>> first, again = model.predict(X[:3]), model.predict(X[:3])
    >>> bool((first != again).all()), bool((model.reset_state().predict(X[:3]) == first).all())
    (True, True)
    """

    def __init__(self, units=32, *, look_back, separate=False, **settings):
        super().__init__(units, look_back=look_back, **settings)
        self.separate, self._rng = separate, _InOrder
        self.reset_state()

    _sets = property(lambda self: self.look_back if self.separate else 1)

    def reset_state(self):
        """Put h and C of every row back to zero; returns self."""
        self.h, self.c = np.zeros((2, STATEFUL_BATCH, self.units), self.dtype)
        return self

    def _first_states(self, windows):
        if windows > STATEFUL_BATCH:
            raise ValueError(f"the batch has {windows} windows; there are states for {STATEFUL_BATCH} rows")
        return self.h[:windows], self.c[:windows]

    def _traces(self, X):
        traces = super()._traces(X)
        self.h[: len(X)], self.c[: len(X)] = traces[-1].h[:, -1], traces[-1].c[:, -1]
        return traces

    def _forecast(self, X):
        forecast = super()._forecast
        return np.concatenate([forecast(X[rows]) for rows in batches(np.arange(len(X)), STATEFUL_BATCH)])


STATEFUL_BATCH = 32


class _InOrder:
    """In the place of a generator that shuffles: leaves the order as it is."""

    permutation = staticmethod(np.arange)


# ---------------------------------------------------------------------------------------------------------------
# What can be wrong with an experiment?

# Five choices, each with what is right first.
CHOICES = {
    "states": ("reset", "carried"),
    "windows": ("all", "one"),
    "weights": ("shared", "separate"),
    "split": ("chronological", "random"),
    "scaler": ("training days", "all days"),
}
PROTOCOL = {"look_back": 7, "horizon": 5, "units": 16, "epochs": 60, "learning_rate": 0.02}


def protocol_errors(series, later, *, seed, **choices):
    """One experiment with a forecast of day 5, and what its choices do to its errors. Notebook 07.

    Parameters
    ----------
    series : array (time,), at least 60 values before `later`
    later : days at the series' end that the experimenter does not have yet: not trained on, not scaled by
    seed : of the weights, the batches, the random split and the one window
    choices : `states`, `windows`, `weights`, `split`, `scaler`, each one of CHOICES; left out, the first

    A quarter of the experimenter's windows are for the test: the last ones (`split` "chronological", and no target of
    the test is one of training), or any ("random"). The scaler is fitted on the `training days`, or on `all days` the
    experimenter has. `windows` "one" trains on one of the training windows, with as many updates as "all". `states`
    "carried" is StatefulForecaster. The rest is PROTOCOL, batches of 32, Adam.

    Returns a dict of four floats, MAE in the series' unit: `seen` on the test windows, `later` on the later days, and
    persistence's on both. Raises ValueError for a series that is too short, or for an unknown choice.

    >>> from lstm_notes import random_walk
    >>> errors = protocol_errors(random_walk(400), later=100, seed=0, split="random")
    >>> list(errors)
    ['seen', 'later', 'persistence seen', 'persistence later']
    """
    series = _door.finite("series", _door.axes("series", _door.numbers("series", series), "time"))
    later = _door.whole("later", later)
    if len(series) - later < 60:
        raise ValueError(f"series has {len(series)} values and later is {later}; at least 60 before them are needed")
    for name, value in choices.items():
        if value not in CHOICES.get(name, ()):
            raise ValueError(f"{name} is {value!r}; the choices are {CHOICES}")
    chosen = {name: values[0] for name, values in CHOICES.items()} | choices
    look_back, horizon, units = PROTOCOL["look_back"], PROTOCOL["horizon"], PROTOCOL["units"]
    X, y = make_windows(series[:-later], look_back, horizon)
    X_later, y_later = make_windows(series[-later - look_back - horizon + 1 :], look_back, horizon)
    y, y_later = y[:, -1:], y_later[:, -1:]
    rng, tested = np.random.default_rng([seed, 2]), len(X) // 4
    if chosen["split"] == "random":
        order = rng.permutation(len(X))
        test, training = order[:tested], np.sort(order[tested:])
    else:  # a training window whose targets reach into the test days is none
        test, training = np.arange(len(X) - tested, len(X)), np.arange(len(X) - tested - horizon + 1)
    known = series[:-later] if chosen["scaler"] == "all days" else X[training]
    settings = {"scaler": Scaler().fit(known.ravel()), "seed": seed}
    separate = chosen["weights"] == "separate"
    if chosen["states"] == "carried":
        model = StatefulForecaster(units, look_back=look_back, separate=separate, **settings)
    elif separate:
        model = SeparateForecaster(units, look_back=look_back, **settings)
    else:
        model = NumpyForecaster(units, **settings)
    epochs = PROTOCOL["epochs"]
    if chosen["windows"] == "one":
        epochs *= len(batches(training, 32))
        training = rng.choice(training, 1)
    model.fit(X[training], y[training], epochs=epochs, optimizer=Adam(PROTOCOL["learning_rate"]), progress=False)
    errors = {}
    for name, windows, truth in (("seen", X[test], y[test]), ("later", X_later, y_later)):
        errors[name] = float(np.abs(model.predict(windows) - truth).mean())
        errors[f"persistence {name}"] = float(np.abs(windows[:, -1] - truth).mean())
    return {name: errors[name] for name in ("seen", "later", "persistence seen", "persistence later")}


def marked_values(windows, look_back, positions, seed=0):
    """Windows in which one day is marked, and its value is to be recalled at the end. Notebook 04.

    Returns X (windows, look_back, 2), a random value and a mark (1 on the marked day, else 0) for each day, and y
    (windows, 1), the marked value. `positions` are the days that may be marked, counted from 0.

    >>> X, y = marked_values(windows=3, look_back=4, positions=[1], seed=0)
    >>> X[0, :, 1].tolist(), bool(X[0, 1, 0] == y[0, 0])
    ([0.0, 1.0, 0.0, 0.0], True)
    """
    rng = np.random.default_rng(seed)
    values = rng.uniform(-1, 1, (windows, look_back))
    marked = rng.choice(np.asarray(positions), windows)
    marks = np.zeros_like(values)
    marks[np.arange(windows), marked] = 1
    return np.stack([values, marks], axis=2), values[np.arange(windows), marked][:, None]


# ---------------------------------------------------------------------------------------------------------------
# How far does a gradient reach? A plain RNN beside the LSTM.


def rnn_forward(x, kernel, recurrent_kernel, bias):
    """A plain recurrent network (Elman 1990, Cognitive Science 14): h_t = tanh(x_t · kernel + h_{t-1} ·
    recurrent_kernel + bias), from h_0 = 0. Notebook 05.

    `x` (batch, time, features), `kernel` (features, units), `recurrent_kernel` (units, units), `bias` (units,) → h
    (batch, time, units).

    >>> rnn_forward(np.ones((1, 2, 1)), np.ones((1, 1)), np.zeros((1, 1)), np.zeros(1)).round(3).tolist()
    [[[0.762], [0.762]]]
    """
    x = _door.axes("x", _door.floats("x", x), "batch", "time", "features")
    h, now = np.empty((*x.shape[:2], len(bias)), x.dtype), np.zeros((len(x), len(bias)), x.dtype)
    for t in range(x.shape[1]):
        now = h[:, t] = np.tanh(x[:, t] @ kernel + now @ recurrent_kernel + bias)
    return h


def rnn_gradient_norms(x, kernel, recurrent_kernel, bias):
    """‖∂h_T/∂h_t‖ for t = 0 … T in one window `x` (time, features) of a plain RNN: an array (time + 1,).

    The norm is Frobenius's over √units: 1 means that a random change of h_t reaches h_T at its full size.
    """
    h = rnn_forward(np.asarray(x)[None], kernel, recurrent_kernel, bias)[0]
    jacobian, norms = np.eye(len(bias)), [1.0]
    for h_t in h[::-1]:
        jacobian = (jacobian * (1 - h_t**2)) @ recurrent_kernel.T
        norms.append(np.linalg.norm(jacobian) / np.sqrt(len(bias)))
    return np.array(norms[::-1])


def lstm_gradient_norms(x, weights):
    """‖∂C_T/∂C_t‖ for t = 0 … T in one window `x` (time, features) of an LSTM: an array (time + 1,), the norm as in
    rnn_gradient_norms. The derivative is total: through C, and through h and the gates as well.

    With a forget gate of 1 and all other weights 0, a change of the memory arrives at its full size:

    >>> weights = LSTMWeights(np.zeros((1, 8)), np.zeros((2, 8)), np.repeat([0.0, 50.0, 0.0, 0.0], 2))
    >>> lstm_gradient_norms(np.ones((3, 1)), weights).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    units = weights.units
    trace = lstm_forward(np.repeat(np.asarray(x)[None], units, axis=0), weights)
    gradients = lstm_backward(trace, np.zeros_like(trace.h), np.eye(units, dtype=trace.c.dtype))
    jacobians = np.concatenate([gradients.c0[:, None], gradients.c], axis=1)  # row k: the gradient of unit k's C_T
    return np.sqrt((jacobians.astype("float64") ** 2).sum(axis=(0, 2)) / units)
