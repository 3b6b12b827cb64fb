"""Searches: a budget of settings, each proposed from those before it, and stopped where it does badly.

    Search (space, budget, what is asked) → engine (proposes, runs, prunes) → Tried → files/studies/NAME.json

A search goes on where it stopped, and many workers share it, as they share a study's rows. Reading what was tried takes
NumPy alone.
"""

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from .. import _checks
from .record import FOLDER, Records, StudyError, plain, read_version, words, write

OWN = ("number", "state", "score", "steps", "failure", "seconds", "made")  # columns that every record of a search has
HEARTBEAT = 20  # s: in a database a row's process says that it lives; where it is silent for three, the row is taken up


@dataclass(frozen=True)
class Range:
    """The numbers from `low` to `high`, both included. `log`: small ones as densely as large ones; `whole`: no others.

    >>> Range(3e-4, 3e-2, log=True)
    Range(low=0.0003, high=0.03, log=True, whole=False)
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def __post_init__(self):
        for name in ("low", "high"):
            value = getattr(self, name)
            if self.whole:
                _checks.whole(f"{name} of the Range", value, -math.inf)
            elif isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                raise ValueError(f"{name} of the Range is {value!r}; a finite number is needed")
        if not self.low < self.high:
            raise ValueError(f"the Range goes from {self.low} to {self.high}; low has to be below high")
        if self.log and self.low <= 0:
            raise ValueError(f"low of the Range is {self.low}; with log=True it has to be above 0")

    def __str__(self):
        marks = [mark for mark, there in (("log", self.log), ("whole", self.whole)) if there]
        low, high = (repr(value if self.whole else float(value)).removesuffix(".0") for value in (self.low, self.high))
        return " ".join([f"{low} … {high}", *marks])


@dataclass(frozen=True)
class Search:
    """A search for the setting with the lowest score. It stands in a module, where the processes that run it find it.

    Parameters
    ----------
    name : of the search and its file, in small letters
    space : dict of a setting's names; each has a list of values, or a Range
    run : function of a module, `run(report, **setting)`. Returns a dict of numbers, or short lists of numbers, with
        "score" among them: lower is better. After each fold or seed it calls `report(step, value)` with that part's own
        value (no running mean), the same step for the same part in every setting: the setting is stopped there, by an
        exception out of `report`, where its parts so far are worse than the best setting's
    settings : how many settings are tried in all, at least 1
    version : to be raised when `run` changes

    >>> def run(report, x):
    ...     return {"score": x**2}
    >>> Search("parabola", {"x": Range(-1.0, 1.0)}, run, settings=20).words()
    'x: -1 … 1'
    """

    name: str
    space: dict
    run: Callable
    settings: int
    version: int = 1

    def __post_init__(self):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"name is {self.name!r}; small letters, digits and _ are needed")
        _checks.whole("version", self.version)
        _checks.whole("settings", self.settings)
        if not isinstance(self.space, dict) or not self.space:
            raise ValueError(f"space is {self.space!r}; a dict with a name and its values at least is needed")
        for name, values in self.space.items():
            if not isinstance(name, str) or not name.isidentifier() or name in (*OWN, "report"):
                raise ValueError(f"space has the name {name!r}; an argument of run is needed, none of {', '.join(OWN)}")
            if isinstance(values, Range):
                continue
            if not isinstance(values, list) or not values:
                raise ValueError(f"space has {name}={values!r}; a Range or a list of one value at least is needed")
            if odd := [value for value in values if not isinstance(value, (str, int, float, type(None)))]:
                raise ValueError(f"space has {name}={odd[0]!r}; text, numbers, True, False or None are needed")
            if any(value in values[:k] for k, value in enumerate(values)):
                raise ValueError(f"space has {name}={values!r}, a value twice")

    def words(self):
        """The space in words."""
        return "; ".join(
            f"{name}: {values if isinstance(values, Range) else ', '.join(map(repr, values))}"
            for name, values in self.space.items()
        )

    def ask(self, report, setting):
        """Try a setting: what came of it, as it is recorded."""
        result = plain(self.run(report, **setting))
        if isinstance(result.get("score"), (bool, list, type(None))):
            raise ValueError(f"the run returned {', '.join(result)}; a number named score is needed")
        if taken := {*setting, *OWN} & set(result) - {"score"}:
            raise ValueError(f"the run returned {', '.join(sorted(taken))}, the name of another column")
        return result

    def path(self, folder=FOLDER):
        """The file that has what was tried."""
        return folder / f"{self.name}.json"

    def recorded(self, folder=FOLDER):
        """What was Tried. StudyError where the file is missing, damaged, or of another version."""
        records = read_version(self, folder)
        return Tried(records.about, list(records))


class Tried(Records):
    """What a search has tried: Records with a row a setting, in the order in which they were asked for.

    A row has `number`; the setting's names; `state`, "complete", "pruned" or "failed"; `score`, None unless complete;
    `steps`, the reported values in the order of their steps; what else `run` returned, None unless complete;
    `failure`, a sentence, empty unless failed; `seconds` of computing; `made`, day and versions.

    >>> tried = Tried({}, [{"number": 0, "x": 0.5, "state": "complete", "score": 0.25, "steps": []}])
    >>> tried.best["x"], tried.where(state="complete")["score"]
    (0.5, array([0.25]))
    """

    @property
    def rows(self):
        """The rows, a list of dicts."""
        return list(self)

    @property
    def best(self):
        """The row with the lowest score, the first of several. StudyError where no setting has one."""
        complete = [row for row in self if row["state"] == "complete"]
        if not complete:
            raise StudyError("; ".join([f"none of {len(self)} settings has a score", *self.failures[:1]]))
        return min(complete, key=lambda row: row["score"])

    @property
    def failures(self):
        """A sentence for each setting that failed."""
        failed = [row for row in self if row["state"] == "failed"]
        names = [name for name in self._rows[0] if name not in OWN]
        return [
            f"setting {row['number']} ({words({name: row[name] for name in names})}) failed: {row['failure']}"
            for row in failed
        ]

    def write(self, search, folder=FOLDER):
        """Put the rows into the search's file, whole or not at all."""
        head = {name: self.about[name] for name in ("space", "sampler", "seed")}
        write(search, self.rows, folder, **head)

    def __repr__(self):
        states = [row["state"] for row in self]
        counts = [f"{states.count(state)} {state}" for state in ("complete", "pruned", "failed") if state in states]
        return f"{self.about['study']}: {len(self)} settings, {', '.join(counts)}"


