"""Layers upon layers and two directions, against Keras, PyTorch and finite differences; and the test of causality."""

import numpy as np
import pytest

from lstm_notes import (
    LSTMWeights,
    NumpyForecaster,
    days_ahead,
    has_torch,
    influence,
    largest_difference,
    load_keras,
    lstm_forward,
)
from lstm_notes.variants import bidirectional_backward, bidirectional_forward, stacked_backward, stacked_forward
from tests.random_case import SHAPES, relative_difference, slope

BOUNDS = {"float32": (1e-6, 2e-6), "float64": (1e-12, 1e-12)}
ARRAYS = ("kernel", "recurrent_kernel", "bias")
needs_torch = pytest.mark.skipif(not has_torch(), reason="PyTorch is an extra")


def weights_of(features, units, rng, dtype):
    weights = LSTMWeights.initial(features, units, rng, dtype)
    weights.bias[:] += rng.normal(0, 0.3, 4 * units)
    return weights


def case(kind, batch, time, features, units, dtype="float64"):
    """x, the weights of two layers or directions, and ∂L/∂h of a random loss."""
    rng = np.random.default_rng([batch, time, features, units])
    x = rng.normal(size=(batch, time, features)).astype(dtype)
    above = units + 1 if kind == "stacked" else units
    both = [
        weights_of(features, units, rng, dtype),
        weights_of(units if above > units else features, above, rng, dtype),
    ]
    dh = rng.normal(size=(batch, time, above if kind == "stacked" else 2 * units)).astype(dtype)
    return x, both, dh


def there_and_back(kind, x, both, dh):
    """h (batch, time, …), the gradients of both parts, and that of x."""
    if kind == "stacked":
        traces = stacked_forward(x, both)
        gradients = stacked_backward(traces, dh)
        return traces[-1].h, gradients, gradients[0].x
    trace = bidirectional_forward(x, *both)
    gradients = bidirectional_backward(trace, dh)
    return trace.h, gradients[:2], gradients.x


@pytest.fixture(scope="module")
def keras():
    return load_keras()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["stacked", "bidirectional"])
def test_equals_keras(keras, kind, shape, dtype):
    import tensorflow as tf

    x, both, dh = case(kind, *shape, dtype)
    layers = [keras.layers.LSTM(weights.units, return_sequences=True, dtype=dtype) for weights in both]
    if kind == "stacked":
        model = keras.Sequential([keras.Input(x.shape[1:], dtype=dtype), *layers])
    else:
        backward = keras.layers.LSTM(both[1].units, return_sequences=True, go_backwards=True, dtype=dtype)
        layer = keras.layers.Bidirectional(layers[0], backward_layer=backward, dtype=dtype)
        model = keras.Sequential([keras.Input(x.shape[1:], dtype=dtype), layer])
    model.set_weights([array for weights in both for array in (weights.kernel, weights.recurrent_kernel, weights.bias)])
    variable = tf.Variable(x)
    with tf.GradientTape() as tape:
        out = model(variable)
        loss = tf.reduce_sum(out * dh)
    *theirs, by_x = tape.gradient(loss, [*(v.value for v in model.trainable_variables), variable])

    h, gradients, d_x = there_and_back(kind, x, both, dh)
    bound, gradient_bound = BOUNDS[dtype]
    assert h.dtype == np.dtype(dtype) and largest_difference(h, out) <= bound
    ours = [getattr(each, name) for each in gradients for name in ARRAYS]
    for mine, other in zip([*ours, d_x], [*theirs, by_x], strict=True):
        assert relative_difference(mine, other) <= gradient_bound


def test_what_keras_returns_of_two_directions(keras):
    """Without return_sequences, both when they have read all: the second cell at the first step."""
    x, both, _ = case("bidirectional", 5, 7, 2, 3, "float32")
    layer = keras.layers.Bidirectional(keras.layers.LSTM(3))
    layer.build(x.shape)
    layer.set_weights([array for weights in both for array in (weights.kernel, weights.recurrent_kernel, weights.bias)])
    trace = bidirectional_forward(x, *both)
    assert largest_difference(trace.last, layer(x)) <= 1e-6
    assert largest_difference(trace.h[:, -1], layer(x)) > 1e-2  # what it is easily taken for


