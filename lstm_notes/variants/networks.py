"""Rivals for the LSTM in the same training loop: a plain RNN, a GRU, and an MLP that sees the whole window at once.
Taught in notebook 05b_long_memory.

All that `train_steps` asks for is a `vector` of weights and a loss with its gradient. Each network here has both, and
the linear head of `network`:

    x (batch, look_back, features) → what the network makes of it, h (batch, units) → h · head_kernel + head_bias
"""

import numpy as np

from .. import _checks
from ..network import mse, mse_gradient
from ..weights import glorot_uniform, orthogonal
from .gru import gru_backward, gru_forward
from .rnn import rnn_backward, rnn_forward


class Network:
    """What RNNNetwork, GRUNetwork and MLPNetwork have in common: named arrays, all of them views of `vector`
    (parameters,), and a linear head. A gradient has the same form.

    Parameters: `features`, `units`, `outputs`, whole numbers. Weights are float64, as zeros; `initial` draws them.

    A network says what its arrays are (`_shapes`), what comes out of them before the head, and the way back.
    """

    def __init__(self, features, units, outputs):
        names = ("features", "units", "outputs")
        self.sizes = features, units, outputs = [
            _checks.whole(*size) for size in zip(names, (features, units, outputs))
        ]
        self.shapes = self._shapes(features, units) | {"head_kernel": (units, outputs), "head_bias": (outputs,)}
        ends = np.cumsum([np.prod(shape) for shape in self.shapes.values()])
        self.vector = np.zeros(ends[-1])
        for (name, shape), part in zip(self.shapes.items(), np.split(self.vector, ends[:-1])):
            setattr(self, name, part.reshape(shape))

    @classmethod
    def initial(cls, features, units, outputs, seed=0):
        """Weights at the start, as Keras draws them: a recurrent kernel orthogonal, other matrices Glorot uniform,
        biases 0."""
        weights, rng = cls(features, units, outputs), np.random.default_rng(seed)
        for name, shape in weights.shapes.items():
            if name.endswith("kernel"):
                draw = orthogonal if name == "recurrent_kernel" else glorot_uniform
                getattr(weights, name)[:] = draw(rng, *shape)
        return weights

    def forecast(self, x):
        """The forecast (batch, outputs) for windows `x` (batch, look_back, features)."""
        return self._forward(x)[0] @ self.head_kernel + self.head_bias

    @staticmethod
    def loss_and_gradient(x, y, weights):
        """MSE of the forecasts for `x` against `y` (batch, outputs), and its gradient; as network.loss_and_gradient."""
        h, trace = weights._forward(x)
        forecast = h @ weights.head_kernel + weights.head_bias
        d_forecast, gradient = mse_gradient(forecast, y), type(weights)(*weights.sizes)
        gradient.head_kernel[:] = h.T @ d_forecast
        gradient.head_bias[:] = d_forecast.sum(axis=0)
        weights._backward(trace, d_forecast @ weights.head_kernel.T, gradient)
        return mse(forecast, y), gradient

    def _shapes(self, features, units):
        raise NotImplementedError

    def _forward(self, x):
        """h (batch, units), and what the way back needs."""
        raise NotImplementedError

    def _backward(self, trace, dh, gradient):
        """From ∂L/∂h (batch, units) to the arrays of `gradient` before the head."""
        raise NotImplementedError

    def __repr__(self):
        features, units, outputs = self.sizes
        sizes = f"features={features}, units={units}, outputs={outputs}, {self.vector.size:,} parameters"
        return f"{type(self).__name__}({sizes})"


class RNNNetwork(Network):
    """A plain RNN, its last h read by the head.

    `steps_back` is how many steps the gradient goes back from the last one; None: through the whole window. With less,
    it is truncated BPTT: the states come from the whole window, the gradient does not go all the way.

    >>> RNNNetwork.initial(features=1, units=4, outputs=1)
    RNNNetwork(features=1, units=4, outputs=1, 29 parameters)
    """

    steps_back = None

    def _shapes(self, features, units):
        return {"kernel": (features, units), "recurrent_kernel": (units, units), "bias": (units,)}

    def _forward(self, x):
        h = rnn_forward(x, self.kernel, self.recurrent_kernel, self.bias)
        return h[:, -1], (x, h)

    def _backward(self, trace, dh, gradient):
        x, h = trace
        first = 0 if self.steps_back is None else max(x.shape[1] - self.steps_back, 0)
        h0 = h[:, first - 1] if first else None
        x, h = x[:, first:], h[:, first:]
        parts = rnn_backward(x, h, self.kernel, self.recurrent_kernel, at_the_end(dh, h), h0)
        gradient.kernel[:], gradient.recurrent_kernel[:], gradient.bias[:] = parts[:3]


class GRUNetwork(Network):
    """A GRU, its last h read by the head.

    >>> GRUNetwork.initial(features=1, units=4, outputs=1)
    GRUNetwork(features=1, units=4, outputs=1, 89 parameters)
    """

    def _shapes(self, features, units):
        return {"kernel": (features, 3 * units), "recurrent_kernel": (units, 3 * units), "bias": (2, 3 * units)}

    def _forward(self, x):
        trace = gru_forward(x, self.kernel, self.recurrent_kernel, self.bias)
        return trace.h[:, -1], trace

    def _backward(self, trace, dh, gradient):
        parts = gru_backward(trace, at_the_end(dh, trace.h))
        gradient.kernel[:], gradient.recurrent_kernel[:], gradient.bias[:] = parts[:3]


class MLPNetwork(Network):
    """One hidden layer, relu, that sees all values of the window at once; `features` is look_back · features of x.

    >>> MLPNetwork.initial(features=30 * 1, units=4, outputs=1).forecast(np.zeros((2, 30, 1))).tolist()
    [[0.0], [0.0]]
    """

    def _shapes(self, features, units):
        return {"kernel": (features, units), "bias": (units,)}

    def _forward(self, x):
        x = x.reshape(len(x), -1)
        h = np.maximum(x @ self.kernel + self.bias, 0)
        return h, (x, h)

    def _backward(self, trace, dh, gradient):
        x, h = trace
        dz = dh * (h > 0)
        gradient.kernel[:], gradient.bias[:] = x.T @ dz, dz.sum(axis=0)


def at_the_end(dh, h):
    """∂L/∂h_t for every step, `dh` (batch, units) at the last one and 0 before, in the shape of `h`."""
    every_step = np.zeros_like(h)
    every_step[:, -1] = dh
    return every_step
