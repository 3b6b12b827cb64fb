"""What comes with a series of one's own: a column that is known ahead, days that are missing, a forecast far beyond the
last day; and a shop whose law is known, to try it all on. Taught in notebook 06d_your_own_series."""

import numpy as np

from .. import _checks
from ..data import load_weather
from ..evaluation import baselines, compare, mae
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression
from ..windows import Scaler, split_by_time
from .contest import TRAINING, of_one_day, trained
from .record import Study

UNITS = 8
GIVEN = ("its date", "the date asked for", "the lowest of the day asked for", "the age of a value")
FAR = 365  # days that a forecast made of forecasts goes on


def shop(seed=0):
    """A shop's days, visitors and sales, a year and a half of a known law: a rhythm of the week, noise, and one sale in
    five visitors of the day before.

    Returns three arrays (547,): datetime64[D], and two of float64, counts a day (not whole numbers).

    >>> day, visitors, sold = shop()
    >>> str(day[0]), visitors.round(1).tolist()[:2], sold.round(1).tolist()[:2]
    ('2023-01-01', [121.3, 58.7], [64.5, 37.7])
    """
    rng = np.random.default_rng(_checks.whole("seed", seed, least=0))
    day = np.arange("2023-01-01", "2024-07-01", dtype="datetime64[D]")
    weekday = np.array([30, 0, 4, 6, 8, 14, 26])[np.arange(len(day)) % 7]  # from Sunday
    visitors = 60 + 2 * weekday + 10 * rng.standard_normal(len(day))
    return day, visitors, 10 + 0.2 * np.roll(visitors, 1) + weekday + 4 * rng.standard_normal(len(day))


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


def onward(model, X, steps=FAR):
    """Forecasts far beyond the last day, each made of forecasts.

    Parameters
    ----------
    model : what forecasts one day: predict(X) is (windows, 1)
    X : array (windows, look_back, 1)

    Returns an array (windows, steps).

    >>> class Half:
    ...     def predict(self, X):
    ...         return X[:, -1] / 2
    ...
    >>> onward(Half(), np.ones((1, 4, 1)), steps=3).tolist()
    [[0.5, 0.25, 0.125]]
    """
    path = []
    for _ in range(_checks.whole("steps", steps)):
        path.append(model.predict(X))
        X = np.concatenate([X[:, 1:], path[-1][:, None]], axis=1)
    return np.concatenate(path, axis=1)


# ---------------------------------------------------------------------------------------------------------------
# Recorded.


def run_given(given, seed):
    """A row: two networks of one seed, Seattle's highest temperature in 2015, with and without what is `given`.

    Day 7 from 14 days; for "the age of a value" the next day, a third of the days lost. Returns a dict: the MAE
    "without" and "with" it, °C, and of the interval that `compare` gives for their ratio "low" and "high".
    """
    weather = load_weather()
    series = weather["temp_max"]
    if given == "the age of a value":
        _, (without,), y = forecasts_with_gaps(series, "filled forward", 0, days=365, seeds=[seed])
        _, (one,), y = forecasts_with_gaps(series, "and its age", 0, days=365, seeds=[seed])
        return _with_and_without(one, without, y, block=None)
    turn = 2 * np.pi * np.arange(len(series)) / 365.25
    date = np.column_stack([np.sin(turn), np.cos(turn)])
    column = {
        "its date": date,
        "the date asked for": np.roll(date, -7, axis=0),
        "the lowest of the day asked for": np.roll(weather["temp_min"], -7),
    }[given]
    _, (without,), y = forecasts_ahead(series[:, None], 14, horizon=7, days=365, seeds=[seed])
    _, (one,), y = forecasts_ahead(np.column_stack([series, column]), 14, horizon=7, days=365, seeds=[seed])
    return _with_and_without(one, without, y, block=14)


def _with_and_without(one, without, y, block):
    found = compare(one, without, y, block=block)
    return {"without": mae(without, y), "with": mae(one, y), "low": found.low, "high": found.high}


def run_onward(seed):
    """A row: a network for Seattle's next day, applied for a year to its own forecasts from thirteen windows of 2015.

    Returns a dict, °C: the "lowest" and the "highest" of the thirteen on the last day, and "off", how far the one that
    lies furthest from both is off the nearer. A network whose thirteen meet has a highest equal to the lowest.
    """
    series = load_weather()["temp_max"]
    parts = split_by_time(series, 14, validation=365, test=365)
    _, (model,) = _fitted(series[parts.train.days], parts.train, parts.validation, [seed])
    ends = onward(model, parts.test.X[::30])[:, -1]
    low, high = ends.min(), ends.max()
    return {"lowest": low, "highest": high, "off": np.minimum(ends - low, high - ends).max()}


def run_shop(which, seed):
    """A row: a network on a `which` shop, "one" (number 0) or "another" (that of the seed), its last fifth the test.

    Returns a dict: the MAE of the sales, in sales a day, of "LSTM", "persistence", "seasonal naive" and "linear AR"; of
    "LSTM, weekday" and "linear AR, weekday", which know the day of the week that is asked for; of the LSTMs' intervals
    over the linear ARs' errors "low", "high", "low, weekday" and "high, weekday"; and "week", the mean change from one
    week to the next in the training days.
    """
    day, visitors, sold = shop(0 if which == "one" else seed)
    own = np.column_stack([sold, visitors])
    split = split_by_time(own, 14, validation=0.2, test=0.2)
    forecasts = baselines(split.test, split.train, own, 7) | {"LSTM": trained(split, own, seed).predict(split.test.X)}
    line = LinearAutoregression(1, harmonics=3, season=7).fit(*split.train, first=split.train.first)
    forecasts["linear AR, weekday"] = line.predict(split.test.X, split.test.first)
    forecasts = {name: each[:, 0, :1] for name, each in forecasts.items()}
    y = split.test.y[:, 0, :1]
    dated = np.column_stack([own, np.eye(7)[(np.arange(len(day)) + 1) % 7]])  # the day that is asked for
    split = of_one_day(split_by_time(dated, 14, validation=0.2, test=0.2))
    forecasts["LSTM, weekday"] = trained(split, dated, seed, target=0).predict(split.test.X)
    found = {name: mae(each, y) for name, each in forecasts.items()}
    for end in ("", ", weekday"):
        interval = compare(forecasts[f"LSTM{end}"], forecasts[f"linear AR{end}"], y)
        found |= {f"low{end}": interval.low, f"high{end}": interval.high}
    known = sold[split.train.days]
    return found | {"week": np.abs(known[7:] - known[:-7]).mean()}


STUDIES = (
    Study("given", run_given, settings=[{"given": given} for given in GIVEN], seeds=range(20)),
    Study("onward", run_onward, settings=[{}], seeds=range(20)),
    Study("shop", run_shop, settings=[{"which": which} for which in ("one", "another")], seeds=range(20)),
)
