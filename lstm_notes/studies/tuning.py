"""Which look_back, how many units, which learning rate, and how much of what a search finds is luck? Taught in notebook
10_tuning.

    SPACES → settings, drawn or proposed → four folds that roll forward through 2013 and 2014
                                                               → recorded: SURVEY, RIVALS, SEARCHED
    the best of each method → all days before 2015 → 2015 → recorded: TUNED

The series is the highest temperature of a day, one day ahead. Every method has the same number of settings to try, the
same folds, and is judged by the same error.
"""

import warnings

import numpy as np

from ..evaluation import mae
from ..forecaster import NumpyForecaster
from ..rivals import Climatology, boosting, mlp, ridge
from ..training import Adam
from ..windows import Scaler, make_windows, split_by_time
from .contest import of_one_day, trained
from .record import Study
from .search import Range, Search
from .worth import YEAR, weather_columns

# Where each fold's days begin, and the last one ends: 1 January and 1 July of 2013 and 2014, 1 January 2015.
EDGES = (366, 547, 731, 912, 1096)
FOLDS = ("2013, first half", "2013, second half", "2014, first half", "2014, second half")
FIRST_YEAR, SECOND_YEAR = [0, 1], [2, 3]  # of the folds

# From where to where a setting is drawn, evenly in its logarithm; whole numbers where both ends are.
SPACES = {
    "LSTM": {"look_back": (1, 60), "units": (4, 64), "learning_rate": (3e-4, 3e-2), "epochs": (5, 60)},
    "MLP": {
        "look_back": (1, 60),
        "units": (4, 64),
        "learning_rate": (3e-4, 3e-2),
        "epochs": (5, 60),
        "alpha": (0.01, 30.0),
    },
    "boosting": {"look_back": (1, 60), "leaves": (2, 32), "learning_rate": (0.01, 0.3), "iterations": (20, 200)},
    "linear AR": {"look_back": (1, 60), "alpha": (0.01, 1000.0)},
}
COLUMNS = ("one column", "all columns")
SETTINGS, SEEDS = 64, 5  # of the survey
CHOOSING = 3  # seeds by which a setting is chosen, where there is something to draw
NETWORKS, SHOWN = 20, 60
DEFAULT = {"look_back": 30, "units": 32, "learning_rate": 0.005, "epochs": 20, "columns": "one column"}


def drawn_settings(method, count, seed=10):
    """As many different settings of a method, drawn at random from its space in SPACES: a list of dicts.

    >>> drawn_settings("linear AR", 1)
    [{'look_back': 50, 'alpha': 0.11, 'columns': 'all columns'}]
    """
    rng, found = np.random.default_rng(seed), []
    while len(found) < count:
        setting = {}
        for name, (low, high) in SPACES[method].items():
            value = float(np.exp(rng.uniform(np.log(low), np.log(high))))
            setting[name] = round(value) if isinstance(low, int) else float(f"{value:.2g}")
        setting["columns"] = COLUMNS[rng.integers(2)]
        if setting not in found:
            found.append(setting)
    return found


def folds(series, look_back):
    """Validation that rolls forward: of each fold the days before it, to learn from, and its own, to be judged on.

    `series` (time, features), of which the first is forecast. Returns four times (days, X, y, X of the fold, y of the
    fold): `days` (known, features) for a scaler, X (windows, look_back, features), y (windows, 1).

    Raises ValueError for a look_back that leaves a fold without a window.

    >>> for days, X, y, X_fold, y_fold in folds(np.zeros((1461, 1)), look_back=14):
    ...     print(len(days), "days before,", len(X), "windows of them; judged on", len(y_fold))
    366 days before, 352 windows of them; judged on 181
    547 days before, 533 windows of them; judged on 184
    731 days before, 717 windows of them; judged on 181
    912 days before, 898 windows of them; judged on 184
    """
    return [_parted(series, look_back, start, end) for start, end in zip(EDGES, EDGES[1:])]


def _parted(series, look_back, start, end):
    """The days before `start` and those from there to `end`, as `folds` has them."""
    if look_back >= start:
        raise ValueError(
            f"look_back is {look_back} and the fold from day {start} on has {start} days before it, so not one window "
            f"to learn from; at most {start - 1} is needed"
        )
    X, y = make_windows(series[:end], look_back)
    known = start - look_back
    return series[:start], X[:known], y[:known, :, 0], X[known:], y[known:, :, 0]


