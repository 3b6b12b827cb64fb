"""Which days a forecast attended to, other weights with the same forecast, and which days it hangs on. Notebook 11.

model, split → weights, forecasts, how far each moves without a day → attention.js: scene(state)
"""

import numpy as np
import traitlets

from ..cell import lstm_forward
from ..evaluation import mae
from ..studies.attending import farthest
from ..variants import AttentionNetwork, NetworkForecaster
from ..windows import Split
from ._explorer import Explorer, below, choice, dated, floats, fourth, packed, single, whole

WEIGHTS = ("learned", "even", "elsewhere")
HARDLY = 0.01  # of what the day does without which the forecast moves most


class AttentionExplorer(Explorer, front="attention"):
    """Any day of the test part: the weights that attention gives the days of its window, and below them how far the
    forecast moves when each of these days is put to the mean of the training days. In place of the learned weights even
    ones, or others with the same forecast. Notebook 11.

    Parameters
    ----------
    model : fitted NetworkForecaster around an AttentionNetwork, with a scaler, of one feature
    split : Split in the series' own unit, as split_by_time gives it; its test part is shown, the first day ahead
    dates : (time,), the dates of the series that was split; anything that str() makes words of
    unit : of the values, as words
    **state : `day`, `step`, `weights`

    State, to be read, set and linked: `day`, the test day, from 0, and `step`, the day of its window at hand, from 1;
    at first a test day that solves no task, and its window's last day; `weights`, "learned", "even" or "elsewhere":
    the `farthest` with the same forecast.

    `shares` (look_back,) are the weights of the day's window that are shown, `moved` (look_back,) how far the forecast
    moves, up or down, without each day. `mae` has the error of each kind of weights over all test days.

    Raises TypeError and ValueError for what does not fit, ImportError without scipy, and traitlets.TraitError for a day
    that is not there.

    >>> from lstm_notes import Scaler, split_by_time
    >>> series = 10 + np.sin(np.arange(60.0))
    >>> split = split_by_time(series, look_back=5, validation=10, test=10)
    >>> model = NetworkForecaster(AttentionNetwork, units=2, scaler=Scaler().fit(series[:40])).build()
    >>> explorer = AttentionExplorer(model, split, range(60), day=3, weights="even")
    >>> explorer.date, explorer.shares.round(6).tolist(), explorer.moved.shape
    ('53', [0.2, 0.2, 0.2, 0.2, 0.2], (5,))
    >>> bool(np.isclose(explorer.forecasts["elsewhere"], explorer.forecasts["learned"], atol=1e-5))
    True
    """

    day = whole(0, "test day, from 0")
    step = whole(1, "day in the window, from 1", least=1)
    weights = choice(WEIGHTS, "with which weights the days are mixed")
    about = traitlets.Dict().tag(sync=True)
    data = floats()  # the series, forecasts, learned weights, others with the same forecast, how far it moves

    def __init__(self, model, split, dates, *, unit="°C", **state):
        network = getattr(model, "net", None)
        if not isinstance(model, NetworkForecaster) or not isinstance(network, AttentionNetwork):
            raise TypeError(f"model is {model!r}; a fitted NetworkForecaster around an AttentionNetwork is needed")
        if not isinstance(split, Split):
            raise TypeError(f"split is {split!r}; a Split, as split_by_time makes it, is needed")
        if model.scaler is None:
            raise ValueError("model has no scaler; one of the training days is needed: a day is put to their mean")
        X, y = split.test.X, split.test.y
        if model.features != 1 or X.shape[2] != 1:
            raise ValueError(f"split.test.X has {X.shape[2]} features, the model {model.features}; one is needed")
        self._dates = dated(split.test, dates)
        self.days, self.look_back, self.unit = len(X), X.shape[1], unit
        x, rows = model.scaler.transform(X), np.arange(self.days)
        h, learned = lstm_forward(x, network.cells["lstm"]).h, network.attention(x)
        weights = {
            "learned": learned,
            "even": np.full_like(learned, 1 / self.look_back),
            "elsewhere": np.array([farthest(*each) for each in zip(learned, h)]),
        }

        def forecast(x, weights):
            return model.scaler.inverse_transform(network.forecast_with(x, weights))[:, 0]

        forecasts = {name: forecast(x, each) for name, each in weights.items()}
        self.mae = {name: mae(each, y.reshape(self.days, -1)[:, 0]) for name, each in forecasts.items()}
        moved = np.empty_like(learned)
        for step in range(self.look_back):
            without = x.copy()
            without[:, step] = 0  # what the scaler makes of the training days' mean
            moved[:, step] = forecast(without, network.attention(without)) - forecasts["learned"]
        # The numbers read here are the float32 numbers that are drawn.
        self._shares = {name: single(each) for name, each in weights.items()}
        self._forecasts, self._moves = {name: single(each) for name, each in forecasts.items()}, single(moved)
        series = single(np.concatenate([X[0, :, 0], y.reshape(self.days, -1)[:, 0]]))
        self._truth = series[self.look_back :]
        # One task asks for a day of the window that has most weight and hardly moves the forecast, though it is not
        # near the mean already; the other for one of the few test days on which even weights move it most.
        mean, far = model.scaler.mean.item(), below(model.scaler.scale.item() / 2)
        most, size = self._shares["learned"].argmax(axis=1), np.abs(self._moves)
        hardly = size[rows, most] < HARDLY * size.max(axis=1)
        hardly &= np.abs(series[rows + most] - mean) > far
        even = np.abs(self._forecasts["even"] - self._forecasts["learned"])
        threshold = below(fourth(even))
        about = {
            "days": self.days, "look_back": self.look_back, "unit": unit, "dates": self._dates, "mean": mean,
            "mae": self.mae, "same": int((most == size.argmax(axis=1)).sum()),
            "hardly": HARDLY, "far": far, "threshold": threshold,
            "asked": [bool(hardly.any()), bool(even.max() > threshold)],  # of each task whether a day solves it
        }  # fmt: skip
        data = packed(series, *forecasts.values(), weights["learned"], weights["elsewhere"], moved)
        state = {"day": int((~hardly & (even <= threshold)).argmax()), "step": self.look_back} | state
        super().__init__(about=about, data=data, **state)

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
        """The forecast for the day with each kind of weights: a dict of name → float."""
        return {name: each[self.day].item() for name, each in self._forecasts.items()}

    @property
    def shares(self):
        """The weights that are shown, of the days of the window: (look_back,)."""
        return self._shares[self.weights][self.day]

    @property
    def moved(self):
        """How far the forecast moves when each day of the window is put to the mean of the training days, the weights
        learned: (look_back,)."""
        return self._moves[self.day]
