"""A fair contest on one series: every method sees the same windows, has four settings to choose from on the validation
days, and is judged on the same test days. Taught in notebook 06b_worth_it."""

from dataclasses import dataclass, replace

import numpy as np

from .. import _checks
from ..evaluation import compare, mae
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression, boosting, kernel_ridge, mlp
from ..training import Adam
from ..windows import Scaler

# What each method may choose from on the validation days, four settings each; γ in units of 1 / (look_back · features).
# The autoregression, which costs a solve, has as many as there are orders.
CHOICES = {
    "LSTM": [{"units": units} for units in (4, 8, 16, 32)],
    "MLP": [{"alpha": alpha} for alpha in (0.1, 1.0, 10.0, 100.0)],
    "boosting": [{"max_leaf_nodes": leaves} for leaves in (2, 4, 8, 16)],
    "kernel ridge": [{"alpha": alpha, "gamma": gamma} for gamma in (0.1, 1.0) for alpha in (0.03, 0.3)],
}
MLPS = 5  # of at most so many seeds; it is a rival, and each costs as much as an LSTM
ORDERS = (1, 2, 3, 5, 7, 10, 14, 20, 30)
RIVALS = ("linear AR", "MLP", "boosting", "kernel ridge")
TRAINING = {"epochs": 100, "optimizer": Adam(0.005), "patience": 5, "progress": False}


@dataclass(frozen=True)
class Contest:
    """What came of a contest: `forecasts`, method → array (windows, 1), or a list of such, one for each network;
    `choices`, method → the number of the setting it chose; `y` (windows, 1), the truth."""

    forecasts: dict
    choices: dict
    y: np.ndarray

    def row(self):
        """The contest as numbers, a row of a study: the MAE of each method (of several networks a list, and that of
        their mean forecast, the "ensemble"), the setting each chose, and "LSTM against" each other method [ratio, low,
        high, detectable] of `compare`, for the networks as they are and for the ensemble."""
        ensemble = np.mean(self.forecasts["LSTM"], axis=0)
        row = {"ensemble": mae(ensemble, self.y)}
        for method, each in self.forecasts.items():
            row[method] = [mae(one, self.y) for one in each] if isinstance(each, list) else mae(each, self.y)
        row |= {f"{method} chose": number for method, number in self.choices.items()}
        for rival, each in self.forecasts.items():
            if rival != "LSTM":
                row[f"LSTM against {rival}"] = _interval(self.forecasts["LSTM"], each, self.y)
                row[f"ensemble against {rival}"] = _interval(ensemble, each, self.y)
        return row


def contest(split, days, free, *, seeds):
    """The LSTM, a linear autoregression, an MLP, boosting and kernel ridge on one series.

    Parameters
    ----------
    split : Split whose `y` is (windows, 1), the first of the features
    days : array (time,) or (time, features), the training days, for the scaler of the LSTM
    free : forecasts for the test windows that take no fit, a dict of name → array (windows, 1)
    seeds : of the networks; with the first of them each setting is tried

    A setting is chosen by the MAE on the validation days, the LSTM's epochs by its loss there; all are fitted to
    squares. Nothing sees the test days before all is chosen. Returns a Contest.

        steps = np.diff(random_walk(121))
        split = split_by_time(steps, look_back=5, validation=30, test=30)
        contest(split, steps[split.train.days], {"as today": np.zeros((30, 1))}, seeds=range(2)).row()

    Raises ImportError where scikit-learn, which has most of the rivals, is not installed.
    """
    scaler = Scaler().fit(days)

    def lstm(seed, units):
        model = NumpyForecaster(units, scaler=scaler, target=0, seed=seed)
        model.fit(*split.train, validation=split.validation, **TRAINING)
        return model

    def fitted(model):
        return model.fit(*split.train)

    def best(make, method):
        """The number of the setting with the least error on the validation days, and what was made with it."""
        tried = [make(seeds[0], **setting) for setting in CHOICES[method]]
        errors = [mae(model.predict(split.validation.X), split.validation.y) for model in tried]
        return int(np.argmin(errors)), tried[int(np.argmin(errors))]

    makes = {
        "LSTM": lstm,
        "MLP": lambda seed, **setting: fitted(mlp(seed=seed, **setting)),
        "boosting": lambda seed, **setting: fitted(boosting(seed=seed, **setting)),
        "kernel ridge": lambda seed, alpha, gamma: fitted(kernel_ridge(alpha, gamma=gamma / split.train.X[0].size)),
    }
    orders = [order for order in ORDERS if order <= split.train.X.shape[1]]
    line = LinearAutoregression.chosen(split.train, split.validation, orders, mae)
    forecasts, choices = {"LSTM": None, "linear AR": line.predict(split.test.X)}, {"linear AR": line.order}
    for method, make in makes.items():
        number, first = best(make, method)
        choices[method], forecasts[method] = number, first.predict(split.test.X)
        if method in ("LSTM", "MLP"):  # which start from random weights
            more = seeds[1:] if method == "LSTM" else seeds[1:MLPS]
            others = [make(seed, **CHOICES[method][number]).predict(split.test.X) for seed in more]
            forecasts[method] = [forecasts[method], *others]
    return Contest(forecasts | free, choices, split.test.y)


def of_one_day(split, horizon=1):
    """The Split asked for the first feature on the last of `horizon` days alone: every `y` (windows, 1).

    >>> from lstm_notes import split_by_time
    >>> series = np.arange(80.0).reshape(40, 2)
    >>> split = split_by_time(series, look_back=5, horizon=3, validation=10, test=10)
    >>> of_one_day(split, horizon=3).test.y[0].tolist()                        # days 30 … 32, of which the last
    [64.0]
    """
    horizon = _checks.whole("horizon", horizon)
    parts = []
    for part in (split.train, split.validation, split.test):
        y = part.y[:, horizon - 1 : horizon]
        parts.append(replace(part, y=y[:, :, 0] if y.ndim == 3 else y))
    return type(split)(*parts)


def _interval(forecast, rival, y):
    found = compare(forecast, rival, y)
    return [found.ratio, found.low, found.high, found.detectable]
