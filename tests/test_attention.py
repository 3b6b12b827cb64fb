"""Attention by hand, against Keras, PyTorch and finite differences."""

import numpy as np
import pytest

from lstm_notes import days_ahead, has_torch, influence, largest_difference, load_keras
from lstm_notes.variants import (
    Projections,
    additive_attention,
    attention_backward,
    dot_product_attention,
    positions,
    self_attention_backward,
    self_attention_forward,
    softmax,
)
from tests.random_case import relative_difference, slope

BOUNDS = {"float32": (1e-6, 2e-6), "float64": (1e-12, 1e-12)}
SIZES = [(1, 1, 1, 1), (3, 2, 5, 4), (7, 1, 30, 16)]  # batch, queries, time, size
needs_torch = pytest.mark.skipif(not has_torch(), reason="PyTorch is an extra")


@pytest.fixture(scope="module")
def keras():
    return load_keras()


def case(batch, queries, time, size, dtype="float64", width=3):
    """query, keys, values, the kernels of additive attention, a mask that hides some days, and ∂L/∂output."""
    rng = np.random.default_rng([batch, queries, time, size])
    draw = lambda *shape: rng.normal(size=shape).astype(dtype)  # noqa: E731
    mask = rng.uniform(size=(batch, 1, time)) < 0.7
    mask[:, :, 0] = True
    arrays = draw(batch, queries, size), draw(batch, time, size), draw(batch, time, size + 1)
    return *arrays, (draw(size, width), draw(size, width), draw(width)), mask, draw(batch, queries, size + 1)


def attend(kind, query, keys, values, kernels, mask=None):
    if kind == "additive":
        return additive_attention(query, keys, values, kernels, mask)
    return dot_product_attention(query, keys, values, mask)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("kind", ["dot product", "additive"])
def test_equals_keras(keras, kind, sizes, dtype):
    """Keras leaves the kernels to Dense layers before it, and the scale of the scores to whoever calls it."""
    import tensorflow as tf

    query, keys, values, kernels, mask, d_output = case(*sizes, dtype)
    tensors = [tf.constant(array) for array in (query, keys, values, *kernels)]
    dot = kind == "dot product"
    layer = keras.layers.Attention(dtype=dtype) if dot else keras.layers.AdditiveAttention(dtype=dtype, use_scale=False)
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        q, k, v, query_kernel, key_kernel, score_kernel = tensors
        if dot:
            inputs = [q / tf.sqrt(tf.constant(sizes[3], dtype)), v, k]
            out = layer(inputs, mask=[None, tf.constant(mask[:, 0])])
        else:
            # Σ tanh(q + k) of Keras's has no score kernel, but for one of its own; so it is put together here.
            scores = tf.einsum(
                "bqtw,w->bqt", tf.tanh((q @ query_kernel)[:, :, None] + (k @ key_kernel)[:, None]), score_kernel
            )
            out = tf.nn.softmax(tf.where(mask, scores, tf.constant(-np.inf, dtype))) @ v
        loss = tf.reduce_sum(out * d_output)
    theirs = tape.gradient(loss, tensors)

    trace = attend(kind, query, keys, values, kernels, mask)
    gradients = attention_backward(trace, d_output)
    bound, gradient_bound = BOUNDS[dtype]
    assert trace.output.dtype == gradients.keys.dtype == np.dtype(dtype)
    assert largest_difference(trace.output, out) <= bound * max(1, float(np.abs(out).max()))
    assert not trace.weights[~np.broadcast_to(mask, trace.weights.shape)].any()
    for mine, other in zip([*gradients[:3], *gradients.kernels], theirs):
        scale = max(float(np.abs(each).max()) for each in theirs if each is not None)
        assert largest_difference(mine, other) <= gradient_bound * scale


def test_additive_attention_is_keras_layer(keras):
    """With its scale as score kernel, and identities in place of the Dense layers."""
    query, keys, values, _, _, _ = case(3, 2, 5, 4, "float32")
    layer = keras.layers.AdditiveAttention()
    layer.build([query.shape, values.shape, keys.shape])
    scale = np.array([0.3, -1.0, 2.0, 0.5], "float32")
    layer.set_weights([scale])
    out, weights = layer([query, values, keys], return_attention_scores=True)
    found = additive_attention(query, keys, values, (np.eye(4, dtype="float32"), np.eye(4, dtype="float32"), scale))
    assert largest_difference(found.weights, weights) <= 1e-6 and largest_difference(found.output, out) <= 1e-6


