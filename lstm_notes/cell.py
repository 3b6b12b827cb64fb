"""The LSTM cell: `step` forwards, `step_back` backwards, and the loops that carry a window through them.

Outside, arrays are (batch, time, …) as in Keras. Inside, a window is a column, as in the report's W · [h, x] + b, with
a 1 below x, so that b is W's last column: one matrix product a step, and each gate is one block of its rows (the table
in `weights`). Taught in notebook 02_cell_structure (the step), 03 (the sequence) and 05 (the way back).

The equations: Hochreiter and Schmidhuber 1997, Neural Computation 9(8), with the forget gate of Gers, Schmidhuber and
Cummins 2000, Neural Computation 12(10). Backwards: Graves 2012, Supervised Sequence Labelling with Recurrent Neural
Networks, chapter 4.
"""

from typing import NamedTuple

import numpy as np

from . import _checks
from .trace import LSTMGradients, Trace, check_features, check_state, columns
from .weights import LSTMWeights

# BPTT takes a few steps at once, as many as an array of so many bytes holds: up to twice as fast as all at once, since
# what they need stays in the processor's cache and no large array is made anew.
AT_A_TIME = 2**15


def sigmoid(z):
    """σ(z) = 1 / (1 + e^{-z}), any shape, float32 or float64, without a warning at either end. Notebook 02.

    >>> sigmoid(np.array([-1e4, 0.0, 1e4])).tolist()
    [0.0, 0.5, 1.0]
    """
    with np.errstate(over="ignore"):  # e^{1e4} is infinite, and 1 / infinity is the 0 that is meant
        return 1 / (1 + np.exp(-z))


class Gates(NamedTuple):
    """The gates of one step or of a whole window: `i`, `f`, `g` (the candidate C̃), `o`."""

    i: np.ndarray
    f: np.ndarray
    g: np.ndarray
    o: np.ndarray


# ---------------------------------------------------------------------------------------------------------------
# The cell. Its arrays are columns: (size, batch).


def step(W, hx, c_before):
    """One time step, from [h_{t-1}; x_t; 1] (units + features + 1, batch) and C_{t-1} (units, batch): h_t, C_t and the
    Gates, each (units, batch)."""
    z = (W @ hx).reshape(4, *c_before.shape)  # z_i, z_f, z_C, z_o
    gates = sigmoid(z)  # i_t, f_t, o_t = σ(z_i), σ(z_f), σ(z_o)
    gates[2] = np.tanh(z[2])  # C̃_t = tanh(z_C)
    i, f, g, o = gates
    c = f * c_before + i * g
    h = o * np.tanh(c)
    return h, c, gates


def derivatives(gates, c_before, tanh_c):
    """Inside a step: ∂C_t/∂z_i, ∂C_t/∂z_f, ∂C_t/∂z_C, ∂h_t/∂z_o and ∂h_t/∂C_t, element by element, so all steps can be
    computed at once. σ' = σ (1 - σ) and tanh' = 1 - tanh²."""
    i, f, g, o = gates
    dc_dz_i = g * i * (1 - i)
    dc_dz_f = c_before * f * (1 - f)
    dc_dz_C = i * (1 - g**2)
    dh_dz_o = tanh_c * o * (1 - o)
    dh_dc = o * (1 - tanh_c**2)
    return dc_dz_i, dc_dz_f, dc_dz_C, dh_dz_o, dh_dc


def step_back(W, dh, dc_after, f, inside, dz):
    """One step of BPTT: dh is ∂L/∂h_t, `dc_after` the part of ∂L/∂C_t that comes through C_{t+1}, `inside` the step's
    `derivatives`. Writes ∂L/∂z into `dz` (4, units, batch) and returns ∂L/∂[h_{t-1}; x_t; 1], the total ∂L/∂C_t, and
    its part that goes on to C_{t-1}."""
    dc_dz_i, dc_dz_f, dc_dz_C, dh_dz_o, dh_dc = inside
    dz_i, dz_f, dz_C, dz_o = dz
    dc = dc_after + dh * dh_dc
    np.multiply(dc, dc_dz_i, out=dz_i)
    np.multiply(dc, dc_dz_f, out=dz_f)
    np.multiply(dc, dc_dz_C, out=dz_C)
    np.multiply(dh, dh_dz_o, out=dz_o)
    return W.T @ dz.reshape(len(W), -1), dc, dc * f


# ---------------------------------------------------------------------------------------------------------------
# One step for rows, a whole window, and the way back.


