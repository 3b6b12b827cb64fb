"""How far does a gradient reach? A plain recurrent network beside the LSTM. Taught in notebooks 05_training (how far)
and 05b_long_memory (what it learns)."""

from typing import NamedTuple

import numpy as np

from .. import _checks
from ..cell import lstm_backward, lstm_forward


class CellGradients(NamedTuple):
    """The derivatives of the loss, for a plain RNN or a GRU: `kernel`, `recurrent_kernel` and `bias` summed over batch
    and time, `x` (batch, time, features), `h0` (batch, units), and `h` (batch, time, units), the total derivatives by
    each h_t."""

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray
    x: np.ndarray
    h0: np.ndarray
    h: np.ndarray


def rnn_forward(x, kernel, recurrent_kernel, bias, h0=None):
    """A plain recurrent network (Elman 1990, Cognitive Science 14): h_t = tanh(x_t · kernel + h_{t-1} ·
    recurrent_kernel + bias). Notebook 05.

    `x` (batch, time, features), `kernel` (features, units), `recurrent_kernel` (units, units), `bias` (units,), `h0`
    (batch, units), zeros if left out → h (batch, time, units).

    >>> rnn_forward(np.ones((1, 2, 1)), np.ones((1, 1)), np.zeros((1, 1)), np.zeros(1)).round(3).tolist()
    [[[0.762], [0.762]]]
    """
    x = _checks.axes("x", _checks.floats("x", x), "batch", "time", "features")
    h, now = np.empty((*x.shape[:2], len(bias)), x.dtype), first_state(x, len(bias), h0)
    for t in range(x.shape[1]):
        now = h[:, t] = np.tanh(x[:, t] @ kernel + now @ recurrent_kernel + bias)
    return h


def rnn_backward(x, h, kernel, recurrent_kernel, dh, h0=None):
    """The way back through a plain RNN: all it has to remember of the way there is h, since tanh' = 1 - tanh². Notebook
    05b. (Werbos 1990, Proceedings of the IEEE 78(10).)

    `x`, the weights and `h0` as in rnn_forward, `h` what that returned, `dh` (batch, time, units): ∂L/∂h_t as it comes
    from the loss directly → CellGradients.

    >>> x, K, R = np.ones((1, 3, 1)), np.ones((1, 1)), np.ones((1, 1))
    >>> h = rnn_forward(x, K, R, np.zeros(1))
    >>> gradients = rnn_backward(x, h, K, R, dh=np.array([[[0.0], [0.0], [1.0]]]))         # the loss is h_3
    >>> bool(np.isclose(gradients.h0.item(), np.prod(1 - h**2)))
    True
    """
    before = states_before(h, first_state(x, h.shape[2], h0))
    total, dz, from_later = np.empty_like(h), np.empty_like(h), 0
    for t in reversed(range(h.shape[1])):
        total[:, t] = dh[:, t] + from_later
        dz[:, t] = total[:, t] * (1 - h[:, t] ** 2)
        from_later = dz[:, t] @ recurrent_kernel.T
    return CellGradients(
        over_steps(x, dz), over_steps(before, dz), dz.sum(axis=(0, 1)), dz @ kernel.T, from_later, total
    )


def first_state(x, units, h0):
    """h_0 (batch, units): zeros if `h0` is None."""
    return np.zeros((len(x), units), x.dtype) if h0 is None else h0


def states_before(h, h0):
    """h_{t-1} for each step: `h` (batch, time, units) moved on by one, with `h0` in front."""
    return np.concatenate([h0[:, None], h[:, :-1]], axis=1)


def over_steps(a, dz):
    """Σ aᵀ dz over windows and steps, which share their weights: (batch, time, p), (batch, time, q) → (p, q).

    A small product for each step, and their sum: one large product would be split among processors, which at these
    sizes costs more than it saves."""
    return (a.transpose(1, 2, 0) @ dz.swapaxes(0, 1)).sum(axis=0)


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


def lstm_gradient_norms(x, weights, state="C"):
    """‖∂C_T/∂C_t‖ for t = 0 … T in one window `x` (time, features) of an LSTM: an array (time + 1,), the norm as in
    rnn_gradient_norms; with `state` "h", ‖∂h_T/∂h_t‖. The derivative is total: through C, and through h and the gates
    as well. A change of C_t moves h_t along; one of h_t leaves C_t as it is.

    With a forget gate of 1 and all other weights 0, a change of the memory arrives at its full size:

    >>> from lstm_notes import LSTMWeights
    >>> weights = LSTMWeights(np.zeros((1, 8)), np.zeros((2, 8)), np.repeat([0.0, 50.0, 0.0, 0.0], 2))
    >>> lstm_gradient_norms(np.ones((3, 1)), weights).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    if state not in ("C", "h"):
        raise ValueError(f"state is {state!r}; C or h is needed")
    units = weights.units
    trace = lstm_forward(np.repeat(np.asarray(x)[None], units, axis=0), weights)
    last, zeros = np.eye(units, dtype=trace.c.dtype), np.zeros_like(trace.h)
    # Row k: the gradient of unit k's last state.
    if state == "C":
        gradients = lstm_backward(trace, zeros, last)
        jacobians = np.concatenate([gradients.c0[:, None], gradients.c], axis=1)
    else:
        zeros[:, -1] = last
        gradients = lstm_backward(trace, zeros)
        jacobians = np.concatenate([gradients.h0[:, None], gradients.h], axis=1)
    return np.sqrt((jacobians.astype("float64") ** 2).sum(axis=(0, 2)) / units)
