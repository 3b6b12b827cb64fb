"""The training room: a network learns while you look, and its settings can be moved. Notebook 05.

    series → scaled → windows → Run (weights, optimiser, batches) → measured after every update → a frame of float32
                                                                               frame → training_room.js: scene(state)

The training runs in a thread, because a kernel that is busy in a loop hears no button; a lock guards it. A frame
holds all that the picture needs of a run. Where no kernel answers, the front end replays the frames recorded at
construction.
"""

import threading
import time

import numpy as np
import traitlets

from .. import _checks
from ..evaluation import persistence
from ..network import mse
from ..windows import Scaler, make_windows
from ._explorer import choice, floats, number, packed, whole
from ._live import Live
from ._run import LONGEST, WIDEST, Run
from ._scene import Scene

RECORDED, DAYS = 120, 100
FRAMES, UPDATES, AT_MOST = 15, 2, 3000  # while it plays: frames a second, updates a frame, updates until it pauses


class TrainingRoom(Live, front="training_room"):
    """A small LSTM learns to forecast `series` a day ahead, live: play, pause, step, reset, and move what decides. 05.

    Parameters
    ----------
    series : array (time,), float32, float64 or whole numbers, at least 60 values; the last quarter, at most 100 days,
        is for validation and never trained on
    unit : of the series, for the picture
    seed : of the start weights and of the windows' order: a reset brings the same numbers again

    State, to be read, set and linked: `learning_rate`, `clipping` ("off" or "on") and `clip_norm` act at once;
    `look_back` (1 … 30), `units` (1 … 32), `forget_bias` and `optimizer` ("Adam" or "SGD") start anew. `replay` is −1,
    or the frame 0 … 120 of the recorded run that is shown instead. To be read: `playing`, `update`, `epoch`, `loss`
    (MSE of the batch that comes next, scaled), `validation_loss`, `persistence_loss`, `gradient_norm` (before
    clipping), `diverged`, `weights`; `trouble` says in words what stopped the training thread, if anything did.

    Raises TypeError and ValueError for another series, traitlets.TraitError for settings out of their range.

    >>> from lstm_notes import load_weather
    >>> room = TrainingRoom(load_weather()["temp_max"][:365], unit="°C")
    >>> room.step(3)
    TrainingRoom(clip_norm=0.1, clipping='off', forget_bias=1.0, learning_rate=0.02, look_back=14, optimizer='Adam', \
replay=-1, units=8)
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
    replay = traitlets.Int(-1, help="frame of the recorded run that is shown; −1: the run itself").tag(
        sync=True, moved=True
    )
    playing = traitlets.Bool(False, read_only=True).tag(sync=True)
    frame, recorded = floats(), floats()
    fixed = traitlets.Dict().tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)  # the last request of the front end that was answered

    _alone = None  # the room that plays: one at a time
    _run = None

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
        self._begin(start)
        self.on_msg(self._asked)

    # The run, and the settings that start it anew.

    def _begin(self, start):
        """Record a run with the present settings, and be ready for the first update of one's own."""
        run = self._new()
        frames = [run.present(self.scaler)]
        while len(frames) <= RECORDED and not run.diverged:
            run.step(self.learning_rate, self._limit)
            frames.append(run.present(self.scaler))
        self.fixed = {
            "unit": self.unit, "first": start, "measured": self.series[start:].tolist(), "frames": len(frames),
            "settings": self.state(), "persistence": float(np.float32(self.persistence_loss)),
        }  # fmt: skip
        self.recorded = packed(*frames, run.curves())
        self._anew()

    @traitlets.observe("look_back", "units", "forget_bias", "optimizer")
    def _anew(self, change=None):
        if change is not None and self._run is None:  # settings of the constructor, before there is a run
            return
        with self._guard:
            self._run, self.replay, self.trouble = self._new(), -1, ""
            self._publish()

    def _publish(self):
        self.frame = packed(self._run.present(self.scaler), self._run.curves())

    @property
    def _limit(self):
        return self.clip_norm if self.clipping == "on" else None

    # What its buttons do.

    def step(self, n=1):
        """Pause, and make `n` updates; returns self."""
        n = _checks.whole("n", n)
        self.pause()
        with self._guard:
            self.replay = -1
            for _ in range(n):
                self._run.step(self.learning_rate, self._limit)
            self._publish()
        return self

    def play(self):
        """Train until `pause`, in a thread; another room that plays is paused. Returns self."""
        with self._guard:
            if not self.playing and not self._run.diverged:
                other, TrainingRoom._alone = TrainingRoom._alone, self
                self.replay, self.trouble = -1, ""
                self.set_trait("playing", True)
                self._start(self._train)
            else:
                other = None
        if other not in (None, self):
            other.pause()
        return self

    def pause(self):
        """Stop after the update at hand; returns self."""
        with self._guard:
            self._thread = None
            self.set_trait("playing", False)
        return self

    def reset(self):
        """Pause, and go back to the start, with the same seed: the same numbers come again. Returns self."""
        self.pause()
        self._anew()
        return self

    def close(self):
        """End the training and the widget."""
        if self._run is not None:  # a room whose series was refused has nothing to end
            self.pause()
        super().close()

    def _train(self):
        for _ in range(AT_MOST // UPDATES):
            begun = time.monotonic()
            with self._guard:
                if self._thread is not threading.current_thread():
                    return
                with self._in_words():
                    for _ in range(UPDATES):
                        self._run.step(self.learning_rate, self._limit)
                    self._publish()
                if self.trouble or self._run.diverged:
                    break
            # At least a moment, in which whoever waits for the lock gets it.
            time.sleep(max(1 / FRAMES - (time.monotonic() - begun), 0.005))
        with self._guard:
            if self._thread is threading.current_thread():
                self.pause()

    def _asked(self, widget, content, buffers):
        """A request of the front end: {"do": "play", "id": 7}."""
        verb = {"play": self.play, "pause": self.pause, "step": self.step, "reset": self.reset}.get(content.get("do"))
        if verb:
            with self._in_words():
                verb()
            self.answered = content.get("id", 0)

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

    @traitlets.validate("look_back", "units", "replay")
    def _within(self, proposal):
        name, value = proposal.trait.name, proposal.value
        least, most = {"look_back": (1, LONGEST), "units": (1, WIDEST), "replay": (-1, RECORDED)}[name]
        if not least <= value <= most:
            raise traitlets.TraitError(f"{name} is {value}; a whole number from {least} to {most} is needed")
        return value

    # The picture.

    def ask(self, function):
        """As of every explorer, and the training waits meanwhile: the state is that of one moment."""
        with self._guard:
            return super().ask(function)

    def still(self):
        """The present drawing, or the end of the recorded run where nobody has trained yet."""
        return Scene(**self.ask("still"))
