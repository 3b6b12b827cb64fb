"""What is wrong with my set-up? `diagnose` looks for eight illnesses in a series, its windows and a forecaster.

Each of them lets a forecast look better than it is, or keeps it from being any good, and none raises an error. It is
the last step of a reader's own file in notebook 06d_your_own_series; each illness is shown in the notebook that its
finding names.
"""

import html
import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from . import _checks
from .data import _calendar
from .evaluation import compare, lag_correlation, mae
from .rivals import LinearAutoregression, persistence

# In the order in which they are looked at, each with the notebook that shows it.
ILLNESSES = {
    "window axes swapped": "07b_more_misconceptions",
    "targets shared across the split": "07b_more_misconceptions",
    "scaler saw test days": "07b_more_misconceptions",
    "gaps filled from the future": "06d_your_own_series",
    "too few windows": "06d_your_own_series",
    "constant output": "05_training",
    "echo of yesterday": "06_testing",
    "errors of two scalers compared": "07b_more_misconceptions",
}
ILL, SOUND, OPEN = "ill", "sound", "not looked at"
MARKS = {ILL: "✗", SOUND: "✓", OPEN: "–"}
LOST = 0.25  # the share of a squared error, or of an error, that may be lost by having few windows
STILL = 0.1  # moves away from yesterday that are a smaller share of the days' own moves, or correlate less, are none
FAR = 1.25  # a forecast that errs so many times as much as yesterday is no echo of it
CONSTANT = 0.05  # a forecast that varies less than this share of the truth's variation is a candidate


class Finding(NamedTuple):
    """What was seen of one illness: its `name`, `state` ("ill", "sound" or "not looked at"), a `sentence` with its
    numbers, and the `notebook` that shows it."""

    name: str
    state: str
    sentence: str
    notebook: str

    def __str__(self):
        link = f"  → {self.notebook}" if self.state == ILL else ""
        return f"{MARKS[self.state]} {self.name}: {self.sentence}{link}"


class Diagnosis(NamedTuple):
    """What `diagnose` saw, illness by illness; prints itself, in a notebook with links."""

    seen: tuple

    @property
    def findings(self):
        """The illnesses that were found: a list of Findings."""
        return [each for each in self.seen if each.state == ILL]

    @property
    def sound(self):
        """What was looked at and is in order: a list of Findings."""
        return [each for each in self.seen if each.state == SOUND]

    @property
    def skipped(self):
        """What was not looked at, or cannot be told, and why: a list of Findings."""
        return [each for each in self.seen if each.state == OPEN]

    @property
    def verdict(self):
        """One line: how many illnesses were found, in order, not looked at."""
        found = f"{len(self.findings)} illness{'' if len(self.findings) == 1 else 'es'} found"
        return f"{found}, {len(self.sound)} in order, {len(self.skipped)} not looked at"

    def __str__(self):
        order = sorted(self.seen, key=lambda each: list(MARKS).index(each.state))
        return "\n".join([self.verdict, *map(str, order)])

    __repr__ = __str__

    def _repr_html_(self):
        rows = []
        for each in sorted(self.seen, key=lambda each: list(MARKS).index(each.state)):
            where = f' (<a href="{each.notebook}.ipynb">{each.notebook}</a>)' if each.state == ILL else ""
            name = f"<b>{each.name}</b>" if each.state == ILL else each.name
            rows.append(f"<li>{MARKS[each.state]} {name}: {html.escape(each.sentence)}{where}</li>")
        return f'<p>{self.verdict}</p><ul style="list-style: none; padding-left: 0">{"".join(rows)}</ul>'


