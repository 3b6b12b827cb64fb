"""Other seeds, other days, other walks: of twenty networks what notebooks 06, 06b and 06c show of a few."""

import numpy as np

from ..data import load_weather, random_walk, toy_days
from ..evaluation import compare, diebold_mariano, lag_correlation, mae
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression, persistence
from ..training import Adam
from ..windows import Scaler, make_windows, split_by_time
from .contest import trained
from .record import Study

LOOK_BACK = 30
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
    model = trained(part, series, seed)
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


def run_copying(seed):
    """A row: a network on Seattle's temperature, and whether it copies the day before, in 2015.

    Returns a dict: "toy", what a network of 8 units that has learnt Days 1–10 says of Day 11; "validation", the MAE
    over persistence's in 2014; "p" of the test of Diebold and Mariano against persistence, and "squared, high", where
    the interval of the squared errors' ratio ends; "lag", how much more the forecasts correlate with the day before
    than with the day itself; "change", the correlation of forecast and measured changes from the day before, and
    "alike", that of the forecast changes and those of a linear autoregression on last day and mean of the window;
    "nearer", the share of days on which the network is nearer than persistence.
    """
    series = load_weather()["temp_max"]
    split = split_by_time(series, LOOK_BACK, validation=365, test=365)
    model, line = trained(split, series, seed), LinearAutoregression().fit(_day_and_mean(split.train.X), split.train.y)
    (X, y), (X_before, y_before) = split.test, split.validation
    forecasts, naive, today = model.predict(X), persistence(X), X[:, -1]
    lag, changes = lag_correlation(forecasts, y, X), (forecasts - today)[:, 0]
    drawn = (line.predict(_day_and_mean(X)) - today)[:, 0]
    return {
        "toy": _day_11(seed),
        "validation": mae(model.predict(X_before), y_before) / mae(persistence(X_before), y_before),
        "p": diebold_mariano(forecasts, naive, y)[1],
        "squared, high": compare(forecasts, naive, y, error="squared").high,
        "lag": lag.before - lag.same,
        "change": np.corrcoef(changes, (y - today)[:, 0])[0, 1],
        "alike": np.corrcoef(changes, drawn)[0, 1],
        "nearer": np.mean(np.abs(forecasts - y) < np.abs(naive - y)),
    }


def _day_and_mean(X):
    return np.stack([X[:, -1], X.mean(axis=1)], axis=1)


def _day_11(seed):
    days = toy_days(10)
    model = NumpyForecaster(8, scaler=Scaler().fit(days), seed=seed)
    X, y = make_windows(days, 3)
    model.fit(X, y, epochs=300, batch_size=7, optimizer=Adam(0.02), progress=False)
    return model.predict(days[None, 7:, None]).item()


def run_walks(way, seed):
    """A row: the random walk of `seed`, 1,000 days, and a network of that seed on its "levels" or "differences".

    Returns a dict: the error of "LSTM" and of "linear AR", fed the same, over persistence's on the last 200 days, and
    "outside", the share of these days that lie beyond all training days.
    """
    walk, times = random_walk(1000, seed=seed), int(way == "differences")
    parts = split_by_time(np.diff(walk, times), LOOK_BACK, validation=200, test=200)
    fed = np.diff(walk, times)
    truth, before = walk[-200:, None], walk[-201:-1, None]
    model, line = trained(parts, fed, seed), LinearAutoregression().fit(*parts.train)
    ratios = {
        name: mae(times * before + each.predict(parts.test.X), truth) / mae(before, truth)
        for name, each in (("LSTM", model), ("linear AR", line))
    }
    known = walk[:-400]
    return ratios | {"outside": float(np.mean((truth < known.min()) | (truth > known.max())))}


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
    Study("copying", run_copying, settings=[{}], seeds=range(20)),
    Study("walks", run_walks, settings=[{"way": way} for way in ("levels", "differences")], seeds=range(20)),
)
