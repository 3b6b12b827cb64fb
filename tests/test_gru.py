"""The GRU, the plain RNN and their networks against Keras, finite differences and numbers worked by hand."""

import math

import numpy as np
import pytest

from lstm_notes import (
    LSTMWeights,
    NetworkWeights,
    influence,
    largest_difference,
    load_keras,
    loss_and_gradient,
    mse,
    sigmoid,
)
from lstm_notes.variants import (
    AttentionNetwork,
    BidirectionalNetwork,
    GRUNetwork,
    LSTMNetwork,
    MLPNetwork,
    RNNNetwork,
    StackedNetwork,
    chrono,
    gru_backward,
    gru_forward,
    rnn_backward,
    rnn_forward,
    units_for,
)
from lstm_notes.weights import glorot_uniform, orthogonal
from tests.random_case import SHAPES, relative_difference

BOUNDS = {"float32": (1e-6, 2e-6), "float64": (1e-12, 1e-12)}


def case(cell, batch, time, features, units, dtype="float64"):
    """x, the cell's three arrays at the initialiser's scale with random biases, h0, and ∂L/∂h of a random loss."""
    rng, blocks = np.random.default_rng([batch, time, features, units]), {"GRU": 3, "RNN": 1}[cell]
    arrays = (
        rng.normal(size=(batch, time, features)),
        glorot_uniform(rng, features, blocks * units),
        orthogonal(rng, units, blocks * units),
        rng.normal(size=(2, 3 * units) if cell == "GRU" else units),
        rng.uniform(-1, 1, (batch, units)),
        rng.normal(size=(batch, time, units)),
    )
    return [array.astype(dtype) for array in arrays]


def there_and_back(cell, x, kernel, recurrent_kernel, bias, h0, dh):
    if cell == "GRU":
        trace = gru_forward(x, kernel, recurrent_kernel, bias, h0)
        return trace.h, gru_backward(trace, dh)
    h = rnn_forward(x, kernel, recurrent_kernel, bias, h0)
    return h, rnn_backward(x, h, kernel, recurrent_kernel, dh, h0)


@pytest.fixture(scope="module")
def keras():
    return load_keras()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("cell", ["GRU", "RNN"])
def test_equals_keras(keras, cell, shape, dtype):
    import tensorflow as tf

    x, kernel, recurrent_kernel, bias, h0, dh = arrays = case(cell, *shape, dtype)
    layer = {"GRU": keras.layers.GRU, "RNN": keras.layers.SimpleRNN}[cell](shape[3], return_sequences=True, dtype=dtype)
    layer.build(x.shape)
    layer.set_weights([kernel, recurrent_kernel, bias])
    x, h0 = tf.Variable(x), tf.Variable(h0)
    with tf.GradientTape() as tape:
        out = layer(x, initial_state=[h0])
        loss = tf.reduce_sum(out * dh)
    theirs = tape.gradient(loss, [*(v.value for v in layer.trainable_variables), x, h0])

    h, gradients = there_and_back(cell, *arrays)
    bound, gradient_bound = BOUNDS[dtype]
    assert h.dtype == gradients.kernel.dtype == np.dtype(dtype)
    assert largest_difference(h, out) <= bound
    for name, gradient in zip(("kernel", "recurrent_kernel", "bias", "x", "h0"), theirs):
        assert relative_difference(getattr(gradients, name), gradient) <= gradient_bound, name


