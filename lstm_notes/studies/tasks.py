"""Tasks that need a memory, and whose answer is known."""

import numpy as np


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
