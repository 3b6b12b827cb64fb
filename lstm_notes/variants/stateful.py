"""What if the states were never reset? Taught in notebook 07b_more_misconceptions."""

import numpy as np

from ..training import batches
from .separate import SeparateForecaster

STATEFUL_BATCH = 32


class StatefulForecaster(SeparateForecaster):
    """A forecaster whose states go on from batch to batch, as with Keras's `stateful=True`. Notebook 07b.

    The window in row k of a batch begins with the h and C that row k of the batch before it left: from epoch to epoch
    and from `fit` into `predict`, until `reset_state`. The windows are taken in the order they come in, as is usual
    then. No gradient goes back into the batch before.

    Parameters as in NumpyForecaster, `look_back`, and `separate`: whether each step has weights of its own. A batch
    holds at most 32 windows; ValueError for more.

    >>> from lstm_notes import make_windows, sine_with_trend
    >>> X, y = make_windows(sine_with_trend(60), look_back=5)
    >>> model = StatefulForecaster(units=4, look_back=5).build()
    >>> first, again = model.predict(X[:3]), model.predict(X[:3])
    >>> bool((first != again).all()), bool((model.reset_state().predict(X[:3]) == first).all())
    (True, True)
    """

    def __init__(self, units=32, *, look_back, separate=False, **settings):
        super().__init__(units, look_back=look_back, **settings)
        self.separate = separate
        self.reset_state()

    _sets = property(lambda self: self.look_back if self.separate else 1)

    def fit(self, X, y, **settings):
        """As NumpyForecaster.fit, the windows in the order they come in."""
        return super().fit(X, y, **({"shuffle": False} | settings))

    def reset_state(self):
        """Put h and C of every row back to zero; returns self."""
        self.h, self.c = np.zeros((2, STATEFUL_BATCH, self.units), self.dtype)
        return self

    def _first_states(self, windows):
        if windows > STATEFUL_BATCH:
            raise ValueError(f"the batch has {windows} windows; there are states for {STATEFUL_BATCH} rows")
        return self.h[:windows], self.c[:windows]

    def _traces(self, X):
        traces = super()._traces(X)
        self.h[: len(X)], self.c[: len(X)] = traces[-1].h[:, -1], traces[-1].c[:, -1]
        return traces

    def _forecast(self, X):
        forecast = super()._forecast
        return np.concatenate([forecast(X[rows]) for rows in batches(np.arange(len(X)), STATEFUL_BATCH)])
