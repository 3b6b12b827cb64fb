"""The long memory: an LSTM learns to carry a value over many steps, and its gates are watched. Notebook 05b.

    fresh windows of a task → train_steps → Carried: losses, and one window's gates → a frame of float32
                                                                frame → long_memory.js: scene(state)

Where no kernel answers, the front end trains by itself (carried.js) and sets the same traits in the page.
"""

import numpy as np
import traitlets

from .. import _checks
from ..network import loss_and_gradient, network_forward
from ..studies.long_memory import LAST, SOLVED, TASKS, fresh_batches, start_network
from ..studies.tasks import GUESSING
from ..training import Adam, train_steps
from ._explorer import choice, floats, number, packed, whole
from ._live import Player

UNITS = {"recall": 8, "adding": 16}
FEATURES = {"recall": 1, "adding": 2}
SHORTEST, LONGEST = 10, 200  # look_back
LEARNING_RATE, CLIP_NORM = 0.02, 1.0
ENDLESS = 10**9  # batches
POINTS, GHOSTS = 100, 3  # of an earlier run's curve; how many stay


class LongMemoryExplorer(Player, front="long_memory"):
    """Choose a task, how many steps it lasts and how the forget gates start; train, and watch what they become. 05b.

    The tasks are those of `lstm_notes.studies`: "recall" (8 units) and "adding" (16 units), 32 fresh windows at each
    update, Adam with a learning rate of 0.02, gradients clipped to 1, float64: what `memory_run` does. It is solved
    once the mean of the last 25 losses is below a tenth of what guessing scores.

    Parameters
    ----------
    seed : of the start weights and of all windows: a reset brings the same numbers again

    State, to be read, set and linked: `task`; `look_back`, the steps of a window, 10 … 200; `start`, "forget bias" or
    "chrono"; `forget_bias`, for the first of them: these start anew. `hidden_unit`, the unit at hand; `speed` is that
    of `play`, "slow" (2 updates a second), "normal" (30) or "fast". To be read: `playing`, `update`, `loss` (MSE of the
    batch that comes next), `solved_after` batches, or None; `weights`; `ghosts`, the last three other runs; `trouble`
    says in words what stopped the training thread, if anything did.

    Raises traitlets.TraitError for settings out of their range.

    >>> memory = LongMemoryExplorer(look_back=20, forget_bias=3)
    >>> memory.step(100)
    LongMemoryExplorer(forget_bias=3.0, hidden_unit=0, look_back=20, speed='normal', start='forget bias', task='recall')
    >>> memory.update, memory.solved_after < 100
    (100, True)
    """

    task = choice(("recall", "adding"), "what is to be learnt; starts anew")
    look_back = whole(50, "steps of a window, 10 … 200; starts anew", least=1)
    start = choice(("forget bias", "chrono"), "how b_f starts; starts anew")
    forget_bias = number(1.0, "b_f of every unit at the start, where start is 'forget bias'; starts anew")
    hidden_unit = whole(0, "the unit whose gates are shown, counted from 0")
    frame = floats()
    fixed = traitlets.Dict().tag(sync=True)
    _starts = traitlets.Bytes().tag(sync=True)  # for a page that trains by itself
    restarts = ("task", "look_back", "start", "forget_bias")

    def __init__(self, *, seed=0, **state):
        self.seed = _checks.whole("seed", seed, least=0)
        super().__init__(**state)
        starts = [start_network("LSTM", None, FEATURES[task], 1, SHORTEST, UNITS[task], self.seed) for task in UNITS]
        self._starts = np.concatenate([weights.vector for weights in starts]).astype("<f8").tobytes()
        order = np.random.default_rng([self.seed, 1]).bit_generator.state["state"]
        self.fixed = {
            "guessing": {task: GUESSING[task] for task in UNITS}, "units": UNITS,
            "order": {name: str(value) for name, value in order.items()},
        }  # fmt: skip
        self._begin()

    def _new(self):
        start = self.start if self.start == "chrono" else self.forget_bias
        return Carried(self.task, self.look_back, start, self.seed)

    def _anew(self):
        self.hidden_unit = min(self.hidden_unit, UNITS[self.task] - 1)
        super()._anew()

    update = property(lambda self: len(self._run.losses) - 1)
    loss = property(lambda self: self._run.losses[-1])
    solved_after = property(lambda self: self._run.solved_after)

    @property
    def weights(self):
        """A copy of the present weights, as NetworkWeights."""
        with self._guard:
            return self._run.weights.copy()

    @traitlets.validate("look_back")
    def _within(self, proposal):
        if not SHORTEST <= proposal.value <= LONGEST:
            raise traitlets.TraitError(
                f"look_back is {proposal.value}; a whole number from {SHORTEST} to {LONGEST} is needed"
            )
        return proposal.value

    @traitlets.validate("hidden_unit")
    def _there(self, proposal):
        last = UNITS[self.task] - 1
        if not 0 <= proposal.value <= last:
            raise traitlets.TraitError(f"hidden_unit is {proposal.value}; 0 to {last} is needed")
        return proposal.value


class Carried:
    """One training: its `losses`, that of the batch that comes next included, and a window that is never trained on."""

    def __init__(self, task, look_back, start, seed):
        self.settings = {"task": task, "look_back": look_back, "start": start}
        self.x, self.y = TASKS[task](1, look_back, np.random.default_rng([seed, 2]))
        features, outputs = self.x.shape[2], self.y.shape[1]
        self.weights = start_network("LSTM", start, features, outputs, look_back, UNITS[task], seed)
        training = fresh_batches(task, look_back, ENDLESS, np.random.default_rng([seed, 1]))
        self.steps = train_steps(loss_and_gradient, self.weights, training, Adam(LEARNING_RATE), clip_norm=CLIP_NORM)
        self.below = SOLVED * GUESSING[task]
        self.losses, self.solved_after = [next(self.steps)[0]], None

    def advance(self):
        """One update, and the loss of the batch that comes next."""
        self.losses.append(next(self.steps)[0])
        if self.solved_after is None and len(self.losses) >= LAST and np.mean(self.losses[-LAST:]) < self.below:
            self.solved_after = len(self.losses)

    def present(self):
        """What the picture shows of the present weights: the update, batches until it was solved (0: it is not), steps,
        features, units, target and forecast; the window (look_back, features); f, i and C on it, (look_back, units)
        each; the losses."""
        forecast, trace = network_forward(self.x, self.weights)
        sizes = [*self.x.shape[1:], self.weights.lstm.units]
        head = [len(self.losses) - 1, self.solved_after or 0, *sizes, self.y.item(), forecast.item()]
        return packed(head, self.x, trace.f, trace.i, trace.c, self.losses)

    def left(self, ghosts):
        """What stays of runs when another begins: `ghosts`, and of this one its settings, how it ended and its curve.
        Of long enough runs only, of each settings the last, and few."""
        if len(self.losses) <= LAST:
            return ghosts
        share = np.convolve(self.losses, np.ones(LAST) / LAST, "valid") * SOLVED / self.below  # of guessing
        every = -(-len(share) // POINTS)
        points = [[k + LAST - 1, float(f"{share[k]:.3g}")] for k in range(len(share)) if k % every == 0]
        others = [ghost for ghost in ghosts if ghost["settings"] != self.settings]
        run = {"settings": self.settings, "solved": self.solved_after or 0, "points": points}
        return [*others, run][-GHOSTS:]
