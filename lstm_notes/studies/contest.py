"""A fair contest on one series: every method sees the same windows, has four settings to choose from on the validation
days, and is judged on the same test days. Taught in notebook 06b_worth_it."""

from dataclasses import dataclass, replace

import numpy as np

from .. import _checks
from ..evaluation import compare, conformal_margin, coverage, in_three_words, mae
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression, boosting, kernel_ridge, mlp
from ..training import Adam
from ..windows import Scaler, Split

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
    `choices`, method → the number of the setting it chose; `held`, of "LSTM" and "linear AR", the share of the test
    days in a 90% interval of the validation days; `y` (windows, 1), the truth."""

    forecasts: dict
    choices: dict
    held: dict
    y: np.ndarray

    def row(self):
        """The contest as numbers, a row of a study: the MAE of each method (of several networks a list, and that of
        their mean forecast, the "ensemble"); what each "chose" and "held"; "LSTM against" each other method [ratio,
        low, high, detectable] of `compare`, for the networks as they are and for the ensemble; and "LSTM refitted
        against linear AR refitted"."""
        networks = self.forecasts["LSTM"]
        ensemble = np.mean(networks, axis=0)
        row = {"ensemble": mae(ensemble, self.y)}
        for method, each in self.forecasts.items():
            row[method] = [mae(one, self.y) for one in each] if isinstance(each, list) else mae(each, self.y)
        row |= {f"{method} chose": number for method, number in self.choices.items()}
        row |= {f"{method} held": share for method, share in self.held.items()}
        for other, each in self.forecasts.items():
            if other != "LSTM":
                row[f"LSTM against {other}"] = self._interval(networks, each)
                row[f"ensemble against {other}"] = self._interval(ensemble, each)
        again, line = "LSTM refitted", "linear AR refitted"
        row[f"{again} against {line}"] = self._interval(self.forecasts[again], self.forecasts[line])
        return row

    def by_day(self, methods):
        """The absolute error of each test day, three digits of it, the mean over a method's networks: a dict of "LSTM
        by day", … → list (windows,)."""
        errors = {method: np.abs(np.asarray(self.forecasts[method]) - self.y) for method in methods}
        return {
            f"{method} by day": [float(f"{day:.3g}") for day in each.reshape(-1, len(self.y)).mean(axis=0)]
            for method, each in errors.items()
        }

    def _interval(self, forecast, rival):
        found = compare(forecast, rival, self.y)
        return [found.ratio, found.low, found.high, found.detectable]


def contest(split, days, free, *, seeds):
    """The LSTM, a linear autoregression, an MLP, boosting and kernel ridge on one series.

    Parameters
    ----------
    split : Split whose `y` is (windows, 1), the first of the features
    days : array (time,) or (time, features), the training days, for the scaler of the LSTM
    free : forecasts for the test windows that take no fit, a dict of name → array (windows, 1); the first of them is
        what is averaged with the LSTM's
    seeds : of the networks; with the first of them each setting is tried

    A setting is chosen by the MAE on the validation days, the LSTM's epochs by its loss there; all are fitted to
    squares. Nothing sees the test days before all is chosen. LSTM and linear AR are there once more, "refitted" with
    what they chose to training and validation days together; and the LSTM's forecasts averaged with the first of the
    free ones, and with the linear AR's. Returns a Contest.

        steps = np.diff(random_walk(121))
        split = split_by_time(steps, look_back=5, validation=30, test=30)
        contest(split, steps[split.train.days], {"as today": np.zeros((30, 1))}, seeds=range(2)).row()

    Raises ImportError where scikit-learn, which has most of the rivals, is not installed.
    """
    X, y = split.test.X, split.test.y
    scaler = Scaler().fit(days)

    def lstm(seed, units):
        model = NumpyForecaster(units, scaler=scaler, target=0, seed=seed)
        model.fit(*split.train, validation=split.validation, **TRAINING)
        return model

    def holds(model):
        margin = conformal_margin(split.validation.y - model.predict(split.validation.X))
        return coverage(model.predict(X), margin, y).item()

    number, first = _best(lstm, "LSTM", split, seeds[0])
    networks = [first, *(lstm(seed, **CHOICES["LSTM"][number]) for seed in seeds[1:])]
    line, others, chose = fitted_rivals(split, seeds)
    forecasts = {"LSTM": [model.predict(X) for model in networks]} | others
    choices = {"linear AR": line.order, "LSTM": number} | chose
    held = {"LSTM": float(np.mean([holds(model) for model in networks])), "linear AR": holds(line)}

    today = next(iter(free))
    for other, each in ((today, free[today]), ("linear AR", forecasts["linear AR"])):
        forecasts[f"LSTM and {other}"] = [(one + each) / 2 for one in forecasts["LSTM"]]
    forecasts |= _refitted(split, networks, line, scaler)
    return Contest(forecasts | free, choices, held, y)


