"""What can be wrong with an experiment? Five choices, and what each does to the errors. Taught in notebook
07_misconceptions."""

import itertools

import numpy as np

from .. import _checks
from ..data import load_weather
from ..forecaster import NumpyForecaster
from ..training import Adam, batches
from ..variants import SeparateForecaster, StatefulForecaster
from ..windows import Scaler, make_windows
from .record import Study
from .tasks import autoregression

# Five choices, each with what is right first.
CHOICES = {
    "states": ("reset", "carried"),
    "windows": ("all", "one"),
    "weights": ("shared", "separate"),
    "split": ("chronological", "random"),
    "scaler": ("training days", "all days"),
}
PROTOCOL = {"look_back": 7, "horizon": 5, "units": 16, "epochs": 10, "learning_rate": 0.01}
# Its values for a seed, and how many of them are the later days.
SERIES = {
    "autoregression": (lambda seed: autoregression(seed=seed), 100),  # another one for each seed
    "temperature": (lambda seed: load_weather()["temp_max"][-730:], 365),  # 2014, and 2015 as the later days
}


def protocol_errors(series, later, *, seed, **choices):
    """One experiment with a forecast of day 5, and what its choices do to its errors. Notebook 07.

    Parameters
    ----------
    series : array (time,), at least 60 values before `later`
    later : days at the series' end that the experimenter does not have yet: not trained on, not scaled by
    seed : of the weights, the batches, the random split and the one window
    choices : `states`, `windows`, `weights`, `split`, `scaler`, each one of CHOICES; left out, the first

    A quarter of the experimenter's windows are for the test: the last ones (`split` "chronological", and no target of
    the test is one of training), or any ("random"). The scaler is fitted on the `training days`, or on `all days` the
    experimenter has. `windows` "one" trains on one of the training windows, with as many updates as "all". `states`
    "carried" is StatefulForecaster. The rest is PROTOCOL, batches of 32, Adam.

    Returns a dict of four floats, MAE in the series' unit: `seen` on the test windows, `later` on the later days, and
    persistence's on both. Raises ValueError for a series that is too short, or for an unknown choice.

    >>> from lstm_notes import random_walk
    >>> errors = protocol_errors(random_walk(400), later=100, seed=0, split="random")
    >>> list(errors)
    ['seen', 'later', 'persistence seen', 'persistence later']
    """
    series = _checks.finite("series", _checks.axes("series", _checks.numbers("series", series), "time"))
    later = _checks.whole("later", later)
    if len(series) - later < 60:
        raise ValueError(f"series has {len(series)} values and later is {later}; at least 60 before them are needed")
    for name, value in choices.items():
        if value not in CHOICES.get(name, ()):
            raise ValueError(f"{name} is {value!r}; the choices are {CHOICES}")
    chosen = {name: values[0] for name, values in CHOICES.items()} | choices
    look_back, horizon = PROTOCOL["look_back"], PROTOCOL["horizon"]
    X, y = make_windows(series[:-later], look_back, horizon)
    X_later, y_later = make_windows(series[-later - look_back - horizon + 1 :], look_back, horizon)
    y, y_later = y[:, -1:], y_later[:, -1:]
    training, one, test = drawn_windows(len(X), chosen["split"], seed)
    known = series[:-later] if chosen["scaler"] == "all days" else X[training]
    model = _network(chosen, scaler=Scaler().fit(known.ravel()), seed=seed)
    epochs = PROTOCOL["epochs"]
    if chosen["windows"] == "one":
        epochs *= len(batches(training, 32))
        training = one
    model.fit(X[training], y[training], epochs=epochs, optimizer=Adam(PROTOCOL["learning_rate"]), progress=False)
    errors = {}
    for name, windows, truth in (("seen", X[test], y[test]), ("later", X_later, y_later)):
        errors[name] = float(np.abs(model.predict(windows) - truth).mean())
        errors[f"persistence {name}"] = float(np.abs(windows[:, -1] - truth).mean())
    return {name: errors[name] for name in ("seen", "later", "persistence seen", "persistence later")}


def drawn_windows(windows, split, seed):
    """Of so many windows those of the experiment: for training, the one of them that `windows` "one" trains on, and for
    the test; three arrays of their numbers.

    >>> drawn_windows(20, "chronological", seed=0)[2]
    array([15, 16, 17, 18, 19])
    """
    rng = np.random.default_rng([seed, 2])
    tested = windows // 4
    if split == "random":
        order = rng.permutation(windows)
        training, test = np.sort(order[tested:]), order[:tested]
    else:  # a training window whose targets reach into the test days is none
        training, test = np.arange(windows - tested - PROTOCOL["horizon"] + 1), np.arange(windows - tested, windows)
    return training, rng.choice(training, 1), test


def _network(chosen, **settings):
    units, look_back, separate = PROTOCOL["units"], PROTOCOL["look_back"], chosen["weights"] == "separate"
    if chosen["states"] == "carried":
        return StatefulForecaster(units, look_back=look_back, separate=separate, **settings)
    if separate:
        return SeparateForecaster(units, look_back=look_back, **settings)
    return NumpyForecaster(units, **settings)


def choices_of(wrong):
    """All five choices, of which those named in `wrong` are wrong: "nothing", "everything", or names of CHOICES.

    >>> [name for name, value in choices_of("split, scaler").items() if value != CHOICES[name][0]]
    ['split', 'scaler']
    """
    names = {"nothing": (), "everything": CHOICES}.get(wrong, wrong.split(", "))
    return {name: values[name in names] for name, values in CHOICES.items()}


def run(series, wrong, seed):
    """A row of a study: protocol_errors on one of SERIES, with so much `wrong`."""
    values, later = SERIES[series]
    return protocol_errors(values(seed), later, seed=seed, **choices_of(wrong))


STUDY = Study(
    "protocol",
    run,
    settings=[{"series": series, "wrong": wrong} for series in SERIES for wrong in ("nothing", *CHOICES, "everything")],
    seeds=range(20),
    version=2,
)
# What the lab offers besides: two, three or four choices wrong, of as many seeds as it shows.
LAB = Study(
    "lab",
    run,
    settings=[
        {"series": series, "wrong": ", ".join(names)}
        for series in SERIES
        for several in (2, 3, 4)
        for names in itertools.combinations(CHOICES, several)
    ],
    seeds=range(3),
)
