"""What if the days after are read, too? Two cells, one that reads on and one that reads back. Taught in notebook
11_bidirectional_attention.

Schuster and Paliwal 1997 (IEEE Transactions on Signal Processing 45); Graves and Schmidhuber 2005 (Neural Networks 18).
"""

from typing import NamedTuple

import numpy as np

from .. import _checks
from ..cell import lstm_backward, lstm_forward
from ..trace import LSTMGradients, Trace


class BidirectionalTrace(NamedTuple):
    """What a pass leaves behind: the Traces `forward` and `backward`, this one in the order in which it read, the last
    step first."""

    forward: Trace
    backward: Trace

    @property
    def h(self):
        """(batch, time, 2·units): at each step what the one cell knows of the steps up to it, beside what the other
        knows of it and all after."""
        return np.concatenate([self.forward.h, self.backward.h[:, ::-1]], axis=2)

    @property
    def last(self):
        """(batch, 2·units): both cells when they have read all, the one at the last step, the other at the first; as
        Keras's Bidirectional without return_sequences, and PyTorch's h_n."""
        return np.concatenate([self.forward.h[:, -1], self.backward.h[:, -1]], axis=1)


class BidirectionalGradients(NamedTuple):
    """The derivatives of the loss: LSTMGradients of both cells, and by `x` (batch, time, features), which both read."""

    forward: LSTMGradients
    backward: LSTMGradients
    x: np.ndarray


def bidirectional_forward(x, forward, backward):
    """A window through two cells, from its first step on and from its last step back. Notebook 11.

    `x` (batch, time, features), float32 or float64, `forward` and `backward` two LSTMWeights of the same sizes →
    BidirectionalTrace. Its `h` at a step depends on all steps: of no use where the days after are what is asked for.
    Raises TypeError for other dtypes, ValueError for sizes that do not fit.

    >>> from lstm_notes import LSTMWeights
    >>> x = np.random.default_rng(0).normal(size=(5, 7, 1))
    >>> trace = bidirectional_forward(x, *(LSTMWeights.initial(1, 4, seed=seed) for seed in (0, 1)))
    >>> trace.h.shape, trace.last.shape, bool((trace.h[:, 0, 4:] == trace.last[:, 4:]).all())
    ((5, 7, 8), (5, 8), True)
    """
    x = _checks.axes("x", _checks.floats("x", x), "batch", "time", "features")
    sizes, others = ((weights.features, weights.units) for weights in (forward, backward))
    if sizes != others:
        raise ValueError(f"forward has (features, units) = {sizes} and backward {others}; the same are needed")
    return BidirectionalTrace(lstm_forward(x, forward), lstm_forward(x[:, ::-1], backward))


def bidirectional_backward(trace, dh):
    """BPTT in both directions; "back" for the one that read back is on. Notebook 11.

    `trace` from bidirectional_forward, `dh` (batch, time, 2·units): ∂L/∂h_t as it comes from the loss directly →
    BidirectionalGradients. Raises TypeError for other dtypes, ValueError for a shape other than that of the trace's h.

    >>> from lstm_notes import LSTMWeights
    >>> weights = LSTMWeights.initial(1, 4)
    >>> trace = bidirectional_forward(np.zeros((5, 7, 1)), weights, weights)
    >>> gradients = bidirectional_backward(trace, np.ones((5, 7, 8)))
    >>> gradients.x.shape, bool((gradients.x == gradients.x[:, ::-1]).all())         # twins, and a window of zeros
    ((5, 7, 1), True)
    """
    batch, time, units = trace.forward.h.shape
    dh = _checks.shape("dh", _checks.floats("dh", dh), (batch, time, 2 * units), ("batch", "time", "2·units"))
    forward = lstm_backward(trace.forward, dh[:, :, :units])
    backward = lstm_backward(trace.backward, dh[:, ::-1, units:])
    return BidirectionalGradients(forward, backward, forward.x + backward.x[:, ::-1])
