"""What a network writes, whether it recites, and what a unit tells."""

import numpy as np
import pytest

from lstm_notes import lstm_step
from lstm_notes.text import (
    NGram,
    TextWeights,
    areas,
    best_units,
    bits,
    copied_lengths,
    encode,
    features,
    load_topics,
    longest_copied,
    recorded_text,
    split_text,
    states,
    switched_off,
    temperature_shares,
    text_forward,
    write,
    write_ngram,
)


@pytest.fixture(scope="module")
def network():
    return recorded_text()


def test_temperature():
    logits = np.random.default_rng(0).normal(size=(5, 96))
    np.testing.assert_allclose(
        temperature_shares(logits, 1), np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    )
    likeliest = [temperature_shares(logits, T).max(axis=1) for T in (0, 0.1, 0.5, 1, 2, 1e9, 1e30)]
    assert (likeliest[0] == 1).all() and (likeliest[-1] == 1 / 96).all() and (likeliest[-2] == 1 / 96).all()
    assert all((a > b).all() for a, b in zip(likeliest[:-2], likeliest[1:-1]))
    assert np.isfinite(temperature_shares(logits, 1e-300)).all()


@pytest.mark.parametrize("temperature", [-0.1, np.nan, "1", True, None])
def test_wrong_temperatures(network, temperature):
    with pytest.raises(ValueError, match=r"temperature is .*; a number of 0 or more is needed"):
        write(network, "a", 1, temperature)


def test_writing_is_reading_on(network):
    """The likeliest letters, one after the other, are those of one pass over all that was written."""
    prompt = "The value of the"
    written = write(network, prompt, 20, temperature=0)
    logits = text_forward(encode(prompt + written)[None], network).logits[0]
    np.testing.assert_array_equal(logits.argmax(axis=1)[len(prompt) - 1 : -1], encode(written))
    assert (
        write(network, prompt, 20, seed=3) == write(network, prompt, 20, seed=3) != write(network, prompt, 20, seed=4)
    )


def test_letters_come_as_often_as_their_shares_say():
    weights = TextWeights(3, 2)
    weights.head_bias[encode("ab")] = np.log([3000.0, 1000.0])
    for T, share in ((1.0, 0.75 * 4000 / 4094), (0.5, 0.9), (1e9, 1 / 96)):
        text = write(weights, "a", 4000, temperature=T, seed=1)
        assert text.count("a") / 4000 == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 4000))


def test_an_ngram_writes_too():
    ngram = NGram(3).fit(encode("abcabcabcabc"))
    assert write_ngram(ngram, "ab", 6, temperature=0) == "cabcab"
    assert len(write_ngram(ngram, "a", 50, seed=1)) == 50


@pytest.mark.parametrize(
    "prompt, length, words",
    [
        ("", 5, "prompt is empty; one character at least"),
        ("naïve", 5, "text has 'ï' at place 2"),
        ("a", 0, "length is 0"),
    ],
)
def test_wrong_prompts(network, prompt, length, words):
    for call in (
        lambda: write(network, prompt, length),
        lambda: write_ngram(NGram(1).fit(encode("abc")), prompt, length),
    ):
        with pytest.raises(ValueError, match=words):
            call()


def test_longest_copied():
    rng = np.random.default_rng(0)
    for _ in range(50):
        written, text = ("".join(rng.choice(list("ab "), size)) for size in (30, 60))
        found = longest_copied(written, text)
        pieces = {written[a:b] for a in range(30) for b in range(a + 1, 31)}
        assert found in text and len(found) == max(len(piece) for piece in pieces if piece in text)
    assert longest_copied("xyz", "abc") == ""
    assert copied_lengths("abcabd" * 2, "abca", piece=6).tolist() == [4, 4]
    with pytest.raises(ValueError, match="written is ''; a str"):
        longest_copied("", "abc")


# ---------------------------------------------------------------------------------------------------------------
# Units.


def shown(name, text):
    return "".join("^" if each else " " for each in features(text)[name])


