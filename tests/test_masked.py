"""Masked steps against Keras, PyTorch's packing, finite differences, and each window by itself."""

import numpy as np
import pytest

from lstm_notes import LSTMWeights, NumpyForecaster, largest_difference, load_keras, lstm_backward, lstm_forward
from lstm_notes.studies import lengths
from lstm_notes.variants import masked_backward, masked_forward
from tests.random_case import SHAPES, random_case, relative_difference

BOUNDS = {"float32": (1e-6, 2e-6), "float64": (1e-12, 1e-12)}
NAMES = ("x", "kernel", "recurrent_kernel", "bias", "h0", "c0")


def random_mask(where, batch, time, seed=0):
    """Each window with 1 to `time` real steps; the others left, right or anywhere."""
    rng = np.random.default_rng([seed, batch, time])
    lengths = rng.integers(1, time + 1, batch)[:, None]
    steps = np.arange(time)
    if where == "holes":
        return rng.permuted(steps < lengths, axis=1)
    return steps < lengths if where == "right" else steps >= time - lengths


@pytest.mark.parametrize("shape", SHAPES)
def test_without_padding_it_is_the_cell(shape):
    case = random_case(*shape)
    trace = masked_forward(case.x, np.ones(shape[:2], bool), case.weights, case.h0, case.c0)
    plain = lstm_forward(case.x, case.weights, case.h0, case.c0)
    for name in "hcifgox":
        np.testing.assert_array_equal(getattr(trace, name), getattr(plain, name))
    ours, theirs = masked_backward(trace, case.dh, case.dc), lstm_backward(plain, case.dh, case.dc)
    for name in (*NAMES, "z", "h", "c"):
        assert relative_difference(getattr(ours, name), getattr(theirs, name)) <= 1e-14, name


@pytest.mark.parametrize("where", ["left", "right", "holes"])
def test_each_window_by_itself(where):
    """Its real steps alone, without a mask: the same states there, and gradients that add up to the batch's. At a
    masked step stand the h and C of the step before."""
    case, mask = random_case(6, 9, 2, 4), random_mask(where, 6, 9)
    x = np.where(mask[:, :, None], case.x, np.nan)
    trace = masked_forward(x, mask, case.weights, case.h0, case.c0)
    dh = np.where(mask[:, :, None], case.dh, 0)
    together = masked_backward(trace, dh, case.dc)
    added = 0
    for k, real in enumerate(mask):
        alone = lstm_forward(case.x[k : k + 1, real], case.weights, case.h0[k : k + 1], case.c0[k : k + 1])
        gradients = lstm_backward(alone, dh[k : k + 1, real], case.dc[k : k + 1])
        added = added + gradients.weights.array
        before = np.cumsum(real) - 1
        for name, first in (("h", case.h0), ("c", case.c0)):
            states = np.concatenate([getattr(alone, name)[0], first[k : k + 1]])  # the start is at index -1
            assert largest_difference(getattr(trace, name)[k], states[before]) <= 1e-14
        assert largest_difference(together.x[k, real], gradients.x[0]) <= 1e-14
        assert not together.x[k, ~real].any() and not together.z[k, ~real].any()
        for name in ("h0", "c0"):
            assert largest_difference(getattr(together, name)[k], getattr(gradients, name)[0]) <= 1e-14
    assert relative_difference(together.weights.array, added) <= 1e-13


@pytest.mark.parametrize("where", ["left", "right", "holes"])
def test_gradients_are_finite_differences(where):
    """Also of a loss that looks at masked steps, where the carried h stands."""
    case, mask = random_case(4, 6, 2, 3), random_mask(where, 4, 6, seed=1)

    def loss(x, kernel, recurrent_kernel, bias, h0, c0):
        trace = masked_forward(x, mask, LSTMWeights(kernel, recurrent_kernel, bias), h0, c0)
        return (trace.h * case.dh).sum() + (trace.c[:, -1] * case.dc).sum()

    trace = masked_forward(case.x, mask, case.weights, case.h0, case.c0)
    gradients = masked_backward(trace, case.dh, case.dc)
    start = [getattr(case, name) for name in NAMES]
    rng = np.random.default_rng(0)
    for k, name in enumerate(NAMES):
        direction, losses = rng.normal(size=start[k].shape), []
        for epsilon in (1e-5, -1e-5):
            losses.append(loss(*start[:k], start[k] + epsilon * direction, *start[k + 1 :]))
        slope = (losses[0] - losses[1]) / 2e-5
        assert (getattr(gradients, name) * direction).sum() == pytest.approx(slope, rel=1e-8, abs=1e-9), name


