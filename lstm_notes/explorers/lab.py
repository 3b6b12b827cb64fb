"""The lab: five ways to set up an experiment, and what comes of each: what you see, and what is so. Notebook 07.

    switches → key → results (trained in a thread, three seeds, kept) → the front end draws them

Where no kernel answers, the front end takes the numbers that the studies `protocol` and `lab` have recorded.
"""

import itertools
from functools import partial

import numpy as np
import traitlets

from .. import _checks, studies
from ..studies import CHOICES, PROTOCOL, drawn_windows, protocol, protocol_errors
from ._explorer import choice, whole
from ._live import Live

SEEDS = 3
OWN = "your own"
RECORDED = ("autoregression", "temperature")  # the series of the table, OWN beside them
# Of each recorded series: its values for a seed, the later days, the unit, and what it is.
SERIES = {
    "autoregression": (
        *protocol.SERIES["autoregression"], "",
        "each day 0.9 of the day before, and a random part; forecast of day 5; another series for each seed",
    ),
    "temperature": (
        *protocol.SERIES["temperature"], "°C",
        "Seattle, highest temperature of the day, forecast of day 5; 2014, and 2015 as the later days",
    ),
}  # fmt: skip
NAMES = ("seen", "later", "persistence seen", "persistence later")  # of the four lists of a result


def measure(series, later, chosen, tell=lambda seeds: None):
    """protocol_errors for three seeds: four lists, in the order of NAMES. `series(seed)` gives the values (time,), and
    `tell` is told how many seeds are done."""
    errors = []
    for seed in range(SEEDS):
        tell(seed)
        errors.append(protocol_errors(series(seed), later, seed=seed, **chosen))
    return [[each[name] for each in errors] for name in NAMES]


def days(series, later):
    """What the picture shows of a series: its `walks`, one or one for each seed; how many days are `later`; for each
    split and seed the `roles` of the windows ("t" training, "s" test, "." neither) and the number of the `one`."""
    walks = [np.round(series(seed), 2).tolist() for seed in range(SEEDS)]
    windows = len(walks[0]) - later - PROTOCOL["look_back"] - PROTOCOL["horizon"] + 1
    splits = {split: [_roles(windows, split, seed) for seed in range(SEEDS)] for split in CHOICES["split"]}
    return {"walks": walks if walks[0] != walks[1] else walks[:1], "later": later, "splits": splits}


def _roles(windows, split, seed):
    training, one, test = drawn_windows(windows, split, seed)
    roles = np.full(windows, ".")
    roles[training], roles[test] = "t", "s"
    return {"roles": "".join(roles), "one": int(one[0])}


def key_of(data, chosen):
    """A setting as the table's key."""
    return "/".join([data, *(chosen[name] for name in CHOICES)])


def settings():
    """All settings of the five switches: dicts of choices."""
    return [dict(zip(CHOICES, values)) for values in itertools.product(*CHOICES.values())]


def recorded():
    """What the studies have of every setting of both series: a dict of key → four lists, in the order of NAMES."""
    table = {}
    for row in itertools.chain(studies.recorded("protocol"), studies.recorded("lab")):
        if row["seed"] < SEEDS:
            lists = table.setdefault(key_of(row["series"], protocol.choices_of(row["wrong"])), [[] for _ in NAMES])
            for name, values in zip(NAMES, lists):
                values.append(round(row[name], 3))
    return table


