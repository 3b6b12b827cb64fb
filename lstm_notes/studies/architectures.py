"""What do layers, two directions, attention gain, with as many parameters? Taught in notebook 11b_what_they_gain."""

import numpy as np

from ..data import load_weather, mackey_glass
from ..evaluation import LOSSES, compare
from ..rivals import persistence
from ..training import Adam
from ..variants import (
    AttentionNetwork,
    BidirectionalNetwork,
    GRUNetwork,
    LSTMNetwork,
    NetworkForecaster,
    StackedNetwork,
    units_for,
)
from ..windows import Scaler, split_by_time
from .contest import TRAINING, fitted_rivals
from .record import Study

LOOK_BACK = 30
UNITS = 16  # of the plain LSTM; the others have as many units as come closest to its parameters
RATES = (0.002, 0.01)  # of which each network takes the one with the lower validation loss
NETWORKS = {
    "LSTM": LSTMNetwork,
    "stacked": StackedNetwork,
    "bidirectional": BidirectionalNetwork,
    "attention": AttentionNetwork,
    "GRU": GRUNetwork,
}
SERIES = ("Seattle temp_max", "Seattle temp_min", "Seattle wind", "New York temp_max", "New York wind", "Mackey-Glass")
SEEDS = 20


def architecture_series(name):
    """A series of SERIES, (time,); Mackey-Glass's has 1,461 days, too, and noise.

    >>> [len(architecture_series(name)) for name in ("New York wind", "Mackey-Glass")]
    [1461, 1461]
    """
    if name == "Mackey-Glass":
        return mackey_glass(1461, noise=0.1, seed=0)
    city, column = name.rsplit(" ", 1)
    return load_weather(city)[column]


def sizes(parameters=None, features=1):
    """Of each of NETWORKS its units and parameters: those closest to `parameters`, if left out the plain LSTM's.

    >>> sizes()["bidirectional"]
    (11, 1167)
    """
    if parameters is None:
        parameters = LSTMNetwork(features, UNITS, 1).vector.size
    units = {name: units_for(network, parameters, features, 1) for name, network in NETWORKS.items()}
    return {name: (units[name], network(features, units[name], 1).vector.size) for name, network in NETWORKS.items()}


def trained_network(name, split, scaler, seed, **more):
    """The network `name` of NETWORKS on a split, a NetworkForecaster, to which `more` goes; and its learning rate, that
    of RATES with the lower validation loss."""
    units, _ = sizes(features=split.train.X.shape[2])[name]
    tried = []
    for rate in RATES:
        model = NetworkForecaster(NETWORKS[name], units, scaler=scaler, seed=seed, **more)
        model.fit(*split.train, validation=split.validation, **TRAINING | {"optimizer": Adam(rate)})
        tried.append((model, rate))
    return min(tried, key=lambda each: min(each[0].history.validation_loss))


def mean_error(forecast, y, error="absolute"):
    """The mean error of a forecast, a float; of a list of them, a list. `error` is as in `compare`.

    >>> mean_error([np.array([[1.0], [5.0]]), np.zeros((2, 1))], np.zeros((2, 1)), "squared")
    [13.0, 0.0]
    """
    if isinstance(forecast, list):
        return [mean_error(each, y, error) for each in forecast]
    return float(LOSSES[error](forecast - y).mean())


def error_ratio(forecasts, rivals, y, error="absolute"):
    """The error of several networks over that of a rival, with both lucks: [ratio, low, high].

    `forecasts`, `rivals` and `error` are as in `compare`, whose interval speaks of other days alone. The spread of
    the seeds of either is added to it, squares to squares, in logarithms: other networks on other days.

    >>> y = np.random.default_rng(0).normal(size=(200, 1))
    >>> ratio, low, high = error_ratio([0.5 * y, 0.6 * y], y * 0, y)
    >>> round(ratio, 2), low < ratio < high
    (0.45, True)
    """
    found = compare(forecasts, rivals, y, error=error)
    center, low, high = np.log([found.ratio, found.low, found.high])
    seeds = 0.0
    for several in (forecasts, rivals):
        if isinstance(several, list):
            errors = np.log(mean_error(several, y, error))
            seeds += (1.96 * errors.std(ddof=1)) ** 2 / len(errors)
    ends = center - np.hypot(center - low, seeds**0.5), center + np.hypot(high - center, seeds**0.5)
    return [float(np.exp(each)) for each in (center, *ends)]


def run_architectures(series, seed):
    """A row: twenty networks of each kind, of the seeds from `seed` on, the rivals of notebook 06b and persistence on
    the last 365 days of a series; the 365 before are for validation.

    Returns a dict: of each the MAE in the series' unit, of several a list; of each but the LSTM "… against LSTM", its
    error_ratio; and how many networks of a kind chose the higher rate.
    """
    values = architecture_series(series)
    split = split_by_time(values, LOOK_BACK, validation=365, test=365)
    scaler, (X, y) = Scaler().fit(values[split.train.days]), split.test
    seeds = range(seed, seed + SEEDS)
    models = {name: [trained_network(name, split, scaler, each) for each in seeds] for name in NETWORKS}
    forecasts = {name: [model.predict(X) for model, _ in several] for name, several in models.items()}
    forecasts |= fitted_rivals(split, seeds)[1] | {"persistence": persistence(X)}
    found = {name: mean_error(each, y) for name, each in forecasts.items()}
    found |= {
        f"{name} against LSTM": error_ratio(several, forecasts["LSTM"], y)
        for name, several in forecasts.items()
        if name != "LSTM"
    }
    fast = {name: [rate == max(RATES) for _, rate in several] for name, several in models.items()}
    return found | {f"{name} fast": sum(chose) for name, chose in fast.items()}


STUDY = Study(
    "architectures",
    run_architectures,
    settings=[{"series": name} for name in SERIES],
    seeds=[0],
    varies=0.02,
)