def diagnose(series, split=None, *, scaler=None, model=None, raw=None, judged=None, target=0):
    """Is my set-up ill? Looks for the eight ILLNESSES in what is given, and says what was left out.

    Parameters
    ----------
    series : array (time,) or (time, features), in its own unit, as the windows were cut from it
    split : a Split, or windows of your own: {"train": (X, y), "validation": (X, y), "test": (X, y)}, validation may be
        missing; X (windows, look_back, features), y (windows, horizon) or (windows, horizon, features), in the series'
        unit or in that of `scaler`
    scaler : a Scaler, or scikit-learn's StandardScaler or MinMaxScaler; None: that of the model, if it has one
    model : what has `predict(X)`, or a function of X; a list of such for several seeds. It forecasts the validation
        windows (where there are none, the test windows), in the unit of `split`
    raw : the series before its gaps were filled, NaN in the gaps: (time,), (time, features), or a table of `read_table`
        whose columns are the series' features
    judged : the errors that you compare, as what they are made of: method → (forecast, y), as `mae` takes them
    target : the feature that is forecast, counted from 0

    Returns
    -------
    Diagnosis : prints a line for each illness: ✗ found, ✓ in order, – not looked at and what it would take.
        `.findings` holds those that were found.

    How each is told, and when it cannot be:

    - *window axes swapped*: the windows stand in the series once their two axes are exchanged, and do not as they are.
      Where look_back and features are both 1 there is nothing to exchange.
    - *targets shared across the split*: a day to forecast in the test (or validation) part is in a window that was
      learnt from, as input or target. Windows without `first` are looked for in the series by their values; where a
      series repeats itself to the digit, their place is not known.
    - *scaler saw test days*: its numbers are those of days that reach into the test part, and not of earlier days.
      One that fits neither was made from something else (other days, logarithms, differences): that cannot be told. A
      MinMaxScaler tells only if the test part holds the smallest or the largest value.
    - *gaps filled from the future*: a gap holds the straight line to the next value, the next value itself, or the mean
      or median of all days. Other fillings (splines, a model) cannot be told from one that knows the past alone, and a
      gap that the series begins with has no past: it is left out.
    - *too few windows*: least squares on p values of a window, from n windows, adds p / (n - p - 1) to its squared
      error (so for independent normal windows: Breiman and Freedman 1983, JASA 78); over 25% is too much. And a test
      part is too small if it neither tells that line from persistence nor would a forecast that errs 25% less
      (`Comparison.detectable`). How many windows a network needs beyond that cannot be told without training it on
      fewer.
    - *constant output*: one number for all windows; or it varies by less than 5% of the truth and the linear
      autoregression is told apart as better. On a series where nothing can be forecast (white noise, the steps of a
      random walk) nearly constant is right and not called ill.
    - *echo of yesterday*: the forecast is closer to the day before than to the day itself, errs less than 1.25 times as
      much as persistence, and its moves away from the day before say nothing: they are less than a tenth of what the
      days do, or their correlation with the true moves is not told from 0. And there is something to say: the moves of
      the linear autoregression correlate by more than 0.1, at the lower end of Fisher's 95% interval. Where they do
      not, as on a random walk, yesterday may be the best forecast, and an echo cannot be told from skill. Judged on the
      first day ahead.
    - *errors of two scalers compared*: two methods' y are the same days in two units.

    "Told apart" is `compare` with its 95% interval, so that by luck a sound forecast is accused now and then.

    Raises ValueError or TypeError where shapes do not fit or a scaler or model is none.

    >>> from lstm_notes import Scaler, load_weather, split_by_time
    >>> temperature = load_weather()["temp_max"]
    >>> split = split_by_time(temperature, look_back=30, validation=365, test=365)
    >>> line = LinearAutoregression().fit(*split.train)
    >>> for finding in diagnose(temperature, split, scaler=Scaler().fit(temperature), model=line).findings:
    ...     print(f"{finding.name}: {finding.sentence}")
    ...     print(f"notebook {finding.notebook}")
    scaler saw test days: its numbers are those of days 0 … 1460; the test days begin with 1096
    notebook 07b_more_misconceptions
    """
    rows = _rows("series", series)
    target = _checks.whole("target", target, least=0)
    if target >= rows.shape[1]:
        raise ValueError(f"target is {target}; series has {rows.shape[1]} features, counted from 0")
    models = [] if model is None else model if isinstance(model, list) else [model]
    if scaler is None and models:
        scaler = getattr(models[0], "scaler", None)
    case = _Case(rows, target, split, None if scaler is None else _fitted(scaler), models, _unfilled(raw, rows))
    looks = (
        case.axes_swapped,
        case.targets_shared,
        case.scaler_saw,
        case.gaps,
        case.too_few,
        case.constant,
        case.echo,
        lambda: _two_scalers(judged, target),
    )
    return Diagnosis(tuple(Finding(name, *look(), ILLNESSES[name]) for name, look in zip(ILLNESSES, looks)))


# ---------------------------------------------------------------------------------------------------------------
# What is given, brought into one form.


