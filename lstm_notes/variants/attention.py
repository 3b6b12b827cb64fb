"""Which steps does an output look back at? Attention by hand: softmax weights over steps, and the way back through
them. Taught in notebook 11_bidirectional_attention.

    query (what is asked), keys (what each step answers to) → scores → softmax → weights · values (what each step gives)

Additive: Bahdanau, Cho and Bengio 2015 (ICLR). Scaled dot product, several heads, places: Vaswani et al. 2017
(NeurIPS).
"""

from typing import NamedTuple

import numpy as np

from .. import _checks
from ..weights import glorot_uniform
from .rnn import over_steps


class Attention(NamedTuple):
    """What attention leaves behind: `output` (batch, queries, size of a value) and `weights` (batch, queries, time),
    whose rows sum to 1. Beside them what they came from: `query`, `keys`, `values`; of additive attention its
    `kernels`, and `tanh` (batch, queries, time, width), the activity under the scores."""

    output: np.ndarray
    weights: np.ndarray
    query: np.ndarray
    keys: np.ndarray
    values: np.ndarray
    kernels: tuple = ()
    tanh: np.ndarray = None


class AttentionGradients(NamedTuple):
    """The derivatives of the loss: by `query`, `keys` and `values` in their shapes, and by the three `kernels` of
    additive attention."""

    query: np.ndarray
    keys: np.ndarray
    values: np.ndarray
    kernels: tuple = ()


def softmax(scores, mask=None):
    """e^score over its sum along the last axis: shares that sum to 1, of `scores` (…, time). Notebook 11.

    `mask` (…, time) of bool, True where a step may be looked at; a hidden one gets exactly 0. ValueError for a row in
    which all are hidden.

    >>> softmax(np.log([[1.0, 3.0, 4.0]])).round(3).tolist()
    [[0.125, 0.375, 0.5]]
    >>> softmax(np.array([[1e4, 1e4, 0.0]]), mask=np.array([[True, False, True]])).tolist()
    [[1.0, 0.0, 0.0]]
    """
    if mask is not None:
        shown = np.broadcast_to(_check_mask(mask), scores.shape)
        if not shown.any(axis=-1).all():
            row = tuple(int(k) for k in np.argwhere(~shown.any(axis=-1))[0])
            where = f" in row {row}" if row else ""
            raise ValueError(f"mask hides all {scores.shape[-1]} steps{where}; one at least is needed")
        scores = np.where(shown, scores, -np.inf)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def dot_product_attention(query, keys, values, mask=None):
    """Scaled dot product: the score of a step is query · key / √size. Notebook 11. (Vaswani et al. 2017, equation 1.)

    Parameters
    ----------
    query, keys : arrays (batch, queries, size) and (batch, time, size), float32 or float64
    values : array (batch, time, any size); often the keys
    mask : array of bool that fits (batch, queries, time), True where a query may look; all, if left out

    Returns an Attention. Raises ValueError for sizes that do not fit, and for a query from which all steps are hidden.

    Two steps that answer alike share the weight:

    >>> keys = np.array([[[1.0], [1.0], [-30.0]]])
    >>> found = dot_product_attention(np.array([[[20.0]]]), keys, np.array([[[2.0], [4.0], [9.0]]]))
    >>> found.weights.round(6).tolist(), found.output.item()
    ([[[0.5, 0.5, 0.0]]], 3.0)
    """
    query, keys, values = _check_sizes(query, keys, values)
    if query.shape[2] != keys.shape[2]:
        raise ValueError(f"query has size {query.shape[2]} and keys have {keys.shape[2]}; one size is needed")
    return _attend(query, keys, values, mask)


def additive_attention(query, keys, values, kernels, mask=None):
    """The score of a step is tanh(query · query_kernel + key · key_kernel) · score_kernel, a small network's.
    Notebook 11. (Bahdanau, Cho and Bengio 2015, appendix A.1.2.)

    Parameters
    ----------
    query, keys, values, mask : as in dot_product_attention; query and keys may differ in size
    kernels : query_kernel (size of a query, width), key_kernel (size of a key, width), score_kernel (width,)

    Returns an Attention.

    >>> day = np.array([[[0.0], [5.0]]])
    >>> found = additive_attention(day[:, :1], day, day, (np.zeros((1, 1)), np.ones((1, 1)), np.array([100.0])))
    >>> found.weights.round(6).tolist()
    [[[0.0, 1.0]]]
    """
    query, keys, values = _check_sizes(query, keys, values)
    query_kernel, key_kernel, score_kernel = kernels
    width = len(score_kernel)
    for name, kernel, rows in (("query_kernel", query_kernel, query), ("key_kernel", key_kernel, keys)):
        _checks.shape(name, kernel, (rows.shape[2], width), ("size", "width"))
    activity = np.tanh((query @ query_kernel)[:, :, None] + (keys @ key_kernel)[:, None])
    weights = softmax(activity @ score_kernel, mask)
    return Attention(weights @ values, weights, query, keys, values, tuple(kernels), activity)


