"""What one pass through the cell leaves behind: a Trace forwards, LSTMGradients backwards.

Arrays are kept as the cell computes them, in columns, (time, size, batch); read from outside they are (batch, time,
size). Taught in notebooks 03_sequence_processing and 05_training.
"""

from dataclasses import dataclass

import numpy as np

from . import _checks
from .weights import LSTMWeights


@dataclass(repr=False)
class Trace:
    """Everything one forward pass computed, and what it came from.

    `.h .c .i .f .g .o` are (batch, time, units), `.x` is (batch, time, features), `.h0 .c0` are (batch, units):
    views of the columns kept for the way back. `.weights` is the LSTMWeights object itself, not a copy: go back
    before you change it.
    """

    weights: LSTMWeights
    inputs: np.ndarray  # (time + 1, units + features + 1, batch): [h_{t-1}; x_t; 1] of each step
    cells: np.ndarray  # (time + 1, units, batch): C_0 … C_T
    gates: np.ndarray  # (time, 4, units, batch)

    h = property(lambda self: rows(self.inputs[1:, : self.weights.units]))
    c = property(lambda self: rows(self.cells[1:]))
    i = property(lambda self: rows(self.gates[:, 0]))
    f = property(lambda self: rows(self.gates[:, 1]))
    g = property(lambda self: rows(self.gates[:, 2]))
    o = property(lambda self: rows(self.gates[:, 3]))
    x = property(lambda self: rows(self.inputs[:-1, self.weights.units : -1]))
    h0 = property(lambda self: self.inputs[0, : self.weights.units].T)
    c0 = property(lambda self: self.cells[0].T)

    @classmethod
    def begin(cls, x, weights, h0=None, c0=None):
        """A trace with its inputs laid out and its states at the start; `x` and the states as in lstm_forward."""
        x = _checks.axes("x", _checks.floats("x", x), "batch", "time", "features")
        check_features(weights, "x", x)
        batch, time, features = x.shape
        _checks.whole("time (the second axis of x)", time)
        h0, c0 = (
            np.zeros((1, weights.units), weights.dtype) if state is None else check_state(name, state, batch, weights)
            for name, state in (("h0", h0), ("c0", c0))
        )
        dtype, units = np.result_type(x, h0, c0, weights.dtype), weights.units
        inputs = np.empty((time + 1, units + features + 1, batch), dtype)
        cells = np.empty((time + 1, units, batch), dtype)
        inputs[0, :units], inputs[:time, units:-1], inputs[:, -1], cells[0] = h0.T, columns(x), 1, c0.T
        inputs[time, units:-1] = 0  # below the last h there is no x any more, and no chance number is to stand there
        return cls(weights, inputs, cells, np.empty((time, 4, units, batch), dtype))

    def __repr__(self):
        batch, time, features = self.x.shape
        sizes = f"batch={batch}, time={time}, features={features}, units={self.weights.units}, {self.x.dtype}"
        return f"{type(self).__name__}({sizes})"


@dataclass(repr=False)
class LSTMGradients:
    """What `lstm_backward` returns: the derivatives of the loss.

    Summed over batch and time: `.kernel .recurrent_kernel .bias` in the weights' shapes, and as `.weights`, an
    LSTMWeights whose `W_f, b_f, …` are the derivatives by those. `.x` (batch, time, features), `.h0 .c0` (batch,
    units). Per step: `.z` (batch, time, 4·units), `.h .c` (batch, time, units), total derivatives.
    """

    weights: LSTMWeights
    _z: np.ndarray
    _inputs: np.ndarray
    _h: np.ndarray
    _c: np.ndarray
    c0: np.ndarray

    kernel = property(lambda self: self.weights.kernel)
    recurrent_kernel = property(lambda self: self.weights.recurrent_kernel)
    bias = property(lambda self: self.weights.bias)
    z = property(lambda self: rows(self._z))
    x = property(lambda self: rows(self._inputs[:, self.weights.units : -1]))
    h = property(lambda self: rows(self._h))
    c = property(lambda self: rows(self._c))
    h0 = property(lambda self: self._inputs[0, : self.weights.units].T)


# ---------------------------------------------------------------------------------------------------------------
# Between (batch, time, size) outside and (time, size, batch) inside, views of each other; and what states have to be.


def columns(rows):
    return rows.transpose(1, 2, 0)


def rows(columns):
    return columns.transpose(2, 0, 1)


def check_features(weights, name, array):
    if array.shape[-1] != weights.features:
        raise ValueError(f"{name} has {array.shape[-1]} features; the weights need {weights.features}")


def check_state(name, value, batch, weights):
    return _checks.shape(name, _checks.floats(name, value), (batch, weights.units), ("batch", "units"))