def _rows(name, series):
    series = np.asarray(series)
    if series.ndim not in (1, 2):
        raise ValueError(f"{name} has shape {series.shape}; (time,) or (time, features) is needed")
    series = _checks.numbers(name, series).astype("float64").reshape(len(series), -1)
    return series if name == "raw" else _checks.finite(name, series)


def _unfilled(raw, rows):
    """The series as it was measured, NaN elsewhere, (time, features); None where it is not given."""
    if raw is None:
        return None
    if getattr(raw, "dtype", None) is not None and raw.dtype.names:
        names = [name for name in raw.dtype.names if name != "date"]
        measured = np.column_stack([raw[name] for name in names])
        if "date" in raw.dtype.names:
            calendar, dates, _ = _calendar(raw["date"])
            each_date = np.full((len(calendar), len(names)), np.nan)
            each_date[np.searchsorted(calendar, dates)] = measured
            measured = each_date
    else:
        measured = _rows("raw", raw)
    return _checks.shape("raw", measured, rows.shape, ("the days and features of series",))


def _fitted(scaler):
    """A scaler's two numbers for each feature, and their kind: "mean" (and deviation), "range" (smallest, largest)."""
    for kind, first, second in (
        ("range", "data_min_", "data_max_"),
        ("mean", "mean_", "scale_"),
        ("mean", "mean", "scale"),
    ):
        values = getattr(scaler, first, None), getattr(scaler, second, None)
        if values[0] is not None and values[1] is not None and not callable(values[0]):
            return kind, *(np.atleast_1d(np.asarray(value, "float64")) for value in values)
    raise TypeError(f"scaler is {scaler!r}; a fitted Scaler, StandardScaler or MinMaxScaler is needed")


class _Windows:
    """One part's windows as they came, as they stand in the series, and where: `first` is -1 where it is not known."""

    def __init__(self, name, part, rows, scaler):
        came, y = part
        self.came = _checks.axes(f"{name} X", _checks.numbers(f"{name} X", came), "windows", "look_back", "features")
        self.y = _checks.numbers(f"{name} y", y)
        if self.y.ndim not in (2, 3) or len(self.y) != len(self.came) or not len(self.y):
            raise ValueError(
                f"{name} y has shape {self.y.shape} and X {self.came.shape}; (windows, horizon) or (windows, horizon, "
                "features), as many windows in both and at least one, is needed"
            )
        self.state, self.X = "lost", self.came
        places = np.full(len(self.came), -1)
        for state, X in self._ways(rows.shape[1]):
            found = max((_places(unit, rows) for unit in _units(X, scaler)), key=lambda each: np.mean(each != -1))
            if np.mean(found != -1) > 0.5:
                self.state, self.X, places = state, X, found
                break
        first = getattr(part, "first", None)
        self.first = np.where(places < 0, -1, places + self.X.shape[1]) if first is None else np.asarray(first)

    def _ways(self, features):
        """The windows as they are, and, where another axis may be the features, with the axes exchanged."""
        if self.came.shape[2] == features:
            yield "right", self.came
        if self.came.shape[1] == features:
            yield "swapped", self.came.transpose(0, 2, 1)
            yield "swapped", self.came.reshape(len(self.came), -1, features)

    def days(self, since, until, length):
        """Which of the series' days stand in a window, from `since` to before `until`, 0 being its first target."""
        known = self.first[self.first >= 0]
        days = (known[:, None] + np.arange(since, until)).ravel()
        return np.bincount(days[(days >= 0) & (days < length)], minlength=length) > 0

    targets = property(lambda self: self.y.shape[1])
    look_back = property(lambda self: self.X.shape[1])


def _units(X, scaler):
    yield X
    if scaler is not None and len(scaler[1]) in (1, X.shape[2]):
        kind, low, high = scaler
        yield X * high + low if kind == "mean" else X * (high - low) + low


