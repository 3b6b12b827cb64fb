"""The next character: numbers and text; the network against PyTorch, Keras, finite differences; streams; counting."""

import numpy as np
import pytest

from lstm_notes import Adam, has_torch, largest_difference, load_keras, lstm_forward
from lstm_notes.text import (
    ALPHABET,
    NGram,
    TextWeights,
    bits,
    cross_entropy,
    decode,
    encode,
    load_topics,
    per_character,
    split_text,
    streams,
    text_backward,
    text_forward,
    text_loss_and_gradient,
    train_text,
)
from tests.random_case import relative_difference, slope

SIZES = [(1, 1, 1, 1), (3, 7, 5, 4), (8, 32, 16, 8)]  # batch, time, units, size


def case(batch, time, units, size):
    """x, y, weights with random biases, and states to begin with."""
    rng = np.random.default_rng([batch, time, units, size])
    weights = TextWeights.initial(units, size, rng)
    weights.vector += rng.normal(0, 0.1, weights.vector.shape)
    x, y = rng.integers(0, len(ALPHABET), (2, batch, time))
    return x, y, weights, *rng.uniform(-0.5, 0.5, (2, batch, units))


# ---------------------------------------------------------------------------------------------------------------
# Characters.


def test_there_and_back():
    assert len(ALPHABET) == len(set(ALPHABET)) == 96
    np.testing.assert_array_equal(encode(ALPHABET), np.arange(96))
    assert decode(np.arange(96)) == ALPHABET and decode(encode("")) == ""


