"""The forecaster's network: the cell over a window, and a linear head that reads its last hidden state.

    x (batch, look_back, features) → lstm_forward → h_T (batch, units) → h_T · head_kernel + head_bias (batch, outputs)

The head is linear because h stays inside (-1, 1) and a forecast does not. All weights, and all gradients, are views
of one vector, so that an optimiser is two lines (`training`). Taught in notebooks 02 (why a head) and 05 (its
gradient).
"""

import numpy as np

from . import _checks
from .cell import lstm_backward, lstm_forward
from .weights import LSTMWeights, glorot_uniform

# The five arrays of a network, in the order of Keras's `model.get_weights()`.
ARRAYS = ("kernel", "recurrent_kernel", "bias", "head_kernel", "head_bias")


class NetworkWeights:
    """An LSTM's weights and a linear head's, all of them views of `vector`. A gradient has the same form.

    Parameters
    ----------
    features, units, outputs : int
    dtype : "float64" or "float32"

    Attributes: `vector` (parameters,), `lstm` (LSTMWeights), `head_kernel` (units, outputs), `head_bias` (outputs,).

    >>> weights = NetworkWeights.initial(features=1, units=4, outputs=2, seed=0)
    >>> weights
    NetworkWeights(features=1, units=4, outputs=2, float64, 106 parameters)
    >>> [array.shape for array in weights.arrays()]
    [(1, 16), (4, 16), (16,), (4, 2), (2,)]
    """

    def __init__(self, features, units, outputs, dtype="float64"):
        features, units = _checks.whole("features", features), _checks.whole("units", units)
        outputs = _checks.whole("outputs", outputs)
        sizes = (4 * units * (units + features + 1), units * outputs, outputs)
        self.vector = np.zeros(sum(sizes), _checks.floats("weights", np.zeros(0, dtype)).dtype)
        lstm, head_kernel, self.head_bias = np.split(self.vector, np.cumsum(sizes)[:-1])
        self.lstm = LSTMWeights.from_array(lstm.reshape(4 * units, -1))
        self.head_kernel = head_kernel.reshape(units, outputs)

    @classmethod
    def initial(cls, features, units, outputs, seed=0, dtype="float64"):
        """Weights at the start, as Keras draws them (LSTMWeights.initial; the head Glorot uniform, its bias 0)."""
        weights = cls(features, units, outputs, dtype)
        rng = np.random.default_rng(seed)
        weights.lstm.array[:] = LSTMWeights.initial(features, units, rng, dtype).array
        weights.head_kernel[:] = glorot_uniform(rng, units, outputs)
        return weights

    def arrays(self):
        """The five arrays in the order of Keras's `model.get_weights()`; writing into them changes the weights."""
        lstm = self.lstm
        return [lstm.kernel, lstm.recurrent_kernel, lstm.bias, self.head_kernel, self.head_bias]

    def assign(self, arrays):
        """Take over five arrays as `arrays` lists them and return self; ValueError if their shapes differ."""
        arrays = [np.asarray(array) for array in arrays]
        if len(arrays) != len(ARRAYS):
            raise ValueError(f"arrays has {len(arrays)} entries; {len(ARRAYS)} are needed: {', '.join(ARRAYS)}")
        for name, mine, theirs in zip(ARRAYS, self.arrays(), arrays):
            if mine.shape != theirs.shape:
                raise ValueError(f"{name} has shape {theirs.shape}; {mine.shape} is needed")
        for mine, theirs in zip(self.arrays(), arrays):
            mine[:] = theirs
        return self

    def copy(self):
        """The same numbers in a vector of their own."""
        return NetworkWeights(*self._sizes).assign(self.arrays())

    @property
    def _sizes(self):
        return self.lstm.features, self.lstm.units, len(self.head_bias), self.vector.dtype

    def __repr__(self):
        features, units, outputs, dtype = self._sizes
        sizes = f"features={features}, units={units}, outputs={outputs}, {dtype}, {self.vector.size:,} parameters"
        return f"{type(self).__name__}({sizes})"


class NetworkGradient(NetworkWeights):
    """The gradient of every weight, in the weights' own form, and where it comes from: `.through_time` is the
    LSTMGradients of lstm_backward, with every step's part."""

    through_time = None


def network_forward(x, weights):
    """The forecast (batch, outputs) for windows `x` (batch, look_back, features), and the LSTM's Trace.

    >>> x = np.zeros((5, 3, 1))
    >>> forecast, trace = network_forward(x, NetworkWeights.initial(features=1, units=4, outputs=2))
    >>> forecast.shape, trace.h.shape
    ((5, 2), (5, 3, 4))
    """
    trace = lstm_forward(x, weights.lstm)
    return trace.h[:, -1] @ weights.head_kernel + weights.head_bias, trace


def network_backward(trace, d_forecast, weights):
    """The NetworkGradient, from ∂L/∂forecast (batch, outputs) and the forward's Trace: the head, then BPTT.

    >>> x = np.random.default_rng(0).normal(size=(5, 3, 1))
    >>> weights = NetworkWeights.initial(features=1, units=4, outputs=1)
    >>> forecast, trace = network_forward(x, weights)
    >>> gradient = network_backward(trace, np.ones((5, 1)), weights)      # L is the sum of the forecasts
    >>> gradient.head_bias.tolist()
    [5.0]
    """
    gradient = NetworkGradient(*weights._sizes)
    last = trace.h[:, -1]
    gradient.head_kernel[:] = last.T @ d_forecast
    gradient.head_bias[:] = d_forecast.sum(axis=0)
    # Only the last h is read by the head; laid out as the cell keeps its columns, so that nothing is copied.
    dh = np.zeros((trace.h.shape[1], last.shape[1], len(last)), last.dtype)
    dh[-1] = (d_forecast @ weights.head_kernel.T).T
    gradient.through_time = lstm_backward(trace, dh.transpose(2, 0, 1))
    gradient.lstm.array[:] = gradient.through_time.weights.array
    return gradient


def mse(forecast, y):
    """Mean squared error over windows and outputs, a float: the loss.

    >>> mse(np.array([[1.0], [4.0]]), np.array([[1.0], [2.0]]))
    2.0
    """
    return float(np.mean((forecast - y) ** 2))


def mse_gradient(forecast, y):
    """∂MSE/∂forecast, of the forecast's shape: 2 (forecast - y) / their number.

    >>> mse_gradient(np.array([[1.0], [4.0]]), np.array([[1.0], [2.0]])).tolist()
    [[0.0], [2.0]]
    """
    return 2 * (forecast - y) / y.size


def loss_and_gradient(x, y, weights):
    """MSE of the forecasts for `x` (batch, look_back, features) against `y` (batch, outputs), and its
    NetworkGradient.

    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.normal(size=(5, 3, 1)), rng.normal(size=(5, 1))
    >>> weights = NetworkWeights.initial(features=1, units=4, outputs=1)
    >>> loss, gradient = loss_and_gradient(x, y, weights)
    >>> weights.head_bias += 1e-6                                    # a finite difference agrees
    >>> moved, _ = loss_and_gradient(x, y, weights)
    >>> bool(abs((moved - loss) / 1e-6 - gradient.head_bias.item()) < 1e-4)
    True
    """
    forecast, trace = network_forward(x, weights)
    return mse(forecast, y), network_backward(trace, mse_gradient(forecast, y), weights)