def _places(X, rows):
    """Where each window (windows, look_back, features) begins in the series: -1 nowhere, -2 in several places.

    All windows are projected on one random direction, so that a sorted list leaves few to compare in full.
    """
    places = np.full(len(X), -1)
    if X.shape[1] > len(rows) or X.shape[2] != rows.shape[1]:
        return places
    centre, scale = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(scale > 0, scale, 1)
    near = 1e-4 + 1e-6 * np.abs(rows / scale).max()  # float32 keeps seven digits of the largest value
    known = sliding_window_view((rows - centre) / scale, X.shape[1], axis=0).transpose(0, 2, 1)
    known, asked = (each.reshape(len(each), -1) for each in (known, (X - centre) / scale))
    direction = np.random.default_rng(0).standard_normal(known.shape[1])
    projected, wanted = known @ direction, asked @ direction
    order, reach = np.argsort(projected), near * np.abs(direction).sum()
    low, high = (np.searchsorted(projected[order], wanted + side) for side in (-reach, reach))
    for k in np.flatnonzero(high > low):
        candidates = order[low[k] : high[k]]
        same = candidates[np.abs(known[candidates] - asked[k]).max(axis=1) < near]
        if len(same):
            places[k] = same[0] if len(same) == 1 else -2
    return places


# ---------------------------------------------------------------------------------------------------------------
# The looks. Each returns its state and a sentence.