def fitted(method, days, X, y, *, seed=0, **setting):
    """A method of SPACES fitted with a setting, which then has `predict(X)`.

    `X` (windows, look_back, features) and `y` (windows, 1) are to be learnt from, `days` (known, features) are for the
    LSTM's scaler. Raises ImportError for a rival where scikit-learn is not installed.
    """
    if method == "LSTM":
        model = NumpyForecaster(setting["units"], scaler=Scaler().fit(days), target=0, seed=seed)
        model.fit(X, y, epochs=setting["epochs"], optimizer=Adam(setting["learning_rate"]), progress=False)
        return model
    if method == "MLP":
        epochs = setting["epochs"]
        model = mlp(
            setting["units"],
            seed,
            alpha=setting["alpha"],
            learning_rate_init=setting["learning_rate"],
            batch_size=32,
            max_iter=epochs,
            n_iter_no_change=epochs,
        )
    elif method == "boosting":
        model = boosting(
            seed,
            learning_rate=setting["learning_rate"],
            max_leaf_nodes=setting["leaves"],
            max_iter=setting["iterations"],
        )
    else:
        model = ridge(setting["alpha"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that an MLP did not converge: its epochs are a setting
        return model.fit(X, y)


def forecast_folds(method, look_back, columns, seed, city="Seattle", **setting):
    """The forecasts and the truth of each fold, (windows, 1) each, of a method fitted on all days before it."""
    series = weather_columns("temp_max", columns, city)
    for days, X, y, X_fold, y_fold in folds(series, look_back):
        yield fitted(method, days, X, y, seed=seed, **setting).predict(X_fold), y_fold


def run_survey(seed, **setting):
    """A row: an LSTM trained four times, on all days before each fold.

    Returns a dict: "folds", the MAE in °C on each fold's days, and "forecast", that of the last fold's network for its
    first 60 days, 1 July 2014 on, to a tenth of a degree.
    """
    pairs = list(forecast_folds("LSTM", seed=seed, **setting))
    return {"folds": [mae(*pair) for pair in pairs], "forecast": pairs[-1][0][:SHOWN, 0].round(1).tolist()}


def run_mlp(seed, **setting):
    """A row: "folds", the MLP's MAE in °C on each fold's days."""
    return {"folds": [mae(*pair) for pair in forecast_folds("MLP", seed=seed, **setting)]}


def run_boosting(seed, **setting):
    """A row: "folds", boosting's MAE in °C on each fold's days."""
    return {"folds": [mae(*pair) for pair in forecast_folds("boosting", seed=seed, **setting)]}


def run_linear(seed, **setting):
    """A row: "folds", the MAE in °C of a linear autoregression with a ridge on each fold's days."""
    return {"folds": [mae(*pair) for pair in forecast_folds("linear AR", seed=seed, **setting)]}


SURVEY = Study(
    "survey",
    run_survey,
    settings=drawn_settings("LSTM", SETTINGS),
    seeds=range(SEEDS),
    varies={"folds": 0.01, "forecast": 0.05},
)
RIVALS = {
    "MLP": Study("survey_mlp", run_mlp, drawn_settings("MLP", SETTINGS), range(CHOOSING), varies=0.01),
    "boosting": Study("survey_boosting", run_boosting, drawn_settings("boosting", SETTINGS), [0], varies=0.01),
    "linear AR": Study("survey_linear", run_linear, drawn_settings("linear AR", SETTINGS), [0]),
}


def surveyed(method):
    """What was recorded of a method's settings: the settings, a list of dicts, and the errors in °C, (settings, seeds,
    folds)."""
    study = SURVEY if method == "LSTM" else RIVALS[method]
    errors = study.recorded()["folds"]
    return study.settings, errors.reshape(len(study.settings), -1, len(FOLDS))


def chosen(method):
    """The setting with the least error over all folds and the first three seeds: every method has the same say."""
    settings, errors = surveyed(method)
    return settings[int(errors[:, :CHOOSING].mean(axis=(1, 2)).argmin())]


def run_taste(report, look_back, learning_rate):
    """A search that takes seconds: an LSTM of 8 units, one column, 6 epochs, one seed."""
    setting = {"look_back": look_back, "learning_rate": learning_rate, "columns": "one column"}
    errors = []
    for fold, pair in enumerate(forecast_folds("LSTM", seed=0, units=8, epochs=6, **setting)):
        errors.append(mae(*pair))
        report(fold, errors[-1])
    return {"score": np.mean(errors)}


TASTE = Search(
    "taste",
    {"look_back": Range(3, 14, log=True, whole=True), "learning_rate": Range(1e-3, 1e-1, log=True)},
    run_taste,
    settings=12,
)


def run_tuned(city, method, seed):
    """A row: a method's forecasts for 2015, fitted on all days before, with what was chosen on Seattle's folds of the
    settings drawn at random, or of those that Optuna proposed. "LSTM, default" has the setting of DEFAULT, that nobody
    searched for; "LSTM, early stopping" its look_back and units, and 2014 says when to stop; "persistence" and
    "climatology" have none.

    Returns a dict: "errors", the MAE in °C, of twenty networks or of one fit, and "by day", the absolute error of each
    day, three digits of it, the mean over the networks.
    """
    start, end = EDGES[-1], EDGES[-1] + 365
    if method in ("persistence", "climatology"):
        series = weather_columns("temp_max", "one column", city)
        if method == "persistence":
            forecasts = [series[start - 1 : end - 1]]
        else:
            forecasts = [Climatology(YEAR).fit(series[:start, 0]).predict(np.arange(start, end))]
        y = series[start:end]
    elif method == "LSTM, early stopping":
        series = weather_columns("temp_max", "one column", city)[:end]
        split = of_one_day(split_by_time(series, DEFAULT["look_back"], validation=365, test=365))
        forecasts = [trained(split, series, each).predict(split.test.X) for each in range(seed, seed + NETWORKS)]
        y = split.test.y
    else:
        name, _, way = method.partition(", ")
        setting = dict(DEFAULT if way == "default" else proposed(name) if way == "Optuna" else chosen(name))
        series = weather_columns("temp_max", setting.pop("columns"), city)
        days, X, y_known, X_test, y = _parted(series, setting.pop("look_back"), start, end)
        seeds = range(seed, seed + (NETWORKS if name in ("LSTM", "MLP") else 1))
        forecasts = [fitted(name, days, X, y_known, seed=each, **setting).predict(X_test) for each in seeds]
    by_day = np.abs(np.array(forecasts) - y)[:, :, 0].mean(axis=0)
    return {
        "errors": [mae(forecast, y) for forecast in forecasts],
        "by day": [float(f"{error:.3g}") for error in by_day],
    }


def _searched(method, report, setting):
    """What a search asks of a setting: the mean error over seeds and folds, each reported by itself."""
    errors = []
    for seed in range(CHOOSING if method in ("LSTM", "MLP") else 1):
        for pair in forecast_folds(method, seed=seed, **setting):
            errors.append(mae(*pair))
            report(len(errors) - 1, errors[-1])
    return {"score": np.mean(errors)}


def search_lstm(report, **setting):
    """A setting of the LSTM's search: "score", its mean MAE in °C over three seeds and four folds."""
    return _searched("LSTM", report, setting)


def search_mlp(report, **setting):
    """A setting of the MLP's search: "score", its mean MAE in °C over three seeds and four folds."""
    return _searched("MLP", report, setting)


def search_boosting(report, **setting):
    """A setting of boosting's search: "score", its mean MAE in °C over four folds."""
    return _searched("boosting", report, setting)


def search_linear(report, **setting):
    """A setting of the line's search: "score", its mean MAE in °C over four folds."""
    return _searched("linear AR", report, setting)


# The same spaces and the same budget, with Optuna proposing and pruning.
SEARCHED = {
    method: Search(
        run.__name__,
        {name: Range(*ends, log=True, whole=isinstance(ends[0], int)) for name, ends in SPACES[method].items()}
        | {"columns": list(COLUMNS)},
        run,
        settings=SETTINGS,
    )
    for method, run in zip(SPACES, (search_lstm, search_mlp, search_boosting, search_linear))
}


def proposed(method):
    """The setting with the least error of those that Optuna proposed."""
    best = SEARCHED[method].recorded().best
    return {name: best[name] for name in SEARCHED[method].space}


METHODS = (
    "LSTM",
    "LSTM, default",
    "LSTM, early stopping",
    *RIVALS,
    *(f"{method}, Optuna" for method in SEARCHED),
    "persistence",
    "climatology",
)
TUNED = Study(
    "tuned",
    run_tuned,
    settings=[{"city": "Seattle", "method": method} for method in METHODS],
    seeds=[0],
    varies={"errors": 0.01, "by day": 0.05},
)
STUDIES = (SURVEY, *RIVALS.values(), TUNED)