@pytest.mark.parametrize("where", ["left", "right", "holes"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_equals_keras(shape, dtype, where):
    import tensorflow as tf

    case, mask = random_case(*shape, dtype), random_mask(where, *shape[:2])
    layer = load_keras().layers.LSTM(shape[3], return_sequences=True, return_state=True, dtype=dtype)
    case.weights.to_keras(layer)
    x, h0, c0 = (tf.Variable(a) for a in (case.x, case.h0, case.c0))
    # Before a window's first real step Keras hands out zeros, not the h0 that it carries: the loss does not look there.
    begun = np.cumsum(mask, axis=1) > 0
    dh = np.where(begun[:, :, None], case.dh, 0)
    with tf.GradientTape() as tape:
        out, _, c_last = layer(x, initial_state=[h0, c0], mask=tf.constant(mask))
        loss = tf.reduce_sum(out * dh) + tf.reduce_sum(c_last * case.dc)
    theirs = tape.gradient(loss, [x, *(v.value for v in layer.trainable_variables), h0, c0])
    trace = masked_forward(case.x, mask, case.weights, case.h0, case.c0)
    gradients = masked_backward(trace, dh, case.dc)
    bound, gradient_bound = BOUNDS[dtype]
    assert largest_difference(trace.h[begun], np.asarray(out)[begun]) <= bound
    assert largest_difference(trace.c[:, -1], c_last) <= bound
    for name, gradient in zip(NAMES, theirs):
        assert relative_difference(getattr(gradients, name), gradient) <= gradient_bound, name


@pytest.mark.parametrize("states", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_equals_torchs_packing(shape, dtype, states):
    torch = pytest.importorskip("torch", reason="PyTorch is an extra")
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    case, mask = random_case(*shape, dtype), random_mask("right", *shape[:2])
    module = torch.nn.LSTM(*shape[2:], batch_first=True, dtype=getattr(torch, dtype))
    case.weights.to_torch(module)
    x, h0, c0 = (torch.tensor(a, requires_grad=True) for a in (case.x, case.h0, case.c0))
    packed = pack_padded_sequence(x, mask.sum(axis=1), batch_first=True, enforce_sorted=False)
    out, (h_last, c_last) = module(packed, (h0[None], c0[None]) if states else None)
    out, _ = pad_packed_sequence(out, batch_first=True, total_length=shape[1])
    dh, dh_last = np.where(mask[:, :, None], case.dh, 0), case.dh[:, -1]
    ((out * torch.tensor(dh)).sum() + (h_last[0] * torch.tensor(dh_last)).sum()).backward(retain_graph=True)
    (c_last[0] * torch.tensor(case.dc)).sum().backward()

    trace = masked_forward(case.x, mask, case.weights, *((case.h0, case.c0) if states else ()))
    dh[:, -1] += dh_last  # the last h of a window stands at its end, carried there
    gradients = masked_backward(trace, dh, case.dc)
    bound, gradient_bound = BOUNDS[dtype]
    assert largest_difference(trace.h[mask], out.detach().numpy()[mask]) <= bound
    assert largest_difference(trace.h[:, -1], h_last[0].detach()) <= bound
    assert largest_difference(trace.c[:, -1], c_last[0].detach()) <= bound
    theirs = [module.weight_ih_l0.grad.T, module.weight_hh_l0.grad.T, module.bias_ih_l0.grad, x.grad]
    names = ["kernel", "recurrent_kernel", "bias", "x"]
    for name, gradient in zip([*names, "h0", "c0"], [*theirs, *((h0.grad, c0.grad) if states else ())]):
        assert relative_difference(getattr(gradients, name), gradient) <= gradient_bound, name


def test_a_mask_that_does_not_fit_is_refused():
    case = random_case(3, 4, 1, 2)
    empty = np.ones((3, 4), bool)
    empty[1] = False
    for mask, error, words in (
        (np.ones((3, 4)), TypeError, "mask has dtype float64; bool is needed"),
        (np.ones((4, 3), bool), ValueError, r"mask has shape (4, 3); (batch, time) = (3, 4) is needed"),
        (empty, ValueError, "mask leaves 1 of 3 windows no step to read, the first is window 1; at least one True"),
    ):
        with pytest.raises(error) as caught:
            masked_forward(case.x, mask, case.weights)
        assert words in str(caught.value)
    trace = masked_forward(case.x, np.ones((3, 4), bool), case.weights)
    assert repr(trace) == "MaskedTrace(batch=3, time=4, features=1, units=2, float64)"
    with pytest.raises(ValueError, match=r"dh has shape \(3, 4, 1\)"):
        masked_backward(trace, case.dh[:, :, :1])


def test_any_length_sees_all_lengths(monkeypatch):
    """In training each batch is cut to its last days, and early stopping watches the mean over LENGTHS."""
    rng, seen, whole = np.random.default_rng(0), [], lengths.loss_and_gradient
    X, y = rng.normal(size=(320, 30, 1)), rng.normal(size=(320, 1))

    def watched(x, y, weights):
        seen.append(x)
        return whole(x, y, weights)

    monkeypatch.setattr(lengths, "loss_and_gradient", watched)
    model = lengths.AnyLength(2, seed=0)
    model.fit(X, y, epochs=30, progress=False, shuffle=False)
    assert {x.shape[1] for x in seen} == set(range(1, 31)) and len(seen) == 300
    for k, x in enumerate(seen[:10]):
        np.testing.assert_array_equal(x, X[32 * k : 32 * k + 32, -x.shape[1] :])
    losses = [NumpyForecaster.loss(model, X[:, -days:], y) for days in lengths.LENGTHS]
    assert model.loss(X, y) == pytest.approx(np.mean(losses), rel=1e-12)