class _Case:
    def __init__(self, rows, target, split, scaler, models, raw):
        self.rows, self.target, self.scaler, self.models, self.raw = rows, target, scaler, models, raw
        self.parts = {}
        if split is not None:
            given = split if isinstance(split, dict) else vars(split)
            if not {"train", "test"} <= set(given) <= {"train", "validation", "test"}:
                raise ValueError(f"split has {list(given)}; train and test, and at most validation, are needed")
            self.parts = {name: _Windows(name, given[name], rows, scaler) for name in given}
        self.judging = self._forecasts() if models and self.parts else None

    def axes_swapped(self):
        if not self.parts:
            return OPEN, "give split="
        states = {name: part.state for name, part in self.parts.items()}
        features = self.rows.shape[1]
        for name, part in self.parts.items():
            if part.state == "swapped":
                return ILL, (
                    f"X of {name} is {part.came.shape}; with its axes exchanged, {part.X.shape}, it holds "
                    f"{_many(part.look_back, 'day')} of {_many(features, 'feature')} as they stand in the series. As "
                    f"it is, a network reads {_many(part.came.shape[1], 'step')} of "
                    f"{_many(part.came.shape[2], 'feature')}"
                )
        if "lost" in states.values():
            lost = next(name for name, state in states.items() if state == "lost")
            return OPEN, (
                f"X of {lost}, {self.parts[lost].came.shape}, does not stand in the series, as it is or with its axes "
                "exchanged; give the series that the windows were cut from, and the scaler if they are scaled"
            )
        shapes = " and ".join(str(self.parts[name].came.shape) for name in ("train", "test"))
        return SOUND, f"X of train and test, {shapes}, stand in the series as (windows, look_back, features)"

    def _known_places(self):
        return self.parts and min(np.mean(part.first >= 0) for part in self.parts.values()) > 0.5

    def targets_shared(self):
        if not self.parts:
            return OPEN, "give split="
        if not self._known_places():
            return OPEN, "where the windows stand in the series is not known, or not the only place"
        looked = []
        learnt = [self.parts[name] for name in ("train", "validation") if name in self.parts]
        for name, earlier in (("test", learnt), ("validation", learnt[:1])):
            if name not in self.parts:
                continue
            asked, sources = self._days(self.parts[name], inputs=False), ("train", "validation")[: len(earlier)]
            seen = np.any([self._days(part, inputs=True) for part in earlier], axis=0)
            taught = np.any([self._days(part, inputs=False) for part in earlier], axis=0)
            if (asked & seen).any():
                return ILL, (
                    f"of {asked.sum()} days that the {name} part asks for, {(asked & seen).sum()} are in windows of "
                    f"{' and '.join(sources)}, {(asked & taught).sum()} of them as targets"
                )
            looked.append(f"{asked.sum()} {name} days")
        return SOUND, f"of {' and '.join(looked)} to forecast none is in a window that was learnt from before"

    def _days(self, part, inputs):
        return part.days(-part.look_back if inputs else 0, part.targets, len(self.rows))

    def _test_start(self):
        return int(np.argmax(self._days(self.parts["test"], inputs=False)))

    def scaler_saw(self):
        if self.scaler is None or not self.parts:
            missing = [word for word, have in (("split=", self.parts), ("scaler=", self.scaler)) if not have]
            return OPEN, f"give {' and '.join(missing)}"
        if not self._known_places():
            return OPEN, "where the windows stand in the series is not known, or not the only place"
        kind, *numbers = self.scaler
        if len(numbers[0]) != self.rows.shape[1]:
            return OPEN, f"it knows {_many(len(numbers[0]), 'feature')}, the series has {self.rows.shape[1]}"
        start = self._test_start()
        if kind == "range":
            return self._range_saw(*numbers, start)
        clean = [self._values("train"), self._values("train", "validation")]
        clean += [self.rows[self._days(self.parts["train"], inputs)] for inputs in (True, False)]
        if any(_same_numbers(values, *numbers) for values in clean):
            return SOUND, "its numbers are those of windows or days before the test part"
        ends = self._prefixes(*numbers)
        if len(ends):
            state = SOUND if ends[0] <= start else ILL
            return state, f"its numbers are those of days 0 … {ends[0] - 1}; the test days begin with {start}"
        ill = {
            "the windows of all parts": self._values(*self.parts),
            "the windows of the test part": self._values("test"),
        }
        ill["the test days"] = self.rows[self._days(self.parts["test"], inputs=False)]
        for what, values in ill.items():
            if _same_numbers(values, *numbers):
                return ILL, f"its numbers are those of {what}"
        return (
            OPEN,
            "its numbers are neither those of the training days nor those of all days: made from something else",
        )

    def _range_saw(self, low, high, start):
        before = self.rows[:start]
        slack = 1e-6 * (high - low)
        beyond = (low < before.min(axis=0) - slack) | (high > before.max(axis=0) + slack)
        if beyond.any():
            k = int(np.argmax(beyond))
            return ILL, (
                f"its range for feature {k} is {low[k]:g} to {high[k]:g}, that of the days before the test part "
                f"{before[:, k].min():g} to {before[:, k].max():g}"
            )
        return SOUND, "its range is within that of the days before the test part"

    def _values(self, *names):
        """The series' values in windows of these parts, (values, features): a day counts for each window it is in."""
        found = []
        for part in (self.parts[name] for name in names if name in self.parts):
            first = part.first[part.first >= part.look_back]
            found.append(self.rows[(first[:, None] + np.arange(-part.look_back, 0)).ravel()])
        return np.concatenate(found)

    def _prefixes(self, mean, scale):
        """How many of the series' first days have this mean and scale: all numbers that do, the smallest first."""
        centre, width = self.rows.mean(axis=0), np.where(np.ptp(self.rows, axis=0) > 0, self.rows.std(axis=0), 1)
        z = (self.rows - centre) / width
        n = np.arange(1, len(z) + 1)[:, None]
        means = z.cumsum(axis=0) / n
        spread = np.sqrt(np.maximum((z**2).cumsum(axis=0) / n - means**2, 0))
        near = 1e-6 * (1 + np.abs(centre) / width)
        with np.errstate(divide="ignore", invalid="ignore"):
            sample = spread * np.sqrt(n / (n - 1))  # the same with n - 1, as pandas has it
        fits = np.abs(means - (mean - centre) / width) < near
        fits &= (np.abs(spread - scale / width) < near) | (np.abs(sample - scale / width) < near)
        return n[fits.all(axis=1), 0]

    def gaps(self):
        if self.raw is None:
            return OPEN, "give raw=, the series before its gaps were filled"
        start = self._test_start() if self._known_places() else len(self.rows)
        future, past, unknown, late = 0, 0, 0, 0
        for column, filled in zip(self.raw.T, self.rows.T):
            for begin, end in (run for run in _runs(np.isnan(column)) if run[0] > 0):
                kind = _filling(column, filled, begin, end)
                future, past, unknown = future + (kind == "future"), past + (kind == "past"), unknown + (kind == "")
                late += kind == "future" and end > start
        total = future + past + unknown
        if future:
            where = f", {late} of them in the test part" if late else ""
            return ILL, f"{future} of {_many(total, 'gap')} hold values made from days after the gap{where}"
        if unknown:
            return OPEN, f"{unknown} of {_many(total, 'gap')} hold values whose origin cannot be told"
        return (
            SOUND,
            f"{_many(total, 'gap')}, all filled with what was known before" if total else "nothing was missing",
        )

    def too_few(self):
        if not self.parts:
            return OPEN, "give split="
        train, test = self.parts["train"], self.parts["test"]
        n, p = len(train.X), train.X[0].size + 1
        lost = p / (n - p - 1) if n > p + 1 else math.inf
        if lost > LOST:
            adds = "cannot be fitted" if lost == math.inf else f"errs {lost:.0%} more for it (squared)"
            return ILL, f"{n} windows to learn from: even a linear autoregression, with {p} weights, {adds}"
        line, y, X = self._line("test"), self._target(test.y), test.X
        copied = persistence(X[:, :, self.target : self.target + 1], y.shape[1])
        found = _compared(line, copied, y)
        if found is None and len(y) < 15:
            return ILL, f"{len(y)} test windows are too few for an interval"
        if found is not None and found.verdict == "not told apart" and found.detectable > LOST:
            return ILL, (
                f"{len(y)} test windows: a forecast would have to err {found.detectable:.0%} less than persistence to "
                "be told from it, four times out of five"
            )
        return SOUND, f"{n} windows to learn from, {len(y)} to test on"

    def _target(self, y):
        return y[..., self.target] if y.ndim == 3 else y

    def _line(self, name):
        train = self.parts["train"]
        return LinearAutoregression().fit(train.X, self._target(train.y)).predict(self.parts[name].X)

    def _forecasts(self):
        """On the validation part, or where there is none the test part: forecasts, line, X, y, of measured days."""
        name = "validation" if "validation" in self.parts else "test"
        part = self.parts[name]
        asked = np.ones(len(part.y), bool)
        if self.raw is not None and (part.first >= 0).all():
            days = part.first[:, None] + np.arange(part.targets)
            asked = np.isfinite(self.raw[days, self.target]).all(axis=1)
        made = []
        for model in self.models:
            predict = getattr(model, "predict", model)
            if not callable(predict):
                raise TypeError(f"model is {model!r}; something with predict(X), or a function of X, is needed")
            forecast = _checks.finite(
                "the model's forecast", _checks.numbers("the model's forecast", predict(part.came))
            )
            _checks.shape("the model's forecast", forecast, part.y.shape, ("the shape of y",))
            made.append(self._target(forecast)[asked])
        return name, made, self._line(name)[asked], part.X[asked], self._target(part.y)[asked]

    def constant(self):
        if self.judging is None:
            return OPEN, f"give {'model=' if self.parts else 'split= and model='}"
        name, made, line, _, y = self.judging
        moves = y.std(axis=0).max()
        if not moves > 0:
            return OPEN, f"the {name} part's targets are one number"
        shares = np.array([forecast.std(axis=0).max() / moves for forecast in made])
        ill = [
            share < 1e-6 or (share < CONSTANT and _is(_compared(line, forecast, y), "better"))
            for share, forecast in zip(shares, made)
        ]
        what = (
            f"over {len(y)} {name} windows the forecast varies by {_percent(shares)} of the truth's standard deviation"
        )
        return (ILL, f"{what}{_of(ill)}") if any(ill) else (SOUND, what)

    def echo(self):
        if self.judging is None:
            return OPEN, f"give {'model=' if self.parts else 'split= and model='}"
        name, made, line, X, y = self.judging
        last, y, line = X[:, -1:, self.target], y[:, :1], line[:, :1]
        told = _least_correlation(line - last, y - last) > STILL
        ill, numbers = [], []
        for forecast in (each[:, :1] for each in made):
            if not (np.std(forecast) > CONSTANT * np.std(y) > 0 and np.ptp(last) > 0):
                continue
            copying = lag_correlation(forecast, y, last[:, :, None])
            share = np.std(forecast - last) / np.std(y - last)
            silent = share < STILL or _least_correlation(forecast - last, y - last) <= 0
            ratio = mae(forecast, y) / mae(last, y)
            ill.append(copying.before > copying.same and silent and told and ratio < FAR)
            numbers.append((*copying, share, ratio))
        if not ill:
            return OPEN, f"the forecast, or the {name} part, hardly varies"
        before, same, moves, ratio = np.median(numbers, axis=0)
        what = (
            f"over {len(y)} {name} windows the forecast correlates {before:.2f} with the day before, {same:.2f} with "
            f"the day itself, moves away from the day before by {_percent(moves)} of what the days do, and errs "
            f"{ratio:.2f} times as much as persistence"
        )
        if any(ill):
            found = np.corrcoef((line - last)[:, 0], (y - last)[:, 0])[0, 1]
            return ILL, f"{what}{_of(ill)}; a linear autoregression's moves correlate {found:.2f} with the true ones"
        return SOUND, what


