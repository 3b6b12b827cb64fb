"""Does it take three gates? A GRU: two gates, and no second state. Taught in notebook 05b_long_memory.

Cho et al. 2014 (EMNLP), in the form that Keras and PyTorch use (`reset_after=True`: the reset gate comes after the
recurrent product, which so is one product a step), with Keras's order of the blocks, z, r, h, and its two biases.
"""

from typing import NamedTuple

import numpy as np

from .. import _checks
from ..cell import sigmoid
from .rnn import CellGradients, first_state, over_steps, states_before


class GRUTrace(NamedTuple):
    """What a pass forwards leaves behind. `h`, and the gates `z` (update), `r` (reset) and `g` (the candidate): each
    (batch, time, units). `s`, of the same shape, is what of h_{t-1} the reset gate lets into the candidate, before it
    does. Beside them what they came from: `x`, `h0` and the weights (kernel, recurrent_kernel, bias)."""

    h: np.ndarray
    z: np.ndarray
    r: np.ndarray
    g: np.ndarray
    s: np.ndarray
    x: np.ndarray
    h0: np.ndarray
    weights: tuple


def gru_forward(x, kernel, recurrent_kernel, bias, h0=None):
    """A whole window through a GRU. At each step, with x_t · kernel + bias[0] in three blocks x_z, x_r, x_h, and
    h_{t-1} · recurrent_kernel + bias[1] in three blocks s_z, s_r, s_h:

        z = σ(x_z + s_z)    r = σ(x_r + s_r)    g = tanh(x_h + r · s_h)    h_t = z · h_{t-1} + (1 - z) · g

    z keeps, as f does in the LSTM, and what is not kept is written over: z = 1 carries h on unchanged and lets in
    nothing.

    Parameters
    ----------
    x : array (batch, time, features), float32 or float64
    kernel, recurrent_kernel, bias : (features, 3·units), (units, 3·units), (2, 3·units), as Keras stores them
    h0 : array (batch, units), the state before the first step; zeros if left out

    Returns a GRUTrace.

    One unit with z ≈ 1 keeps what it has:

    >>> bias = np.array([[50.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    >>> trace = gru_forward(np.ones((1, 2, 1)), np.ones((1, 3)), np.zeros((1, 3)), bias, h0=np.array([[0.5]]))
    >>> trace.h.tolist()
    [[[0.5], [0.5]]]
    """
    x = _checks.axes("x", _checks.floats("x", x), "batch", "time", "features")
    units = len(recurrent_kernel)
    h0 = now = first_state(x, units, h0)
    from_x = x.swapaxes(0, 1) @ kernel + bias[0]  # for all steps at once: (time, batch, 3·units)
    h, z, r, g, s = steps = np.empty((5, x.shape[1], len(x), units), x.dtype)
    for t, x_t in enumerate(from_x):
        from_h = now @ recurrent_kernel + bias[1]
        gates = sigmoid(x_t[:, : 2 * units] + from_h[:, : 2 * units])
        z[t], r[t], s[t] = gates[:, :units], gates[:, units:], from_h[:, 2 * units :]
        g[t] = np.tanh(x_t[:, 2 * units :] + r[t] * s[t])
        now = h[t] = z[t] * now + (1 - z[t]) * g[t]
    return GRUTrace(*steps.swapaxes(1, 2), x, h0, (kernel, recurrent_kernel, bias))


def gru_backward(trace, dh):
    """Backpropagation through time: from the last step to the first.

    `trace` from gru_forward, `dh` (batch, time, units): ∂L/∂h_t as it comes from the loss directly → CellGradients,
    whose `bias` is (2, 3·units). The direct way from h_t to h_{t-1} has the factor z, as the LSTM's has f.

    >>> bias = np.array([[50.0, 0.0, 0.0], [0.0, 0.0, 0.0]])                               # z ≈ 1, as above
    >>> trace = gru_forward(np.ones((1, 2, 1)), np.ones((1, 3)), np.ones((1, 3)), bias)
    >>> gru_backward(trace, dh=np.array([[[0.0], [1.0]]])).h0.tolist()
    [[1.0]]
    """
    kernel, recurrent_kernel, bias = trace.weights
    before = states_before(trace.h, trace.h0)
    # Time first, and what does not wait for the loss for all steps at once.
    h_before, z, r, g, s, dh = (a.swapaxes(0, 1) for a in (before, trace.z, trace.r, trace.g, trace.s, dh))
    dh_dz, dh_dg, dg_dr = (h_before - g) * z * (1 - z), (1 - z) * (1 - g**2), s * r * (1 - r)
    total, from_later = np.empty_like(h_before), 0
    d_from_x, d_from_h = np.empty((2, *z.shape[:2], 3 * z.shape[2]), z.dtype)
    for t in reversed(range(len(z))):
        total[t] = dh[t] + from_later
        dz, dg = total[t] * dh_dz[t], total[t] * dh_dg[t]
        dr = dg * dg_dr[t]
        d_from_x[t] = np.concatenate([dz, dr, dg], axis=1)
        d_from_h[t] = np.concatenate([dz, dr, dg * r[t]], axis=1)
        from_later = total[t] * z[t] + d_from_h[t] @ recurrent_kernel.T
    d_from_x, d_from_h = d_from_x.swapaxes(0, 1), d_from_h.swapaxes(0, 1)
    return CellGradients(
        over_steps(trace.x, d_from_x),
        over_steps(before, d_from_h),
        np.stack([d_from_x.sum(axis=(0, 1)), d_from_h.sum(axis=(0, 1))]),
        d_from_x @ kernel.T,
        from_later,
        total.swapaxes(0, 1),
    )
