"""How long does a memory last at the start? Forget biases for a range of times. Taught in notebook 05b_long_memory."""

import numpy as np

from .. import _checks


def chrono(weights, longest, seed=0):
    """Set the forget and input biases of `weights` (LSTMWeights) for memories of up to `longest` steps, in place.

    With a forget gate of f a memory fades to 1/e in about 1 / (1 - f) steps, and σ(b) is 1 - 1 / (1 + e^b): b = log(k)
    lasts k + 1 steps. So b_f = log(k), with k drawn evenly from 1 to longest - 1 for each unit, and b_i = -b_f: what
    keeps for long writes little at a time. Tallec and Ollivier 2018, ICLR.

    >>> from lstm_notes import LSTMWeights, sigmoid
    >>> weights = LSTMWeights.initial(features=1, units=4, seed=0, dtype="float64")
    >>> chrono(weights, longest=100)
    >>> (1 / (1 - sigmoid(weights.b_f))).round().tolist(), bool((weights.b_i == -weights.b_f).all())
    ([64.0, 28.0, 6.0, 4.0], True)
    """
    longest = _checks.whole("longest", longest, least=3)
    weights.b_f[:] = np.log(np.random.default_rng(seed).uniform(1, longest - 1, weights.units))
    weights.b_i[:] = -weights.b_f