def _two_scalers(judged, target):
    if judged is None:
        return OPEN, "give judged=, the forecasts and targets of the errors that you compare"
    if not isinstance(judged, dict) or len(judged) < 2:
        raise ValueError("judged needs at least two methods, each with (forecast, y)")
    pairs = {name: [np.asarray(each, "float64") for each in pair] for name, pair in judged.items()}
    if all(each.ndim == 3 and each.shape[2] > target for pair in pairs.values() for each in pair):
        pairs = {name: [each[:, :, target] for each in pair] for name, pair in pairs.items()}
    errors = {name: mae(*pair) for name, pair in pairs.items()}
    (first, (_, base)), *others = pairs.items()
    for name, (_, y) in others:
        if y.shape != base.shape:
            return OPEN, f"the targets of {first} are {base.shape}, those of {name} {y.shape}: not the same days"
        near = 1e-6 * np.abs(base).max() + 1e-5 * base.std()
        if np.abs(y - base).max() <= near:
            continue
        slope, constant = np.polyfit(base.ravel(), y.ravel(), 1) if np.ptp(base) > 0 else (math.nan, 0)
        if not np.abs(slope * base + constant - y).max() <= 1e-4 * np.ptp(y):
            return OPEN, f"the targets of {first} and {name} are not the same days in two units"
        if abs(slope - 1) < 1e-4:  # moved, not stretched: the errors are in one unit
            continue
        here, there, same = errors[first], errors[name], errors[name] / abs(slope)
        turned = "turns round" if (here < there) != (here < same) else "stays, the ratio does not"
        return ILL, (
            f"the same days stand in two units, {abs(slope):.3g} of {name} to 1 of {first}: errors of {here:.3g} "
            f"({first}) and {there:.3g} ({name}) are {here:.3g} and {same:.3g} in one unit: the order {turned}"
        )
    return SOUND, f"{len(pairs)} methods are judged on the same targets in one unit"


