"""What can counting do? The characters that came after the last few, counted. Taught in notebook 12_text.

Interpolated as Witten and Bell 1991 (IEEE Transactions on Information Theory 37), in the form of Chen and Goodman 1998
(Harvard TR-10-98, equation 15): a context that many different characters followed leaves more to the shorter one.
"""

import numpy as np

from .. import _checks
from .characters import ALPHABET, check_numbers

CHARACTERS = len(ALPHABET)
LONGEST = 9  # so that a context and a character are one number of 64 bits


class NGram:
    """An interpolated n-gram of `order` characters: 1 counts characters, 2 pairs, up to 9. Notebook 12.

    share of c after a context of k characters = (count of c after it + T · share after its last k - 1) / (N + T), N how
    often the context came, T how many different characters followed it; at the bottom 1/96 each.

    >>> from lstm_notes.text import encode
    >>> pairs = NGram(2).fit(encode("abababac"))
    >>> shares = pairs.shares(encode("xa"))
    >>> ALPHABET[shares.argmax()], shares.sum().round(12).item()
    ('b', 1.0)
    """

    def __init__(self, order):
        self.order = _checks.whole("order", order)
        if order > LONGEST:
            raise ValueError(f"order is {order}; at most {LONGEST} is possible")
        self.counted = None

    def fit(self, numbers):
        """Count a text, of `encode`; returns self. ValueError for one that is shorter than `order`."""
        numbers = check_numbers("numbers", numbers)
        if len(numbers) < self.order:
            raise ValueError(f"numbers has {len(numbers)} characters; at least {self.order} are needed")
        self.counted = []
        for length in range(self.order):
            grams, counts = np.unique(_codes(numbers, length + 1), return_counts=True)
            contexts, first, different = np.unique(grams // CHARACTERS, return_index=True, return_counts=True)
            self.counted.append((grams, counts, contexts, np.add.reduceat(counts, first), different))
        return self

    def shares(self, context):
        """The share of each character after `context` (characters,), of which the last order - 1 count: (96,)."""
        context = check_numbers("context", context)
        numbers = np.concatenate([np.repeat(context[None], CHARACTERS, axis=0), np.arange(CHARACTERS)[:, None]], axis=1)
        shares = np.full(CHARACTERS, 1 / CHARACTERS)
        for length in range(min(self.order, numbers.shape[1])):
            shares = self._mixed(length, _number(numbers[:, numbers.shape[1] - length - 1 :]), shares)
        return shares

    def bits(self, numbers):
        """What each character of a text but the first costs, in bits, as `bits` of a network: (characters - 1,)."""
        numbers = check_numbers("numbers", numbers)
        shares = np.full(len(numbers), 1 / CHARACTERS)
        for length in range(min(self.order, len(numbers))):
            shares[length:] = self._mixed(length, _codes(numbers, length + 1), shares[length:])
        return -np.log2(shares[1:])

    def _mixed(self, length, codes, shorter):
        """The shares after contexts of `length`, from those after shorter ones."""
        if self.counted is None:
            raise RuntimeError("the n-gram has counted nothing yet; call fit(numbers) first")
        grams, counts, contexts, came, different = self.counted[length]
        count = _found(codes, grams, counts)
        N, T = (_found(codes // CHARACTERS, contexts, each) for each in (came, different))
        return np.where(N > 0, (count + T * shorter) / np.maximum(N + T, 1), shorter)

    def __repr__(self):
        return f"NGram({self.order})"


def _codes(numbers, length):
    """Each run of `length` characters as one number: (characters - length + 1,)."""
    return _number(np.lib.stride_tricks.sliding_window_view(numbers, length))


def _number(runs):
    return runs @ CHARACTERS ** np.arange(runs.shape[1])[::-1]


def _found(codes, known, values):
    """Of each code its value, 0 where it is not known; `known` is sorted."""
    places = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return np.where(known[places] == codes, values[places], 0)
