"""The training room: a network learns while you look, and its settings can be moved. Notebook 05.

    series → scaled → windows → Run (weights, optimiser, batches) → measured after every update → a frame of float32
                                                                    frame → drawing(), or the front end's draw()

The training runs in a thread, because a kernel that is busy in a loop hears no button; a lock guards it. A frame
holds all that the picture needs. Where no kernel answers, the front end replays the frames recorded at construction.
"""

import math
import threading
import time
from contextlib import contextmanager

import numpy as np
import traitlets

from .. import _checks
from ..evaluation import persistence
from ..network import mse
from ..pictures.palette import FAINT, GATES, LOOK
from ..pictures.svg import Drawing, format_number
from ..windows import Scaler, make_windows
from ._explorer import Explorer, choice, floats, nice_limit, number, packed, whole
from ._run import COLUMNS, HEAD, LONGEST, Run

RECORDED, DAYS = 120, 100
WIDEST = 32  # the largest units
FRAMES, UPDATES, AT_MOST = 15, 2, 3000  # while it plays: frames a second, updates a frame, updates until it pauses
TICKS = 7  # on a logarithmic axis


class TrainingRoom(Explorer, front="training_room"):
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
    trouble = traitlets.Unicode("").tag(sync=True)

    _alone = None  # the room that plays: one at a time
    _run = _thread = None

    def __init__(self, series, *, unit="", seed=0, **state):
        series = _checks.finite("series", _checks.axes("series", _checks.numbers("series", series), "time"))
        if len(series) < 60:
            raise ValueError(f"series has {len(series)} values; at least 60 are needed")
        if not isinstance(unit, str):
            raise TypeError(f"unit is {unit!r}; text is needed")
        self.series, self.unit, self.seed = series.astype("float64"), unit, _checks.whole("seed", seed, least=0)
        self._days = min(DAYS, len(series) // 4)
        start = len(series) - self._days
        self.scaler = Scaler().fit(self.series[:start])
        scaled, self._guard = self.scaler.transform(self.series), threading.RLock()
        self._new = lambda: Run(
            scaled, start, look_back=self.look_back, units=self.units, forget_bias=self.forget_bias,
            optimizer=self.optimizer, seed=self.seed,
        )  # fmt: skip
        X, y = make_windows(scaled[start - 1 :], 1)
        self.persistence_loss = mse(persistence(X), y)
        super().__init__(**state)
        self.on_msg(self._asked)

    # The run, and the settings that start it anew.

    def _begin(self):
        """Record a run with the present settings, and be ready for the first update of one's own."""
        run = self._new()
        frames = [run.present(self.scaler)]
        while len(frames) <= RECORDED and not run.diverged:
            run.step(self.learning_rate, self._limit)
            frames.append(run.present(self.scaler))
        rows = run.curves()
        self._record = np.array(frames), rows, self.state()
        shown = self.series[-self._days :]
        span = np.ptp(shown) or 1.0
        unit = 10.0 ** np.floor(np.log10(span)) / 2  # the forecasts' axis ends at round numbers
        low = unit * np.floor((shown.min() - 0.1 * span) / unit)
        high = unit * np.ceil((shown.max() + 0.1 * span) / unit)
        self.fixed = {
            "days": self._days, "frames": len(frames), "persistence": float(np.float32(self.persistence_loss)),
            "recorded": self.state(), "fit": [float(low), float(high)],
        }  # fmt: skip
        self.recorded = packed(*frames, rows)
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

    @contextmanager
    def hold_trait_notifications(self):
        """As in traitlets, and the training waits meanwhile: what it publishes would be held back and lost."""
        with self._guard, super().hold_trait_notifications():
            yield

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
                self._thread = threading.Thread(target=self._train, name="training room", daemon=True)
                self._thread.start()
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
                try:
                    for _ in range(UPDATES):
                        self._run.step(self.learning_rate, self._limit)
                    self._publish()
                except Exception as error:  # whatever it is, the reader is to see it, and stderr is not the place
                    self.trouble = f"{type(error).__name__}: {error}"
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
            try:
                verb()
            except Exception as error:
                self.trouble = f"{type(error).__name__}: {error}"
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

    def _shown(self):
        """The present array, the rows of the curves and the settings: of the run, or of the recorded one."""
        if self.replay >= 0:
            frames, rows, settings = self._record
            k = min(self.replay, len(frames) - 1)
            return frames[k], rows[: k + 1], settings
        values = np.frombuffer(self.frame, "<f4")
        size = len(HEAD) + 2 * LONGEST + self._days
        return values[:size], values[size:].reshape(-1, COLUMNS), self.state()

    def drawing(self):
        """Losses, the gradient by step, the forecasts and the weights' norms, after the present update."""
        if self._run is None:
            self._begin()
        with self._guard:
            present, rows, settings = self._shown()
            return _draw(self, present.astype("float64"), rows.astype("float64"), settings)

    def still(self):
        """The present drawing, or the end of the recorded run where nobody has trained yet."""
        if self.update or self.replay >= 0:
            return self.drawing()
        with self._guard:
            frames, rows, settings = self._record
            drawing = _draw(self, frames[-1].astype("float64"), rows.astype("float64"), settings)
        drawing.description = f"A recorded run. {drawing.description}"
        return drawing


# ---------------------------------------------------------------------------------------------------------------
# The picture. training_room.js has the same places, scales and words.

LEFT, RIGHT = (70, 430), (580, 300)  # left edge and width of the two columns
UPPER, LOWER = (112, 160), (356, 160)  # upper edge and height of the two rows


def _draw(room, present, rows, settings):
    now = dict(zip(HEAD, present))
    by_step = present[len(HEAD) : len(HEAD) + 2 * LONGEST].reshape(2, LONGEST)
    fit, look_back, days = present[len(HEAD) + 2 * LONGEST :], round(now["look_back"]), room._days
    pers = room.fixed["persistence"]
    d = Drawing(900, 540, "The training room")
    d.text(20, 18, _when(now), size=17, bold=True, anchor="start", part="when")
    d.text(880, 18, _norm(now["norm"], settings), look="W", size=16, anchor="end", part="norm")
    d.text(20, 43, _settings(settings), size=15, anchor="start", part="settings")

    # Losses by update.
    _title(d, LEFT, UPPER, "loss by update (MSE, scaled)")
    for x, name, part, words in (
        (70, "W", "training-words", f"training {_loss(now['loss'])}"),
        (233, "LSTM", "validation-words", f"validation {_loss(now['validation'])}"),
        (406, "persistence", None, f"persistence {_loss(pers)}"),
    ):
        _legend(d, x, UPPER, name, words, part)
    last = nice_limit([now["update"]], 50)
    losses = [v for v in [*rows[:, 1], *rows[:, 2], pers] if 0 < v < math.inf]
    low, high = _third(min(losses)), _third(max(losses)) + 1
    loss = _log_axes(d, LEFT, UPPER, (0, last), (low, high), "loss")
    _x_ticks(d, loss, (0, last / 2, last), "loss")
    d.curve(loss, (0, last), (math.log10(pers),) * 2, "persistence", part="persistence", width=1.8)
    for column, name, part, width in ((1, "W", "training", 1.3), (2, "LSTM", "validation", 2.6)):
        _curve(d, loss, rows[:, 0], _log10(rows[:, column]), name, part, width)

    # The gradient by step of the window.
    _title(d, RIGHT, UPPER, "gradient by step t of the window")
    _legend(d, 580, UPPER, "h", "‖∂L/∂hₜ‖")
    _legend(d, 720, UPPER, "C", "‖∂L/∂Cₜ‖")
    sizes = [v for v in by_step.ravel() if 0 < v < math.inf]
    low = min(-4, *(math.floor(math.log10(v)) for v in sizes), 0)
    high = max(0, *(math.floor(math.log10(v)) + 1 for v in sizes), 0)
    first = 1 if look_back > 1 else 0
    gradient = _log_axes(d, RIGHT, UPPER, (first, look_back), (3 * low, 3 * high), "gradient")
    _x_ticks(d, gradient, (1, look_back) if first else ("", 1), "gradient")
    for name, values in zip("hC", by_step[:, :look_back]):
        _curve(d, gradient, np.arange(1, look_back + 1), _log10(values), name, f"gradient-{name}")

    # The forecasts of the validation days.
    unit = f", in {room.unit}" if room.unit else ""
    _title(d, LEFT, LOWER, f"forecasts of the last {days} days, never trained on{unit}")
    _legend(d, 70, LOWER, "truth", "measured")
    _legend(d, 200, LOWER, "LSTM", "LSTM, a day ahead")
    _legend(d, 390, LOWER, "window", "last window")
    low, high = room.fixed["fit"]
    start = len(room.series) - days
    axes = d.axes(*_corner(LEFT, LOWER), (0, days - 1), (low, high), part="fit",
           xticks=[(k, f"day {start + k}") for k in (0, (days - 1) // 2, days - 1)],
           yticks=[(v, f"{v:.3g}".replace("-", "−")) for v in np.linspace(low, high, 3)])  # fmt: skip
    right = axes.x(days - 1.5)
    left = max(axes.x(days - 1.5 - look_back), axes.left)
    y = axes.top + axes.height / 2
    d.box((left + right) / 2, y, right - left, axes.height - 8, "window", part="window")
    d.curve(axes, range(days), room.series[-days:], "truth", width=1.6)
    _curve(d, axes, np.arange(days), fit, "LSTM", "forecast")

    # The weights' norms by update.
    _title(d, RIGHT, LOWER, "norm of each gate's weights")
    for k, gate in enumerate(GATES):
        x = 562 + 84 * k
        _legend(d, x, LOWER, gate, f"{LOOK[gate].symbol} {_size(rows[-1, 3 + k])}", f"size-{gate}", size=13, line=14)
    finite = rows[:, 3:][np.isfinite(rows[:, 3:])]
    top = nice_limit(finite, 2)
    weights = d.axes(*_corner(RIGHT, LOWER), (0, last), (0, top), part="weights",
                     yticks=[(v, _tick(v)) for v in (0, top / 2, top)])  # fmt: skip
    _x_ticks(d, weights, (0, last / 2, last), "weights")
    for k, gate in enumerate(GATES):
        _curve(d, weights, rows[:, 0], rows[:, 3 + k], gate, f"weights-{gate}")

    d.description = _describe(room, now, rows, by_step[:, :look_back], settings)
    return d


def _describe(room, now, rows, by_step, settings):
    pers, update = room.fixed["persistence"], round(now["update"])
    text = f"Training room: an LSTM with {_settings(settings)}. "
    text += f"After {update} updates ({format_number(now['epoch'], 1)} epochs) "
    if _exploded(now):
        return f"{text}it exploded: the loss is no number any more. It began at {_loss(rows[0, 1])}."
    beaten = "below" if now["validation"] < pers else "not below"
    text += (
        f"the training loss went from {_loss(rows[0, 1])} to {_loss(now['loss'])}, the validation loss from "
        f"{_loss(rows[0, 2])} to {_loss(now['validation'])}, which is {beaten} persistence's {_loss(pers)}. "
    )
    if len(by_step[0]) > 1 and by_step[0, -1] > 0:
        share = by_step[0, 0] / by_step[0, -1]
        text += f"At the window's first step the gradient by h has {share:.1g} of its size at the last step. "
    listed = ", ".join(f"{LOOK[gate].symbol} {_size(rows[-1, 3 + k])}" for k, gate in enumerate(GATES))
    return f"{text}Norms of the gates' weights: {listed}."


def _corner(column, row):
    return column[0], row[0], column[1], row[1]


def _title(d, column, row, words):
    d.text(column[0], row[0] - 39, words, size=15, bold=True, anchor="start")


def _legend(d, x, row, look, words, part=None, size=14, line=24):
    """A piece of the line that a curve is drawn with, and its name."""
    y = row[0] - 16
    dash = f' stroke-dasharray="{" ".join(map(str, LOOK[look].dash))}"' if LOOK[look].dash else ""
    d.parts.append(
        f'<path class="{look} curve" d="M {x} {y} h {line}" fill="none" stroke="{LOOK[look].color}" '
        f'stroke-width="2.2"{dash}/>'
    )
    d.text(x + line + 5, y, words, look=look, size=size, anchor="start", part=part)


def _curve(d, axes, xs, ys, look, part, width=2.2):
    """A line through the values that are numbers, kept inside the frame, and a dot at its end."""
    shown = np.isfinite(ys)
    xs, ys = xs[shown], np.clip(ys[shown], *axes.ylim)
    d.curve(axes, xs, ys, look, part=part, width=width)
    if part == "forecast":
        return
    x, y = (axes.x(xs[-1]), axes.y(ys[-1])) if len(xs) else (axes.left, axes.top)
    d.dot(x, y, look, part=f"{part}-end", radius=4)
    if not len(xs):
        d.hide(f"{part}-end")


def _log_axes(d, column, row, xlim, thirds, part):
    """Axes whose y is a power of ten, with lines at 1, 2 and 5 times powers of ten between two of these (`_third`)."""
    low, high = thirds
    axes = d.axes(*_corner(column, row), xlim, (_place(low), _place(high)), part=part)
    stride = _stride(low, high)
    ticks = [n for n in range(low, high + 1) if n % stride == 0]
    lines = " ".join(f"M {axes.left:g} {axes.y(_place(n)):.1f} h {axes.width:g}" for n in ticks)
    d.parts.append(
        f'<path class="axes" data-part="{part}-lines" d="{lines}" fill="none" stroke="{FAINT}" stroke-width="0.5"/>'
    )
    for k in range(TICKS):
        name = f"{part}-y-{k}"
        n = ticks[k] if k < len(ticks) else low
        d.text(axes.left - 7, axes.y(_place(n)), _words(n), size=13, anchor="end", part=name)
        if k >= len(ticks):
            d.hide(name)
    return axes


def _x_ticks(d, axes, values, part):
    """The ends of the x axis, and what lies evenly between them."""
    for k, value in enumerate(values):
        x = axes.left + axes.width * k / (len(values) - 1)
        d.text(x, axes.top + axes.height + 15, value if value == "" else _tick(value), size=13, part=f"{part}-x-{k}")


def _third(value):
    """The largest n whose mark (1, 2, 5, 10, 20, … for n = 0, 1, 2, 3, 4, …) is not above `value`."""
    power = math.floor(math.log10(value))
    return 3 * power + sum(value >= m * 10.0**power for m in (2, 5))


def _place(n):
    return n // 3 + math.log10((1, 2, 5)[n % 3])


def _stride(low, high):
    """Each mark where there are few; each power of ten, or each second, fifth …, where there are many."""
    return next(s for s in (1, 3, 6, 9, 15, 30, 60) if (high - low) // s < TICKS)


def _words(n):
    digit, power = (1, 2, 5)[n % 3], n // 3
    if 0 <= power <= 3:
        return f"{digit}{'0' * power}"
    return f"0.{'0' * (-power - 1)}{digit}" if -3 <= power < 0 else f"{digit}e{power}".replace("-", "−")


def _log10(values):
    with np.errstate(all="ignore"):
        return np.log10(values)


def _tick(value):
    return format_number(value, 0 if value == round(value) else 1)


def _figure(value, digits):
    """A number in words, one that is none too."""
    return format_number(value, digits) if math.isfinite(value) else "∞" if value > 0 else "NaN"


def _loss(value):
    return _figure(value, 3)


def _size(value):
    return _figure(value, 2)


def _plain(value):
    """Three figures of a number above 0, without zeros at the end."""
    text = format_number(value, min(max(2 - math.floor(math.log10(value)), 0), 8))
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _settings(settings):
    clip = f"clipped to {_plain(settings['clip_norm'])}" if settings["clipping"] == "on" else "no clipping"
    units = "1 unit" if settings["units"] == 1 else f"{settings['units']} units"
    return (
        f"{units}, look_back {settings['look_back']}, forget bias {format_number(settings['forget_bias'], 1)}, "
        f"{settings['optimizer']}, learning rate {_plain(settings['learning_rate'])}, {clip}"
    )


def _exploded(now):
    return not (math.isfinite(now["loss"]) and math.isfinite(now["validation"]))


def _when(now):
    exploded = ": exploded" if _exploded(now) else ""
    return f"update {round(now['update'])}, epoch {format_number(now['epoch'], 1)}{exploded}"


def _norm(norm, settings):
    clipped = settings["clipping"] == "on" and norm > settings["clip_norm"]
    return f"gradient's norm {_loss(norm)}" + (f", clipped to {_plain(settings['clip_norm'])}" if clipped else "")
