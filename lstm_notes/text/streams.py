"""How does a long text become batches? As streams, each of which goes on in the next batch, and its states with it.
Taught in notebook 12_text.

The gradient does not go back into the batch before: truncated BPTT (Williams and Peng 1990, Neural Computation 2).
"""

from typing import NamedTuple

import numpy as np

from .. import _checks
from .._display import Progress
from ..evaluation import block_reach
from ..training import Adam, train_steps
from .characters import check_numbers
from .model import cross_entropy, text_forward, text_loss_and_gradient

BLOCK = 1000  # characters that are one draw of an interval: neighbours are alike


def streams(numbers, batch, look_back):
    """A text cut into `batch` streams, and those into windows: x and y, arrays (batches, batch, look_back). Notebook
    12.

    Row b of batch k + 1 goes on where row b of batch k ends, as Keras's `stateful=True` needs it. y is x, a character
    on. What is left over at the ends is left out. ValueError for a text that does not fill one batch.

    >>> x, y = streams(np.arange(25), batch=2, look_back=3)
    >>> x[:, 0].tolist(), y[-1, 1].tolist()
    ([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]], [22, 23, 24])
    """
    numbers = check_numbers("numbers", numbers)
    batch, look_back = _checks.whole("batch", batch), _checks.whole("look_back", look_back)
    windows = (len(numbers) - 1) // (batch * look_back)
    if not windows:
        needed = f"{batch} windows of {look_back} need {batch * look_back + 1}"
        raise ValueError(f"numbers has {len(numbers)} characters; {needed}")
    each = windows * look_back
    x, y = (part[: batch * each].reshape(batch, windows, look_back).swapaxes(0, 1) for part in (numbers, numbers[1:]))
    return x, y


# Each way: does row b of a batch go on where that of the batch before ended; are states carried; are batches shuffled?
WAYS = {
    "carried": (True, True, False),
    "reset": (True, False, False),
    "shuffled": (True, False, True),
    "side by side": (False, True, False),
}


def train_text(
    weights,
    numbers,
    way="carried",
    *,
    epochs=2,
    batch=8,
    look_back=32,
    optimizer=None,
    clip_norm=1.0,
    seed=0,
    progress=False,
):
    """Train TextWeights on a text, in place; returns the mean loss of each epoch in bits per character. Notebook 12.

    Parameters
    ----------
    weights, numbers : TextWeights, and the text, of `encode`
    way : of WAYS. "carried": each stream's states go on from batch to batch, and begin anew with each epoch; "reset":
        the same batches in the same order, states of zero for each; "shuffled": the same batches in another order
        each epoch, states of zero; "side by side": windows that follow one another stand in one batch, so that row b
        of the next batch does not go on where row b ended, and states are carried all the same: the classical mistake
    epochs, batch, look_back, clip_norm : as in NumpyForecaster.fit
    optimizer : Adam(0.01), if left out; one that has been used goes on with what it remembers
    seed : of the order of shuffled batches

    >>> from lstm_notes import Adam
    >>> from lstm_notes.text import TextWeights, encode
    >>> weights = TextWeights.initial(units=8, size=4)
    >>> losses = train_text(weights, encode("again and " * 200), epochs=4, optimizer=Adam(0.03))
    >>> losses[-1] < losses[0] < 6.6
    True
    """
    if way not in WAYS:
        raise ValueError(f"way is {way!r}; one of {', '.join(WAYS)} is needed")
    continued, carried, shuffled = WAYS[way]
    x, y = streams(numbers, batch, look_back)
    if not continued:
        x, y = (part.swapaxes(0, 1).reshape(part.shape) for part in (x, y))
    epochs, rng, states = _checks.whole("epochs", epochs), np.random.default_rng(seed), (None, None)

    def slope(x, y, weights):
        nonlocal states
        loss, gradient = text_loss_and_gradient(x, y, weights, *states)
        if carried:
            states = gradient.trace.states
        return loss, gradient

    heading = f"{weights}: {epochs} epochs of {len(x):,} batches"
    optimizer, losses = optimizer or Adam(0.01), []
    line = Progress(heading, epochs * len(x), shown=progress)
    for epoch in range(epochs):
        states, total = (None, None), 0.0
        order = rng.permutation(len(x)) if shuffled else range(len(x))
        steps = train_steps(slope, weights, ((x[k], y[k]) for k in order), optimizer, clip_norm)
        for done, (loss, _) in enumerate(steps, start=1):
            total += loss
            line.show(epoch * len(x) + done, f"{total / done / np.log(2):.2f} bits per character")
        losses.append(float(total / len(x) / np.log(2)))
    line.close()
    return losses


def bits(weights, numbers):
    """What each character of a text but the first costs, in bits, when it is read from its beginning in one stream:
    -log₂ of the share it was given; an array (characters - 1,). Notebook 12."""
    numbers = check_numbers("numbers", numbers)
    if len(numbers) < 2:
        raise ValueError(f"numbers has {len(numbers)} characters; at least 2 are needed, one to come after another")
    trace = text_forward(numbers[None, :-1], weights)
    return cross_entropy(trace.logits, numbers[None, 1:])[0] / np.log(2)


class Bits(NamedTuple):
    """Bits per character: the `mean`, and an interval for it, `low` to `high`; prints itself."""

    mean: float
    low: float
    high: float

    def __str__(self):
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


def per_character(bits, block=BLOCK):
    """The mean of `bits` (characters,), with a 95% interval for other text of this kind: Bits. Notebook 12.

    Characters that stand together are alike, so blocks of 1,000 are what is counted: mean ± t · standard error of their
    means. ValueError for fewer than 3 blocks.

    >>> print(per_character(np.random.default_rng(0).normal(2, 1, 5000)))
    2.00 [1.94, 2.05]
    """
    bits = _checks.axes("bits", _checks.numbers("bits", bits), "characters")
    blocks = len(bits) // _checks.whole("block", block)
    if blocks < 3:
        raise ValueError(f"bits has {len(bits)} characters, {blocks} blocks of {block}; at least 3 are needed")
    means = bits[: blocks * block].reshape(blocks, block).mean(axis=1)
    reach = block_reach(blocks) * means.std() / np.sqrt(blocks)
    return Bits(float(bits.mean()), float(bits.mean() - reach), float(bits.mean() + reach))
