"""Of many seeds, what three can only suggest: the temperature, the walk and the trend of notebooks
07_misconceptions and 07b_more_misconceptions."""

import numpy as np

from ..cell import lstm_forward
from ..data import load_weather, random_walk, sine_with_trend
from ..evaluation import lag_correlation, mae
from ..forecaster import NumpyForecaster
from ..network import NetworkWeights, loss_and_gradient, network_forward
from ..rivals import LinearAutoregression, persistence
from ..training import Adam, batches, train_steps
from ..variants import StatefulForecaster
from ..windows import Scaler, split_by_time
from .record import Study

NETWORK = {"look_back": 14, "units": 8, "learning_rate": 0.01, "epochs": 20}
OWN = {"windows": 12, "epochs": 150}  # networks that are trained on one window each
TREND = {"look_back": 25, "days": 600, "slope": 0.02, "epochs": 12}
WALK = {"look_back": 10, "days": 1000, "epochs": 3}
DROPOUT = 0.2


def run(seed):
    """Errors of day 1 over persistence's, where nothing else is said: on the temperature's test year, a random walk's
    last 200 days, and a trend with a season.

    Temperature. `all windows`, `1 window`, `10 windows`, `100 windows`: trained on so many, with as many updates; `own
    weights`: the mean of twelve networks, each trained long on one window, and `own window` the largest error of one of
    them there, °C. `in order`: not shuffled. `days mixed`: the days of each window in another order, in the test
    alone; `and trained so`: in both. `carried`: each window begins with the states that the one before left; `order
    moves`: by how much another order of the windows then moves a forecast at most, °C, and `rows move` the same where
    states go on from batch to batch; `left`: the share of a carried C that is there after 14 days. `masks move`: how
    far twenty forecasts of a window part at most with the masks of dropout, five windows, °C. `day 7`: of forecasts put
    at the window's end, over persistence's for that day, and `grows` its error over that of day 1.

    Walk. `walk`, of a network that forecasts the change; its `walk R²`; `walk direction`, the share of days on which it
    is right; `walk copies`, the correlation with the day before less that with the day itself.

    Trend. `levels`, `differences`, `line`: an LSTM on either, a linear autoregression on levels. `ceiling`: how far
    above the highest test day the head of the LSTM on levels could reach, `short`: how far below it its highest
    forecast stays.
    """
    return {**_temperature(seed), **_walk(seed), **_trend(seed)}


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
    days, windows = (np.random.default_rng(seed).permutation(n) for n in (look_back, len(test.X)))
    forecasts = {
        "all windows": model.predict(test.X),
        "in order": _trained(X, y, seed, scaler, shuffle=False).predict(test.X),
        "days mixed": model.predict(test.X[:, days]),
        "and trained so": _trained(X[:, days], y, seed, scaler).predict(test.X[:, days]),
        "carried": _carrying(model, scaler, test.X),
    }
    updates = NETWORK["epochs"] * -(-len(X) // 32)
    for number in (1, 10, 100):
        pick = np.random.default_rng(seed).choice(len(X), number, replace=False)
        few = _trained(X[pick], y[pick], seed, scaler, round(updates / np.ceil(number / 32)))
        forecasts[f"{number} window{'s' * (number > 1)}"] = few.predict(test.X)
    found = {name: mae(forecast, test.y) / copied for name, forecast in forecasts.items()}

    chosen = np.linspace(0, len(X) - 1, OWN["windows"]).astype(int)
    own = [_trained(X[k : k + 1], y[k : k + 1], seed, scaler, OWN["epochs"]) for k in chosen]
    found["own weights"] = np.mean([mae(each.predict(test.X), test.y) for each in own]) / copied
    found["own window"] = np.max([abs(each.predict(X[[k]]) - y[k]) for each, k in zip(own, chosen)])

    stateful = StatefulForecaster(NETWORK["units"], look_back=look_back, scaler=scaler, seed=seed).build()
    stateful.set_weights([model.vector])
    rows = [stateful.reset_state().predict(each) for each in (test.X, test.X[windows])]
    moved = _carrying(model, scaler, test.X[windows])
    found["order moves"] = np.abs(moved - forecasts["carried"][windows]).max()
    found["rows move"] = np.abs(rows[1] - rows[0][windows]).max()
    trace = model.states(test.X)
    other = lstm_forward(trace.x, model.weights.lstm, h0=trace.h[:, -1], c0=trace.c[:, -1])
    found["left"] = np.abs(other.c[:, -1] - trace.c[:, -1]).mean() / np.abs(trace.c[:, -1]).mean()
    found["masks move"] = _masks(X, y, test.X[:5], scaler, seed)

    week, ahead = test.X[:-6], []
    for day in range(7):
        week = np.concatenate([week[:, 1:], model.predict(week)[:, None]], axis=1)
        ahead.append(mae(week[:, -1], test.y[day : len(test.y) - 6 + day]))
    copied = mae(persistence(test.X[:-6]), test.y[6:])
    return found | {"day 7": ahead[6] / copied, "grows": ahead[6] / ahead[0]}


def _carrying(model, scaler, X):
    weights, h, c, forecasts = model.weights, None, None, []
    for window in scaler.transform(X):
        trace = lstm_forward(window[None], weights.lstm, h, c)
        h, c = trace.h[:, -1], trace.c[:, -1]
        forecasts.append(h @ weights.head_kernel + weights.head_bias)
    return scaler.inverse_transform(np.concatenate(forecasts))


def _masks(X, y, some, scaler, seed):
    rng, weights = np.random.default_rng(seed), NetworkWeights.initial(1, NETWORK["units"], 1, seed)
    X, y, some = map(scaler.transform, (X, y, some))

    def masked():
        mask = (rng.random(NETWORK["units"]) >= DROPOUT) / (1 - DROPOUT)
        *lstm, head_kernel, head_bias = weights.arrays()
        return mask[:, None], weights.copy().assign([*lstm, head_kernel * mask[:, None], head_bias])

    def slope(x, y, weights):
        mask, network = masked()
        loss, gradient = loss_and_gradient(x, y, network)
        gradient.head_kernel *= mask
        return loss, gradient

    order = (rows for _ in range(NETWORK["epochs"]) for rows in batches(rng.permutation(len(X)), 32))
    for _ in train_steps(slope, weights, ((X[rows], y[rows]) for rows in order), Adam(NETWORK["learning_rate"])):
        pass  # asking for the next batch makes the update
    forecasts = [scaler.inverse_transform(network_forward(some, masked()[1])[0]) for _ in range(20)]
    return np.ptp(forecasts, axis=0).max()


def _walk(seed):
    walk = random_walk(WALK["days"], seed=seed)
    parts = split_by_time(np.diff(walk), WALK["look_back"], validation=100, test=200)
    model = _trained(*parts.train, seed, Scaler().fit(parts.train.y), WALK["epochs"])
    today, truth = walk[parts.test.first], walk[parts.test.first + 1]
    forecast = today + model.predict(parts.test.X)[:, 0]
    before, same = lag_correlation(forecast[:, None], truth[:, None], today[:, None, None])
    return {
        "walk": mae(forecast, truth) / mae(today, truth),
        "walk R²": 1 - np.mean((truth - forecast) ** 2) / truth.var(),
        "walk direction": np.mean((forecast > today) == (truth > today)),
        "walk copies": before - same,
    }


def _trend(seed):
    levels = sine_with_trend(TREND["days"], slope=TREND["slope"], seed=seed)
    truth, copied = levels[-100:, None], mae(levels[-101:-1], levels[-100:])
    ratios = {}
    for times, name in enumerate(("levels", "differences")):
        parts = split_by_time(np.diff(levels, times), TREND["look_back"], validation=100, test=100)
        model = _trained(*parts.train, seed, Scaler().fit(parts.train.y), TREND["epochs"])
        today = levels[parts.test.first][:, None] if times else 0
        forecast = today + model.predict(parts.test.X)
        ratios[name] = mae(forecast, truth) / copied
        if not times:
            line = LinearAutoregression().fit(*parts.train)
            ratios["line"] = mae(line.predict(parts.test.X), truth) / copied
            reach = np.abs(model.weights.head_kernel).sum() + model.weights.head_bias  # every h at ±1
            ratios["ceiling"] = (model.scaler.inverse_transform(reach) - truth.max()).item()
            ratios["short"] = truth.max() - forecast.max()
    return ratios


STUDY = Study("myths", run, settings=[{}], seeds=range(20), version=2)
