"""The reference cell against truths that are not its own output: numbers worked by hand and finite differences.
Keras and PyTorch are in test_keras.py and test_torch.py."""

import math

import numpy as np
import pytest

from lstm_notes import LSTMWeights, lstm_backward, lstm_forward, lstm_step, sigmoid
from tests.random_case import SHAPES, random_case


def test_one_step_by_hand():
    """Two units, one feature, two windows, the equations written out with math alone."""
    rng = np.random.default_rng(3)
    K, R, b = rng.normal(size=(1, 8)), rng.normal(size=(2, 8)), rng.normal(size=8)
    x, h, c = rng.normal(size=(2, 1)), rng.normal(size=(2, 2)), rng.normal(size=(2, 2))
    new_h, new_c, gates = lstm_step(x, h, c, LSTMWeights(K, R, b))

    def sigma(z):
        return 1 / (1 + math.exp(-z))

    for window in range(2):
        for unit in range(2):
            z = [
                x[window, 0] * K[0, column] + sum(h[window, k] * R[k, column] for k in range(2)) + b[column]
                for column in (unit, 2 + unit, 4 + unit, 6 + unit)
            ]
            i, f, g, o = sigma(z[0]), sigma(z[1]), math.tanh(z[2]), sigma(z[3])
            expected_c = f * c[window, unit] + i * g
            assert [gate[window, unit] for gate in gates] == pytest.approx([i, f, g, o], abs=1e-14)
            assert new_c[window, unit] == pytest.approx(expected_c, abs=1e-14)
            assert new_h[window, unit] == pytest.approx(o * math.tanh(expected_c), abs=1e-14)


@pytest.mark.parametrize("shape", SHAPES)
def test_forward_is_steps_in_a_row(shape):
    case = random_case(*shape)
    trace = lstm_forward(case.x, case.weights, case.h0, case.c0)
    h, c = case.h0, case.c0
    for t in range(case.x.shape[1]):
        h, c, gates = lstm_step(case.x[:, t], h, c, case.weights)
        # Not bit for bit: BLAS may add up a smaller product in another order.
        for name, value in (("h", h), ("c", c), *gates._asdict().items()):
            np.testing.assert_allclose(getattr(trace, name)[:, t], value, rtol=0, atol=1e-14)
    assert trace.weights is case.weights
    for name in ("x", "h0", "c0"):
        np.testing.assert_array_equal(getattr(trace, name), getattr(case, name))


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_are_finite_differences(shape):
    """Every gradient along a random direction: (L(p + εd) - L(p - εd)) / 2ε = ⟨gradient, d⟩."""
    case = random_case(*shape)

    def loss(**moved):
        arrays = {name: moved.get(name, getattr(case, name)) for name in ("kernel", "recurrent_kernel", "bias")}
        states = [moved.get(name, getattr(case, name)) for name in ("x", "h0", "c0")]
        trace = lstm_forward(states[0], LSTMWeights(**arrays), *states[1:])
        return (trace.h * case.dh).sum() + (trace.c[:, -1] * case.dc).sum()

    gradients = lstm_backward(lstm_forward(case.x, case.weights, case.h0, case.c0), case.dh, case.dc)
    rng, epsilon = np.random.default_rng(9), 1e-6
    for name in ("kernel", "recurrent_kernel", "bias", "x", "h0", "c0"):
        here = getattr(case, name)
        direction = rng.normal(size=here.shape)
        slope = (loss(**{name: here + epsilon * direction}) - loss(**{name: here - epsilon * direction})) / (
            2 * epsilon
        )
        assert (getattr(gradients, name) * direction).sum() == pytest.approx(slope, rel=1e-6, abs=1e-7), name