def attention_backward(trace, d_output):
    """The way back, from ∂L/∂output to AttentionGradients. Notebook 11.

    Through the softmax, ∂L/∂score = weight · (∂L/∂weight - Σ weight · ∂L/∂weight): a score that rises takes from all
    others what it gives.

    >>> keys = np.array([[[0.0], [0.0]]])
    >>> trace = dot_product_attention(np.ones((1, 1, 1)), keys, np.array([[[1.0], [3.0]]]))
    >>> attention_backward(trace, np.ones((1, 1, 1))).keys.tolist()
    [[[-0.5], [0.5]]]
    """
    weights = trace.weights
    d_weights = d_output @ trace.values.swapaxes(-1, -2)
    d_scores = weights * (d_weights - (weights * d_weights).sum(axis=-1, keepdims=True))
    d_values = weights.swapaxes(-1, -2) @ d_output
    if not trace.kernels:
        d_scores = d_scores / np.sqrt(trace.query.shape[-1], dtype=weights.dtype)
        return AttentionGradients(d_scores @ trace.keys, d_scores.swapaxes(-1, -2) @ trace.query, d_values)
    query_kernel, key_kernel, score_kernel = trace.kernels
    d_score_kernel = np.einsum("bqt,bqtw->w", d_scores, trace.tanh)
    inside = d_scores[..., None] * score_kernel * (1 - trace.tanh**2)
    from_query, from_keys = inside.sum(axis=2), inside.sum(axis=1)
    kernels = over_steps(trace.query, from_query), over_steps(trace.keys, from_keys), d_score_kernel
    return AttentionGradients(from_query @ query_kernel.T, from_keys @ key_kernel.T, d_values, kernels)


# ---------------------------------------------------------------------------------------------------------------
# Every step asks: self-attention, the step from here towards Transformers.


class Projections(NamedTuple):
    """What self-attention learns: kernels (features, units) and biases (units,) that make query, key and value of a
    step, and the output kernel (units, units) and bias behind. A gradient has the same form."""

    query_kernel: np.ndarray
    query_bias: np.ndarray
    key_kernel: np.ndarray
    key_bias: np.ndarray
    value_kernel: np.ndarray
    value_bias: np.ndarray
    output_kernel: np.ndarray
    output_bias: np.ndarray

    @classmethod
    def initial(cls, features, units, seed=0):
        """Kernels Glorot uniform, biases 0, float64.

        >>> [array.shape for array in Projections.initial(features=3, units=4)][:3]
        [(3, 4), (4,), (3, 4)]
        """
        features, units = _checks.whole("features", features), _checks.whole("units", units)
        rng = np.random.default_rng(seed)
        rows = features, features, features, units
        return cls(*(each for size in rows for each in (glorot_uniform(rng, size, units), np.zeros(units))))


class SelfAttention(NamedTuple):
    """What self-attention leaves behind: `output` (batch, time, units) and `weights` (batch, heads, time, time), row
    t those of the output at t. Beside them what they came from: `x`, `projections`, the `attention` of all heads,
    what they gave, `joined` (batch, time, units)."""

    output: np.ndarray
    weights: np.ndarray
    x: np.ndarray
    projections: Projections
    attention: Attention
    joined: np.ndarray


