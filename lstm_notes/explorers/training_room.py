"""The training room: a network learns while you look, and its settings can be moved. Notebook 05.

    series → scaled → windows → Run (weights, optimiser, batches) → measured after every update → a frame of float32
                                                                               frame → training_room.js: scene(state)

The training runs in a thread, because a kernel that is busy in a loop hears no button; a lock guards it. A frame
holds all that the picture needs of a run. Where no kernel answers, the front end trains by itself (run.js) and sets the
same traits in the page.
"""

import numpy as np
import traitlets

from .. import _checks
from ..network import mse
from ..rivals import persistence
from ..windows import Scaler, make_windows
from ._explorer import choice, floats, number, packed, whole
from ._live import Player
from ._run import LONGEST, WIDEST, Run, material

DAYS = 100  # that are validated on, at most


class TrainingRoom(Player, front="training_room"):
    """A small LSTM learns to forecast `series` a day ahead, live: play, pause, step, reset, and move what decides. 05.

    Parameters
    ----------
    series : array (time,), float32, float64 or whole numbers, at least 60 values; the last quarter, at most 100 days,
        is for validation and never trained on
    unit : of the series, for the picture
    seed : of the start weights and of the windows' order: a reset brings the same numbers again

    State, to be read, set and linked: `learning_rate`, `clipping` ("off" or "on") and `clip_norm` act at once;
    `look_back` (1 … 30), `units` (1 … 32), `forget_bias` and `optimizer` ("Adam" or "SGD") start anew; `speed` is that
    of `play`, "slow" (2 updates a second), "normal" (30) or "fast". To be read: `playing`, `update`, `epoch`, `loss`
    (MSE of the batch that comes next, scaled), `validation_loss`, `persistence_loss`, `gradient_norm` (before
    clipping), `diverged`, `weights`; `marks`, where a setting changed during the run; `ghosts`, the validation
    curves of the last three other runs; `trouble` says in words what stopped the training thread, if anything did.

    Raises TypeError and ValueError for another series, traitlets.TraitError for settings out of their range.

    >>> from lstm_notes import load_weather
    >>> room = TrainingRoom(load_weather()["temp_max"][:365], unit="°C")
    >>> room.step(3)
    TrainingRoom(clip_norm=0.1, clipping='off', forget_bias=1.0, learning_rate=0.02, look_back=14, optimizer='Adam', \
speed='normal', units=8)
    >>> room.update, round(room.persistence_loss, 3), room.validation_loss > room.persistence_loss
    (3, 0.085, True)
    """

    learning_rate = number(0.02, "learning rate, above 0; acts at once")
    clipping = choice(("off", "on"), "whether long gradients are shortened; acts at once")
    clip_norm = number(0.1, "longest gradient let through, above 0; acts at once")
    look_back = whole(14, "days in a window, 1 … 30; starts anew", least=1)
    units = whole(8, "width of the state, 1 … 32; starts anew", least=1)
    forget_bias = number(1.0, "b_f of every unit at the start; starts anew")
    optimizer = choice(("Adam", "SGD"), "who makes a step of the gradient; starts anew")
    frame = floats()
    marks = traitlets.List().tag(sync=True)
    _series, _starts = (traitlets.Bytes().tag(sync=True) for _ in range(2))  # for a page that trains by itself
    fixed = traitlets.Dict().tag(sync=True)

    restarts = ("look_back", "units", "forget_bias", "optimizer")
    shown = (*Player.shown, "marks")

    def __init__(self, series, *, unit="", seed=0, **state):
        series = _checks.finite("series", _checks.axes("series", _checks.numbers("series", series), "time"))
        if len(series) < 60:
            raise ValueError(f"series has {len(series)} values; at least 60 are needed")
        if not isinstance(unit, str):
            raise TypeError(f"unit is {unit!r}; text is needed")
        self.series, self.unit, self.seed = series.astype("float64"), unit, _checks.whole("seed", seed, least=0)
        start = len(series) - min(DAYS, len(series) // 4)
        self.scaler = Scaler().fit(self.series[:start])
        scaled = self.scaler.transform(self.series)
        self._new = lambda: Run(
            scaled, start, look_back=self.look_back, units=self.units, forget_bias=self.forget_bias,
            optimizer=self.optimizer, seed=self.seed,
        )  # fmt: skip
        X, y = make_windows(scaled[start - 1 :], 1)
        self.persistence_loss = mse(persistence(X), y)
        super().__init__(**state)
        given = material(scaled, start, self.scaler, self.seed)
        self._series, self._starts = given.pop("series"), given.pop("starts")
        self.fixed = {
            "unit": self.unit, "first": start, "measured": self.series[start:].tolist(), "training": given,
            "persistence": float(np.float32(self.persistence_loss)),
        }  # fmt: skip
        self._begin()

    def _shows(self, run):
        return {"frame": packed(run.present(self.scaler), run.curves()), "marks": run.marks}

    @property
    def _limit(self):
        return self.clip_norm if self.clipping == "on" else None

    def _advance(self, run):
        run.step(self.learning_rate, self._limit)

    _over = property(lambda self: self._run.diverged)

    # What it says.

    update = property(lambda self: self._run.update)
    epoch = property(lambda self: self._run.epoch)
    loss = property(lambda self: self._run.loss)
    validation_loss = property(lambda self: self._run.validation)
    gradient_norm = property(lambda self: self._run.norm)
    diverged = property(lambda self: self._run.diverged)

    @property
    def weights(self):
        """A copy of the present weights, as NetworkWeights."""
        with self._guard:
            return self._run.weights.copy()

    @traitlets.validate("learning_rate", "clip_norm")
    def _positive(self, proposal):
        if not proposal.value > 0:
            raise traitlets.TraitError(f"{proposal.trait.name} is {proposal.value}; a number above 0 is needed")
        return proposal.value

    @traitlets.validate("look_back", "units")
    def _within(self, proposal):
        name, value = proposal.trait.name, proposal.value
        least, most = {"look_back": (1, LONGEST), "units": (1, WIDEST)}[name]
        if not least <= value <= most:
            raise traitlets.TraitError(f"{name} is {value}; a whole number from {least} to {most} is needed")
        return value
