"""How is another network trained as a forecaster? By the same verbs. Taught in notebook 11b_what_they_gain."""

import numpy as np

from ..forecaster import NumpyForecaster
from ..training import batches

AT_A_TIME = 512  # windows, since a trace keeps every step of every window it is given


class Experiment(NumpyForecaster):
    """A forecaster that is fitted and asked, and nothing else: it is no LSTM as the files know it."""

    # What is trained is `vector`, this object's own.
    _trained = property(lambda self: self)

    def get_weights(self):
        return [self.vector.copy()]

    def set_weights(self, arrays):
        self.vector[:] = arrays[0]

    def save(self, path):
        """Not there: this is an experiment."""
        raise NotImplementedError("only a NumpyForecaster or a KerasForecaster is saved and loaded")

    @classmethod
    def load(cls, path):
        """Not there: this is an experiment."""
        raise NotImplementedError("only a NumpyForecaster or a KerasForecaster is saved and loaded")

    def states(self, X):
        """Not there: this is an experiment."""
        raise NotImplementedError("an experiment has no one Trace of a window")

    @property
    def weights(self):
        """Not there: this is an experiment."""
        raise AttributeError("an experiment has no one set of weights; all of them are in `vector`")


class NetworkForecaster(Experiment):
    """A forecaster around a recurrent network of `variants`: the same batches, optimiser and stopping for all. Notebook
    11b.

    `network` is the class, `units` its size, the rest as in NumpyForecaster. LSTMNetwork's is the NumpyForecaster, to
    the last bit. `network.at`, where it has one, is set with `at`.

    >>> from lstm_notes import make_windows, sine_with_trend
    >>> from lstm_notes.variants import BidirectionalNetwork
    >>> X, y = make_windows(sine_with_trend(60), look_back=5)
    >>> model = NetworkForecaster(BidirectionalNetwork, units=4)
    >>> model.fit(X, y, epochs=2).epochs, model.predict(X).shape
    (2, (55, 1))
    """

    def __init__(self, network, units, *, at=None, **settings):
        super().__init__(units, **settings)
        self.network, self.at = network, at

    def _create(self, weights):
        features, outputs = weights.lstm.features, len(weights.head_bias)
        self.net = self.network.initial(features, self.units, outputs, self.seed)
        if self.at is not None:
            self.net.at = self.at
        self.vector = self.net.vector

    def _loss_and_gradient(self, X, y, _):
        return self.net.loss_and_gradient(X, y, self.net)

    def _forecast(self, X):
        return np.concatenate([self.net.forecast(X[some]) for some in batches(np.arange(len(X)), AT_A_TIME)])

    def __repr__(self):
        return f"{type(self).__name__}({self.network.__name__}, units={self.units})"
