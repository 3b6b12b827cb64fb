"""The LSTM cell: four gates' worth of arithmetic, forwards and backwards.

    z  = W · [h_{t-1}, x_t] + b          four blocks of rows: i, f, C, o
    i_t, f_t, o_t = σ(z_i), σ(z_f), σ(z_o)        C̃_t = tanh(z_C)
    C_t = f_t · C_{t-1} + i_t · C̃_t               h_t = o_t · tanh(C_t)

`_step` is these lines, `_step_back` is their derivative, and everything else in this module carries arrays to them
and back. Outside, arrays are `(batch, time, …)` as in Keras. Inside, a window is a column, as in the report's
W · [h, x] + b, with a 1 below x so that b is W's last column: one matrix product a step, each gate one block of
memory. Taught in notebook 02_cell_structure (the step), 03 (the sequence) and 05 (the way back).

The equations: Hochreiter and Schmidhuber 1997, Neural Computation 9(8), with the forget gate of Gers, Schmidhuber
and Cummins 2000, Neural Computation 12(10).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from . import _door

GATE_ORDER = "ifCo"


def sigmoid(z):
    """σ(z) = 1 / (1 + e^{-z}), any shape, float32 or float64, without a warning at either end. Notebook 02.

    >>> sigmoid(np.array([-1e4, 0.0, 1e4])).tolist()
    [0.0, 0.5, 1.0]
    """
    with np.errstate(over="ignore"):  # e^{1e4} is infinite, and 1 / infinity is the 0 that is meant
        return 1 / (1 + np.exp(-z))


# ---------------------------------------------------------------------------------------------------------------
# The cell itself: columns in, columns out.


# σ(z) = ½ + ½ tanh(z / 2): with the rows of i, f and o halved, one tanh makes all four gates.
HALF = np.array([0.5, 0.5, 1, 0.5], "float32").reshape(4, 1, 1)
REST = 1 - HALF


def _halved(weights, dtype):
    blocks = weights.array.reshape(4, weights.units, -1)
    return (blocks * HALF).reshape(weights.array.shape).astype(dtype, copy=False)


def _step(W, hx, c_before, gates, c, h):
    """From W (`_halved`), hx = [h; x; 1] (units + features + 1, batch) and C_{t-1} (units, batch): writes the gates
    i, f, C̃, o (4, units, batch), C_t and h_t (units, batch)."""
    i, f, g, o = gates
    np.matmul(W, hx, out=gates.reshape(len(W), -1))
    np.tanh(gates, out=gates)
    gates *= HALF
    gates += REST
    np.multiply(f, c_before, out=c)
    c += i * g
    np.multiply(o, np.tanh(c), out=h)


def _slopes(gates, c_before, tanh_c):
    """The derivatives inside one step, for all steps (time, …) at once: ∂C_t/∂z_i, ∂C_t/∂z_f, ∂C_t/∂z_C and ∂h_t/∂z_o
    as one array (time, 4, units, batch), and ∂h_t/∂C_t (time, units, batch)."""
    i, f, g, o = gates.transpose(1, 0, 2, 3)
    by_z = gates * (1 - gates)  # σ' = σ(1 - σ)
    by_z[:, 2] = 1 - g**2  # tanh' = 1 - tanh²
    by_z[:, 0] *= g
    by_z[:, 1] *= c_before
    by_z[:, 2] *= i
    by_z[:, 3] *= tanh_c
    return by_z, o * (1 - tanh_c**2)


def _step_back(W, dh, dc, f, by_z, h_by_c):
    """From ∂L/∂h_t, and ∂L/∂C_t through C_{t+1}: ∂L/∂[h_{t-1}; x_t; 1], the total ∂L/∂C_t, and ∂L/∂C_{t-1}.
    `by_z` (4, units, batch) goes in as `_slopes` made it and comes out as ∂L/∂z."""
    dc = dc + dh * h_by_c
    by_z[:3] *= dc
    by_z[3] *= dh
    return W.T @ by_z.reshape(len(W), -1), dc, dc * f


# ---------------------------------------------------------------------------------------------------------------
# Its weights.


class LSTMWeights:
    """The weights of one LSTM layer, in Keras's shapes and gate order i, f, C, o.

    Parameters
    ----------
    kernel : array (features, 4·units), float32 or float64
    recurrent_kernel : array (units, 4·units), same dtype
    bias : array (4·units,), same dtype
    gate_order : what the four blocks are; anything but "ifCo" is refused

    The numbers are copied into one array, `array` (4·units, units + features + 1) with columns [h, x, 1]. `kernel`,
    `recurrent_kernel`, `bias` and the report's `W_f, W_i, W_C, W_o` (units, units + features) and `b_f, b_i, b_C,
    b_o` (units,) are views of it: write into one and all of them change.

    Raises TypeError for a dtype other than float32 and float64, ValueError for shapes that do not fit together.

    Taught in notebook 02_cell_structure.

    >>> weights = LSTMWeights.initial(features=1, units=4, seed=0)
    >>> weights
    LSTMWeights(features=1, units=4, float32, 96 parameters)
    >>> weights.b_f[:] = 3.0
    >>> weights.bias.reshape(4, 4)[1].tolist()
    [3.0, 3.0, 3.0, 3.0]
    """

    def __init__(self, kernel, recurrent_kernel, bias, gate_order=GATE_ORDER):
        if gate_order != GATE_ORDER:
            raise ValueError(
                f"gate_order is {gate_order!r}; the blocks have to stand in Keras's order {GATE_ORDER!r} "
                "(input, forget, candidate, output): reorder them first"
            )
        kernel = _door.axes("kernel", _door.floats("kernel", kernel), "features", "4·units")
        recurrent_kernel = _door.axes(
            "recurrent_kernel", _door.floats("recurrent_kernel", recurrent_kernel), "units", "4·units"
        )
        bias = _door.axes("bias", _door.floats("bias", bias), "4·units")
        if len({kernel.dtype, recurrent_kernel.dtype, bias.dtype}) > 1:
            raise TypeError(
                f"kernel, recurrent_kernel and bias have dtypes {kernel.dtype}, {recurrent_kernel.dtype} and "
                f"{bias.dtype}; one dtype is needed"
            )
        features, units = len(kernel), len(recurrent_kernel)
        _door.whole("features (the length of kernel)", features)
        _door.whole("units (the length of recurrent_kernel)", units)
        _door.shape("recurrent_kernel", recurrent_kernel, (units, 4 * units), ("units", "4·units"))
        _door.shape("kernel", kernel, (features, 4 * units), ("features", "4·units"))
        _door.shape("bias", bias, (4 * units,), ("4·units",))
        self.array = np.empty((4 * units, units + features + 1), kernel.dtype)
        self.kernel[:], self.recurrent_kernel[:], self.bias[:] = kernel, recurrent_kernel, bias

    @classmethod
    def around(cls, array):
        """Weights that *are* `array` (4·units, units + features + 1), not a copy: how a network keeps all its
        weights in one vector."""
        weights = cls.__new__(cls)
        weights.array = array
        return weights

    @classmethod
    def initial(cls, features, units, seed=0, dtype="float32"):
        """Weights as Keras draws them, from NumPy's generator `seed`: kernel Glorot uniform, recurrent kernel
        orthogonal over the whole (units, 4·units) matrix, bias 0 but 1 for the forget gate.

        Glorot and Bengio 2010 (AISTATS); Saxe, McClelland and Ganguli 2014 (ICLR); forget bias of 1: Jozefowicz,
        Zaremba and Sutskever 2015 (ICML).

        >>> R = LSTMWeights.initial(1, 8, seed=1, dtype="float64").recurrent_kernel
        >>> bool(np.allclose(R @ R.T, np.eye(8)))
        True
        """
        features, units = _door.whole("features", features), _door.whole("units", units)
        rng = np.random.default_rng(seed)
        kernel = glorot_uniform(rng, features, 4 * units)
        q, r = np.linalg.qr(rng.standard_normal((4 * units, units)))
        bias = np.zeros(4 * units)
        bias[units : 2 * units] = 1
        return cls(*(a.astype(dtype) for a in (kernel, (q * np.sign(np.diag(r))).T, bias)))

    units = property(lambda self: len(self.array) // 4)
    features = property(lambda self: self.array.shape[1] - self.units - 1)
    dtype = property(lambda self: self.array.dtype)
    kernel = property(lambda self: self.array[:, self.units : -1].T)
    recurrent_kernel = property(lambda self: self.array[:, : self.units].T)
    bias = property(lambda self: self.array[:, -1])

    def _block(self, letter):
        start = GATE_ORDER.index(letter) * self.units
        return self.array[start : start + self.units]

    W_i = property(lambda self: self._block("i")[:, :-1])
    W_f = property(lambda self: self._block("f")[:, :-1])
    W_C = property(lambda self: self._block("C")[:, :-1])
    W_o = property(lambda self: self._block("o")[:, :-1])
    b_i = property(lambda self: self._block("i")[:, -1])
    b_f = property(lambda self: self._block("f")[:, -1])
    b_C = property(lambda self: self._block("C")[:, -1])
    b_o = property(lambda self: self._block("o")[:, -1])

    def copy(self):
        """The same numbers in an array of their own."""
        return LSTMWeights.around(self.array.copy())

    def __repr__(self):
        return (
            f"LSTMWeights(features={self.features}, units={self.units}, {self.dtype}, {self.array.size:,} parameters)"
        )

    # The two frameworks, by what their layers hold; neither is imported here. Compared in notebooks 02 and 09.

    @classmethod
    def from_keras(cls, layer):
        """The weights of a built `keras.layers.LSTM` (its cell's activations must be Keras's own defaults)."""
        _keras_layer(layer)
        if not layer.built:
            raise ValueError("layer has no weights yet; build it first: layer.build((None, None, features))")
        arrays = [np.asarray(array) for array in layer.get_weights()]
        kernel, recurrent_kernel = arrays[:2]
        bias = arrays[2] if layer.use_bias else np.zeros(kernel.shape[1], kernel.dtype)
        return cls(kernel, recurrent_kernel, bias)

    def to_keras(self, layer):
        """Write these weights into a `keras.layers.LSTM` of as many units and return it; builds it if need be."""
        _keras_layer(layer)
        if layer.units != self.units:
            raise ValueError(f"layer has {layer.units} units; {self.units} are needed")
        if not layer.use_bias:
            raise ValueError("layer has use_bias=False; a layer with a bias is needed")
        if not layer.built:
            layer.build((None, None, self.features))
        _door.shape("layer's kernel", layer.get_weights()[0], self.kernel.shape, ("features", "4·units"))
        layer.set_weights([self.kernel, self.recurrent_kernel, self.bias])
        return layer

    @classmethod
    def from_torch(cls, module):
        """The weights of a `torch.nn.LSTM` with one layer and one direction; its two biases are added up.

        PyTorch's blocks i, f, g, o are Keras's i, f, C, o: only the matrices are transposed.
        """
        _torch_module(module)
        kernel, recurrent_kernel = (
            getattr(module, name).detach().cpu().numpy().T for name in ("weight_ih_l0", "weight_hh_l0")
        )
        if not module.bias:
            return cls(kernel, recurrent_kernel, np.zeros(kernel.shape[1], kernel.dtype))
        return cls(kernel, recurrent_kernel, (module.bias_ih_l0 + module.bias_hh_l0).detach().cpu().numpy())

    def to_torch(self, module):
        """Write these weights into a `torch.nn.LSTM` of the same sizes and return it; its second bias becomes 0."""
        _torch_module(module)
        if not module.bias:
            raise ValueError("module has bias=False; a module with a bias is needed")
        sizes = (module.input_size, module.hidden_size)
        if sizes != (self.features, self.units):
            raise ValueError(f"module has (input_size, hidden_size) = {sizes}; {(self.features, self.units)} is needed")
        for name, array in (
            ("weight_ih_l0", self.kernel.T),
            ("weight_hh_l0", self.recurrent_kernel.T),
            ("bias_ih_l0", self.bias),
            ("bias_hh_l0", np.zeros_like(self.bias)),
        ):
            parameter = getattr(module, name).data
            parameter.copy_(parameter.new_tensor(np.ascontiguousarray(array)))
        return module


def _keras_layer(layer):
    names = [getattr(getattr(layer, a, None), "__name__", None) for a in ("activation", "recurrent_activation")]
    if names != ["tanh", "sigmoid"] or not hasattr(layer, "cell") or layer.go_backwards:
        raise TypeError(f"layer is {layer!r}; a keras.layers.LSTM with tanh and sigmoid that goes forwards is needed")


def _torch_module(module):
    plain = {"num_layers": 1, "bidirectional": False, "proj_size": 0}
    if not hasattr(module, "weight_ih_l0") or getattr(module, "mode", None) != "LSTM":
        raise TypeError(f"module is {module!r}; a torch.nn.LSTM is needed")
    for name, needed in plain.items():
        if getattr(module, name) != needed:
            raise ValueError(f"module has {name}={getattr(module, name)}; {name}={needed} is needed")


def glorot_uniform(rng, rows, columns):
    """A (rows, columns) float64 matrix, uniform within ±√(6 / (rows + columns)): Glorot and Bengio 2010."""
    limit = np.sqrt(6 / (rows + columns))
    return rng.uniform(-limit, limit, (rows, columns))


# ---------------------------------------------------------------------------------------------------------------
# One step, a whole window, and the way back.


class Gates(NamedTuple):
    """The gates of one step or of a whole window: `i`, `f`, `g` (the candidate C̃), `o`."""

    i: np.ndarray
    f: np.ndarray
    g: np.ndarray
    o: np.ndarray


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
    x_t = _door.axes("x_t", _door.floats("x_t", x_t), "batch", "features")
    _features(weights, "x_t", x_t)
    h, c = (_state(name, value, len(x_t), weights) for name, value in (("h", h), ("c", c)))
    dtype = np.result_type(x_t, h, c, weights.dtype)
    hx = np.concatenate([h.T, x_t.T, np.ones((1, len(x_t)))]).astype(dtype)
    gates, states = np.empty((4, weights.units, len(x_t)), dtype), np.empty((2, weights.units, len(x_t)), dtype)
    _step(_halved(weights, dtype), hx, c.T, gates, *states)
    return states[1].T, states[0].T, Gates(*(gate.T for gate in gates))


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

    h = property(lambda self: _rows(self.inputs[1:, : self.weights.units]))
    c = property(lambda self: _rows(self.cells[1:]))
    i = property(lambda self: _rows(self.gates[:, 0]))
    f = property(lambda self: _rows(self.gates[:, 1]))
    g = property(lambda self: _rows(self.gates[:, 2]))
    o = property(lambda self: _rows(self.gates[:, 3]))
    x = property(lambda self: _rows(self.inputs[:-1, self.weights.units : -1]))
    h0 = property(lambda self: self.inputs[0, : self.weights.units].T)
    c0 = property(lambda self: self.cells[0].T)

    @classmethod
    def begin(cls, x, weights, h0=None, c0=None):
        """A trace with its inputs laid out and its states at the start; `x` and the states as in lstm_forward."""
        x = _door.axes("x", _door.floats("x", x), "batch", "time", "features")
        _features(weights, "x", x)
        batch, time, features = x.shape
        _door.whole("time (the second axis of x)", time)
        h0, c0 = (
            np.zeros((1, weights.units), weights.dtype) if state is None else _state(name, state, batch, weights)
            for name, state in (("h0", h0), ("c0", c0))
        )
        dtype, units = np.result_type(x, h0, c0, weights.dtype), weights.units
        inputs = np.empty((time + 1, units + features + 1, batch), dtype)
        cells = np.empty((time + 1, units, batch), dtype)
        inputs[0, :units], inputs[:time, units:-1], inputs[:, -1], cells[0] = h0.T, _columns(x), 1, c0.T
        inputs[time, units:-1] = 0
        return cls(weights, inputs, cells, np.empty((time, 4, units, batch), dtype))

    def record(self, t, h, c):
        """Take over the states (batch, units) that another implementation computed at step t, first step first; the
        gates follow from the weights, x_t and the state before."""
        after = self.cells[t + 1], self.inputs[t + 1, : self.weights.units]
        _step(_halved(self.weights, h.dtype), self.inputs[t], self.cells[t], self.gates[t], *after)
        after[0][:], after[1][:] = c.T, h.T

    def __repr__(self):
        batch, time, features = self.x.shape
        return f"Trace(batch={batch}, time={time}, features={features}, units={self.weights.units}, {self.x.dtype})"


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
    W, inputs, cells = _halved(weights, trace.inputs.dtype), trace.inputs, trace.cells
    for t, gates in enumerate(trace.gates):
        _step(W, inputs[t], cells[t], gates, cells[t + 1], inputs[t + 1, : weights.units])
    return trace


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
    z = property(lambda self: _rows(self._z))
    x = property(lambda self: _rows(self._inputs[:, self.weights.units : -1]))
    h = property(lambda self: _rows(self._h))
    c = property(lambda self: _rows(self._c))
    h0 = property(lambda self: self._inputs[0, : self.weights.units].T)


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

    Formulas: Graves 2012, Supervised Sequence Labelling with Recurrent Neural Networks, chapter 4.

    >>> x = np.random.default_rng(0).normal(size=(2, 3, 1))
    >>> weights = LSTMWeights.initial(features=1, units=4, dtype="float64")
    >>> trace = lstm_forward(x, weights)
    >>> gradients = lstm_backward(trace, dh=np.ones((2, 3, 4)))      # the loss is the sum of all h
    >>> by_steps = sum(x[:, t].T @ gradients.z[:, t] for t in range(3))
    >>> bool(np.allclose(by_steps, gradients.kernel))
    True
    """
    weights, (time, _, units, batch), dtype = trace.weights, trace.gates.shape, trace.gates.dtype
    dh = _door.shape("dh", _door.floats("dh", dh), (batch, time, units), ("batch", "time", "units"))
    dc = np.zeros((batch, units), dtype) if dc is None else _state("dc", dc, batch, weights).astype(dtype)
    W, h, dc = weights.array.astype(dtype, copy=False), np.array(_columns(dh), dtype, order="C"), dc.T
    z, h_by_c = _slopes(trace.gates, trace.cells[:-1], np.tanh(trace.cells[1:]))
    inputs, c = np.empty_like(trace.inputs[1:]), np.empty_like(h)
    for t in reversed(range(time)):
        inputs[t], c[t], dc = _step_back(W, h[t], dc, trace.gates[t, 1], z[t], h_by_c[t])
        if t > 0:
            h[t - 1] += inputs[t, :units]
    z = z.reshape(time, 4 * units, batch)
    # All steps and windows share W, so its gradient is one sum over both.
    shared = np.tensordot(z, trace.inputs[:-1], axes=([0, 2], [0, 2]))
    return LSTMGradients(LSTMWeights.around(shared), z, inputs, h, c, dc.T)


# ---------------------------------------------------------------------------------------------------------------
# Between (batch, time, size) outside and (time, size, batch) inside: views, no copies.


def _columns(rows):
    return rows.transpose(1, 2, 0)


def _rows(columns):
    return columns.transpose(2, 0, 1)


def _features(weights, name, array):
    if array.shape[-1] != weights.features:
        raise ValueError(f"{name} has {array.shape[-1]} features; the weights need {weights.features}")


def _state(name, value, batch, weights):
    return _door.shape(name, _door.floats(name, value), (batch, weights.units), ("batch", "units"))