@pytest.mark.parametrize(
    "name, text, marks",
    [
        ("in quotes", 'say "no" now', "    ^^^     "),
        ("in quotes", 'a "b\n\nc d', "  ^^^    "),
        ("in brackets", "f(x[1]) + 2", " ^^^^^     "),
        ("in brackets", "a) b", "    "),
        ("indented", "a\n  b c\nd", "  ^^^^^  "),
        ("in a name", "an __init__ is", "   ^^^^^^^^   "),
    ],
)
def test_features_can_be_read_off(name, text, marks):
    found = shown(name, text)
    assert found == marks, f"{text!r}\n{found!r}\n{marks!r}"


def test_features_come_from_what_was_read():
    text = load_topics()[:3000]
    for cut in (100, 777, 2500):
        for name, values in features(text[:cut]).items():
            np.testing.assert_array_equal(values, features(text)[name][:cut], err_msg=name)
    assert all(0.01 < values.mean() < 0.7 for values in features(load_topics()[:40_000]).values())


def test_areas_are_shares_of_pairs():
    rng = np.random.default_rng(0)
    values, truth = rng.normal(size=(60, 3)), rng.uniform(size=60) < 0.3
    values[:, 2] = truth + 0.1 * values[:, 2]

    def pairs(values):
        there, elsewhere = values[truth][:, None], values[~truth][None]
        return ((there > elsewhere) + 0.5 * (there == elsewhere)).mean(axis=(0, 1))

    np.testing.assert_allclose(areas(values, truth), pairs(values), atol=1e-12)
    tied = values.round()
    np.testing.assert_allclose(areas(tied, truth), pairs(tied), atol=1e-12)
    assert areas(np.zeros((60, 1)), truth).tolist() == [0.5]
    assert best_units(values, {"so": truth, "not so": ~truth}) == {"so": (2, 1.0), "not so": (2, 0.0)}
    with pytest.raises(ValueError, match="truth is False everywhere"):
        areas(values, np.zeros(60, bool))
    with pytest.raises(ValueError, match="truth has shape"):
        areas(values, truth[1:])


def test_a_unit_held_where_it_is_changes_nothing(network):
    numbers = encode("The same shares come out of the same states.")
    h, plain = states(network, numbers), bits(network, numbers)
    assert h.shape == (len(numbers), 128)
    still = TextWeights(3, 2)
    still.vector[:] = np.random.default_rng(0).normal(size=still.vector.shape)
    still.head_kernel[1] = still.lstm.recurrent_kernel[1] = 0  # nobody reads unit 1
    np.testing.assert_allclose(switched_off(still, numbers, 1, at=0.7), bits(still, numbers), atol=1e-12)
    assert np.abs(switched_off(still, numbers, 0, at=0.7) - bits(still, numbers)).max() > 0.01
    assert len(switched_off(network, numbers, 5, at=h[:, 5].mean())) == len(plain)
    with pytest.raises(ValueError, match="unit is 128; 0 to 127 are there"):
        switched_off(network, numbers, 128, at=0.0)


def test_the_unit_that_is_held_is_held(network):
    """Step by step: each step reads and shows `at` in its place, and C goes on as it does."""
    numbers, unit, at = encode("states, carried on"), 28, 0.4
    h, c, costs = np.zeros((1, 128)), np.zeros((1, 128)), []
    for number, following in zip(numbers, numbers[1:]):
        h, c, _ = lstm_step(network.embedding[[number]], h, c, network.lstm)
        h[:, unit] = at
        shares = temperature_shares(h[0] @ network.head_kernel + network.head_bias, 1)
        costs.append(-np.log2(shares[following]))
    np.testing.assert_allclose(switched_off(network, numbers, unit, at), costs, atol=1e-12)


def test_the_recorded_network_reads():
    """On a text of any Python it is far better than pairs."""
    training, _, test = split_text(encode(load_topics()))
    some = test[:6000]
    assert bits(recorded_text(), some).mean() < NGram(2).fit(training).bits(some).mean() - 0.5
