"""How far does a gradient reach? A plain recurrent network beside the LSTM. Taught in notebook 05_training."""

import numpy as np

from .. import _checks
from ..cell import lstm_backward, lstm_forward


def rnn_forward(x, kernel, recurrent_kernel, bias):
    """A plain recurrent network (Elman 1990, Cognitive Science 14): h_t = tanh(x_t · kernel + h_{t-1} ·
    recurrent_kernel + bias), from h_0 = 0. Notebook 05.

    `x` (batch, time, features), `kernel` (features, units), `recurrent_kernel` (units, units), `bias` (units,) → h
    (batch, time, units).

    >>> rnn_forward(np.ones((1, 2, 1)), np.ones((1, 1)), np.zeros((1, 1)), np.zeros(1)).round(3).tolist()
    [[[0.762], [0.762]]]
    """
    x = _checks.axes("x", _checks.floats("x", x), "batch", "time", "features")
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

    >>> from lstm_notes import LSTMWeights
    >>> weights = LSTMWeights(np.zeros((1, 8)), np.zeros((2, 8)), np.repeat([0.0, 50.0, 0.0, 0.0], 2))
    >>> lstm_gradient_norms(np.ones((3, 1)), weights).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    units = weights.units
    trace = lstm_forward(np.repeat(np.asarray(x)[None], units, axis=0), weights)
    gradients = lstm_backward(trace, np.zeros_like(trace.h), np.eye(units, dtype=trace.c.dtype))
    jacobians = np.concatenate([gradients.c0[:, None], gradients.c], axis=1)  # row k: the gradient of unit k's C_T
    return np.sqrt((jacobians.astype("float64") ** 2).sum(axis=(0, 2)) / units)
