"""A famous example again: the airline passengers, with an LSTM as a tutorial sets it up, and with one that is asked for
the growth. Taught in notebook 06b_worth_it."""

import numpy as np

from ..data import load_passengers
from ..evaluation import mae, rmse
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression
from ..training import Adam
from ..windows import Scaler, make_windows, split_by_time
from .record import Study

TESTED = 48  # months, 1957 to 1960: the last third
SETUPS = ("levels", "growth")


def passengers_forecast(setup, seed):
    """An LSTM's forecasts of the last 48 months, each a month ahead: (48,), in thousands.

    `setup` "levels" is the one that many tutorials have: 4 units, one month goes in, all 144 months scaled to 0 … 1,
    the tested ones too, 100 epochs of batches of one window, Adam's own rate. "growth" asks for the logarithm of the
    growth on the same month a year before, from the twelve growths before it: 8 units, a scaler of the training months,
    and the last 24 months before the test to stop by.

    >>> passengers_forecast("growth", seed=0).shape
    (48,)
    """
    passengers = load_passengers()["passengers"]
    if setup == "growth":
        split = growth_split()
        model = NumpyForecaster(8, scaler=Scaler().fit(growth()[split.train.days]), seed=seed)
        options = {"epochs": 200, "optimizer": Adam(0.005), "patience": 10}
        model.fit(*split.train, validation=split.validation, progress=False, **options)
        return grown(model.predict(split.test.X))
    if setup != "levels":
        raise ValueError(f"setup is {setup!r}; one of {SETUPS} is needed")
    scaler, low, high = Scaler(), passengers.min(), passengers.max()
    scaler.mean, scaler.scale = np.array([low]), np.array([high - low])
    model = NumpyForecaster(4, scaler=scaler, seed=seed)
    X, y = make_windows(passengers, look_back=1)
    options = {"epochs": 100, "batch_size": 1, "optimizer": Adam(0.001)}
    model.fit(X[:-TESTED], y[:-TESTED], progress=False, **options)
    return model.predict(X[-TESTED:])[:, 0]


def growth():
    """The logarithm of each month's passengers over those of the same month a year before: (132,)."""
    logs = np.log(load_passengers()["passengers"])
    return logs[12:] - logs[:-12]


def growth_split():
    """The growths as a Split: windows of twelve, 24 months for validation, the last 48 for the test."""
    return split_by_time(growth(), 12, validation=24, test=TESTED)


def grown(forecast):
    """Forecasts of the growth in the tested months, (48, 1), as passengers (48,)."""
    return load_passengers()["passengers"][-TESTED - 12 : -12] * np.exp(np.reshape(forecast, -1))


def passengers_rivals():
    """Forecasts of the same 48 months that cost nothing or a solve: a dict of name → (48,), in thousands."""
    passengers, split = load_passengers()["passengers"], growth_split()
    line = LinearAutoregression.chosen(split.train, split.validation, (1, 2, 3, 6, 12), mae)
    return {
        "as the month before": passengers[-TESTED - 1 : -1],
        "as a year ago": passengers[-TESTED - 12 : -12],
        "as a year ago, grown as the month before": grown(split.test.X[:, -1]),
        "linear AR on the growth": grown(line.predict(split.test.X)),
    }


def run(setup, seed):
    """A row of the study: errors, in thousands of passengers, and the forecast of each tested month."""
    forecast, truth = passengers_forecast(setup, seed), load_passengers()["passengers"][-TESTED:]
    return {"mae": mae(forecast, truth), "rmse": rmse(forecast, truth), "forecast": forecast.tolist()}


STUDY = Study("airline", run, settings=[{"setup": setup} for setup in SETUPS], seeds=range(20))
