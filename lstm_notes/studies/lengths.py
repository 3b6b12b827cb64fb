"""Histories of several lengths: a network that has only seen windows of 30 days, and one that has seen all lengths up
to 30, asked with fewer days. Taught in notebook 09b_in_practice."""

import numpy as np

from ..data import load_weather
from ..evaluation import compare, mae
from ..forecaster import NumpyForecaster
from ..network import loss_and_gradient
from ..rivals import LinearAutoregression, persistence
from ..windows import Scaler, split_by_time
from .contest import TRAINING
from .record import Study

LOOK_BACK, UNITS = 30, 16
LENGTHS = (1, 2, 3, 5, 7, 14, 30)  # days that are there when the network is asked
SERIES = (
    ("Seattle", "temp_max"),
    ("Seattle", "temp_min"),
    ("Seattle", "wind"),
    ("New York", "temp_max"),
    ("New York", "temp_min"),
)


class AnyLength(NumpyForecaster):
    """A forecaster that learns from histories of all lengths: each batch is cut to the last 1, 2, … or all days of its
    windows, drawn anew. A batch has one length, so nothing is padded; for early stopping the loss is the mean over
    LENGTHS."""

    def _loss_and_gradient(self, X, y, weights):
        return loss_and_gradient(X[:, -self._rng.integers(1, X.shape[1] + 1) :], y, weights)

    def loss(self, X, y):
        """Mean MSE over LENGTHS."""
        return float(np.mean([super(AnyLength, self).loss(X[:, -days:], y) for days in LENGTHS]))


def run_lengths(city, column, seed):
    """A row: two networks of `seed` on one of SERIES, with 2014 for validation, asked for the days of 2015 with the
    last 1, 2, … days before them (LENGTHS).

    Returns a dict of lists, a number a length: the MAE of the network of 30 days, "cut" to what is there, or filled up
    to 30 days with zeros of the scaled series, "zeros before" or "zeros behind"; of the network of "all lengths"; of a
    linear autoregression for each length, "linear AR"; `low` and `high` of the interval of all lengths over each of
    "cut" and "linear AR". And of persistence, one number.
    """
    series = load_weather(city)[column]
    split = split_by_time(series, LOOK_BACK, validation=365, test=365)
    scaler = Scaler().fit(series[split.train.days])
    (X, y), known = split.test, (split.train, split.validation)
    usual, ready = (Engine(UNITS, scaler=scaler, seed=seed) for Engine in (NumpyForecaster, AnyLength))
    for model in (usual, ready):
        model.fit(*known[0], validation=known[1], **TRAINING)
    mean, found = scaler.mean.item(), {}
    for days in LENGTHS:
        window, nothing = X[:, -days:], np.full((len(X), LOOK_BACK - days, 1), mean)
        forecasts = {
            "cut": usual.predict(window),
            "zeros before": usual.predict(np.concatenate([nothing, window], axis=1)),
            "zeros behind": usual.predict(np.concatenate([window, nothing], axis=1)),
            "all lengths": ready.predict(window),
            "linear AR": LinearAutoregression(days).fit(*known[0]).predict(window),
        }
        row = {name: mae(each, y) for name, each in forecasts.items()}
        for rival in ("cut", "linear AR"):
            interval = compare(forecasts["all lengths"], forecasts[rival], y)
            row |= {f"over {rival}, low": interval.low, f"over {rival}, high": interval.high}
        for name, number in row.items():
            found.setdefault(name, []).append(number)
    return found | {"persistence": mae(persistence(X), y)}


STUDY = Study(
    "lengths",
    run_lengths,
    settings=[{"city": city, "column": column} for city, column in SERIES],
    seeds=range(20),
)