# ---------------------------------------------------------------------------------------------------------------
# Small helps.


def _runs(missing):
    """(begin, end) of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.r_[False, missing, False]))
    return edges.reshape(-1, 2)


def _filling(column, filled, begin, end):
    """Where a gap's values came from: "past", "future", or "" where it cannot be told. One at the end has no future."""
    values, known = filled[begin:end], column[np.isfinite(column)]
    near = 1e-6 * (known.std() + np.abs(known).max())
    before = column[begin - 1]
    if end == len(column) or np.abs(values - before).max() <= near:
        return "past"
    after = column[end]
    line = before + (after - before) * np.arange(1, end - begin + 1) / (end - begin + 1)
    for made in (line, after, known.mean(), np.median(known)):
        if np.abs(values - made).max() <= near:
            return "future"
    return ""


def _same_numbers(values, mean, scale):
    """Whether values (values, features) have this mean and standard deviation, to the digits that float32 keeps."""
    width = values.std(axis=0)
    near = 1e-6 * (np.abs(values).max(axis=0) + width)
    sample = width * math.sqrt(len(values) / max(len(values) - 1, 1))
    spread = np.minimum(np.abs(scale - width), np.abs(scale - sample))
    return bool((np.abs(mean - values.mean(axis=0)) <= near).all() and (spread <= near).all())


def _compared(forecast, rival, y):
    """A Comparison, or None where there are too few windows or no errors to compare."""
    try:
        return compare(forecast, rival, y)
    except ValueError:
        return None


def _is(comparison, verdict):
    return comparison is not None and comparison.verdict == verdict


def _least_correlation(a, b):
    """The lower end of the 95% interval of two columns' correlation, by Fisher's z; -1 where one does not vary."""
    a, b = a.ravel(), b.ravel()
    if not (np.ptp(a) > 0 and np.ptp(b) > 0 and len(a) > 4):
        return -1.0
    z = np.arctanh(np.clip(np.corrcoef(a, b)[0, 1], -1 + 1e-12, 1 - 1e-12))
    return float(np.tanh(z - 1.96 / math.sqrt(len(a) - 3)))


def _many(number, word):
    return f"{number} {word}{'' if number == 1 else 's'}"


def _percent(shares):
    low, high = (f"{100 * value:.2g}%" for value in (np.min(shares), np.max(shares)))
    return low if low == high else f"{low} to {high}"


def _of(ill):
    return "" if len(ill) == 1 else f" ({sum(ill)} of {len(ill)} models)"
