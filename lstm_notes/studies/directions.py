"""Where do two directions help, and where do they leak? Days that are missing, days already past, days to come.
Taught in notebook 11b_what_they_gain.

Everybody gets the same windows of 29 days, and is asked for a day in the middle. "before" is an LSTM read there,
"end" one that reads on and is read at the window's end, "both" reads in two directions and is read in the middle; all
with as many parameters as come closest to those of 16 units.
"""

from dataclasses import replace

import numpy as np

from ..data import load_weather
from ..rivals import boosting, mlp, persistence, ridge
from ..windows import Part, Scaler, Split
from .architectures import SEEDS, SERIES, architecture_series, error_ratio, mean_error, trained_network
from .record import Study

MIDDLE = 14  # of a window, with so many days on either side
GAP = slice(MIDDLE - 3, MIDDLE + 4)
NETWORKS = {"before": ("LSTM", MIDDLE), "end": ("LSTM", -1), "both": ("bidirectional", MIDDLE)}


def around(columns, asked, later=365):
    """Windows with the asked day's place in their middle, in three parts that share no day.

    `columns` (time, features), `asked` (time,): for a window around day t, asked[t]. The last `later` days are the test
    part, those before them validation. Returns a Split.

    >>> split = around(np.arange(1000.0)[:, None], np.arange(1000.0))
    >>> split.train.X.shape, split.test.X[0, [0, -1], 0].tolist(), split.test.y[0].item()
    ((242, 29, 1), [635.0, 663.0], 649.0)
    """
    edges, parts = (0, len(columns) - 2 * later, len(columns) - later, len(columns)), []
    for name, start, end in zip(("train", "validation", "test"), edges, edges[1:]):
        middles = np.arange(start + MIDDLE, end - MIDDLE)
        X = np.stack([columns[day - MIDDLE : day + MIDDLE + 1] for day in middles])
        parts.append(Part(name, slice(start, end), X, asked[middles, None], middles))
    return Split(*parts)


def hidden(X, days):
    """Windows (windows, time, 1) with a second feature, 1 on the `days` (a slice) that are hidden: there the first is
    0.

    >>> hidden(np.ones((1, 3, 1)), slice(1, 3)).tolist()
    [[[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]]
    """
    X = np.concatenate([X, np.zeros_like(X)], axis=2)
    X[:, days] = 0, 1
    return X


def hidden_parts(split, days):
    """A Split with the same days hidden in all windows."""
    parts = split.train, split.validation, split.test
    return Split(*(replace(part, X=hidden(part.X, days)) for part in parts))


def ask(split, seeds, *names):
    """The forecasts of each of NETWORKS in `names` for the test windows: lists, a network a seed."""
    found = {}
    for name in names:
        kind, at = NETWORKS[name]
        found[name] = [trained_network(kind, split, None, seed, at=at)[0].predict(split.test.X) for seed in seeds]
    return found


def scaled(values, later=365):
    """A series as columns (time, 1), scaled by its days before the last 2 · later; and the scale."""
    scaler = Scaler().fit(values[: -2 * later])
    return scaler.transform(values)[:, None], scaler.scale.item()


def run_gaps(series, seed):
    """A row: seven days in the middle of each window are missing, the fourth of them is asked for. Of a series of
    SERIES.

    Returns a dict of MAEs in the series' unit: of "before", "end", "both", lists; "carried", the last day before the
    gap; "line", straight from the day before it to the day after; "ridge before", "ridge both", "MLP both", on the
    days that are there; and of "both against …" error_ratio's interval.
    """
    columns, scale = scaled(architecture_series(series))
    plain = around(columns, columns[:, 0])
    split = hidden_parts(plain, GAP)
    found = ask(split, range(seed, seed + SEEDS), *NETWORKS)
    X, y = plain.test.X[:, :, 0], plain.test.y
    found |= {"carried": X[:, [GAP.start - 1]], "line": (X[:, [GAP.start - 1]] + X[:, [GAP.stop]]) / 2}
    there = np.delete(np.arange(X.shape[1]), GAP)
    for name, make, days in (
        ("ridge before", ridge, there[: GAP.start]),
        ("ridge both", ridge, there),
        ("MLP both", mlp, there),
    ):
        found[name] = make().fit(plain.train.X[:, days], plain.train.y).predict(plain.test.X[:, days])
    return _row({name: _in_unit(each, scale) for name, each in found.items()}, scale * y, "absolute")