def projections(features, units, rng, dtype):
    arrays = Projections.initial(features, units, rng)
    return Projections(
        *((array if array.ndim > 1 else rng.normal(0, 0.3, array.shape)).astype(dtype) for array in arrays)
    )


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("heads", [1, 4])
def test_self_attention_equals_keras(keras, heads, dtype, causal):
    """Sizes of a head whose root is a whole number: Keras takes the root in float32."""
    import tensorflow as tf

    rng, (batch, time, features, units) = np.random.default_rng(heads), (3, 7, 5, 16)
    x, d_output = (
        rng.normal(size=(batch, time, features)).astype(dtype),
        rng.normal(size=(batch, time, units)).astype(dtype),
    )
    ours = projections(features, units, rng, dtype)
    layer = keras.layers.MultiHeadAttention(heads, units // heads, output_shape=units, dtype=dtype)
    layer.build(x.shape, x.shape)
    layer.set_weights([array.reshape(theirs.shape) for array, theirs in zip(ours, layer.get_weights(), strict=True)])
    variable = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        out, weights = layer(variable, variable, use_causal_mask=causal, return_attention_scores=True)
        loss = tf.reduce_sum(out * d_output)
    by_x, *theirs = tape.gradient(loss, [variable, *(v.value for v in layer.trainable_variables)])

    trace = self_attention_forward(x, ours, heads, causal)
    d_x, gradients = self_attention_backward(trace, d_output)
    bound, gradient_bound = BOUNDS[dtype]
    assert trace.output.dtype == np.dtype(dtype)
    assert largest_difference(trace.output, out) <= bound and largest_difference(trace.weights, weights) <= bound
    assert relative_difference(d_x, by_x) <= gradient_bound
    largest = max(float(np.abs(each).max()) for each in theirs)  # that of the key's bias is 0
    for mine, other in zip(gradients, theirs, strict=True):
        assert largest_difference(mine, np.reshape(other, mine.shape)) <= gradient_bound * largest


@needs_torch
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("units, heads", [(6, 1), (12, 3)])
def test_self_attention_equals_torch(units, heads, dtype, causal):
    import torch

    rng, (batch, time) = np.random.default_rng(units), (3, 7)
    x, d_output = (rng.normal(size=(batch, time, units)).astype(dtype) for _ in range(2))
    p = projections(units, units, rng, dtype)
    module = torch.nn.MultiheadAttention(units, heads, batch_first=True, dtype=getattr(torch, dtype))
    values = [
        np.concatenate([p.query_kernel, p.key_kernel, p.value_kernel], axis=1).T,
        np.concatenate([p.query_bias, p.key_bias, p.value_bias]),
        p.output_kernel.T,
        p.output_bias,
    ]
    parameters = module.in_proj_weight, module.in_proj_bias, module.out_proj.weight, module.out_proj.bias
    for parameter, value in zip(parameters, values):
        parameter.data.copy_(torch.tensor(np.ascontiguousarray(value)))
    variable = torch.tensor(x, requires_grad=True)
    hidden = torch.tensor(~np.tri(time, dtype=bool)) if causal else None
    out, _ = module(variable, variable, variable, attn_mask=hidden)
    (out * torch.tensor(d_output)).sum().backward()

    trace = self_attention_forward(x, p, heads, causal)
    d_x, gradients = self_attention_backward(trace, d_output)
    bound, gradient_bound = BOUNDS[dtype]
    assert largest_difference(trace.output, out.detach()) <= bound
    assert relative_difference(d_x, variable.grad) <= gradient_bound
    theirs = [each.grad.numpy() for each in parameters]
    blocks = [*np.split(theirs[0].T, 3, axis=1), theirs[2].T], [*np.split(theirs[1], 3), theirs[3]]
    largest = max(float(np.abs(each).max()) for each in theirs)
    for mine, other in zip(gradients, [each for pair in zip(*blocks) for each in pair], strict=True):
        assert largest_difference(mine, other) <= gradient_bound * largest


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("kind", ["dot product", "additive"])
def test_gradients_are_finite_differences(kind, sizes):
    query, keys, values, kernels, mask, d_output = case(*sizes)
    gradients = attention_backward(attend(kind, query, keys, values, kernels, mask), d_output)
    rng = np.random.default_rng(9)
    for array, gradient in zip([query, keys, values, *kernels], [*gradients[:3], *gradients.kernels]):
        direction = rng.normal(size=array.shape) / np.sqrt(array.size)
        measured = slope(
            lambda: (attend(kind, query, keys, values, kernels, mask).output * d_output).sum(), array, direction
        )
        assert (gradient * direction).sum() == pytest.approx(measured, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("heads", [1, 3])
def test_self_attention_gradients_are_finite_differences(heads, causal):
    rng = np.random.default_rng(heads)
    x, ours, d_output = rng.normal(size=(3, 7, 5)), projections(5, 6, rng, "float64"), rng.normal(size=(3, 7, 6))
    d_x, gradients = self_attention_backward(self_attention_forward(x, ours, heads, causal), d_output)
    for array, gradient in zip([x, *ours], [d_x, *gradients], strict=True):
        direction = rng.normal(size=array.shape) / np.sqrt(array.size)
        measured = slope(
            lambda: (self_attention_forward(x, ours, heads, causal).output * d_output).sum(), array, direction
        )
        assert (gradient * direction).sum() == pytest.approx(measured, rel=1e-10, abs=1e-10)


def test_weights_are_shares():
    query, keys, values, kernels, mask, _ = case(7, 3, 30, 16)
    for kind in ("dot product", "additive"):
        weights = attend(kind, query, keys, values, kernels, mask).weights
        assert (weights >= 0).all() and np.abs(weights.sum(axis=-1) - 1).max() < 1e-14
    assert softmax(np.array([800.0, 800.0])).tolist() == [0.5, 0.5]


def test_causal_self_attention_sees_no_later_day():
    rng = np.random.default_rng(0)
    x, ours = rng.normal(size=(2, 9, 5)), projections(5, 6, rng, "float64")

    def seen(causal):
        return influence(lambda x: self_attention_forward(x, ours, 2, causal).output, x)

    causal = seen(True)
    assert days_ahead(causal) == 0 and (causal[np.tri(9, dtype=bool)] > 0).all()
    assert days_ahead(seen(False)) == 8


def test_attention_knows_no_order_but_for_places():
    rng = np.random.default_rng(0)
    x, ours, order = rng.normal(size=(2, 9, 5)), projections(5, 6, rng, "float64"), rng.permutation(9)
    plain = self_attention_forward(x, ours, 2, causal=False).output
    np.testing.assert_allclose(self_attention_forward(x[:, order], ours, 2, False).output, plain[:, order], atol=1e-13)
    placed = self_attention_forward(x + positions(9, 5), ours, 2, False).output
    again = self_attention_forward(x[:, order] + positions(9, 5), ours, 2, False).output
    assert largest_difference(again, placed[:, order]) > 0.1


def test_positions():
    """Each place is another, of one length; and a shift is a rotation of each pair, whatever the place."""
    places = positions(400, 8)
    assert places.shape == (400, 8) and len(np.unique(places.round(9), axis=0)) == 400
    np.testing.assert_allclose((places**2).sum(axis=1), 4)
    inner = places @ places.T
    np.testing.assert_allclose(np.diag(inner, 5), inner[0, 5])
    assert positions(3, 5).shape == (3, 5)
    assert places[7, 2] == pytest.approx(np.sin(7 / 10)) and places[7, 3] == pytest.approx(np.cos(7 / 10))


@pytest.mark.parametrize(
    "call, error, words",
    [
        (
            lambda q, k, v: softmax(q[0], mask=np.zeros((2, 4), bool)),
            ValueError,
            r"mask hides all 4 steps in row \(0,\)",
        ),
        (
            lambda q, k, v: dot_product_attention(q, k, v, np.arange(5) < 0),
            ValueError,
            r"mask hides all 5 steps in row \(0, 0\)",
        ),
        (
            lambda q, k, v: dot_product_attention(q, k, v, np.ones(5)),
            TypeError,
            "mask has dtype float64; bool is needed",
        ),
        (lambda q, k, v: dot_product_attention(q[:, :, 1:], k, v), ValueError, "query has size 3 and keys have 4"),
        (lambda q, k, v: dot_product_attention(q, k, v[:, 1:]), ValueError, "one batch, and a value for each key"),
        (lambda q, k, v: dot_product_attention(q.astype(int), k, v), TypeError, "query has dtype int64"),
        (
            lambda q, k, v: additive_attention(q, k, v, (np.eye(3), np.eye(4), np.ones(4))),
            ValueError,
            r"query_kernel has shape \(3, 3\)",
        ),
        (
            lambda q, k, v: self_attention_forward(k, Projections.initial(4, 7), heads=2),
            ValueError,
            "heads is 2 and there are 7 units; a number that divides the units is needed",
        ),
        (
            lambda q, k, v: self_attention_forward(k, Projections.initial(3, 6)),
            ValueError,
            "x has 4 features; the proj",
        ),
        (lambda q, k, v: positions(0, 4), ValueError, "time is 0; at least 1"),
    ],
)
def test_wrong_arguments_are_refused_in_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call(*case(3, 2, 5, 4)[:3])