@needs_torch
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["stacked", "bidirectional"])
def test_equals_torch(kind, shape, dtype):
    import torch

    batch, time, features, units = shape
    rng, stacked = np.random.default_rng(shape), kind == "stacked"
    both = [weights_of(features, units, rng, dtype), weights_of(units if stacked else features, units, rng, dtype)]
    x = rng.normal(size=(batch, time, features)).astype(dtype)
    dh = rng.normal(size=(batch, time, units if stacked else 2 * units)).astype(dtype)
    several = {"num_layers": 2} if stacked else {"bidirectional": True}
    module = torch.nn.LSTM(features, units, batch_first=True, dtype=getattr(torch, dtype), **several)
    parts = ("l0", "l1") if stacked else ("l0", "l0_reverse")
    for weights, part in zip(both, parts):
        weights.to_torch(module, part)
        np.testing.assert_array_equal(LSTMWeights.from_torch(module, part).array, weights.array)
    variable = torch.tensor(x, requires_grad=True)
    out, (h_n, _) = module(variable)
    (out * torch.tensor(dh)).sum().backward()

    h, gradients, d_x = there_and_back(kind, x, both, dh)
    bound, gradient_bound = BOUNDS[dtype]
    assert largest_difference(h, out.detach()) <= bound
    if not stacked:
        last = bidirectional_forward(x, *both).last
        assert largest_difference(last, torch.cat([*h_n], dim=1).detach()) <= bound
    for each, part in zip(gradients, parts):
        theirs = (f"weight_ih_{part}", f"weight_hh_{part}", f"bias_ih_{part}")
        for name, other in zip(ARRAYS, theirs):
            grad = getattr(module, other).grad
            assert relative_difference(getattr(each, name), grad.T if grad.ndim > 1 else grad) <= gradient_bound
    assert relative_difference(d_x, variable.grad) <= gradient_bound


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["stacked", "bidirectional"])
def test_gradients_are_finite_differences(kind, shape):
    x, both, dh = case(kind, *shape)
    _, gradients, d_x = there_and_back(kind, x, both, dh)
    rng = np.random.default_rng(9)
    moved = [(x, d_x), *((weights.array, each.weights.array) for weights, each in zip(both, gradients))]
    for array, gradient in moved:
        direction = rng.normal(size=array.shape) / np.sqrt(array.size)
        measured = slope(lambda: (there_and_back(kind, x, both, dh)[0] * dh).sum(), array, direction)
        # As a part of the steepest slope that a direction so long can have: this one's may be near 0 by chance.
        steepest = np.linalg.norm(gradient) * np.linalg.norm(direction)
        assert abs((gradient * direction).sum() - measured) <= 1e-11 * steepest


def test_each_layer_has_weights_of_its_own():
    x, both, dh = case("stacked", 5, 7, 2, 3)
    traces = stacked_forward(x, both)
    assert traces[1].weights is both[1] and not np.shares_memory(both[0].array, both[1].array)
    np.testing.assert_array_equal(traces[1].x, traces[0].h)
    np.testing.assert_array_equal(stacked_forward(x, both[:1])[0].h, lstm_forward(x, both[0]).h)


@needs_torch
def test_two_layers_of_two_directions_equal_torch():
    """Layers of both kinds compose: the second reads both directions of the first."""
    import torch

    rng = np.random.default_rng(0)
    module = torch.nn.LSTM(2, 3, num_layers=2, bidirectional=True, batch_first=True, dtype=torch.float64)
    parts = {"l0": 2, "l0_reverse": 2, "l1": 6, "l1_reverse": 6}
    weights = {part: weights_of(features, 3, rng, "float64") for part, features in parts.items()}
    for part, each in weights.items():
        each.to_torch(module, part)
        np.testing.assert_array_equal(LSTMWeights.from_torch(module, part).array, each.array)
    x = rng.normal(size=(5, 7, 2))
    below = bidirectional_forward(x, weights["l0"], weights["l0_reverse"])
    above = bidirectional_forward(below.h, weights["l1"], weights["l1_reverse"])
    assert largest_difference(above.h, module(torch.tensor(x))[0].detach()) <= 1e-12