def test_the_topics():
    text, raw = load_topics(), load_topics(once=False)
    assert set(text) <= set(ALPHABET) and 200_000 < len(text) < len(raw)
    paragraphs = text.split("\n\n")
    assert len(paragraphs) == len(set(paragraphs)) and set(paragraphs) == set(raw.split("\n\n"))
    training, validation, test = split_text(text)
    assert training + validation + test == text and len(validation) == pytest.approx(len(text) / 10, abs=1)


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: encode("a\tb"), ValueError, r"text has '\\t' at place 1; letters, digits, marks"),
        (lambda: encode("naïve"), ValueError, "text has 'ï' at place 2"),
        (lambda: encode(b"a"), TypeError, "text is bytes; a str is needed"),
        (lambda: decode(np.array([0, 96])), ValueError, "numbers has 96; 0 to 95 are needed"),
        (lambda: decode(np.array([-1])), ValueError, "numbers has -1"),
        (
            lambda: decode(np.array([0.5])),
            TypeError,
            r"numbers has dtype float64; whole numbers are needed: encode\(text\)",
        ),
        (lambda: split_text("abcd"), ValueError, "text has 4 characters; at least 10 are needed for three parts"),
        (lambda: streams(np.arange(9), 2, 5), ValueError, "numbers has 9 characters; 2 windows of 5 need 11"),
        (lambda: streams(np.arange(9), 0, 5), ValueError, "batch is 0; at least 1"),
        (lambda: bits(TextWeights(2, 2), encode("a")), ValueError, "numbers has 1 characters; at least 2"),
        (lambda: text_forward(encode("ab"), TextWeights(2, 2)), ValueError, r"numbers has shape \(2,\)"),
        (lambda: cross_entropy(np.zeros((1, 2, 96)), np.array([[3, 99]])), ValueError, "targets has 99; 0 to 95"),
        (lambda: cross_entropy(np.zeros((1, 2, 96)), np.array([[3]])), ValueError, r"targets has shape \(1, 1\)"),
        (
            lambda: train_text(TextWeights(2, 2), encode("ab" * 300), "sideways"),
            ValueError,
            "way is 'sideways'; one of carried",
        ),
        (lambda: train_text(TextWeights(2, 2), encode("ab")), ValueError, "8 windows of 32 need 257"),
        (lambda: NGram(2).bits(encode("ab")), RuntimeError, r"the n-gram has counted nothing yet; call fit\(numbers\)"),
        (lambda: NGram(2).shares(encode("ab")), RuntimeError, "the n-gram has counted nothing yet"),
        (lambda: NGram(0), ValueError, "order is 0; at least 1"),
        (lambda: NGram(10), ValueError, "order is 10; at most 9"),
        (lambda: NGram(2).fit(np.array([500, 3])), ValueError, "numbers has 500; 0 to 95"),
        (lambda: NGram(5).fit(encode("abc")), ValueError, "numbers has 3 characters; at least 5"),
        (lambda: per_character(np.ones(2999)), ValueError, "2 blocks of 1000; at least 3"),
        (lambda: TextWeights(0, 2), ValueError, "units is 0; at least 1"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()


# ---------------------------------------------------------------------------------------------------------------
# The network.


def test_a_row_is_one_hot_times_the_embedding():
    x, _, weights, h0, c0 = case(3, 7, 5, 4)
    one_hot = np.eye(96)[x]
    trace = text_forward(x, weights, h0, c0)
    np.testing.assert_array_equal(trace.lstm.x, weights.embedding[x])
    np.testing.assert_allclose(one_hot @ weights.embedding, trace.lstm.x, atol=0)
    np.testing.assert_array_equal(trace.lstm.h, lstm_forward(weights.embedding[x], weights.lstm, h0, c0).h)


@pytest.mark.parametrize("sizes", SIZES)
def test_gradients_are_finite_differences(sizes):
    x, y, weights, h0, c0 = case(*sizes)
    gradient = text_backward(text_forward(x, weights, h0, c0), y, weights)
    rng = np.random.default_rng(9)
    for array, part in (
        (weights.embedding, gradient.embedding),
        (weights.lstm.array, gradient.lstm.array),
        (weights.head_kernel, gradient.head_kernel),
        (weights.head_bias, gradient.head_bias),
    ):
        direction = rng.normal(size=array.shape)
        direction /= np.linalg.norm(direction)
        measured = slope(lambda: text_loss_and_gradient(x, y, weights, h0, c0)[0], array, direction)
        assert (part * direction).sum() == pytest.approx(measured, rel=1e-10, abs=1e-10)


@pytest.mark.skipif(not has_torch(), reason="PyTorch is an extra")
@pytest.mark.parametrize("sizes", SIZES)
def test_equals_torch(sizes):
    import torch

    x, y, weights, h0, c0 = case(*sizes)
    _, _, units, size = sizes
    embedding = torch.nn.Embedding(96, size, dtype=torch.float64)
    module, head = (
        torch.nn.LSTM(size, units, batch_first=True, dtype=torch.float64),
        torch.nn.Linear(units, 96).double(),
    )
    weights.lstm.to_torch(module)
    embedding.weight.data.copy_(torch.tensor(weights.embedding))
    head.weight.data.copy_(torch.tensor(weights.head_kernel.T.copy()))
    head.bias.data.copy_(torch.tensor(weights.head_bias))
    out, _ = module(embedding(torch.tensor(x)), (torch.tensor(h0)[None], torch.tensor(c0)[None]))
    theirs = torch.nn.functional.cross_entropy(head(out).reshape(-1, 96), torch.tensor(y).reshape(-1))
    theirs.backward()
    loss, gradient = text_loss_and_gradient(x, y, weights, h0, c0)
    assert loss == pytest.approx(theirs.item(), rel=1e-12)
    for mine, other in (
        (gradient.embedding, embedding.weight.grad),
        (gradient.lstm.kernel, module.weight_ih_l0.grad.T),
        (gradient.lstm.recurrent_kernel, module.weight_hh_l0.grad.T),
        (gradient.lstm.bias, module.bias_ih_l0.grad),
        (gradient.head_kernel, head.weight.grad.T),
        (gradient.head_bias, head.bias.grad),
    ):
        assert relative_difference(mine, other) <= 1e-12


def test_equals_keras():
    """In float32, stateful: the second batch begins where the first one ended."""
    keras = load_keras()
    import tensorflow as tf

    x, y, weights, _, _ = case(3, 14, 8, 4)
    first, second = np.split(x, 2, axis=1)
    model = keras.Sequential(
        [
            keras.Input((7,), batch_size=3, dtype="int32"),
            keras.layers.Embedding(96, 4),
            keras.layers.LSTM(8, return_sequences=True, stateful=True),
            keras.layers.Dense(96),
        ]
    )
    lstm = weights.lstm
    arrays = [weights.embedding, lstm.kernel, lstm.recurrent_kernel, lstm.bias, weights.head_kernel, weights.head_bias]
    model.set_weights([array.astype("float32") for array in arrays])
    h, c = text_forward(first, weights).states
    trace = text_forward(second, weights, h, c)
    model(first)
    with tf.GradientTape() as tape:
        logits = model(second)
        nats = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y[:, 7:], logits)
    assert largest_difference(trace.logits, logits) <= 1e-6
    theirs = tape.gradient(nats, model.trainable_weights)
    loss, gradient = text_loss_and_gradient(second, y[:, 7:], weights, h, c)
    assert loss == pytest.approx(float(nats), rel=1e-6)
    lstm = gradient.lstm
    ours = [gradient.embedding, lstm.kernel, lstm.recurrent_kernel, lstm.bias, gradient.head_kernel, gradient.head_bias]
    for mine, other in zip(ours, theirs, strict=True):
        assert relative_difference(mine, tf.convert_to_tensor(other)) <= 2e-6


def test_all_weights_are_one_vector():
    weights = TextWeights.initial(5, 4, seed=1)
    arrays = weights.embedding, weights.lstm.array, weights.head_kernel, weights.head_bias
    assert all(np.shares_memory(array, weights.vector) for array in arrays)
    assert sum(array.size for array in arrays) == weights.vector.size
    np.testing.assert_array_equal(TextWeights.initial(5, 4, seed=1).vector, weights.vector)


# ---------------------------------------------------------------------------------------------------------------
# Streams.


def test_a_stream_goes_on_in_the_next_batch():
    numbers = np.random.default_rng(0).integers(0, 96, 1000)
    x, y = streams(numbers, batch=4, look_back=7)
    assert x.shape == y.shape == (35, 4, 7)
    for row in range(4):
        stretch = numbers[row * 245 : row * 245 + 246]
        np.testing.assert_array_equal(x[:, row].ravel(), stretch[:-1])
        np.testing.assert_array_equal(y[:, row].ravel(), stretch[1:])


