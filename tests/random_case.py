"""Random weights, inputs, states and incoming gradients of one shape, at the initialiser's scale."""

from types import SimpleNamespace

import numpy as np

from lstm_notes import LSTMWeights, largest_difference

# (batch, time, features, units), the edges among them
SHAPES = [(1, 1, 1, 1), (5, 1, 2, 3), (1, 7, 3, 2), (4, 3, 1, 8), (32, 14, 1, 8), (7, 30, 5, 32)]


def random_case(batch, time, features, units, dtype="float64"):
    rng = np.random.default_rng([batch, time, features, units])
    weights = LSTMWeights.initial(features, units, rng, dtype)
    weights.bias[:] += rng.normal(0, 0.3, 4 * units)
    sizes = {
        "x": (batch, time, features),
        "h0": (batch, units),
        "c0": (batch, units),
        "dh": (batch, time, units),
        "dc": (batch, units),
    }
    arrays = {name: rng.normal(size=size).astype(dtype) for name, size in sizes.items()}
    own = {name: getattr(weights, name).copy() for name in ("kernel", "recurrent_kernel", "bias")}
    return SimpleNamespace(weights=weights, **arrays, **own)


def relative_difference(ours, theirs):
    """The largest difference, as a part of the largest entry (of 1 where all entries are 0)."""
    return largest_difference(ours, theirs) / (float(np.abs(np.asarray(theirs)).max()) or 1.0)


def slope(function, array, direction, step=2e-3):
    """The derivative of `function` of no arguments as `array` moves in place along `direction`: a finite difference of
    fourth order, whose own error is that of its rounding."""
    start, values = array.copy(), []
    for factor in (1, -1, 2, -2):
        array[:] = start + factor * step * direction
        values.append(function())
    array[:] = start
    return (8 * (values[0] - values[1]) - (values[2] - values[3])) / (12 * step)