def test_per_step_derivatives():
    """`.h` and `.c` are total derivatives: what a push on h_t or C_t does to the loss."""
    case = random_case(3, 6, 2, 4)
    trace = lstm_forward(case.x, case.weights, case.h0, case.c0)
    gradients = lstm_backward(trace, case.dh, case.dc)
    for t in range(5):
        rest = lstm_forward(case.x[:, t + 1 :], case.weights, trace.h[:, t], trace.c[:, t])
        later = lstm_backward(rest, case.dh[:, t + 1 :], case.dc)
        np.testing.assert_allclose(gradients.h[:, t], later.h0 + case.dh[:, t], atol=1e-12)
        through_h = gradients.h[:, t] * trace.o[:, t] * (1 - np.tanh(trace.c[:, t]) ** 2)
        np.testing.assert_allclose(gradients.c[:, t], later.c0 + through_h, atol=1e-12)


def test_shared_gradients_are_sums_of_parts():
    case = random_case(3, 6, 2, 4)
    trace = lstm_forward(case.x, case.weights, case.h0, case.c0)
    gradients = lstm_backward(trace, case.dh, case.dc)
    before = np.concatenate([case.h0[:, None], trace.h[:, :-1]], axis=1)
    np.testing.assert_allclose(gradients.kernel, np.einsum("btd,btz->dz", case.x, gradients.z), atol=1e-12)
    np.testing.assert_allclose(gradients.recurrent_kernel, np.einsum("btu,btz->uz", before, gradients.z), atol=1e-12)
    np.testing.assert_allclose(gradients.bias, gradients.z.sum(axis=(0, 1)), atol=1e-12)
    np.testing.assert_array_equal(gradients.weights.W_f.shape, case.weights.W_f.shape)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_is_kept(dtype):
    case = random_case(2, 3, 1, 4, dtype)
    trace = lstm_forward(case.x, case.weights)
    gradients = lstm_backward(trace, case.dh)
    step = lstm_step(case.x[:, 0], case.h0, case.c0, case.weights)
    assert {
        a.dtype for a in (trace.h, trace.c, trace.g, step[0], step[1], gradients.kernel, gradients.z, gradients.x)
    } == {np.dtype(dtype)}


def test_inputs_are_left_alone():
    case = random_case(2, 3, 1, 4)
    copies = {name: getattr(case, name).copy() for name in ("x", "h0", "c0", "dh", "dc")}
    array = case.weights.array.copy()
    lstm_backward(lstm_forward(case.x, case.weights, case.h0, case.c0), case.dh, case.dc)
    for name, copy in copies.items():
        np.testing.assert_array_equal(getattr(case, name), copy)
    np.testing.assert_array_equal(case.weights.array, array)


def test_extreme_inputs_stay_finite_without_warnings(recwarn):
    for value in (1e4, -1e4):
        x = np.full((2, 5, 1), value, "float32")
        weights = LSTMWeights.initial(1, 3)
        trace = lstm_forward(x, weights)
        gradients = lstm_backward(trace, np.ones_like(trace.h))
        assert np.isfinite(trace.h).all() and np.isfinite(gradients.kernel).all()
    assert sigmoid(np.float32(-1e4)) == 0 and sigmoid(-1e4) == 0
    assert not recwarn.list


# ---------------------------------------------------------------------------------------------------------------
# Weights.


def test_named_blocks_are_keras_blocks():
    case = random_case(1, 1, 2, 3)
    weights = case.weights
    for block, letter in enumerate("ifCo"):
        columns = slice(3 * block, 3 * block + 3)
        expected = np.concatenate([case.recurrent_kernel[:, columns], case.kernel[:, columns]]).T
        np.testing.assert_array_equal(getattr(weights, f"W_{letter}"), expected)
        np.testing.assert_array_equal(getattr(weights, f"b_{letter}"), case.bias[columns])


def test_views_write_through():
    weights = random_case(1, 1, 2, 3).weights
    for name in ("kernel", "recurrent_kernel", "bias", "W_f", "W_i", "W_C", "W_o", "b_f", "b_i", "b_C", "b_o"):
        view = getattr(weights, name)
        assert np.shares_memory(view, weights.array), name
        view[:] = 7
        assert (getattr(weights, name) == 7).all(), name
    assert (weights.array == 7).all()


