"""What if every step had weights of its own? Taught in notebook 04_parameter_sharing."""

from types import SimpleNamespace

import numpy as np

from .. import _checks
from ..cell import lstm_backward, lstm_forward
from ..network import mse, mse_gradient
from ..weights import LSTMWeights
from .experiment import Experiment


class SeparateForecaster(Experiment):
    """A forecaster whose cell has other weights at each of `look_back` steps. Notebook 04.

    Parameters as in NumpyForecaster, and `look_back`: the only window length it can take. All steps start from the same
    weights, those of a NumpyForecaster of the same seed; training then parts them.

    >>> from lstm_notes import make_windows, sine_with_trend
    >>> X, y = make_windows(sine_with_trend(60), look_back=5)
    >>> model = SeparateForecaster(units=4, look_back=5)
    >>> history = model.fit(X, y, epochs=2)
    >>> len(model.steps), model.n_parameters
    (5, 485)
    >>> model.predict(X[:, 1:])
    Traceback (most recent call last):
    ValueError: X has 4 steps; there are weights for 5 steps and no others
    """

    def __init__(self, units=32, *, look_back, **settings):
        super().__init__(units, **settings)
        self.look_back = _checks.whole("look_back", look_back)

    def _create(self, weights):
        """One vector holds the LSTM weights of every step, then the head's."""
        head = weights.vector[weights.lstm.array.size :]
        self.vector = np.concatenate([np.tile(weights.lstm.array.ravel(), self._sets), head])
        arrays = self.vector[: -head.size].reshape(self._sets, *weights.lstm.array.shape)
        self.steps = [LSTMWeights.from_array(array) for array in arrays]
        self.head_kernel = self.vector[-head.size : -len(weights.head_bias)].reshape(weights.head_kernel.shape)
        self.head_bias = self.vector[-len(weights.head_bias) :]

    n_parameters = property(lambda self: self.vector.size)
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

    def _loss_and_gradient(self, X, y, _):
        traces = self._traces(X)
        last = traces[-1].h[:, -1]
        forecast = last @ self.head_kernel + self.head_bias
        d_forecast = mse_gradient(forecast, y)
        dh, dc, parts = d_forecast @ self.head_kernel.T, np.zeros_like(last), []
        for trace in reversed(traces):
            at_its_end = np.zeros_like(trace.h)
            at_its_end[:, -1] = dh
            gradients = lstm_backward(trace, at_its_end, dc)
            parts.append(gradients.weights.array.ravel())
            dh, dc = gradients.h0, gradients.c0
        gradient = np.concatenate([*reversed(parts), (last.T @ d_forecast).ravel(), d_forecast.sum(axis=0)])
        return mse(forecast, y), SimpleNamespace(vector=gradient)

    def __repr__(self):
        if self.y_shape is None:
            return super().__repr__()
        name = type(self).__name__
        return f"{name}(units={self.units}, look_back={self.look_back}, {self.n_parameters:,} parameters)"

    def states(self, X):
        """Not there: there is a Trace for every step, not one for the window."""
        raise NotImplementedError("a network with separate weights has no one Trace of a window")

    @property
    def weights(self):
        """Not there: each step has its own in `steps`."""
        raise AttributeError("there is no one set of weights; each step has its own in `steps`")