def test_swapped_gates_would_be_seen(keras):
    """And so would the older GRU, whose reset gate comes before the recurrent product."""
    x, kernel, recurrent_kernel, bias, h0, _ = case("GRU", 32, 14, 1, 8, "float32")
    blocks = [np.split(array, 3, axis=-1) for array in (kernel, recurrent_kernel, bias)]
    swapped = [np.concatenate([array[1], array[0], array[2]], axis=-1) for array in blocks]
    theirs = {}
    for reset_after in (True, False):
        layer = keras.layers.GRU(8, return_sequences=True, reset_after=reset_after)
        layer.build(x.shape)
        layer.set_weights([kernel, recurrent_kernel, bias if reset_after else bias.sum(axis=0)])
        theirs[reset_after] = layer(x, initial_state=[h0])
    assert largest_difference(gru_forward(x, *swapped, h0).h, theirs[True]) > 1e-2
    assert largest_difference(gru_forward(x, kernel, recurrent_kernel, bias, h0).h, theirs[False]) > 1e-2


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("cell", ["GRU", "RNN"])
def test_gradients_are_finite_differences(cell, shape):
    arrays = case(cell, *shape)
    names, dh = ("x", "kernel", "recurrent_kernel", "bias", "h0"), arrays[-1]
    h, gradients = there_and_back(cell, *arrays)
    rng, epsilon = np.random.default_rng(9), 1e-6
    for k, name in enumerate(names):
        direction, losses = rng.normal(size=arrays[k].shape), []
        for step in (epsilon, -epsilon):
            moved = [*arrays[:k], arrays[k] + step * direction, *arrays[k + 1 :]]
            losses.append((there_and_back(cell, *moved)[0] * dh).sum())
        slope = (losses[0] - losses[1]) / (2 * epsilon)
        assert (getattr(gradients, name) * direction).sum() == pytest.approx(slope, rel=1e-6, abs=1e-7), name
    # What a push on h_t does: a window that begins there says the same.
    for t in range(shape[1] - 1):
        rest = [arrays[0][:, t + 1 :], *arrays[1:4], h[:, t], dh[:, t + 1 :]]
        np.testing.assert_allclose(gradients.h[:, t], there_and_back(cell, *rest)[1].h0 + dh[:, t], atol=1e-12)


def test_one_gru_step_by_hand():
    """One unit, one feature, the equations written out with math alone."""
    K, R, b = [0.3, -0.7, 1.1], [0.5, 0.9, -1.3], [[0.1, -0.2, 0.4], [-0.3, 0.6, 0.2]]
    x, h = 0.8, -0.4
    z, r = (1 / (1 + math.exp(-(x * K[k] + b[0][k] + h * R[k] + b[1][k]))) for k in (0, 1))
    g = math.tanh(x * K[2] + b[0][2] + r * (h * R[2] + b[1][2]))
    trace = gru_forward(np.array([[[x]]]), np.array([K]), np.array([R]), np.array(b), np.array([[h]]))
    assert [float(part.item()) for part in (trace.z, trace.r, trace.g)] == pytest.approx([z, r, g], abs=1e-15)
    assert trace.h.item() == pytest.approx(z * h + (1 - z) * g, abs=1e-15)


# ---------------------------------------------------------------------------------------------------------------
# The networks.

NETWORKS = {
    "RNN": (RNNNetwork, 2),
    "GRU": (GRUNetwork, 2),
    "MLP": (MLPNetwork, 10),
    "LSTM": (LSTMNetwork, 2),
    "stacked": (StackedNetwork, 2),
    "bidirectional": (BidirectionalNetwork, 2),
    "attention": (AttentionNetwork, 2),
}
# Read at another step than the last.
INSIDE = {
    "LSTM inside": (LSTMNetwork, 1),
    "stacked inside": (StackedNetwork, 3),
    "both inside": (BidirectionalNetwork, 2),
}


@pytest.mark.parametrize("kind", [*NETWORKS, *INSIDE])
def test_network_gradient_is_a_finite_difference(kind):
    Network, features = NETWORKS[kind] if kind in NETWORKS else (INSIDE[kind][0], 2)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 5, 2)), rng.normal(size=(6, 3))
    weights = Network.initial(features, 4, 3, seed=1)
    if kind in INSIDE:
        weights.at = INSIDE[kind][1]
    loss, gradient = Network.loss_and_gradient(x, y, weights)
    assert loss == mse(weights.forecast(x), y)
    start = weights.vector.copy()
    for k in range(len(start)):
        losses = []
        for step in (1e-6, -1e-6):
            weights.vector[:] = start
            weights.vector[k] += step
            losses.append(mse(weights.forecast(x), y))
        assert gradient.vector[k] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-5, abs=1e-8)


