"""Other networks in the same training loop: a plain RNN, a GRU, an MLP that sees the whole window at once (taught in
notebook 05b_long_memory); LSTMs in layers, in two directions, with attention (11_bidirectional_attention).

All that `train_steps` asks for is a `vector` of weights and a loss with its gradient. Each network here has both, and
the linear head of `network`:

    x (batch, look_back, features) → what the network makes of it, h (batch, units) → h · head_kernel + head_bias
"""

import numpy as np

from .. import _checks
from ..cell import lstm_backward, lstm_forward
from ..network import mse, mse_gradient
from ..weights import LSTMWeights, glorot_uniform, orthogonal
from .attention import additive_attention, attention_backward
from .bidirectional import bidirectional_backward, bidirectional_forward
from .gru import gru_backward, gru_forward
from .rnn import rnn_backward, rnn_forward
from .stacked import stacked_backward, stacked_forward


class Network:
    """What these networks have in common: named arrays, all of them views of `vector`
    (parameters,), and a linear head. A gradient has the same form.

    Parameters: `features`, `units`, `outputs`, whole numbers. Weights are float64, as zeros; `initial` draws them.

    A network says what its arrays are (`_shapes`), what comes out of them before the head, `read` · units wide, and the
    way back.
    """

    read = 1

    def __init__(self, features, units, outputs):
        names = ("features", "units", "outputs")
        self.sizes = features, units, outputs = [
            _checks.whole(*size) for size in zip(names, (features, units, outputs))
        ]
        head = {"head_kernel": (self.read * units, outputs), "head_bias": (outputs,)}
        self.shapes = self._shapes(features, units) | head
        ends = np.cumsum([np.prod(shape) for shape in self.shapes.values()])
        self.vector = np.zeros(ends[-1])
        for (name, shape), part in zip(self.shapes.items(), np.split(self.vector, ends[:-1])):
            setattr(self, name, part.reshape(shape))

    @classmethod
    def initial(cls, features, units, outputs, seed=0):
        """Weights at the start, as Keras draws them: a recurrent kernel orthogonal, other matrices Glorot uniform,
        biases 0; an LSTM's as LSTMWeights.initial."""
        weights, rng = cls(features, units, outputs), np.random.default_rng(seed)
        weights._draw(rng)
        return weights

    def _draw(self, rng):
        for name, shape in self.shapes.items():
            if name.endswith("kernel"):
                draw = orthogonal if name == "recurrent_kernel" else glorot_uniform
                getattr(self, name)[:] = draw(rng, *shape)

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
        """h (batch, read · units), and what the way back needs."""
        raise NotImplementedError

    def _backward(self, trace, dh, gradient):
        """From ∂L/∂h (batch, read · units) to the arrays of `gradient` before the head."""
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
        parts = rnn_backward(x, h, self.kernel, self.recurrent_kernel, at_one_step(dh, h, -1), h0)
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
        parts = gru_backward(trace, at_one_step(dh, trace.h, -1))
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


class LSTMNetwork(Network):
    """One LSTM or several, whose h the head reads at one step: the last, or `at`, counted as in a list. This one is the
    course's network, among the others as one of them. Notebook 11.

    `lstm` is its LSTMWeights; those of several stand in `cells`, by name.

    >>> LSTMNetwork.initial(features=1, units=16, outputs=1)
    LSTMNetwork(features=1, units=16, outputs=1, 1,169 parameters)
    """

    at = -1

    def __init__(self, features, units, outputs):
        super().__init__(features, units, outputs)
        self.cells = {name: LSTMWeights.from_array(getattr(self, name)) for name in self._cells(*self.sizes[:2])}

    def _cells(self, features, units):
        """The features of each LSTM, by name."""
        return {"lstm": features}

    def _shapes(self, features, units):
        return {name: (4 * units, units + each + 1) for name, each in self._cells(features, units).items()}

    def _draw(self, rng):
        for name, cell in self.cells.items():
            getattr(self, name)[:] = LSTMWeights.initial(cell.features, cell.units, rng, "float64").array
        super()._draw(rng)

    def _forward(self, x):
        trace = lstm_forward(x, self.cells["lstm"])
        return trace.h[:, self.at], trace

    def _backward(self, trace, dh, gradient):
        gradient.lstm[:] = lstm_backward(trace, at_one_step(dh, trace.h, self.at)).weights.array


