"""Unseen days: any day of the test year, what the network saw, and every method's error. Notebook 06."""

import math

import numpy as np
import traitlets

from .. import _checks
from ..evaluation import mae
from ..forecaster import Forecaster
from ..pictures.palette import SERIES
from ..pictures.svg import Drawing, format_number
from ..windows import Split
from ._explorer import Explorer, axis_limits, nice_limit, whole

RIVALS = SERIES[2:]  # the methods that may stand beside the LSTM
DRAWN = 32  # units whose states are drawn, at most


class UnseenDayExplorer(Explorer, front="unseen_day"):
    """Any day of the test part: its window, the states on the way, the forecast, the truth, the other methods, and how
    all of them did over all test days. Notebook 06.

    Parameters
    ----------
    model : fitted NumpyForecaster or KerasForecaster
    split : Split in the series' own unit, as split_by_time gives it; its test part is shown, the first day ahead
    dates : (time,), the dates of the series that was split; anything that str() makes words of
    unit : of the values, as words
    baselines : forecasts (windows, horizon) for the test part by method's name: "persistence", "linear AR",
        "seasonal naive", or some of them
    seed : of the order in which days are dealt out at random
    **state : `day`

    State, to be read, set and linked: `day`, the test day, from 0.

    Raises TypeError and ValueError for what does not fit, and traitlets.TraitError for a day that is not there.

    >>> from lstm_notes import NumpyForecaster, persistence, split_by_time
    >>> series = 10 + np.sin(np.arange(60.0))
    >>> split = split_by_time(series, look_back=5, validation=10, test=10)
    >>> model = NumpyForecaster(units=2).build()
    >>> baselines = {"persistence": persistence(split.test.X)}
    >>> unseen = UnseenDayExplorer(model, split, range(60), baselines=baselines, day=3)
    >>> unseen.date, bool(np.isclose(unseen.truth, series[53]))
    ('53', True)
    >>> bool(np.isclose(unseen.errors["persistence"], series[52] - series[53], atol=1e-5))
    True
    """

    day = whole(0, "test day, from 0")
    about = traitlets.Dict().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    states = traitlets.Bytes().tag(sync=True)

    def __init__(self, model, split, dates, *, unit="°C", baselines=None, seed=0, **state):
        if not isinstance(model, Forecaster):
            raise TypeError(f"model is {model!r}; a fitted NumpyForecaster or KerasForecaster is needed")
        if not isinstance(split, Split):
            raise TypeError(f"split is {split!r}; a Split, as split_by_time makes it, is needed")
        baselines = {} if baselines is None else dict(baselines)
        if unknown := [name for name in baselines if name not in RIVALS]:
            raise ValueError(f"baselines has {', '.join(map(repr, unknown))}; some of {', '.join(RIVALS)} are needed")
        seed, test = _checks.whole("seed", seed, least=0), split.test
        look_back, days, start = test.X.shape[1], len(test.X), int(test.first[0]) - test.X.shape[1]
        dates = [str(date) for date in dates]
        if len(dates) <= test.first[-1]:
            raise ValueError(f"dates has {len(dates)} entries; the series' {test.first[-1] + 1} are needed")
        self._dates = dates[start : int(test.first[-1]) + 1]
        feature = model.target or 0

        def first_day(name, values):
            values = _checks.finite(name, _checks.numbers(name, values))
            _checks.shape(name, values, test.y.shape, ("the shape of split.test.y",))
            return values[:, 0] if values.ndim == 2 else values[:, 0, feature]

        y = first_day("split.test.y", test.y)
        forecasts = {"LSTM": first_day("the model's forecast", model.predict(test.X))}
        forecasts |= {name: first_day(name, baselines[name]) for name in RIVALS if name in baselines}
        self.mae = {name: mae(forecast, y) for name, forecast in forecasts.items()}
        # What is drawn here and what is drawn in the browser are the same float32 numbers.
        self._X, self._truth = _single(test.X[:, :, feature]), _single(y)
        self._forecasts = _single(list(forecasts.values()))
        self._errors = self._forecasts - self._truth
        size = np.abs(self._errors)
        nearest = size == size.min(axis=0)
        self.nearest = {name: int(count) for name, count in zip(forecasts, nearest.sum(axis=1))}
        self.methods, self.look_back, self.days, self.unit = list(forecasts), look_back, days, unit
        trace = model.states(test.X)
        moving = np.argsort(-trace.h.std(axis=(0, 1)), kind="stable")[:DRAWN]
        self._h, self._c = (np.asarray(each[:, :, np.sort(moving)], "float64") for each in (trace.h, trace.c))
        self._drawn, self._units = len(moving), trace.h.shape[2]
        self._memory = nice_limit(self._c)
        values = np.concatenate([self._X, self._truth[:, None], self._forecasts.T], axis=1)
        spread = max(float(np.ptp(values)), 1e-6)
        self._digits = int(min(max(2 - math.floor(math.log10(spread)), 1), 6))
        self._limits = [axis_limits(row, 10.0**-self._digits) for row in values]
        order = np.random.default_rng(seed).permutation(days)
        self.known = {"The LSTM's worst day": size[0].argmax(), "Its best day": size[0].argmin()}
        if "persistence" in forecasts:
            self.known["The day persistence wins by most"] = (size[0] - size[1]).argmax()
        self.known = {words: int(day) for words, day in self.known.items()}
        # The task asks for one of the few days on which the LSTM beats the first of the others by more than this; for
        # one of its worst days where there is no other, or none that it beats.
        self.rival = self.methods[1] if len(self.methods) > 1 and _fourth(size[1] - size[0]) > 0 else ""
        self.threshold = _floor(_fourth(size[1] - size[0] if self.rival else size[0]))
        about = {
            "methods": self.methods, "days": days, "look_back": look_back, "units": self._drawn, "unit": unit,
            "digits": self._digits, "limits": self._limits, "dates": self._dates, "order": order.tolist(),
            "known": self.known, "rival": self.rival, "threshold": self.threshold, "memory": self._memory,
            "error": size.max(),
        }  # fmt: skip
        data = b"".join(each.astype("<f4").tobytes() for each in (self._X, self._truth, self._forecasts))
        # A state is drawn to a 250th of its axis: a byte each is enough, and a quarter of the way to the browser.
        states = np.stack([self._c / self._memory, self._h])
        states = np.round(127 * states).astype("int8").transpose(1, 0, 3, 2).tobytes()
        super().__init__(about=about, data=data, states=states, **state)

    @traitlets.validate("day")
    def _there(self, proposal):
        if not 0 <= proposal["value"] < self.days:
            raise traitlets.TraitError(f"day is {proposal['value']}; 0 to {self.days - 1} is needed")
        return proposal["value"]

    @property
    def date(self):
        """The day's date, as words."""
        return self._dates[self.day + self.look_back]

    @property
    def truth(self):
        """What was measured on the day."""
        return self._truth[self.day].item()

    @property
    def forecasts(self):
        """Every method's forecast for the day: a dict of name → float."""
        return dict(zip(self.methods, self._forecasts[:, self.day].tolist()))

    @property
    def errors(self):
        """Every method's error on the day, forecast less truth: a dict of name → float."""
        return dict(zip(self.methods, self._errors[:, self.day].tolist()))

    def drawing(self):
        """The test year with its errors, the day's window with forecasts and truth, the states, and a table."""
        day, digits, unit, T = self.day, self._digits, self.unit, self.look_back
        d = Drawing(920, 646, "A day the network has never seen")
        self._year(d)

        # The day's window and what was said of the day after it.
        window = self._X[day]
        limits, target = self._limits[day], self._dates[day + T]
        ticks = [(v, _tick(v, digits)) for v in (limits[0], sum(limits) / 2, limits[1])]
        axes = d.axes(62, 278, 370, 160, (0, T), limits, yticks=ticks, part="window")
        d.text(62, 262, f"its window, look_back {T}, and the forecasts, {unit}", size=14, anchor="start")
        d.box((axes.x(0) + axes.x(T - 1)) / 2, 358, axes.x(T - 1) - axes.x(0) + 10, 160, "window")
        d.text(57, 453, self._dates[day], size=13, anchor="start", part="from")
        d.text(axes.x(T) + 6, 453, target, size=13, bold=True, anchor="end", part="target")
        d.curve(axes, range(T), window, "truth", part="window-curve")
        d.dot(axes.x(T - 1), axes.y(window[-1]), "truth", part="last", radius=4)
        names = ["truth", *self.methods]
        values = [self._truth[day], *self._forecasts[:, day]]
        places = [axes.y(value) for value in values]
        for name, value, place, label in zip(names, values, places, _spread(places, 19, 272, 448)):
            words = "measured" if name == "truth" else name
            d.arrow((axes.x(T) + 5, place), (axes.x(T) + 20, label), look=name, head=False, part=f"line-{name}")
            d.dot(axes.x(T), place, name, part=f"dot-{name}", radius=8 if name == "truth" else 5)
            d.text(axes.x(T) + 24, label, f"{words} {format_number(value, digits)}", look=name, anchor="start", size=14,
                   bold=name in ("truth", "LSTM"), part=f"label-{name}")  # fmt: skip

        # The states through the window.
        drawn = f"all units ({self._units})" if self._drawn == self._units else f"{self._drawn} of {self._units} units"
        for name, values, top, size in (("C", self._c[day], 278, self._memory), ("h", self._h[day], 376, 1)):
            last = max(T - 1, 1)
            states = d.axes(662, top, 240, 62, (0, last), (-size, size), yticks=(-size, 0, size), part=f"states-{name}")
            d.text(662, top - 15, f"{name} of {drawn}", look=name, size=14, anchor="start")
            for k in range(self._drawn):
                d.curve(states, range(T), values[:, k], name, width=1, part=f"{name}-{k}")
                if T == 1:
                    d.dot(states.x(0), states.y(values[0, k]), name, radius=3, part=f"only-{name}-{k}")
        d.text(662, 453, "first day", size=13, anchor="start")
        d.text(902, 453, "last day", size=13, anchor="end")

        self._table(d)
        near = min(self.methods, key=lambda name: abs(self.errors[name]))
        listed = "; ".join(
            f"{name} {format_number(value, digits)} {unit}, error {_signed(self.errors[name], digits)}, MAE over all "
            f"{self.days} days {format_number(self.mae[name])}, nearest on {self.nearest[name]} days"
            for name, value in self.forecasts.items()
        )
        d.description = (
            f"A day the network has never seen: {target}, day {day} of {self.days} test days. Above, the whole test "
            f"part with the methods' errors, this day marked. Below, its window of {T} days from {self._dates[day]}, "
            f"which ends at {format_number(window[-1], digits)} {unit}, and C and h of {drawn} on the way. Measured "
            f"was {format_number(self.truth, digits)} {unit}. Forecasts: {listed}. The nearest on this day: {near}."
        )
        return d

    def _year(self, d):
        """The whole test part, and the errors of the LSTM (up) and of the first of the others (down)."""
        day, T, last = self.day, self.look_back, max(self.days - 1, 1)
        d.text(62, 18, f"test day {day}: {self._dates[day + T]}", bold=True, anchor="start", part="title")
        low, high = axis_limits(self._truth, 10.0**-self._digits)
        ticks = [(v, _tick(v, self._digits)) for v in (low, (low + high) / 2, high)]
        year = d.axes(62, 50, 840, 82, (0, last), (low, high), yticks=ticks, part="year")
        d.text(62, 37, f"measured, {self.unit}", size=13, look="truth", anchor="start")
        d.curve(year, range(self.days), self._truth, "truth", width=1.2)
        most = nice_limit(self._errors[:2], 10.0**-self._digits)
        down = len(self.methods) > 1
        errors = d.axes(62, 150, 840, 70 if down else 40, (0, last), (-most if down else 0, most),
                        yticks=[(v, format_number(abs(v), 0 if most >= 1 else self._digits))
                                for v in ((-most, 0, most) if down else (0, most))],
                        xticks=[(v, "") for v in sorted({0, last // 3, 2 * last // 3, self.days - 1})],
                        part="errors")  # fmt: skip
        for k, anchor in ((0, "start"), (last // 3, "middle"), (2 * last // 3, "middle"), (self.days - 1, "end")):
            if k or anchor == "start":
                d.text(errors.x(k), errors.top + errors.height + 15, self._dates[k + T], size=13, anchor=anchor)
        at = year.x(day)
        d.arrow((at, 46), (at, 220 if down else 190), head=False, part="mark")
        wide = min(840 / max(self.days, 1) * 0.8, 12)
        for row, sign in ((0, 1), (1, -1))[: 1 + down]:
            for k, error in enumerate(np.abs(self._errors[row])):
                ends = sorted((errors.y(0), errors.y(sign * error)))
                d.bar(errors.x(k) - wide / 2, ends[0], wide, ends[1] - ends[0], self.methods[row])
        d.text(894, 160, "error of the LSTM", look="LSTM", size=13, anchor="end")
        if down:
            d.text(894, 211, f"of {self.methods[1]}", look=self.methods[1], size=13, anchor="end")
        d.dot(at, year.y(self._truth[day]), "truth", part="mark-dot", radius=6)

    def _table(self, d):
        """A row for each method: forecast and error on the day, then over all test days."""
        day, digits, unit = self.day, self._digits, self.unit
        size = np.abs(self._errors)
        heads = ("forecast", f"error, {unit}", f"MAE of all {self.days} days", "nearest on")
        for x, words in zip((250, 350, 720, 850), heads):
            d.text(x, 482, words, size=14, anchor="end")
        for row, name in enumerate(self.methods):
            y, error = 510 + 26 * row, self._errors[row, day]
            d.text(62, y, name, look=name, bold=True, size=15, anchor="start")
            d.text(
                250, y, format_number(self._forecasts[row, day], digits), size=15, anchor="end", part=f"forecast-{row}"
            )
            d.text(350, y, _signed(error, digits), size=15, anchor="end", part=f"error-{row}")
            d.bar(362, y - 7, 120 * abs(error) / max(size.max(), 1e-9), 14, name, part=f"bar-{row}")
            d.text(490, y, "nearest", size=14, bold=True, anchor="start", part=f"nearest-{row}")
            if size[row, day] > size[:, day].min():
                d.hide(f"nearest-{row}")
            d.text(720, y, format_number(self.mae[name]), size=15, anchor="end")
            d.text(850, y, f"{self.nearest[name]} days", size=15, anchor="end")
        d.height = 510 + 26 * len(self.methods) + 6


# ---------------------------------------------------------------------------------------------------------------
# Words and places, as in unseen_day.js.


def _single(values):
    return np.asarray(values, "float32").astype("float64")


def _signed(value, digits):
    words = format_number(value, digits)
    return words if words[0] == "−" else f"+{words}"


def _tick(value, digits):
    return f"{value:.0f}".replace("-", "−") if value == int(value) else format_number(value, digits)


def _fourth(values):
    return float(np.sort(values)[-min(4, len(values))])


def _floor(value):
    """A number of one digit below `value`, 0 where it is not above 0."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return max(math.ceil(value / power - 1) * power, 0.0)


def _spread(places, gap, low, high):
    """The same places, moved so that no two are nearer than `gap`, in their order, between `low` and `high`."""
    order, spread = sorted(range(len(places)), key=lambda k: places[k]), list(places)
    before = low - gap
    for k in order:
        before = spread[k] = max(spread[k], before + gap)
    after = high + gap
    for k in reversed(order):
        after = spread[k] = min(spread[k], after - gap)
    return spread
