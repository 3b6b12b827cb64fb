"""Which character comes next? The cell of all other notebooks, with a row of numbers for each character before it,
and a share for each behind it. Taught in notebook 12_text.

    numbers (batch, time) → rows of `embedding` (batch, time, size) → lstm_forward → h · head_kernel + head_bias: logits
    (batch, time, characters) → softmax: shares, of what comes after each
"""

from typing import NamedTuple

import numpy as np

from .. import _checks
from ..cell import lstm_backward, lstm_forward
from ..trace import Trace
from ..variants import softmax
from ..weights import LSTMWeights, glorot_uniform
from .characters import ALPHABET, check_numbers

CHARACTERS = len(ALPHABET)


class TextWeights:
    """An embedding, an LSTM and a softmax head, all of them views of `vector`, float64. A gradient has the same form.

    Parameters
    ----------
    units, size : int, of the LSTM, and of the row that stands for a character

    Attributes: `vector` (parameters,), `embedding` (96, size), `lstm` (LSTMWeights), `head_kernel` (units, 96),
    `head_bias` (96,). Notebook 12.

    >>> TextWeights.initial(units=48, size=16)
    TextWeights(units=48, size=16, 18,720 parameters)
    """

    def __init__(self, units, size):
        units, size = _checks.whole("units", units), _checks.whole("size", size)
        sizes = (CHARACTERS * size, 4 * units * (units + size + 1), units * CHARACTERS, CHARACTERS)
        self.vector = np.zeros(sum(sizes))
        embedding, lstm, head_kernel, self.head_bias = np.split(self.vector, np.cumsum(sizes)[:-1])
        self.embedding = embedding.reshape(CHARACTERS, size)
        self.lstm = LSTMWeights.from_array(lstm.reshape(4 * units, -1))
        self.head_kernel = head_kernel.reshape(units, CHARACTERS)

    @classmethod
    def initial(cls, units, size, seed=0):
        """Weights at the start, as Keras draws them: the embedding uniform within ±0.05, the LSTM as
        LSTMWeights.initial, the head Glorot uniform, its bias 0."""
        weights, rng = cls(units, size), np.random.default_rng(seed)
        weights.embedding[:] = rng.uniform(-0.05, 0.05, weights.embedding.shape)
        weights.lstm.array[:] = LSTMWeights.initial(size, units, rng, "float64").array
        weights.head_kernel[:] = glorot_uniform(rng, *weights.head_kernel.shape)
        return weights

    sizes = property(lambda self: (self.lstm.units, self.lstm.features))

    def __repr__(self):
        units, size = self.sizes
        return f"{type(self).__name__}(units={units}, size={size}, {self.vector.size:,} parameters)"


class TextGradient(TextWeights):
    """The gradient of every weight, in their own form; `trace` is the TextTrace it came from."""

    trace = None


class TextTrace(NamedTuple):
    """What a pass leaves behind: `numbers` (batch, time), the LSTM's Trace `lstm`, `logits` (batch, time, 96)."""

    numbers: np.ndarray
    lstm: Trace
    logits: np.ndarray

    @property
    def states(self):
        """h and C after the last character, (batch, units) each: with these the next piece of the text begins."""
        return self.lstm.h[:, -1], self.lstm.c[:, -1]


def text_forward(numbers, weights, h0=None, c0=None):
    """A TextTrace: at each character the logits of the one after it. Notebook 12.

    `numbers` (batch, time), of `encode`; `weights` TextWeights; `h0`, `c0` (batch, units) as in lstm_forward.

    >>> from lstm_notes.text import encode
    >>> text_forward(encode("LSTM")[None], TextWeights.initial(units=8, size=4)).logits.shape
    (1, 4, 96)
    """
    numbers = check_numbers("numbers", numbers, ("batch", "time"))
    lstm = lstm_forward(weights.embedding[numbers], weights.lstm, h0, c0)
    return TextTrace(numbers, lstm, lstm.h @ weights.head_kernel + weights.head_bias)


def cross_entropy(logits, targets):
    """-log of the share that softmax gives to the character that came, in nats, for each: the shape of `targets`.

    `logits` (…, 96), `targets` (…). The mean is the loss; over log 2 it is bits per character. Notebook 12.

    >>> nats = cross_entropy(np.zeros((1, 2, 96)), np.array([[3, 95]]))
    >>> (nats / np.log(2)).round(3).tolist()
    [[6.585, 6.585]]
    """
    targets = check_numbers("targets", targets, [f"axis {k}" for k in range(logits.ndim - 1)])
    _checks.shape("targets", targets, logits.shape[:-1], ("the axes of logits but the last",))
    largest = logits.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(logits - largest).sum(axis=-1)) + largest[..., 0]
    return log_sum - np.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]


def text_backward(trace, targets, weights):
    """The TextGradient of the mean cross entropy: from softmax - one-hot through head and LSTM to the rows of the
    embedding, each the sum over all places where its character stood. Notebook 12."""
    gradient = TextGradient(*weights.sizes)
    gradient.trace = trace
    d_logits = softmax(trace.logits)
    np.put_along_axis(d_logits, targets[..., None], np.take_along_axis(d_logits, targets[..., None], -1) - 1, -1)
    d_logits = (d_logits / targets.size).reshape(-1, CHARACTERS)
    h = np.ascontiguousarray(trace.lstm.h)
    gradient.head_kernel[:] = h.reshape(-1, h.shape[2]).T @ d_logits
    gradient.head_bias[:] = d_logits.sum(axis=0)
    through_time = lstm_backward(trace.lstm, (d_logits @ weights.head_kernel.T).reshape(h.shape))
    gradient.lstm.array[:] = through_time.weights.array
    one_hot = np.eye(CHARACTERS)[trace.numbers.ravel()]
    gradient.embedding[:] = one_hot.T @ through_time.x.reshape(len(one_hot), -1)
    return gradient


def text_loss_and_gradient(x, y, weights, h0=None, c0=None):
    """The mean cross entropy in nats of what comes after each of `x` (batch, time), which is `y` of the same shape, and
    its TextGradient. Notebook 12.

    >>> from lstm_notes.text import encode
    >>> numbers = encode("states are carried on")[None]
    >>> loss, gradient = text_loss_and_gradient(numbers[:, :-1], numbers[:, 1:], TextWeights.initial(units=8, size=4))
    >>> 4.4 < loss < 4.7, gradient.vector.shape
    (True, (1664,))
    """
    trace = text_forward(x, weights, h0, c0)
    loss = float(cross_entropy(trace.logits, y).mean())
    return loss, text_backward(trace, np.asarray(y), weights)
