"""How many digits are real: two trainings that differ in one bit, update by update. Notebook 09c.

    Twins → Pair: how far apart weights and forecasts are → a frame of float32, and both forecasts of one day in full
                                                                        → digits.js: scene(state)

Where no kernel answers, the front end trains by itself (twins.js) and sets the same traits in the page.
"""

import numpy as np
import traitlets

from .. import _checks
from ..studies.digits import TRAININGS, Twins
from ._explorer import choice, floats, packed, whole
from ._live import Player

LOOK_BACK, UNITS, DAYS = 30, 16, 31  # days: those of January 2014
HIGHEST = 22  # the highest bit of float32's mantissa
ROWS = 300  # of the curves; more than that are thinned out
SHORT, POINTS, GHOSTS = 10, 100, 3  # of a ghost: updates that leave one, its points, how many stay


class DigitsExplorer(Player, front="digits"):
    """Turn over one bit of one weight, train both networks, and watch how far apart they get. Notebook 09c.

    The training is that of `lstm_notes.studies.Twins`, with 16 units: windows of 30 days of Seattle's highest
    temperature in 2012 and 2013, 32 a batch, and in the second network one bit of `recurrent_kernel[0, 0]` turned over.

    Parameters
    ----------
    seed : of the start weights and the order of the windows: a reset brings the same numbers again

    State, to be read, set and linked: `training`, "calm", "bold" or "wild"; `precision`, "float64" or "float32"; `bit`,
    0 for the last one … 22: these start anew. `speed` is that of `play`, "slow" (2 updates a second), "normal" (30) or
    "fast". To be read: `playing`, `update`; `apart`, the largest difference of a weight, and of a forecast for January
    2014, °C; `pair`, both forecasts for January 1, °C; `ghosts`, the last three other runs; `trouble` says in words
    what stopped the training thread, if anything did.

    Raises traitlets.TraitError for settings out of their range.

    >>> digits = DigitsExplorer(training="wild", precision="float32").step(60)
    >>> digits
    DigitsExplorer(bit=0, precision='float32', speed='normal', training='wild')
    >>> digits.update, digits.apart[1] > 0.1
    (60, True)
    """

    training = choice(tuple(TRAININGS), "how it is trained; starts anew")
    precision = choice(("float64", "float32"), "of every number; starts anew")
    bit = whole(0, "which bit is turned over, counted from the last one, 0 … 22; starts anew")
    frame = floats()
    pair = traitlets.List().tag(sync=True)  # float32 would not hold its digits
    fixed = traitlets.Dict().tag(sync=True)
    _series, _starts = (traitlets.Bytes().tag(sync=True) for _ in range(2))  # for a page that trains by itself
    restarts = ("training", "precision", "bit")
    recorded = 60
    shown = (*Player.shown, "pair")

    def __init__(self, *, seed=0, **state):
        self.seed = _checks.whole("seed", seed, least=0)
        super().__init__(**state)
        both = {name: Twins(name, seed=self.seed, look_back=LOOK_BACK, units=UNITS) for name in ("calm", "wild")}
        starts = [twins.weights[0].vector for twins in both.values()]
        self._starts = np.concatenate(starts).astype("<f8").tobytes()
        self._series = both["calm"].series(DAYS).astype("<f8").tobytes()
        order = np.random.default_rng([self.seed, 1]).bit_generator.state["state"]
        self.fixed = {
            "weight": {"calm": starts[0][0].item(), "wild": starts[1][0].item()}, "units": UNITS, "days": DAYS,
            "look_back": LOOK_BACK, "mean": both["calm"].mean, "scale": both["calm"].scale,
            "rates": {name: each["learning_rate"] for name, each in TRAININGS.items()},
            "order": {name: str(value) for name, value in order.items()},
        }  # fmt: skip
        self._begin()

    def _new(self):
        return Pair(self.training, self.precision, self.bit, self.seed)

    def _shows(self, run):
        return super()._shows(run) | {"pair": run.pair}

    update = property(lambda self: self._run.twins.update)
    apart = property(lambda self: tuple(self._run.row[1:]))

    @traitlets.validate("bit")
    def _within(self, proposal):
        if not 0 <= proposal.value <= HIGHEST:
            raise traitlets.TraitError(f"bit is {proposal.value}; a whole number from 0 to {HIGHEST} is needed")
        return proposal.value

    def still(self):
        """As of every player, and no digit in its words: what is left of a bit is another number on another machine."""
        with self._guard:
            scene = super().still()
            if not self.update:
                scene.description = (
                    f"A recorded run of two trainings that differ in bit {self.bit} of one weight: {self.training}, "
                    f"{self.precision}. The bits of that weight; both forecasts for January 1, 2014, after "
                    f"{self.recorded} updates, with all their digits; and how far apart weights and forecasts were by "
                    "update, on a logarithmic axis."
                )
        return scene


class Pair:
    """Two trainings: after each update a row of the update, the largest difference of a weight, and that of a forecast
    for January 2014, °C; `pair` are both forecasts for January 1."""

    def __init__(self, training, precision, bit, seed):
        self.settings = {"training": training, "precision": precision, "bit": bit}
        self.twins = Twins(training, precision, seed, bit=bit, look_back=LOOK_BACK, units=UNITS)
        self.rows, self.every = [], 1
        self._measure()

    def advance(self):
        """One update of both."""
        self.twins.step()
        self._measure()

    def _measure(self):
        first, second = self.twins.forecasts(DAYS)
        self.pair = [first[0].item(), second[0].item()]
        self.row = [self.twins.update, self.twins.apart(), float(np.abs(first - second).max())]
        if self.twins.update % self.every == 0:
            self.rows.append(self.row)
        if len(self.rows) > ROWS:
            self.rows, self.every = self.rows[::2], 2 * self.every

    def curves(self):
        """The rows, the present one last."""
        return self.rows if self.rows[-1] is self.row else [*self.rows, self.row]

    def present(self):
        """The rows as float32 bytes."""
        return packed(self.curves())

    def left(self, ghosts):
        """What stays of runs when another begins: `ghosts`, and of this one its settings and how far apart its
        forecasts were. Of long enough runs only, of each settings the last, and few."""
        if self.twins.update < SHORT:
            return ghosts
        rows = self.curves()
        rows = [row for k, row in enumerate(rows) if k % -(-len(rows) // POINTS) == 0 or k == len(rows) - 1]
        points = [[update, float(f"{forecast:.3g}")] for update, _, forecast in rows]
        others = [ghost for ghost in ghosts if ghost["settings"] != self.settings]
        return [*others, {"settings": self.settings, "points": points}][-GHOSTS:]