def run_labels(series, seed):
    """A row: did it rain in the middle of a window? From temperatures and wind of all days around, in a city.

    Returns a dict as run_gaps does, the errors Brier scores: of "before", "both"; of "share", that of the training
    days; of "ridge before", "ridge both", "boosting both".
    """
    weather = load_weather(series)
    columns = np.column_stack([weather[name] for name in ("temp_max", "temp_min", "wind")])
    split = around(Scaler().fit(columns[:-730]).transform(columns), (weather["precipitation"] > 0).astype(float))
    found = ask(split, range(seed, seed + SEEDS), "before", "both")
    found["share"] = np.full_like(split.test.y, split.train.y.mean())
    for name, make, end in (
        ("ridge before", ridge, MIDDLE + 1),
        ("ridge both", ridge, None),
        ("boosting both", boosting, None),
    ):
        found[name] = make().fit(split.train.X[:, :end], split.train.y).predict(split.test.X[:, :end])
    return _row(found, split.test.y, "squared")


def run_leaks(series, seed):
    """A row: the day after the middle is asked for, in an archive, where the days after are there, and today, where
    they are hidden.

    Returns a dict as run_gaps does: "archive", two directions in the archive; "today", the same networks; "filled", the
    same, the days after filled with the last known one; "honest", two directions that were trained with the days after
    hidden; "before"; "persistence".
    """
    columns, scale = scaled(architecture_series(series))
    plain = around(columns, np.roll(columns[:, 0], -1))
    none, after = hidden_parts(plain, slice(0, 0)), hidden_parts(plain, slice(MIDDLE + 1, None))
    filled = none.test.X.copy()
    filled[:, MIDDLE + 1 :] = filled[:, [MIDDLE]]
    found = {"archive": [], "today": [], "filled": [], "honest": []}
    for each in range(seed, seed + SEEDS):
        model = trained_network("bidirectional", none, None, each, at=MIDDLE)[0]
        found["archive"].append(model.predict(none.test.X))
        found["today"].append(model.predict(after.test.X))
        found["filled"].append(model.predict(filled))
        model = trained_network("bidirectional", after, None, each, at=MIDDLE)[0]
        found["honest"].append(model.predict(after.test.X))
    found |= ask(after, range(seed, seed + SEEDS), "before")
    found["persistence"] = persistence(plain.test.X[:, : MIDDLE + 1])
    return _row(
        {name: _in_unit(each, scale) for name, each in found.items()}, scale * plain.test.y, "absolute", "honest"
    )


def _in_unit(forecasts, scale):
    return [scale * each for each in forecasts] if isinstance(forecasts, list) else scale * forecasts


def _row(found, y, error, ours="both"):
    """Errors, and the intervals of `ours` against each other."""
    row = {name: mean_error(each, y, error) for name, each in found.items()}
    return row | {
        f"{ours} against {name}": error_ratio(found[ours], each, y, error)
        for name, each in found.items()
        if name != ours
    }


GAPS = Study("gaps", run_gaps, settings=[{"series": name} for name in SERIES], seeds=[0], varies=0.02)
CITIES = [{"series": name} for name in ("Seattle", "New York")]
LABELS = Study("labels", run_labels, settings=CITIES, seeds=[0], varies=0.02)
LEAKS = Study(
    "leaks", run_leaks, settings=[{"series": f"{each['series']} temp_max"} for each in CITIES], seeds=[0], varies=0.02
)
STUDIES = (GAPS, LABELS, LEAKS)
