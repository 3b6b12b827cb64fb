"""Of many seeds, what three can only suggest: the temperature and the trend of notebook 07_misconceptions."""

import numpy as np

from ..cell import lstm_forward
from ..data import load_weather, sine_with_trend
from ..evaluation import mae
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression, persistence
from ..training import Adam
from ..windows import Scaler, split_by_time
from .record import Study

NETWORK = {"look_back": 14, "units": 8, "learning_rate": 0.01, "epochs": 20}
TREND = {"look_back": 25, "days": 600, "slope": 0.02, "epochs": 12}


def run(seed):
    """Errors of day 1 over persistence's: on the temperature's test year, then on a trend with a season.

    `all windows`, `1 window`, `10 windows`, `100 windows`: trained on so many, with as many updates. `in order`: not
    shuffled. `days mixed`: the days of each window in another order, in the test alone; `and trained so`: in both.
    `carried`: each window begins with the states that the one before left. `day 7`: of forecasts put at the window's
    end, over persistence's for that day. `levels`, `differences`, `line`: an LSTM on either, a linear autoregression.
    """
    return {**_temperature(seed), **_trend(seed)}


def _trained(X, y, seed, scaler, epochs=NETWORK["epochs"], shuffle=True):
    model = NumpyForecaster(NETWORK["units"], scaler=scaler, seed=seed)
    optimizer = Adam(NETWORK["learning_rate"])
    model.fit(X, y, epochs=epochs, optimizer=optimizer, shuffle=shuffle, progress=False)
    return model


def _temperature(seed):
    temperature, look_back = load_weather()["temp_max"], NETWORK["look_back"]
    split = split_by_time(temperature, look_back, validation=365, test=365)
    scaler, (X, y), test = Scaler().fit(temperature[split.train.days]), split.train, split.test
    copied = mae(persistence(test.X), test.y)
    model = _trained(X, y, seed, scaler)
    order = np.random.default_rng(seed).permutation(look_back)
    forecasts = {
        "all windows": model.predict(test.X),
        "in order": _trained(X, y, seed, scaler, shuffle=False).predict(test.X),
        "days mixed": model.predict(test.X[:, order]),
        "and trained so": _trained(X[:, order], y, seed, scaler).predict(test.X[:, order]),
        "carried": _carrying(model, scaler, test.X),
    }
    updates = NETWORK["epochs"] * -(-len(X) // 32)
    for windows in (1, 10, 100):
        pick = np.random.default_rng(seed).choice(len(X), windows, replace=False)
        few = _trained(X[pick], y[pick], seed, scaler, round(updates / np.ceil(windows / 32)))
        forecasts[f"{windows} window{'s' * (windows > 1)}"] = few.predict(test.X)
    ratios = {name: mae(forecast, test.y) / copied for name, forecast in forecasts.items()}
    week = test.X[:-6]
    for _ in range(7):
        week = np.concatenate([week[:, 1:], model.predict(week)[:, None]], axis=1)
    return ratios | {"day 7": mae(week[:, -1], test.y[6:]) / mae(persistence(test.X[:-6]), test.y[6:])}


def _carrying(model, scaler, X):
    weights, h, c, forecasts = model.weights, None, None, []
    for window in scaler.transform(X):
        trace = lstm_forward(window[None], weights.lstm, h, c)
        h, c = trace.h[:, -1], trace.c[:, -1]
        forecasts.append(h @ weights.head_kernel + weights.head_bias)
    return scaler.inverse_transform(np.concatenate(forecasts))


def _trend(seed):
    levels = sine_with_trend(TREND["days"], slope=TREND["slope"], seed=seed)
    truth, copied = levels[-100:, None], mae(levels[-101:-1], levels[-100:])
    ratios = {}
    for times, name in enumerate(("levels", "differences")):
        parts = split_by_time(np.diff(levels, times), TREND["look_back"], validation=100, test=100)
        model = _trained(*parts.train, seed, Scaler().fit(parts.train.y), TREND["epochs"])
        today = levels[parts.test.first][:, None] if times else 0
        ratios[name] = mae(today + model.predict(parts.test.X), truth) / copied
        if not times:
            line = LinearAutoregression().fit(*parts.train)
            ratios["line"] = mae(line.predict(parts.test.X), truth) / copied
    return ratios


STUDY = Study("myths", run, settings=[{}], seeds=range(20))