def test_weights_are_copied_in():
    kernel = np.zeros((1, 4))
    weights = LSTMWeights(kernel, np.zeros((1, 4)), np.zeros(4))
    kernel[:] = 1
    assert (weights.kernel == 0).all()
    copy = weights.copy()
    copy.b_f[:] = 1
    assert (weights.b_f == 0).all()


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((np.zeros((1, 8)), np.zeros((2, 9)), np.zeros(8)), ValueError, "recurrent_kernel has shape (2, 9)"),
        ((np.zeros((1, 9)), np.zeros((2, 8)), np.zeros(8)), ValueError, "kernel has shape (1, 9)"),
        ((np.zeros((1, 8)), np.zeros((2, 8)), np.zeros(7)), ValueError, "bias has shape (7,)"),
        ((np.zeros(8), np.zeros((2, 8)), np.zeros(8)), ValueError, "kernel has shape (8,), 1 axes"),
        ((np.zeros((0, 8)), np.zeros((2, 8)), np.zeros(8)), ValueError, "features"),
        ((np.zeros((1, 8), int), np.zeros((2, 8)), np.zeros(8)), TypeError, "kernel has dtype int64"),
        ((np.zeros((1, 8), "float16"), np.zeros((2, 8)), np.zeros(8)), TypeError, "kernel has dtype float16"),
        ((np.zeros((1, 8), "float32"), np.zeros((2, 8)), np.zeros(8)), TypeError, "one dtype is needed"),
    ],
)
def test_bad_weights(arguments, error, words):
    with pytest.raises(error) as caught:
        LSTMWeights(*arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda w: lstm_forward(np.zeros((2, 3)), w), ValueError, "x has shape (2, 3), 2 axes"),
        (lambda w: lstm_forward(np.zeros((2, 3, 5)), w), ValueError, "x has 5 features; the weights need 1"),
        (lambda w: lstm_forward(np.zeros((2, 0, 1)), w), ValueError, "time"),
        (lambda w: lstm_forward(np.zeros((2, 3, 1), int), w), TypeError, "x has dtype int64"),
        (lambda w: lstm_forward(np.zeros((2, 3, 1), complex), w), TypeError, "x has dtype complex128"),
        (lambda w: lstm_forward(np.zeros((2, 3, 1)), w, h0=np.zeros((2, 5))), ValueError, "h0 has shape (2, 5)"),
        (lambda w: lstm_forward(np.zeros((2, 3, 1)), w, c0=np.zeros((3, 4))), ValueError, "c0 has shape (3, 4)"),
        (lambda w: lstm_step(np.zeros((2, 3, 1)), np.zeros((2, 4)), np.zeros((2, 4)), w), ValueError, "x_t has shape"),
        (
            lambda w: lstm_step(np.zeros((2, 1)), np.zeros((2, 3)), np.zeros((2, 4)), w),
            ValueError,
            "h has shape (2, 3)",
        ),
        (
            lambda w: lstm_backward(lstm_forward(np.zeros((2, 3, 1)), w), np.zeros((2, 4))),
            ValueError,
            "dh has shape (2, 4)",
        ),
        (
            lambda w: lstm_backward(lstm_forward(np.zeros((2, 3, 1)), w), np.zeros((2, 3, 4)), np.zeros((2, 3))),
            ValueError,
            "dc has shape (2, 3)",
        ),
        (lambda w: LSTMWeights.initial(0, 4), ValueError, "features is 0"),
        (lambda w: LSTMWeights.initial(1, 4.0), TypeError, "units is 4.0"),
        (lambda w: LSTMWeights.from_keras("no layer"), TypeError, "keras.layers.LSTM"),
        (lambda w: LSTMWeights.from_torch("no module"), TypeError, "torch.nn.LSTM"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call(LSTMWeights.initial(1, 4))
    assert words in str(caught.value)