class StackedNetwork(LSTMNetwork):
    """Two LSTM layers, the upper one read by the head. Notebook 11.

    >>> StackedNetwork.initial(features=1, units=10, outputs=1)
    StackedNetwork(features=1, units=10, outputs=1, 1,331 parameters)
    """

    def _cells(self, features, units):
        return {"lower": features, "upper": units}

    def _forward(self, x):
        traces = stacked_forward(x, [*self.cells.values()])
        return traces[-1].h[:, self.at], traces

    def _backward(self, trace, dh, gradient):
        lower, upper = stacked_backward(trace, at_one_step(dh, trace[-1].h, self.at))
        gradient.lower[:], gradient.upper[:] = lower.weights.array, upper.weights.array


class BidirectionalNetwork(LSTMNetwork):
    """Two LSTMs, one of which reads back. The head reads both when they have read all, or, with `at`, both at that
    step: the days up to it, and the days from it on. Notebook 11.

    >>> BidirectionalNetwork.initial(features=1, units=10, outputs=1)
    BidirectionalNetwork(features=1, units=10, outputs=1, 981 parameters)
    """

    at = None
    read = 2

    def _cells(self, features, units):
        return {"forward": features, "backward": features}

    def _forward(self, x):
        trace = bidirectional_forward(x, *self.cells.values())
        return trace.last if self.at is None else trace.h[:, self.at], trace

    def _backward(self, trace, dh, gradient):
        every_step, units = np.zeros((*trace.forward.h.shape[:2], dh.shape[1]), dh.dtype), self.sizes[1]
        first, second = (-1, 0) if self.at is None else (self.at, self.at)
        every_step[:, first, :units], every_step[:, second, units:] = dh[:, :units], dh[:, units:]
        found = bidirectional_backward(trace, every_step)
        gradient.forward[:], gradient.backward[:] = found.forward.weights.array, found.backward.weights.array


class AttentionNetwork(LSTMNetwork):
    """An LSTM whose last h asks all of its h, additively (Bahdanau, Cho and Bengio 2015); the head reads h and what
    came back. Notebook 11.

    >>> network = AttentionNetwork.initial(features=1, units=4, outputs=1)
    >>> network, network.attention(np.zeros((2, 7, 1))).shape
    (AttentionNetwork(features=1, units=4, outputs=1, 141 parameters), (2, 7))
    """

    read = 2

    def _shapes(self, features, units):
        attention = {"query_kernel": (units, units), "key_kernel": (units, units), "score_kernel": (units, 1)}
        return super()._shapes(features, units) | attention

    def attention(self, x):
        """The weights of the steps, (batch, time), for windows `x` (batch, time, features)."""
        return self._forward(x)[1][1].weights[:, 0]

    def forecast_with(self, x, weights):
        """The forecast (batch, outputs) with other `weights` of the steps, (batch, time), in place of its own."""
        h = lstm_forward(x, self.cells["lstm"]).h
        mixed = (weights[:, None] @ h)[:, 0]
        return np.concatenate([h[:, -1], mixed], axis=1) @ self.head_kernel + self.head_bias

    def _forward(self, x):
        trace = lstm_forward(x, self.cells["lstm"])
        h = np.ascontiguousarray(trace.h)
        kernels = self.query_kernel, self.key_kernel, self.score_kernel[:, 0]
        attention = additive_attention(h[:, -1:], h, h, kernels)
        return np.concatenate([h[:, -1], attention.output[:, 0]], axis=1), (trace, attention)

    def _backward(self, trace, dh, gradient):
        trace, attention = trace
        units = self.sizes[1]
        found = attention_backward(attention, dh[:, None, units:])
        every_step = found.keys + found.values
        every_step[:, -1] += dh[:, :units] + found.query[:, 0]
        gradient.query_kernel[:], gradient.key_kernel[:], gradient.score_kernel[:, 0] = found.kernels
        gradient.lstm[:] = lstm_backward(trace, every_step).weights.array


def units_for(network, parameters, features, outputs):
    """With how many units a class of networks comes closest to so many parameters. Notebook 11b.

    >>> units_for(BidirectionalNetwork, 1169, features=1, outputs=1)
    11
    """
    _checks.whole("parameters", parameters)
    sizes = [network(features, units, outputs).vector.size for units in range(1, 129)]
    return int(np.argmin(np.abs(np.array(sizes) - parameters))) + 1


def at_one_step(dh, h, at):
    """∂L/∂h_t for every step, `dh` (batch, units) at one and 0 elsewhere, in the shape of `h`."""
    every_step = np.zeros_like(h)
    every_step[:, at] = dh
    return every_step
