"""The same forecaster, in Keras: an LSTM and a linear Dense layer behind the verbs of `forecaster`.

Taught in notebook 06_testing (switch one cell from NumPy to Keras) and 05 (the same loss curve).
"""

import numpy as np

from ._keras import load_keras
from .cell import step
from .forecaster import Forecaster
from .trace import Trace
from .training import SGD
from .weights import LSTMWeights


class KerasForecaster(Forecaster):
    """The forecaster as a Keras model; parameters and verbs as in NumpyForecaster. Notebook 06.

    `model` is the Keras model itself, once built: Sequential([LSTM(units), Dense(outputs)]). The first use imports
    TensorFlow, which takes seconds.

    >>> KerasForecaster(units=8)
    KerasForecaster(units=8, not built yet)
    """

    model = None

    def _create(self, weights):
        keras = load_keras()
        self.model = keras.Sequential([
            keras.Input((None, weights.lstm.features), dtype=self.dtype),
            keras.layers.LSTM(weights.lstm.units, dtype=self.dtype),
            keras.layers.Dense(len(weights.head_bias), dtype=self.dtype),
        ])  # fmt: skip
        self.set_weights(weights.arrays())

    def _start(self, optimizer):
        keras = load_keras()
        if isinstance(optimizer, SGD):
            theirs = keras.optimizers.SGD(optimizer.learning_rate)
        else:
            theirs = keras.optimizers.Adam(
                optimizer.learning_rate, optimizer.beta_1, optimizer.beta_2, optimizer.epsilon
            )
        self.model.compile(optimizer=theirs, loss="mse")

    def _clip(self, clip_norm):
        if self.model.optimizer.global_clipnorm != clip_norm:
            self.model.optimizer.global_clipnorm = clip_norm
            self.model.make_train_function(force=True)  # the old one was traced with the old limit

    def train_epoch(self, X, y, order, tick):
        every_batch = load_keras().callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: tick())
        windows = np.concatenate(order)
        history = self.model.fit(
            X[windows],
            y[windows],
            batch_size=len(order[0]),
            shuffle=False,  # `order` is shuffled already, the same for both engines
            epochs=1,
            verbose=0,
            callbacks=[every_batch],
        )
        return float(history.history["loss"][0])

    def _forecast(self, X):
        # Under tf.distribute each replica forecasts all windows of a batch, one replica's after the other's.
        parts = (X[k : k + 4096] for k in range(0, len(X), 4096))
        return np.concatenate([self.model.predict_on_batch(part)[: len(part)] for part in parts])

    def get_weights(self):
        return [np.array(array) for array in self.model.get_weights()]

    def set_weights(self, arrays):
        self.model.set_weights(arrays)

    def _states(self, X):
        """h and C from Keras's own cell, step by step; it does not hand out its gates, so they are computed from
        its weights and its states."""
        cell = self.model.layers[0].cell
        weights = LSTMWeights.from_keras(self.model.layers[0])
        trace = Trace.begin(X, weights)
        h, c = (np.zeros((len(X), weights.units), self.dtype) for _ in range(2))
        for t in range(X.shape[1]):
            h, (_, c) = cell(X[:, t], [h, c])
            *_, trace.gates[t] = step(weights.array, trace.inputs[t], trace.cells[t])
            trace.inputs[t + 1, : self.units], trace.cells[t + 1] = np.transpose(h), np.transpose(c)
        return trace
