"""One LSTM for many related series, or one for each? Jobs in fifteen branches of an economy. Taught in notebook
06b_worth_it."""

import numpy as np

from ..data import BRANCHES, load_employment
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression, mlp
from ..training import Adam
from ..windows import split_by_time
from .record import Study

LOOK_BACK, VALIDATION, TESTED = 12, 12, 36  # months: 2012, and 2013 to 2015
ORDERS = (1, 2, 3, 6, 12)
METHODS = ("LSTM", "MLP", "linear AR")
SHARES = ("one for each", "one for all")


def branches():
    """A Split a branch, of its monthly growth in units of its size in the training months: log of the jobs over
    those of the month before, divided by the mean absolute growth from 2006 to 2011."""
    jobs = load_employment()
    growths = [np.diff(np.log(jobs[branch])) for branch in BRANCHES]
    trained = len(growths[0]) - VALIDATION - TESTED
    return [
        split_by_time(each / np.abs(each[:trained]).mean(), LOOK_BACK, validation=VALIDATION, test=TESTED)
        for each in growths
    ]


def joined(splits, part):
    """X and y of a part of all splits, one below the other."""
    parts = [getattr(split, part) for split in splits]
    return np.concatenate([each.X for each in parts]), np.concatenate([each.y for each in parts])


def fitted(method, splits, seed):
    """A method fitted on the training months of these branches together, what it may choose chosen on their validation
    months: an LSTM's epochs, an MLP's weight decay, a linear autoregression's order."""
    train, (X, y) = joined(splits, "train"), joined(splits, "validation")
    if method == "LSTM":
        model = NumpyForecaster(16, seed=seed)
        options = {"epochs": 100, "optimizer": Adam(0.005), "patience": 5}
        model.fit(*train, validation=(X, y), progress=False, **options)
        return model
    if method == "MLP":
        tried = [mlp(seed=seed, alpha=alpha).fit(*train) for alpha in (0.1, 1.0, 10.0)]
    elif method == "linear AR":
        tried = [LinearAutoregression(order).fit(*train) for order in ORDERS]
    else:
        raise ValueError(f"method is {method!r}; one of {METHODS} is needed")
    return min(tried, key=lambda model: np.abs(model.predict(X) - y).mean())


def errors_by_month(forecasts, splits):
    """The mean absolute error over the branches in each tested month: (36,)."""
    return np.mean([np.abs(each - split.test.y)[:, 0] for each, split in zip(forecasts, splits)], axis=0)


def many_series_errors(method, share, seed):
    """What a method errs in each tested month, on average over the branches, in units of a branch's mean growth.

    `share` "one for each" fits it fifteen times, on a branch's own months; "one for all" once, on all months together.

    >>> many_series_errors("linear AR", "one for all", seed=0).shape
    (36,)
    """
    if share not in SHARES:
        raise ValueError(f"share is {share!r}; one of {SHARES} is needed")
    splits = branches()
    if share == "one for all":
        models = [fitted(method, splits, seed)] * len(splits)
    else:
        models = [fitted(method, [split], seed) for split in splits]
    return errors_by_month([model.predict(split.test.X) for model, split in zip(models, splits)], splits)


def free_errors():
    """The same for forecasts that take no fit: no growth, growth as the month before, the mean of the last twelve."""
    splits = branches()
    forecasts = {
        "no growth": [np.zeros_like(split.test.y) for split in splits],
        "as the month before": [split.test.X[:, -1] for split in splits],
        "mean of twelve months": [split.test.X.mean(axis=1) for split in splits],
    }
    return {name: errors_by_month(each, splits) for name, each in forecasts.items()}


def run(method, share, seed):
    """A row of the study: the error over all months, and month by month."""
    by_month = many_series_errors(method, share, seed)
    return {"error": by_month.mean(), "by month": by_month.tolist()}


STUDY = Study(
    "many_series",
    run,
    settings=[
        {"method": "LSTM", "share": "one for each"},
        {"method": "LSTM", "share": "one for all"},
        {"method": "MLP", "share": "one for all"},
    ],
    seeds=range(20),
)
