"""What comes with a series of one's own: a column that is known ahead, and days that are missing. Taught in notebook
06d_your_own_series."""

import numpy as np

from .. import _checks
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression
from ..windows import Scaler, split_by_time
from .contest import TRAINING, of_one_day

UNITS = 8


def forecasts_ahead(table, look_back, horizon, days, seeds=range(5)):
    """The first column's day `horizon`, forecast by a linear autoregression and by LSTMs from windows of all columns.

    Parameters
    ----------
    table : array (time, features), in the series' own unit. A column that is known ahead comes shifted: its row t holds
        what is known of day t + horizon; `np.roll(column, -horizon)` does it, as no window reads the last rows.
    look_back, horizon : as in make_windows
    days : of the validation part and of the test part after it
    seeds : one LSTM of 8 units each, stopped by the validation days

    Returns the linear autoregression's forecasts (windows, 1), a list of the LSTMs', and the truth (windows, 1), of the
    test part's days - horizon + 1 windows. Both see X (windows, look_back, features). Raises ValueError as
    split_by_time does.

    >>> line, lstms, truth = forecasts_ahead(np.arange(60.0)[:, None] % 7, 7, horizon=2, days=10, seeds=[0])
    >>> line.shape, len(lstms), truth[:, 0].tolist()
    ((9, 1), 1, [2.0, 3.0, 4.0, 5.0, 6.0, 0.0, 1.0, 2.0, 3.0])
    """
    table = _checks.axes("table", _checks.numbers("table", table), "time", "features")
    split = of_one_day(split_by_time(table, look_back, horizon, validation=days, test=days), horizon)
    line, lstms = _fitted(table[split.train.days], split.train, split.validation, seeds)
    return line.predict(split.test.X), [model.predict(split.test.X) for model in lstms], split.test.y


def with_gaps(series, seed, look_back=7):
    """A series of which a third of the days is lost at random, as windows of three kinds for the same days.

    Parameters
    ----------
    series : array (time,)
    seed : of the days that are lost; the first never is
    look_back : rows in a window

    Returns
    -------
    asked : array (windows,), the days that were measured and are to be forecast, as indices in `series`
    inputs : a dict of name → X, of what was known the day before
        "filled forward" (windows, look_back, 1): the last look_back days, each with the last value measured by then
        "and its age" (windows, look_back, 2): beside it how many days ago that was
        "known days in a row" (windows, look_back, 1): the last look_back values that were measured, as if a day apart

    >>> asked, inputs = with_gaps(np.arange(40.0), seed=0, look_back=3)
    >>> int(asked[0]), inputs["and its age"][0].tolist(), inputs["known days in a row"][0, :, 0].tolist()
    (10, [[7.0, 0.0], [7.0, 1.0], [7.0, 2.0]], [1.0, 5.0, 7.0])
    """
    series = _checks.axes("series", _checks.numbers("series", series), "time")
    look_back = _checks.whole("look_back", look_back)
    there = np.random.default_rng([_checks.whole("seed", seed, least=0), 3]).random(len(series)) > 1 / 3
    there[0] = True
    days, known = np.arange(len(series)), np.flatnonzero(there)
    last = np.maximum.accumulate(np.where(there, days, 0))
    asked = known[known >= 3 * look_back]
    back = np.arange(-look_back, 0)
    rows, in_a_row = asked[:, None] + back, np.searchsorted(known, asked)[:, None] + back
    filled = series[last]
    return asked, {
        "filled forward": filled[rows][:, :, None],
        "and its age": np.stack([filled, days - last], axis=1)[rows],
        "known days in a row": series[known][in_a_row][:, :, None],
    }


def forecasts_with_gaps(series, way, seed, days, seeds=range(5)):
    """As forecasts_ahead, one day ahead, for `with_gaps(series, seed)` and one of its three inputs, `way`: the last
    `days` days are the test's, as many before them the validation's, and asked for are those that were measured.

    >>> line, lstms, truth = forecasts_with_gaps(np.arange(90.0) % 7, "and its age", 0, days=20, seeds=[0])
    >>> line.shape == lstms[0].shape == truth.shape and len(truth) < 20
    True
    """
    asked, inputs = with_gaps(series, seed)
    if way not in inputs:
        raise ValueError(f"way is {way!r}; one of {', '.join(inputs)} is needed")
    X, y = inputs[way], np.asarray(series)[asked][:, None]
    test, validation = len(series) - days, len(series) - 2 * days
    train, chosen, late = asked < validation, (asked >= validation) & (asked < test), asked >= test
    line, lstms = _fitted(X[train], (X[train], y[train]), (X[chosen], y[chosen]), seeds)
    return line.predict(X[late]), [model.predict(X[late]) for model in lstms], y[late]


def _fitted(known, train, validation, seeds):
    """A linear autoregression and an LSTM a seed; `known` is what the scaler is fitted on."""
    scaler = Scaler().fit(known)
    lstms = [NumpyForecaster(UNITS, scaler=scaler, target=0, seed=seed) for seed in seeds]
    for model in lstms:
        model.fit(*train, validation=validation, **TRAINING)
    return LinearAutoregression().fit(*train), lstms