def fitted_rivals(split, seeds):
    """RIVALS on a split, as in `contest`: the line; their forecasts for the test windows, those of the MLP a list; and
    which setting those that have CHOICES chose."""
    orders = [order for order in ORDERS if order <= split.test.X.shape[1]]
    line = LinearAutoregression.chosen(split.train, split.validation, orders, mae)
    forecasts, choices = {"linear AR": line.predict(split.test.X)}, {}

    def fitted(make):
        return lambda seed, **setting: make(seed=seed, **setting).fit(*split.train)

    def smooth(seed, alpha, gamma):
        return kernel_ridge(alpha, gamma=gamma / split.test.X[0].size)

    makes = {"MLP": fitted(mlp), "boosting": fitted(boosting), "kernel ridge": fitted(smooth)}
    for method, make in makes.items():
        choices[method], first = _best(make, method, split, seeds[0])
        forecasts[method] = first.predict(split.test.X)
        if method == "MLP":  # which starts from random weights
            others = [make(seed, **CHOICES[method][choices[method]]).predict(split.test.X) for seed in seeds[1:MLPS]]
            forecasts[method] = [forecasts[method], *others]
    return line, forecasts, choices


def _best(make, method, split, seed):
    """The number of the setting with the least error on the validation days, and what was made with it."""
    tried = [make(seed, **setting) for setting in CHOICES[method]]
    errors = [mae(model.predict(split.validation.X), split.validation.y) for model in tried]
    return int(np.argmin(errors)), tried[int(np.argmin(errors))]


def _refitted(split, networks, line, scaler):
    """Forecasts for the test windows by networks and line of the same settings, fitted on training and validation."""
    known = [np.concatenate(pair) for pair in zip(split.train, split.validation)]
    forecasts = []
    for chosen in networks:
        model = NumpyForecaster(chosen.units, scaler=scaler, target=0, seed=chosen.seed)
        model.fit(*known, **TRAINING | {"epochs": chosen.history.best_epoch, "patience": None})
        forecasts.append(model.predict(split.test.X))
    again = LinearAutoregression(line.order).fit(*known)
    return {"LSTM refitted": forecasts, "linear AR refitted": again.predict(split.test.X)}


def trained(split, series, seed, target=None):
    """An LSTM of 32 units on the `split` of `series`, (time,) or (time, features), stopped by its validation days;
    `target` as in NumpyForecaster."""
    model = NumpyForecaster(32, scaler=Scaler().fit(series[split.train.days]), target=target, seed=seed)
    model.fit(*split.train, validation=split.validation, **TRAINING)
    return model


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
    return Split(*parts)


def verdict(row, pair):
    """ "better", "worse" or "not told apart", from a row's interval of a pair, "LSTM against MLP".

    >>> verdict({"LSTM against MLP": [0.9, 0.85, 0.95, 0.1]}, "LSTM against MLP")
    'better'
    """
    _, low, high, _ = row[pair]
    return in_three_words(low, high)