def test_layers_that_do_not_fit():
    x, (lower, upper), _ = case("stacked", 5, 7, 2, 3)
    with pytest.raises(ValueError, match="layers is empty; at least one LSTMWeights is needed"):
        stacked_forward(x, [])
    with pytest.raises(
        ValueError, match=r"layers\[0\] has 3 units and layers\[1\] reads 2 features; as many are needed"
    ):
        stacked_forward(x, [lower, lower])
    with pytest.raises(ValueError, match="x has 2 features; the weights need 3"):
        stacked_forward(x, [upper])


def test_directions_that_do_not_fit():
    x, both, dh = case("bidirectional", 5, 7, 2, 3)
    wider = LSTMWeights.initial(2, 4, dtype="float64")
    with pytest.raises(ValueError, match=r"forward has \(features, units\) = \(2, 3\) and backward \(2, 4\); the same"):
        bidirectional_forward(x, both[0], wider)
    with pytest.raises(ValueError, match=r"x has shape \(7, 2\), 2 axes; \(batch, time, features\) is needed"):
        bidirectional_forward(x[0], *both)
    trace = bidirectional_forward(x.tolist(), *both)
    for wrong in (dh[:, :, :3], dh[:, -1], np.concatenate([dh, dh], axis=2)):
        with pytest.raises(ValueError, match=r"dh has shape .*; \(batch, time, 2·units\) = \(5, 7, 6\) is needed"):
            bidirectional_backward(trace, wrong)


# ---------------------------------------------------------------------------------------------------------------
# Which days does an output see?


def models():
    rng = np.random.default_rng(0)
    one, other, upper = (
        weights_of(2, 4, rng, "float64"),
        weights_of(2, 4, rng, "float64"),
        weights_of(4, 3, rng, "float64"),
    )
    return {
        "LSTM": (lambda x: lstm_forward(x, one).h, 0),
        "two layers": (lambda x: stacked_forward(x, [one, upper])[-1].h, 0),
        "two directions": (lambda x: bidirectional_forward(x, one, other).h, 8),
        "reads back": (lambda x: bidirectional_forward(x, one, other).h[:, :, 4:], 8),
        "yesterday": (lambda x: np.roll(x[:, :, :1], 1, axis=1) * (np.arange(9) > 0)[:, None], -1),
        "three days up to t": (lambda x: band(-2, 0) @ x, 0),
        "three days around t": (lambda x: band(-1, 1) @ x, 1),
        "a roll that wraps": (lambda x: np.roll(x, 1, axis=1), 8),
    }


def band(first, last):
    """What a moving average of these days' (from t + first to t + last) weighs, of nine: (9, 9)."""
    return (np.tri(9, k=last) - np.tri(9, k=first - 1)) / (last - first + 1)


@pytest.mark.parametrize("name", models())
def test_how_far_ahead_an_output_sees(name):
    model, ahead = models()[name]
    found = influence(model, np.random.default_rng(1).normal(size=(3, 9, 2)))
    assert found.shape == (9, 9) and days_ahead(found) == ahead
    if name == "LSTM":
        assert (found[np.tri(9, dtype=bool)] > 0).all() and not found[~np.tri(9, dtype=bool)].any()
    if name == "reads back":
        assert not np.tril(found, -1).any() and days_ahead(found.T) == 0


@pytest.mark.parametrize("days", [(-2, 0), (-1, 1)])
def test_influence_of_a_moving_average_is_its_weights(days):
    found = influence(lambda x: band(*days) @ x, np.random.default_rng(1).normal(size=(3, 9, 1)))
    assert largest_difference(found, band(*days)) < 1e-15 and not found[band(*days) == 0].any()


