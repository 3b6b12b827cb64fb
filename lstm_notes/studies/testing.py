"""Other seeds, other days, other walks: of twenty networks what notebook 06_testing shows of a few."""

import numpy as np

from ..data import load_weather, random_walk
from ..evaluation import compare, mae
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression, persistence
from ..training import Adam
from ..windows import Scaler, split_by_time
from .record import Study

LOOK_BACK, UNITS = 30, 32
TRAINING = {"epochs": 100, "patience": 5, "progress": False}
LEARNING_RATE = 0.005
# Of each test part of the temperature: where it ends, and its days. Each has the year before it for validation.
PARTS = {
    "2015": (1461, 365),
    "from 2014-07-03": (1096, 182),
    "from 2015-01-01": (1278, 182),
    "from 2015-07-02": (1460, 182),
}
FORECASTS = ("day 1", "day 7, direct", "day 7, recursive")


def run_days(test, forecast, seed):
    """A row: a network on Seattle's temperature, `test` one of PARTS, `forecast` one of FORECASTS.

    Returns a dict: the MAE of "LSTM", "persistence" and "linear AR" for that day ahead, °C; and of the interval that
    `compare` gives for the LSTM's error over each rival's `low` and `high`.
    """
    end, days = PARTS[test]
    series, ahead = load_weather()["temp_max"][:end], 1 if forecast == "day 1" else 7
    one, week = (split_by_time(series, LOOK_BACK, horizon, validation=365, test=days) for horizon in (1, ahead))
    part = one if "recursive" in forecast else week
    model = _trained(part, series, seed)
    X, truth = week.test.X, week.test.y[:, -1:]
    if "recursive" in forecast:
        for _ in range(ahead):
            X = np.concatenate([X[:, 1:], model.predict(X)[:, None]], axis=1)
        forecasts = X[:, -1]
    else:
        forecasts = model.predict(X)[:, -1:]
    line = LinearAutoregression().fit(*week.train).predict(week.test.X)[:, -1:]
    rivals = {"persistence": persistence(week.test.X), "linear AR": line}
    found = {"LSTM": mae(forecasts, truth)} | {name: mae(each, truth) for name, each in rivals.items()}
    for name, each in rivals.items():
        interval = compare(forecasts, each, truth, block=None if ahead == 1 else 2 * ahead)
        found |= {f"{name}, low": interval.low, f"{name}, high": interval.high}
    return found


def run_walks(way, seed):
    """A row: the random walk of `seed`, 1,000 days, and a network of that seed on its "levels" or "differences".

    Returns a dict: the error of "LSTM" and of "linear AR", fed the same, over persistence's on the last 200 days, and
    "outside", the share of these days that lie beyond all training days.
    """
    walk, times = random_walk(1000, seed=seed), int(way == "differences")
    parts = split_by_time(np.diff(walk, times), LOOK_BACK, validation=200, test=200)
    fed = np.diff(walk, times)
    truth, before = walk[-200:, None], walk[-201:-1, None]
    model, line = _trained(parts, fed, seed), LinearAutoregression().fit(*parts.train)
    ratios = {
        name: mae(times * before + each.predict(parts.test.X), truth) / mae(before, truth)
        for name, each in (("LSTM", model), ("linear AR", line))
    }
    known = walk[:-400]
    return ratios | {"outside": float(np.mean((truth < known.min()) | (truth > known.max())))}


def _trained(split, series, seed):
    model = NumpyForecaster(UNITS, scaler=Scaler().fit(series[split.train.days]), seed=seed)
    model.fit(*split.train, validation=split.validation, optimizer=Adam(LEARNING_RATE), **TRAINING)
    return model


STUDIES = (
    Study(
        "days",
        run_days,
        settings=[
            *({"test": "2015", "forecast": forecast} for forecast in FORECASTS),
            *({"test": test, "forecast": "day 1"} for test in list(PARTS)[1:]),
        ],
        seeds=range(20),
    ),
    Study("walks", run_walks, settings=[{"way": way} for way in ("levels", "differences")], seeds=range(20)),
)