def test_a_networks_arrays_are_one_vector():
    for Network, features in NETWORKS.values():
        weights = Network.initial(features, 4, 3)
        arrays = [getattr(weights, name) for name in weights.shapes]
        assert all(np.shares_memory(array, weights.vector) for array in arrays)
        assert sum(array.size for array in arrays) == weights.vector.size
        assert weights.vector.any() and not weights.head_bias.any()
        biases = [cell.bias for cell in getattr(weights, "cells", {}).values()] or [weights.bias]
        assert all(set(np.unique(bias)) <= {0.0, 1.0} for bias in biases)


def test_the_courses_network_is_one_of_them():
    rng = np.random.default_rng(0)
    x, y, ours = rng.normal(size=(6, 5, 2)), rng.normal(size=(6, 3)), NetworkWeights.initial(2, 4, 3, seed=1)
    same = LSTMNetwork.initial(2, 4, 3, seed=1)
    np.testing.assert_array_equal(same.vector, ours.vector)
    (loss, gradient), (other, theirs) = loss_and_gradient(x, y, ours), same.loss_and_gradient(x, y, same)
    assert loss == other
    np.testing.assert_array_equal(gradient.vector, theirs.vector)


def test_what_a_network_sees():
    """Read inside a window, the one direction sees the days before, two directions all; by the weights of attention,
    shares of all days."""
    x = np.random.default_rng(0).normal(size=(3, 5, 2))
    one, two = LSTMNetwork.initial(2, 4, 1), BidirectionalNetwork.initial(2, 4, 1)
    one.at = two.at = 2
    assert (influence(one.forecast, x) > 0).tolist() == [[True, True, True, False, False]]
    assert (influence(two.forecast, x) > 0).all()
    assert np.abs(AttentionNetwork.initial(2, 4, 1).attention(x).sum(axis=1) - 1).max() < 1e-14


def test_units_for_as_many_parameters():
    for network in (LSTMNetwork, StackedNetwork, BidirectionalNetwork, AttentionNetwork, GRUNetwork):
        units = units_for(network, 1169, features=1, outputs=1)
        sizes = [abs(network(1, each, 1).vector.size - 1169) for each in (units - 1, units, units + 1)]
        assert sizes[1] == min(sizes)


def test_truncated_bptt_goes_back_so_far():
    """It is the gradient of a network that takes the state of three steps ago as given."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 8, 2)), rng.normal(size=(6, 1))
    weights = RNNNetwork.initial(2, 4, 1, seed=1)
    whole = RNNNetwork.loss_and_gradient(x, y, weights)[1]
    given = rnn_forward(x, weights.kernel, weights.recurrent_kernel, weights.bias)[:, 4]
    weights.steps_back = 3
    cut = RNNNetwork.loss_and_gradient(x, y, weights)[1]
    R, losses, (a, b) = weights.recurrent_kernel, [], (1, 2)
    for step in (1e-6, -1e-6):
        moved = R.copy()
        moved[a, b] += step
        last = rnn_forward(x[:, 5:], weights.kernel, moved, weights.bias, given)[:, -1]
        losses.append(mse(last @ weights.head_kernel + weights.head_bias, y))
    assert cut.recurrent_kernel[a, b] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-6)
    assert abs(cut.recurrent_kernel[a, b] - whole.recurrent_kernel[a, b]) > 1e-4
    weights.steps_back = 20  # more than there are
    np.testing.assert_array_equal(RNNNetwork.loss_and_gradient(x, y, weights)[1].vector, whole.vector)


def test_chrono_covers_the_times():
    """Half of the units last for more than half of the longest time, none for more than it."""
    weights = LSTMWeights(np.ones((1, 4000)), np.zeros((1000, 4000)), np.zeros(4000))
    others = weights.W_f.copy()
    chrono(weights, longest=200, seed=1)
    lasts = 1 / (1 - sigmoid(weights.b_f))
    assert lasts.min() >= 2 and lasts.max() <= 200 + 1e-9 and 0.45 < (lasts > 101).mean() < 0.55
    np.testing.assert_array_equal(weights.b_i, -weights.b_f)
    np.testing.assert_array_equal(weights.W_f, others)
    assert not weights.b_C.any() and not weights.b_o.any()
    with pytest.raises(ValueError, match="longest is 2; at least 3"):
        chrono(weights, longest=2)