def lstm_step(x_t, h, c, weights):
    """One time step of the cell, for a batch of windows at once. Notebook 02.

    Parameters
    ----------
    x_t : array (batch, features), float32 or float64
    h, c : arrays (batch, units), the states before the step
    weights : LSTMWeights

    Returns
    -------
    h, c : arrays (batch, units), the states after the step
    gates : Gates of arrays (batch, units): `.i`, `.f`, `.g` (the candidate C̃_t), `.o`

    Raises TypeError for other dtypes, ValueError for shapes that do not fit. Where dtypes are mixed, float64 wins.

    One unit that keeps all of its C (f ≈ 1) and writes nothing (i ≈ 0):

    >>> weights = LSTMWeights(np.zeros((1, 4)), np.zeros((1, 4)), np.array([-50.0, 50.0, 0.0, 0.0]))
    >>> h, c, gates = lstm_step(np.array([[7.0]]), np.zeros((1, 1)), np.array([[2.5]]), weights)
    >>> c.item(), gates.o.item()
    (2.5, 0.5)
    """
    x_t = _checks.axes("x_t", _checks.floats("x_t", x_t), "batch", "features")
    check_features(weights, "x_t", x_t)
    h, c = (check_state(name, value, len(x_t), weights) for name, value in (("h", h), ("c", c)))
    dtype = np.result_type(x_t, h, c, weights.dtype)
    hx = np.concatenate([h.T, x_t.T, np.ones((1, len(x_t)))]).astype(dtype)
    h, c, gates = step(weights.array.astype(dtype, copy=False), hx, c.T.astype(dtype, copy=False))
    return h.T, c.T, Gates(*(gate.T for gate in gates))


def lstm_forward(x, weights, h0=None, c0=None):
    """A whole window through the cell: the same weights at each step. Notebook 03.

    Parameters
    ----------
    x : array (batch, time, features), float32 or float64
    weights : LSTMWeights
    h0, c0 : arrays (batch, units), the states before the first step; zeros if left out

    Returns
    -------
    Trace with `.h .c .i .f .g .o`, each (batch, time, units), and `.x .h0 .c0 .weights`

    Raises TypeError for other dtypes, ValueError for shapes that do not fit. Where dtypes are mixed, float64 wins.

    >>> x = np.random.default_rng(0).normal(size=(2, 3, 1))
    >>> trace = lstm_forward(x, LSTMWeights.initial(features=1, units=4, dtype="float64"))
    >>> trace
    Trace(batch=2, time=3, features=1, units=4, float64)
    >>> bool(np.allclose(trace.h, trace.o * np.tanh(trace.c)))
    True
    """
    trace = Trace.begin(x, weights, h0, c0)
    W, inputs, cells = weights.array.astype(trace.cells.dtype, copy=False), trace.inputs, trace.cells
    for t in range(len(trace.gates)):
        inputs[t + 1, : weights.units], cells[t + 1], trace.gates[t] = step(W, inputs[t], cells[t])
    return trace


def lstm_backward(trace, dh, dc=None):
    """Backpropagation through time (BPTT): from the last step to the first. Notebook 05.

    Parameters
    ----------
    trace : Trace, from `lstm_forward`
    dh : array (batch, time, units): ∂L/∂h_t as it comes from the loss directly, 0 where the loss does not look
    dc : array (batch, units): ∂L/∂C_T as it comes from the loss directly, at the last step; zeros if left out

    Returns
    -------
    LSTMGradients: `.kernel .recurrent_kernel .bias .x .h0 .c0`, summed over batch and time, and per step
    `.z` (batch, time, 4·units), `.h`, `.c` (batch, time, units). Step t's part of the kernel's gradient is x_tᵀ z_t.

    Raises TypeError for other dtypes, ValueError for shapes other than the trace's.

    >>> x = np.random.default_rng(0).normal(size=(2, 3, 1))
    >>> weights = LSTMWeights.initial(features=1, units=4, dtype="float64")
    >>> trace = lstm_forward(x, weights)
    >>> gradients = lstm_backward(trace, dh=np.ones((2, 3, 4)))      # the loss is the sum of all h
    >>> by_steps = sum(x[:, t].T @ gradients.z[:, t] for t in range(3))
    >>> bool(np.allclose(by_steps, gradients.kernel))
    True
    """
    weights, (time, _, units, batch), dtype = trace.weights, trace.gates.shape, trace.gates.dtype
    dh = _checks.shape("dh", _checks.floats("dh", dh), (batch, time, units), ("batch", "time", "units"))
    dc = np.zeros((batch, units), dtype) if dc is None else check_state("dc", dc, batch, weights).astype(dtype)
    W, h, dc = weights.array.astype(dtype, copy=False), np.array(columns(dh), dtype, order="C"), dc.T
    z, c, inputs = np.empty_like(trace.gates), np.empty_like(h), np.empty_like(trace.inputs[1:])
    shared, few = np.zeros_like(W), max(1, AT_A_TIME // h[0].nbytes)
    for end in range(time, 0, -few):
        steps = slice(max(end - few, 0), end)
        before, after = trace.cells[:-1][steps], trace.cells[1:][steps]
        inside = derivatives(trace.gates[steps].swapaxes(0, 1), before, np.tanh(after))
        for t, *slopes in reversed(list(zip(range(time)[steps], *inside))):
            inputs[t], c[t], dc = step_back(W, h[t], dc, trace.gates[t, 1], slopes, z[t])
            if t > 0:
                h[t - 1] += inputs[t, :units]
        # All steps and windows share W, so its gradient is one sum over both.
        shared += steps_and_windows(z[steps]) @ steps_and_windows(trace.inputs[steps]).T
    z = z.reshape(time, 4 * units, batch)
    return LSTMGradients(LSTMWeights.from_array(shared), z, inputs, h, c, dc.T)


def steps_and_windows(array):
    """(time, …, batch) as (size, time · batch), copied."""
    array = array.reshape(len(array), -1, array.shape[-1])
    return array.swapaxes(0, 1).reshape(array.shape[1], -1)
