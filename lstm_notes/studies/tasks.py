"""Tasks that need a memory, and whose answer is known.

`recall`, `adding` and `temporal_order` draw fresh windows from the generator `rng` at each call, so that nothing can be
learnt by heart. GUESSING is what always giving the best constant scores on each: no memory, no skill.
"""

import numpy as np

from .. import _checks

GUESSING = {"recall": 1.0, "adding": 1 / 6, "temporal order": 3 / 16}  # MSE


def marked_values(windows, look_back, positions, seed=0):
    """Windows in which one day is marked, and its value is to be recalled at the end. Notebook 04.

    Returns X (windows, look_back, 2), a random value and a mark (1 on the marked day, else 0) for each day, and y
    (windows, 1), the marked value. `positions` are the days that may be marked, counted from 0.

    >>> X, y = marked_values(windows=3, look_back=4, positions=[1], seed=0)
    >>> X[0, :, 1].tolist(), bool(X[0, 1, 0] == y[0, 0])
    ([0.0, 1.0, 0.0, 0.0], True)
    """
    rng = np.random.default_rng(seed)
    values = rng.uniform(-1, 1, (windows, look_back))
    marked = rng.choice(np.asarray(positions), windows)
    marks = np.zeros_like(values)
    marks[np.arange(windows), marked] = 1
    return np.stack([values, marks], axis=2), values[np.arange(windows), marked][:, None]


def autoregression(days=400, *, weight=0.9, seed=0):
    """A series that returns: each day is `weight` of the day before and a standard normal draw, (time,). Notebook 07b.

    It wanders, but stays about 0: its standard deviation is 1 / √(1 - weight²). The best forecast of the day `k` ahead
    is weight^k of today, so persistence can be beaten, by little for weights near 1.

    >>> bool(1.8 < autoregression(10_000).std() < 2.8)
    True
    """
    rng, x = np.random.default_rng(seed), 0.0
    weight, days, before = float(weight), _checks.whole("days", days), 100  # so that the start at 0 is forgotten
    series = np.empty(days + before)
    for t, draw in enumerate(rng.standard_normal(days + before)):
        series[t] = x = weight * x + draw
    return series[before:]


def recall(windows, look_back, rng):
    """The first step shows a sign, noise of size 0.2 follows, and at the end the sign is to be said. Notebook 05b.

    Returns X (windows, look_back, 1) and y (windows, 1), which is 1 or -1. Always saying 0 has an MSE of 1, and no
    constant has less. The sign's place never changes, so a line on the window does it without any error: the task tells
    one recurrent start from another, not recurrent from other networks.

    >>> X, y = recall(1000, look_back=50, rng=np.random.default_rng(0))
    >>> bool((X[:, 0] == y).all()), X[:, 1:].std().round(2).item(), np.mean((0 - y) ** 2).item()
    (True, 0.2, 1.0)
    """
    X = rng.normal(0, 0.2, (windows, _checks.whole("look_back", look_back, least=2), 1))
    X[:, 0] = rng.choice([-1.0, 1.0], (windows, 1))
    return X, X[:, 0].copy()


def adding(windows, look_back, rng):
    """A random value at each step, two of them marked, and at the end their sum is to be said. Notebook 05b.

    Hochreiter and Schmidhuber 1997, Neural Computation 9(8), experiment 4, in the form that later papers use: values
    between 0 and 1, a mark in each half of the window, the plain sum, all windows of one length. (Theirs: values
    between -1 and 1, a mark within the first ten steps and another in the first half, the sum scaled, lengths varied.)

    Returns X (windows, look_back, 2), a value and a mark for each step, and y (windows, 1). Always saying the mean sum,
    1, has an MSE of 1/6, the variance of the sum of two such values. A value is marked with a chance of
    about 2 / look_back, and that share the best line on the window takes off: it weighs values, and cannot ask for
    their marks.

    >>> X, y = adding(2000, look_back=50, rng=np.random.default_rng(0))
    >>> first, second = X[0, :, 1].nonzero()[0].tolist()
    >>> first, second, bool(X[0, first, 0] + X[0, second, 0] == y[0, 0])
    (5, 30, True)
    >>> np.mean((1 - y) ** 2).round(2).item()
    0.17
    """
    half = _checks.whole("look_back", look_back, least=2) // 2
    values, marks, every = rng.uniform(0, 1, (windows, look_back)), np.zeros((windows, look_back)), np.arange(windows)
    marks[every, rng.integers(0, half, windows)] = 1
    marks[every, rng.integers(half, look_back, windows)] = 1
    return np.stack([values, marks], axis=2), (values * marks).sum(axis=1, keepdims=True)


def temporal_order(windows, look_back, rng):
    """An X or a Y at an early step, another at a middle one, all else distracts: which two were they, and in which
    order? Notebook 05b.

    Hochreiter and Schmidhuber 1997, experiment 6a, without its signs for start and end: 4 classes, X X, X Y, Y X and
    Y Y; the early step lies from a tenth to a fifth of the window, the middle one from five to six tenths.

    Returns X (windows, look_back, 6), one-hot (X, Y, and four symbols that mean nothing), and y (windows, 4), one-hot.
    Always saying 1/4 for each class has an MSE of 3/16, and one class always is right in a quarter of the windows.
    A line on the whole window names the class each time (its MSE is 1/16): this, too, tells recurrent starts apart.

    >>> X, y = temporal_order(1000, look_back=50, rng=np.random.default_rng(0))
    >>> step, symbol = X[0, :, :2].nonzero()
    >>> step.tolist(), symbol.tolist(), y[0].tolist()
    ([5, 28], [1, 1], [0.0, 0.0, 0.0, 1.0])
    >>> np.mean((1 / 4 - y) ** 2).item(), y.mean(axis=0).round(1).tolist()
    (0.1875, [0.3, 0.2, 0.3, 0.3])
    """
    tenth = _checks.whole("look_back", look_back, least=10) // 10
    symbols, every = rng.integers(2, 6, (windows, look_back)), np.arange(windows)
    early, middle = rng.integers(0, 2, (2, windows))
    symbols[every, rng.integers(tenth, 2 * tenth, windows)] = early
    symbols[every, rng.integers(5 * tenth, 6 * tenth, windows)] = middle
    return np.eye(6)[symbols], np.eye(4)[2 * early + middle]
