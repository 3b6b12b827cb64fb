"""What the cell learns: one array, which the report calls W_f, b_f, … and Keras kernel, recurrent kernel and bias.

    the block of rows            0          1          2            3
    gate                         input      forget     candidate    output
    its weights in the report    W_i, b_i   W_f, b_f   W_C, b_C     W_o, b_o
    its value in code            i          f          g            o

The order is Keras's, and PyTorch's. Taught in notebook 02_cell_structure.
"""

import numpy as np

from . import _checks, frameworks

GATE_ORDER = "ifCo"  # the blocks by the letters of their weights
GATES = "ifgo"  # the same by the letters of their values


class LSTMWeights:
    """The weights of one LSTM layer, in Keras's shapes and gate order i, f, C, o.

    Parameters
    ----------
    kernel : array (features, 4·units), float32 or float64
    recurrent_kernel : array (units, 4·units), same dtype
    bias : array (4·units,), same dtype

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

    def __init__(self, kernel, recurrent_kernel, bias):
        kernel = _checks.axes("kernel", _checks.floats("kernel", kernel), "features", "4·units")
        recurrent_kernel = _checks.axes(
            "recurrent_kernel", _checks.floats("recurrent_kernel", recurrent_kernel), "units", "4·units"
        )
        bias = _checks.axes("bias", _checks.floats("bias", bias), "4·units")
        if len({kernel.dtype, recurrent_kernel.dtype, bias.dtype}) > 1:
            raise TypeError(
                f"kernel, recurrent_kernel and bias have dtypes {kernel.dtype}, {recurrent_kernel.dtype} and "
                f"{bias.dtype}; one dtype is needed"
            )
        features, units = len(kernel), len(recurrent_kernel)
        _checks.whole("features (the length of kernel)", features)
        _checks.whole("units (the length of recurrent_kernel)", units)
        _checks.shape("recurrent_kernel", recurrent_kernel, (units, 4 * units), ("units", "4·units"))
        _checks.shape("kernel", kernel, (features, 4 * units), ("features", "4·units"))
        _checks.shape("bias", bias, (4 * units,), ("4·units",))
        self.array = np.empty((4 * units, units + features + 1), kernel.dtype)
        self.kernel[:], self.recurrent_kernel[:], self.bias[:] = kernel, recurrent_kernel, bias

    @classmethod
    def from_array(cls, array):
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
        features, units = _checks.whole("features", features), _checks.whole("units", units)
        rng = np.random.default_rng(seed)
        kernel = glorot_uniform(rng, features, 4 * units)
        recurrent_kernel = orthogonal(rng, units, 4 * units)
        bias = np.zeros(4 * units)
        bias[units : 2 * units] = 1
        return cls(*(a.astype(dtype) for a in (kernel, recurrent_kernel, bias)))

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
        return LSTMWeights.from_array(self.array.copy())

    def __repr__(self):
        return (
            f"LSTMWeights(features={self.features}, units={self.units}, {self.dtype}, {self.array.size:,} parameters)"
        )

    # The two frameworks, by what their layers hold. Compared in notebooks 02 and 09.

    @classmethod
    def from_keras(cls, layer):
        """The weights of a built `keras.layers.LSTM` (its cell's activations must be Keras's own defaults)."""
        return cls(*frameworks.read_keras(layer))

    def to_keras(self, layer):
        """Write these weights into a `keras.layers.LSTM` of as many units and return it; builds it if need be."""
        return frameworks.write_keras(layer, self.kernel, self.recurrent_kernel, self.bias)

    @classmethod
    def from_torch(cls, module, part="l0"):
        """The weights of a `torch.nn.LSTM`, its two biases added up; of several layers or directions those of a
        `part`, as PyTorch names it: "l0", "l1", "l0_reverse"."""
        return cls(*frameworks.read_torch(module, part))

    def to_torch(self, module, part="l0"):
        """Write these weights into a part of a `torch.nn.LSTM`, of the same sizes, and return it; its second bias
        becomes 0."""
        return frameworks.write_torch(module, self.kernel, self.recurrent_kernel, self.bias, part)


def glorot_uniform(rng, rows, columns):
    """A (rows, columns) float64 matrix, uniform within ±√(6 / (rows + columns)): Glorot and Bengio 2010."""
    limit = np.sqrt(6 / (rows + columns))
    return rng.uniform(-limit, limit, (rows, columns))


def orthogonal(rng, rows, columns):
    """A (rows, columns) float64 matrix whose rows are orthogonal and of length 1, drawn evenly from all such (rows ≤
    columns): Saxe, McClelland and Ganguli 2014."""
    q, r = np.linalg.qr(rng.standard_normal((columns, rows)))
    return (q * np.sign(np.diag(r))).T