def search_settings(
    search, place, *, settings=None, workers=None, sampler="tpe", seed=0, heartbeat=HEARTBEAT, again=False
):
    """Try settings until as many as asked for are there, and return them: what was Tried. It goes on where it stopped.

    Parameters
    ----------
    place : of what was tried: a Path, of one file, or a database's address, such as postgresql://user@host/name, that
        many machines share. What another process or machine has at hand is waited for
    settings : how many, counted from the first; `search.settings` if left out
    workers : processes at a time; all cores if left out
    sampler : "tpe", Optuna's TPE after ten settings drawn at random, or "random"
    seed : of the sampler. Each sampler and seed is a search of its own in its place
    heartbeat : seconds between the signs of life that a process gives in a database; what belongs to one that is
        silent for three of them is taken up
    again : throw away what was tried

    A setting that fails has its sentence in its row, and the others go on. One whose process was killed, or stopped
    with Ctrl-C, is tried again. Pruning is Wilcoxon's signed-rank test (Optuna's WilcoxonPruner) of a setting's reports
    against those of the best setting so far, in pairs of the same step. A median over settings, step by step, as in
    Optuna's MedianPruner, does not pair them, and takes a setting's best step for it: where folds differ more than
    settings do, an easy fold would save all of them. The test can say so from the fourth report on, if all four are
    worse (p = 1/16, below 0.1). It is asked again after each report: of twelve, a setting as good as the best is
    stopped about once in five (simulated, with normal differences). So what was stopped is not to be ranked, and a map
    of settings needs a study without pruning.

    With one worker, a seed gives the same settings again, also in parts (`settings=5`, then 20). With several, TPE's
    depend on which ended first and do not come again; those of "random" do, but not which of them are pruned.

    Raises ValueError where an argument cannot be; StudyError, a sentence, where the place cannot be used, where it
    holds a search of this name with another space or version, and where processes were killed (the others have run).
    """
    if not isinstance(search, Search):
        raise TypeError(f"search is {search!r}; a Search is needed")
    settings = search.settings if settings is None else _checks.whole("settings", settings)
    _checks.whole("seed", seed, 0)
    if sampler not in ("tpe", "random"):
        raise ValueError(f"sampler is {sampler!r}; 'tpe' or 'random' is needed")
    _findable(search.run)
    from .engine import try_settings  # Optuna is needed for nothing else

    options = {"settings": settings, "workers": workers, "sampler": sampler, "seed": seed}
    rows = try_settings(search, place, heartbeat=heartbeat, again=again, **options)
    names = dict.fromkeys(name for row in rows for name in row)
    last = ("failure", "seconds", "made")
    columns = [*(name for name in names if name not in last), *last]
    about = {"study": search.name, "version": search.version, "space": search.words(), "sampler": sampler, "seed": seed}
    return Tried(about, [{name: row.get(name) for name in columns} for row in rows])


def _findable(run):
    """Refuse a function that another process does not find by its name."""
    main = sys.modules["__main__"]
    nowhere = run.__module__ == "__main__" and getattr(main, "__file__", None) is None
    if nowhere or "<" in run.__qualname__:
        raise ValueError(
            f"run is {run.__qualname__} of {run.__module__}; workers are processes of their own, and need a function "
            f"at the top of a module"
        )