class LabExplorer(Live, front="lab"):
    """Five switches of an experiment, and what comes of them: the error you see, and the error on later days. 07.

    Parameters
    ----------
    series : array (time,), at least 100 values: the reader's own, whose last quarter are the later days; left out, the
        reader chooses between two: autoregressions, and Seattle's temperature
    unit : of the own series, for the picture
    **state : the switches

    State, to be read, set and linked: `states` ("reset", "carried"), `windows` ("all", "one"), `weights` ("shared",
    "separate"), `split` ("chronological", "random"), `scaler` ("training days", "all days"), `data` ("autoregression",
    "temperature") and `seeds`, how many of the three are shown. A setting that is new is trained at once, in a thread;
    `errors` waits for it. `trouble` says in words what stopped it, if anything did.

    Raises TypeError and ValueError for another series, traitlets.TraitError for a choice that is not there.

    >>> lab = LabExplorer(split="random")
    >>> sorted(lab.errors)
    ['later', 'persistence later', 'persistence seen', 'seen']
    >>> lab.errors["seen"].shape
    (3,)
    """

    states = choice(CHOICES["states"], "whether each window begins with h = C = 0")
    windows = choice(CHOICES["windows"], "what is trained on")
    weights = choice(CHOICES["weights"], "of the steps of a window")
    split = choice(CHOICES["split"], "into training and test windows")
    scaler = choice(CHOICES["scaler"], "what the scaler is fitted on")
    data = choice((*RECORDED, OWN), "the series")
    seeds = whole(SEEDS, "seeds shown, 1 … 3", least=1)
    results = traitlets.Dict().tag(sync=True)
    progress = traitlets.Dict().tag(sync=True)  # of a setting that is being trained: how many seeds are done
    alone = traitlets.Bool().tag(sync=True)  # the front end finds no kernel that answers
    fixed = traitlets.Dict().tag(sync=True)

    def __init__(self, series=None, *, unit="", **state):
        if not isinstance(unit, str):
            raise TypeError(f"unit is {unit!r}; text is needed")
        self._series = dict(SERIES)
        if series is not None:
            series = _checks.finite("series", _checks.axes("series", _checks.numbers("series", series), "time"))
            if len(series) < 100:
                raise ValueError(f"series has {len(series)} values; at least 100 are needed")
            later = len(series) // 4
            about = f"your own series, forecast of day 5; {len(series)} values, the last {later} as the later days"
            self._series = {OWN: (lambda seed: series, later, unit, about)}
            state = {"data": OWN} | state
        fixed = {
            "choices": {name: list(values) for name, values in CHOICES.items()},
            "series": {
                name: {"unit": unit, "about": about, **days(values, later)}
                for name, (values, later, unit, about) in self._series.items()
            },
            "target": PROTOCOL["look_back"] + PROTOCOL["horizon"] - 1,  # a window's target, days after its first
            "look_back": PROTOCOL["look_back"],
            "recorded": recorded() if series is None else {},
        }
        super().__init__(fixed=fixed, **state)
        self._ask(None)

    @property
    def _keys(self):
        """The present setting, and everything right, as keys."""
        chosen = {name: getattr(self, name) for name in CHOICES}
        right = {name: values[0] for name, values in CHOICES.items()}
        return {key_of(self.data, each): each for each in (chosen, right)}

    @traitlets.observe(*CHOICES, "data")
    def _ask(self, change):
        with self._guard:
            self.trouble = ""
            if self._thread is None and not set(self._keys) <= set(self.results):
                self._start(self._train)

    def _train(self):
        while True:
            with self._guard:
                missing = {key: chosen for key, chosen in self._keys.items() if key not in self.results}
                if not missing or self.trouble:
                    self._thread = None
                    return
                (key, chosen), (series, later, *_) = next(iter(missing.items())), self._series[self.data]
            with self._in_words():
                result = measure(series, later, chosen, partial(self._tell, key))
                with self._guard:
                    self.results = self.results | {key: result}

    def _tell(self, key, seeds):
        with self._guard:
            self.progress = {key: seeds}

    def _wait(self):
        """Until there is nothing left to train."""
        if not self.trouble:
            self._ask(None)
        while (thread := self._thread) is not None:
            thread.join()

    @traitlets.validate("seeds")
    def _as_many(self, proposal):
        if not 1 <= proposal.value <= SEEDS:
            raise traitlets.TraitError(f"seeds is {proposal.value}; 1 … {SEEDS} are needed")
        return proposal.value

    @traitlets.validate("data")
    def _there(self, proposal):
        if proposal.value not in self._series:
            raise traitlets.TraitError(f"data is {proposal.value!r}; {' or '.join(map(repr, self._series))} is needed")
        return proposal.value

    @property
    def errors(self):
        """MAE of the present setting in the series' unit: a dict of `seen`, `later` and persistence's on the same days,
        each (3,), a seed each. Waits for the training; RuntimeError where it failed."""
        self._wait()
        if self.trouble:
            raise RuntimeError(self.trouble)
        return dict(zip(NAMES, map(np.array, self.results[next(iter(self._keys))])))

    def ask(self, function, *more):
        """What an exported function of the front end says of the present state, once it is trained."""
        self._wait()
        return super().ask(function, *more)