def test_how_far_ahead_a_keras_model_sees(keras):
    x = np.random.default_rng(1).normal(size=(3, 9, 2)).astype("float32")
    one, other, both = (keras.layers.LSTM(4, return_sequences=True) for _ in range(3))
    causal = influence(keras.Sequential([one, other]), x)
    assert days_ahead(causal) == 0 and (causal[np.tri(9, dtype=bool)] > 0).all()
    assert (influence(keras.layers.Bidirectional(both), x) > 0).all()


def test_one_output_for_a_window_and_outputs_that_are_not_asked_for():
    x = np.random.default_rng(1).normal(size=(3, 9, 1))
    model = NumpyForecaster(4).build(features=1, horizon=2)
    assert influence(model.predict, x).shape == (1, 9) and (influence(model.predict, x) > 0).all()
    assert influence(lambda x: x[:, -1, 0], x).tolist() == [[0.0] * 8 + [1.0]]

    def second(x):
        return np.where(np.arange(9) == 2, x[:, :, 0], np.nan)

    assert influence(second, x).sum(axis=1).tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert influence(lambda x: 3 * x, x, change=0.5).max() == pytest.approx(1.5)


def test_what_stays_infinite_has_not_moved_and_what_becomes_nan_has():
    with np.errstate(divide="ignore"):
        logarithms = influence(lambda x: np.log(x), np.zeros((2, 3, 1)))  # -inf, and 0 where a day moved by 1
    assert (logarithms == np.diag([np.inf] * 3)).all() and days_ahead(logarithms) == 0
    gone = influence(lambda x: np.where(x.sum(axis=1, keepdims=True) > 3.5, np.nan, x), np.ones((2, 3, 1)))
    assert (gone == np.inf).all()


def test_the_model_is_given_windows_of_its_own():
    x = np.ones((1, 3, 1))

    def careless(x):
        x *= 2
        return x

    assert influence(careless, x).tolist() == (2 * np.eye(3)).tolist() and (x == 1).all()


@pytest.mark.parametrize(
    "model, options, error, words",
    [
        ("no model", {}, TypeError, "model is 'no model'; a function of windows is needed"),
        (lambda x: x[:2], {}, ValueError, r"output of shape \(2, 9, 1\) for 3 windows; one each is needed"),
        (lambda x: x[:, 1:], {}, ValueError, "model gave 8 outputs for windows of 9 days"),
        (lambda x: x, {"change": 0.0}, ValueError, "change is 0.0; a finite number other than 0"),
        (lambda x: x, {"change": np.nan}, ValueError, "change is nan"),
        (lambda x: x, {"change": "much"}, TypeError, "change has dtype"),
        (lambda x: x, {"change": np.ones(2)}, ValueError, r"change has shape \(2,\)"),
        (lambda x: x[:, :, :0], {}, ValueError, r"output of shape \(3, 9, 0\)"),
        (lambda x: x if (x == 0).all() else x[:, :1, 0], {}, ValueError, "and then of"),
    ],
)
def test_what_cannot_be_tested_is_refused(model, options, error, words):
    with pytest.raises(error, match=words):
        influence(model, np.zeros((3, 9, 1)), **options)


def test_influences_that_say_nothing_are_refused():
    with pytest.raises(ValueError, match="zero everywhere: no output moved"):
        days_ahead(np.zeros((3, 3)))
    with pytest.raises(ValueError, match=r"influences has shape \(1, 3\); an output for each day is needed"):
        days_ahead(np.ones((1, 3)))


@pytest.mark.parametrize(
    "x, words",
    [
        (np.zeros((3, 9)), r"x has shape \(3, 9\), 2 axes; \(batch, time, features\) is needed"),
        (np.zeros((0, 9, 1)), r"x has shape \(0, 9, 1\); at least one window of one day is needed"),
        (np.full((3, 9, 1), 2e8, "float32"), "change is 1.0, too small to move x as float32; a larger one is needed"),
    ],
)
def test_windows_that_say_nothing_are_refused(x, words):
    with pytest.raises(ValueError, match=words):
        influence(lambda x: x, x)
