"""Unseen days: any day of the test year, what the network saw, and every method's error. Notebook 06."""

import math

import numpy as np
import traitlets

from .. import _checks
from ..evaluation import mae
from ..forecaster import Forecaster
from ..pictures.palette import SERIES
from ..windows import Split
from ._explorer import Explorer, below, dated, floats, fourth, packed, single, whole

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
    **state : `day`, `step`

    State, to be read, set and linked: `day`, the test day, from 0, and `step`, the day of its window at hand, from 1;
    at first the first test day that does not solve the task, and its window's last day.

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
    step = whole(1, "day in the window, from 1", least=1)
    about = traitlets.Dict().tag(sync=True)
    data = floats()  # windows, truth and forecasts of the test days
    states = traitlets.Unicode().tag(sync=True)  # a byte for each, in hexadecimal: day, C or h, unit, step

    def __init__(self, model, split, dates, *, unit="°C", baselines=None, seed=0, **state):
        if not isinstance(model, Forecaster):
            raise TypeError(f"model is {model!r}; a fitted NumpyForecaster or KerasForecaster is needed")
        if not isinstance(split, Split):
            raise TypeError(f"split is {split!r}; a Split, as split_by_time makes it, is needed")
        baselines = {} if baselines is None else dict(baselines)
        if unknown := [name for name in baselines if name not in RIVALS]:
            raise ValueError(f"baselines has {', '.join(map(repr, unknown))}; some of {', '.join(RIVALS)} are needed")
        seed, test = _checks.whole("seed", seed, least=0), split.test
        look_back, days = test.X.shape[1], len(test.X)
        self._dates = dated(test, dates)
        feature = model.target or 0

        def first_day(name, values):
            values = _checks.finite(name, _checks.numbers(name, values))
            _checks.shape(name, values, test.y.shape, ("the shape of split.test.y",))
            return values[:, 0] if values.ndim == 2 else values[:, 0, feature]

        y = first_day("split.test.y", test.y)
        forecasts = {"LSTM": first_day("the model's forecast", model.predict(test.X))}
        forecasts |= {name: first_day(name, baselines[name]) for name in RIVALS if name in baselines}
        self.mae = {name: mae(forecast, y) for name, forecast in forecasts.items()}
        # The numbers read here are the float32 numbers that are drawn.
        X, self._truth = single(test.X[:, :, feature]), single(y)
        self._forecasts = single(list(forecasts.values()))
        self._errors = self._forecasts - self._truth
        size = np.abs(self._errors)
        nearest = size == size.min(axis=0)
        self.nearest = {name: int(count) for name, count in zip(forecasts, nearest.sum(axis=1))}
        self.methods, self.look_back, self.days, self.unit = list(forecasts), look_back, days, unit
        trace = model.states(test.X)
        drawn = np.sort(np.argsort(-trace.h.std(axis=(0, 1)), kind="stable")[:DRAWN])
        c, h = trace.c[:, :, drawn], trace.h[:, :, drawn]
        memory = max(float(np.abs(c).max()), 1e-6)
        values = np.concatenate([X, self._truth[:, None], self._forecasts.T], axis=1)
        spread = max(float(np.ptp(values)), 1e-6)
        digits = int(min(max(2 - math.floor(math.log10(spread)), 1), 6))
        # The task asks for one of the few days on which the LSTM beats the first of the others by more than this; for
        # one of its worst days where there is no other, or none that it beats. No button leads to such a day.
        gain = size[1] - size[0] if len(size) > 1 else size[0]
        self.rival = self.methods[1] if len(size) > 1 and fourth(gain) > 0 else ""
        asked = gain if self.rival else size[0]
        self.threshold = below(fourth(asked))
        known = {"The LSTM's worst day": size[0].argmax(), "The LSTM's smallest error": size[0].argmin()}
        if "persistence" in forecasts:
            known["Persistence wins by most"] = (size[0] - size[1]).argmax()
        self.known = {words: int(day) for words, day in known.items() if asked[day] <= self.threshold}
        about = {
            "methods": self.methods, "mae": list(self.mae.values()), "nearest": list(self.nearest.values()),
            "days": days, "look_back": look_back, "units": trace.h.shape[2], "drawn": drawn.tolist(), "memory": memory,
            "unit": unit, "digits": digits, "dates": self._dates, "known": self.known,
            "order": np.random.default_rng(seed).permutation(days).tolist(),
            "rival": self.rival, "threshold": self.threshold,
        }  # fmt: skip
        # A state is drawn to a 250th of its axis: a byte each is enough, in two letters half of a float32 number.
        states = np.round(127 * (np.stack([c / memory, h]) + 1)).astype("uint8").transpose(1, 0, 3, 2)
        data = packed(X, self._truth, self._forecasts)
        state = {"day": int((asked <= self.threshold).argmax()), "step": look_back} | state
        super().__init__(about=about, data=data, states=states.tobytes().hex(), **state)

    @traitlets.validate("day", "step")
    def _there(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        first, last = (0, self.days - 1) if name == "day" else (1, self.look_back)
        if value > last:
            raise traitlets.TraitError(f"{name} is {value}; {first} to {last} is needed")
        return value

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
