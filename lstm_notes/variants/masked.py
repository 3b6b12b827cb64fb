"""What of windows of several lengths in one batch? Steps that are masked: padding that is not read. Taught in notebook
09b_in_practice.

A masked step leaves h and C as they are, as in Keras (`Masking`, `mask=`) and, where the padding is at the end, in
PyTorch's packing. Of C the gates themselves do it: with f = 1 and i = 0 all is kept and nothing is written. h, which is
made anew at each step, is carried by hand.
"""

from dataclasses import dataclass

import numpy as np

from .. import _checks
from ..cell import derivatives, step, step_back, steps_and_windows
from ..trace import LSTMGradients, Trace, check_state, columns
from ..weights import LSTMWeights

CLOSED = np.array([0.0, 1.0, 0.0, 0.0]).reshape(4, 1, 1)  # i, f, g, o of a masked step


@dataclass(repr=False)
class MaskedTrace(Trace):
    """A Trace with its `mask` (batch, time). At a masked step h and C are those of the step before, i = g = o = 0 and
    f = 1, and x is kept as 0, whatever stands there."""

    mask: np.ndarray = None


def masked_forward(x, mask, weights, h0=None, c0=None):
    """Windows of several lengths, padded to one, through the cell: masked steps carry h and C on. Notebook 09b.

    Parameters
    ----------
    x : array (batch, time, features), float32 or float64; at masked steps any numbers, NaN as well
    mask : array (batch, time) of bool, True at each step that is to be read; padding may be left, right, in the middle
    weights : LSTMWeights
    h0, c0 : arrays (batch, units), the states before the first step; zeros if left out

    Returns
    -------
    MaskedTrace: as lstm_forward's, and `.mask`. Its last h is that of each window's last real step.

    Raises TypeError for other dtypes, ValueError for shapes that do not fit and for a window without a real step.

    Padding on the right changes nothing:

    >>> weights = LSTMWeights.initial(features=1, units=4, dtype="float64")
    >>> days = np.array([[[3.0], [5.0], [np.nan]]])
    >>> padded = masked_forward(days, np.array([[True, True, False]]), weights)
    >>> alone = masked_forward(days[:, :2], np.array([[True, True]]), weights)
    >>> bool((padded.h[:, -1] == alone.h[:, -1]).all())
    True
    """
    x = _checks.axes("x", _checks.floats("x", x), "batch", "time", "features")
    mask = _check_mask(mask, x.shape[:2])
    trace = MaskedTrace.begin(np.where(mask[:, :, None], x, x.dtype.type(0)), weights, h0, c0)
    trace.mask = mask
    W, inputs, cells = weights.array.astype(trace.cells.dtype, copy=False), trace.inputs, trace.cells
    for t, real in enumerate(mask.T):
        h, c, gates = step(W, inputs[t], cells[t])
        inputs[t + 1, : weights.units] = np.where(real, h, inputs[t, : weights.units])
        cells[t + 1] = np.where(real, c, cells[t])
        trace.gates[t] = np.where(real, gates, CLOSED)
    return trace


def masked_backward(trace, dh, dc=None):
    """BPTT through masked steps: the gradients of h and C go through them unchanged. Notebook 09b.

    Parameters
    ----------
    trace : MaskedTrace, from `masked_forward`
    dh : array (batch, time, units): ∂L/∂h_t as it comes from the loss directly; at a masked step that is the h which
        was carried there
    dc : array (batch, units): ∂L/∂C_T as it comes from the loss directly; zeros if left out

    Returns
    -------
    LSTMGradients, as lstm_backward's; at masked steps `.z` and `.x` are 0.

    Raises TypeError for other dtypes, ValueError for shapes other than the trace's.

    >>> x, mask = np.ones((1, 3, 1)), np.array([[True, False, False]])
    >>> trace = masked_forward(x, mask, LSTMWeights.initial(features=1, units=2, dtype="float64"))
    >>> gradients = masked_backward(trace, dh=np.array([[[0.0, 0.0], [0.0, 0.0], [1.0, 5.0]]]))
    >>> gradients.h[0].tolist(), gradients.x[0, 1:].tolist()
    ([[1.0, 5.0], [1.0, 5.0], [1.0, 5.0]], [[0.0], [0.0]])
    """
    weights, (time, _, units, batch), dtype = trace.weights, trace.gates.shape, trace.gates.dtype
    dh = _checks.shape("dh", _checks.floats("dh", dh), (batch, time, units), ("batch", "time", "units"))
    dc = np.zeros((batch, units), dtype) if dc is None else check_state("dc", dc, batch, weights).astype(dtype)
    W, h, dc = weights.array.astype(dtype, copy=False), np.array(columns(dh), dtype, order="C"), dc.T
    z, c, inputs = np.empty_like(trace.gates), np.empty_like(h), np.empty_like(trace.inputs[1:])
    # With f = 1 and i = g = o = 0 all five are 0 at a masked step, so step_back gives dz = 0 and lets dc through.
    inside = derivatives(trace.gates.swapaxes(0, 1), trace.cells[:-1], np.tanh(trace.cells[1:]))
    for t, *slopes in reversed(list(zip(range(time), *inside))):
        inputs[t], c[t], dc = step_back(W, h[t], dc, trace.gates[t, 1], slopes, z[t])
        inputs[t, :units] += np.where(trace.mask[:, t], 0, h[t])  # of h that does not go through the gates
        if t > 0:
            h[t - 1] += inputs[t, :units]
    shared = steps_and_windows(z) @ steps_and_windows(trace.inputs[:-1]).T
    return LSTMGradients(LSTMWeights.from_array(shared), z.reshape(time, 4 * units, batch), inputs, h, c, dc.T)


def _check_mask(mask, shape):
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise TypeError(f"mask has dtype {mask.dtype}; bool is needed, True at each step that is to be read")
    _checks.shape("mask", mask, shape, ("batch", "time"))
    empty = np.flatnonzero(~mask.any(axis=1))
    if len(empty):
        raise ValueError(
            f"mask leaves {len(empty)} of {len(mask)} windows no step to read, the first is window {empty[0]}; at "
            "least one True in each is needed: leave such windows out"
        )
    return mask