def self_attention_forward(x, projections, heads=1, causal=True):
    """Every step asks all steps, or, `causal`, itself and those before. Notebook 11. (Vaswani et al. 2017, section
    3.2.)

    Parameters
    ----------
    x : array (batch, time, features), float32 or float64
    projections : Projections
    heads : into how many parts the units are split, each with weights of its own over the steps

    Returns a SelfAttention. Raises ValueError where heads do not divide the units.

    >>> x = np.random.default_rng(0).normal(size=(2, 3, 5))
    >>> found = self_attention_forward(x, Projections.initial(5, units=4), heads=2)
    >>> found.output.shape, found.weights.shape, found.weights[0, 1, 0].tolist()
    ((2, 3, 4), (2, 2, 3, 3), [1.0, 0.0, 0.0])
    """
    x = _checks.axes("x", _checks.floats("x", x), "batch", "time", "features")
    units, heads = len(projections.output_bias), _checks.whole("heads", heads)
    if units % heads:
        raise ValueError(f"heads is {heads} and there are {units} units; a number that divides the units is needed")
    if x.shape[2] != len(projections.query_kernel):
        raise ValueError(f"x has {x.shape[2]} features; the projections need {len(projections.query_kernel)}")
    p = projections
    query, keys, values = (
        _split(x @ kernel + bias, heads)
        for kernel, bias in (
            (p.query_kernel, p.query_bias),
            (p.key_kernel, p.key_bias),
            (p.value_kernel, p.value_bias),
        )
    )
    attention = _attend(query, keys, values, np.tri(x.shape[1], dtype=bool) if causal else None)
    joined = _join(attention.output)
    output = joined @ p.output_kernel + p.output_bias
    return SelfAttention(output, attention.weights, x, projections, attention, joined)


def self_attention_backward(trace, d_output):
    """The way back, from ∂L/∂output (batch, time, units) to ∂L/∂x and the Projections of gradients. Notebook 11.

    >>> trace = self_attention_forward(np.ones((1, 2, 3)), Projections.initial(3, units=4))
    >>> d_x, gradients = self_attention_backward(trace, np.ones((1, 2, 4)))
    >>> d_x.shape, gradients.output_bias.tolist()
    ((1, 2, 3), [2.0, 2.0, 2.0, 2.0])
    """
    p, x = trace.projections, trace.x
    heads = trace.weights.shape[1]
    inner = attention_backward(trace.attention, _split(d_output @ p.output_kernel.T, heads))
    d_x, gradients = 0, []
    for part, kernel in zip(inner[:3], (p.query_kernel, p.key_kernel, p.value_kernel)):
        part = _join(part)
        d_x = d_x + part @ kernel.T
        gradients += [over_steps(x, part), part.sum(axis=(0, 1))]
    return d_x, Projections(*gradients, over_steps(trace.joined, d_output), d_output.sum(axis=(0, 1)))


def positions(time, size):
    """Where a step stands, as numbers to be added to what it holds: sines and cosines of `size` / 2 wavelengths from 2π
    to 10,000 · 2π, an array (time, size). Attention by itself does not know an order. Notebook 11. (Vaswani et al.
    2017, section 3.5.)

    >>> positions(3, 4)[:2].round(3).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.841, 0.54, 0.01, 1.0]]
    """
    time, size = _checks.whole("time", time), _checks.whole("size", size)
    even = np.arange(0, size, 2)
    angles = np.arange(time)[:, None] / 10_000 ** (even / size)
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(time, -1)[:, :size]


# ---------------------------------------------------------------------------------------------------------------


def _attend(query, keys, values, mask):
    """Bare: whatever axes come before the steps."""
    scores = query @ keys.swapaxes(-1, -2) / np.sqrt(query.shape[-1], dtype=query.dtype)
    weights = softmax(scores, mask)
    return Attention(weights @ values, weights, query, keys, values)


def _split(rows, heads):
    """(batch, time, units) → (batch, heads, time, units / heads)"""
    return rows.reshape(*rows.shape[:2], heads, -1).swapaxes(1, 2)


def _join(parts):
    """(batch, heads, time, units / heads) → (batch, time, units)"""
    return parts.swapaxes(1, 2).reshape(len(parts), parts.shape[2], -1)


def _check_sizes(query, keys, values):
    query, keys, values = (
        _checks.axes(name, _checks.floats(name, array), "batch", steps, "size")
        for name, array, steps in (("query", query, "queries"), ("keys", keys, "time"), ("values", values, "time"))
    )
    if query.shape[0] != keys.shape[0] or values.shape[:2] != keys.shape[:2]:
        raise ValueError(
            f"query has shape {query.shape}, keys {keys.shape} and values {values.shape}; one batch, and a value for "
            "each key, are needed"
        )
    return query, keys, values


def _check_mask(mask):
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise TypeError(f"mask has dtype {mask.dtype}; bool is needed, True where a step may be looked at")
    return mask