def test_states_that_are_carried_are_those_of_one_long_window():
    x, y, weights, _, _ = case(2, 30, 5, 4)
    whole = text_forward(x, weights)
    states, logits = (None, None), []
    for piece in np.split(x, 5, axis=1):
        trace = text_forward(piece, weights, *states)
        logits.append(trace.logits)
        states = trace.states
    np.testing.assert_allclose(np.concatenate(logits, axis=1), whole.logits, atol=1e-13)


def losses_of(way, **more):
    numbers, weights = encode(load_topics()[:6000]), TextWeights.initial(8, 4)
    return train_text(weights, numbers, way, epochs=2, **more), weights.vector


def test_each_way_is_another():
    """With a learning rate of next to nothing the weights stay, and the loss tells what was read: with states that go
    on, in the right rows, another than with none; with none carried the order does not matter."""
    x, y = streams(encode(load_topics()[:6000]), 8, 32)
    weights = TextWeights.initial(8, 4)
    zero = np.mean(
        [cross_entropy(text_forward(*pair).logits, z).mean() for *pair, z in ((a, weights, b) for a, b in zip(x, y))]
    )
    still = {way: losses_of(way, optimizer=Adam(1e-12))[0][0] * np.log(2) for way in ("carried", "reset", "shuffled")}
    assert still["reset"] == pytest.approx(zero, abs=1e-9) and still["shuffled"] == pytest.approx(zero, abs=1e-9)
    states, total = (None, None), []
    for a, b in zip(x, y):
        trace = text_forward(a, weights, *states)
        states = trace.states
        total.append(cross_entropy(trace.logits, b).mean())
    assert still["carried"] == pytest.approx(np.mean(total), abs=1e-9) and abs(still["carried"] - zero) > 1e-7
    trained = {way: losses_of(way)[1] for way in ("carried", "reset", "shuffled", "side by side")}
    names = list(trained)
    assert all(np.abs(trained[a] - trained[b]).max() > 1e-3 for k, a in enumerate(names) for b in names[:k])


def test_an_epoch_begins_with_states_of_zero():
    """Weights that stay give the same loss twice."""
    first, second = losses_of("carried", optimizer=Adam(1e-13))[0]
    assert first == pytest.approx(second, abs=1e-10)


def test_an_optimiser_goes_on_with_what_it_remembers():
    numbers, one, two = encode("again and " * 60), TextWeights.initial(8, 4), TextWeights.initial(8, 4)
    adam = Adam(0.01)
    losses = train_text(one, numbers, "reset", epochs=2, optimizer=Adam(0.01))
    again = [train_text(two, numbers, "reset", epochs=1, optimizer=adam)[0] for _ in range(2)]
    assert losses == again
    np.testing.assert_array_equal(one.vector, two.vector)


def test_bits_of_a_text():
    weights = TextWeights(3, 2)
    assert bits(weights, encode("states")).tolist() == pytest.approx([np.log2(96)] * 5)
    found = per_character(np.random.default_rng(0).normal(2, 1, 40_000))
    assert found.low < 2 < found.high and found.high - found.low < 0.05
    rng, held = np.random.default_rng(1), 0
    for _ in range(200):
        low, high = per_character(rng.normal(2, 1, 4000), block=400)[1:]
        held += low < 2 < high
    assert 180 <= held <= 199


# ---------------------------------------------------------------------------------------------------------------
# Counting.


def slow_shares(training, context, order):
    """Witten and Bell's formula, word for word."""
    shares = np.full(96, 1 / 96)
    for length in range(order):
        if length > len(context):
            break
        after = context[len(context) - length :]
        followed = [
            training[k + length] for k in range(len(training) - length) if list(training[k : k + length]) == list(after)
        ]
        if followed:
            count = np.bincount(followed, minlength=96)
            different = len(set(followed))
            shares = (count + different * shares) / (len(followed) + different)
    return shares


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_an_ngram_is_its_formula(order):
    training, test = encode("the cell state and the hidden state"), encode("the gate: state?")
    ngram = NGram(order).fit(training)
    for place in range(len(test)):
        expected = slow_shares(training, test[:place], order)
        np.testing.assert_allclose(ngram.shares(test[:place]), expected, atol=1e-15)
        if place:
            assert ngram.bits(test)[place - 1] == pytest.approx(-np.log2(expected[test[place]]))
    assert ngram.shares(test).sum() == pytest.approx(1)


def test_counting_on_the_topics():
    """More context, fewer bits, as far as there is text to count; and what was counted is known too well."""
    training, _, test = split_text(encode(load_topics()))
    means = [NGram(order).fit(training).bits(test).mean() for order in (1, 2, 3, 4)]
    assert np.log2(96) > means[0] > means[1] > means[2] > means[3] > 1
    ninth = NGram(9).fit(training)
    assert ninth.bits(training).mean() < 1 < ninth.bits(test).mean()
