"""What does it write, and is it only reciting? Text drawn letter by letter, and the longest stretch of it that was
read. Taught in notebook 12b_letters."""

import numpy as np

from .. import _checks
from ..variants import softmax
from .characters import decode, encode
from .model import text_forward

COLD, HOT = 0.0, 1e9  # the likeliest alone; all alike


def temperature_shares(logits, temperature):
    """softmax(logits / temperature), (…, characters): 1 as the network says, less sharper, more flatter. Notebook 12b.

    At 0 the likeliest has all, and from 1e9 on all have the same. ValueError for less than 0, and NaN.

    >>> logits = np.log(np.array([0.1, 0.3, 0.6]))
    >>> [temperature_shares(logits, T).round(3).tolist() for T in (0, 0.5, 1, 1e9)]
    [[0.0, 0.0, 1.0], [0.022, 0.196, 0.783], [0.1, 0.3, 0.6], [0.333, 0.333, 0.333]]
    """
    temperature = check_temperature(temperature)
    logits = _checks.numbers("logits", logits)
    if temperature == COLD:
        shares = np.zeros_like(logits)
        np.put_along_axis(shares, logits.argmax(axis=-1)[..., None], 1.0, axis=-1)
        return shares
    if temperature >= HOT:
        return np.full_like(logits, 1 / logits.shape[-1])
    return softmax((logits - logits.max(axis=-1, keepdims=True)) / temperature)


def check_temperature(temperature):
    """A temperature as a float of 0 or more."""
    number = isinstance(temperature, (int, float, np.number)) and not isinstance(temperature, bool)
    if not number or not temperature >= 0:
        needed = "a number of 0 or more is needed: 0 writes the likeliest, 1 as learnt"
        raise ValueError(f"temperature is {temperature!r}; {needed}")
    return float(temperature)


def write(weights, prompt, length, temperature=1.0, seed=0):
    """A text of `length` characters that goes on from a prompt, letter by letter: each is drawn, and read in turn, with
    the states that all before have left. Notebook 12b.

    ValueError for an empty prompt, and for a character that ALPHABET has not.

    >>> from lstm_notes.text import recorded_text
    >>> write(recorded_text(), "The for statem", 4, temperature=0)
    'ent '
    """
    h = c = None

    def after(numbers):
        nonlocal h, c
        trace = text_forward(numbers[None], weights, h, c)
        h, c = trace.states
        return trace.logits[0, -1]

    return _write(after, prompt, length, temperature, seed)


def write_ngram(ngram, prompt, length, temperature=1.0, seed=0):
    """The same by an NGram, which knows the last few letters alone. Notebook 12b.

    >>> from lstm_notes.text import NGram
    >>> write_ngram(NGram(3).fit(encode("abcabcabcabc")), "ab", 5, temperature=0)
    'cabca'
    """
    read = np.zeros(0, "int64")

    def after(numbers):
        nonlocal read
        read = np.append(read, numbers)[-ngram.order :]
        return np.log(ngram.shares(read))

    return _write(after, prompt, length, temperature, seed)


def _write(after, prompt, length, temperature, seed):
    """`after(numbers)` reads some characters and gives the logits of the one after them."""
    numbers, rng = encode(prompt), np.random.default_rng(seed)
    if not len(numbers):
        raise ValueError("prompt is empty; one character at least is needed to go on from")
    length, written = _checks.whole("length", length), []
    for _ in range(length):
        shares = temperature_shares(after(numbers), temperature)
        # Where the running sum of the shares passes a number drawn between 0 and 1.
        place = np.searchsorted(np.cumsum(shares), rng.uniform(), side="right")
        numbers = np.minimum(place, np.flatnonzero(shares)[-1])[None]
        written.append(numbers[0])
    return decode(np.array(written))


def longest_copied(written, text):
    """The longest stretch of `written` that stands in `text`, letter for letter: a str. Notebook 12b.

    >>> longest_copied("in the cell state", "the cell is open")
    'the cell '
    """
    for name, value in (("written", written), ("text", text)):
        if not isinstance(value, str) or not value:
            raise ValueError(f"{name} is {value!r}; a str with a character at least is needed")
    start = longest = 0
    for begin in range(len(written)):
        # Whether a longer one begins here; if it does, how much longer.
        while begin + longest < len(written) and written[begin : begin + longest + 1] in text:
            start, longest = begin, longest + 1
    return written[start : start + longest]


def copied_lengths(written, text, piece=300):
    """The length of the longest_copied of each piece of `written`, of so many characters: an array. What is left over
    at the end is left out."""
    pieces = [written[k : k + piece] for k in range(0, len(written) - piece + 1, piece)]
    return np.array([len(longest_copied(each, text)) for each in pieces])
