"""A map of settings: each point one, its seeds, its forecast, and where a winner stands on other days. Notebook 10.

recorded("survey") → survey(), the settings, best first, with their errors → the front end: points, ranks, a winner
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import traitlets

from ..data import load_weather
from ..studies.record import asked
from ..studies.tuning import EDGES, FIRST_YEAR, FOLDS, SECOND_YEAR, SURVEY
from ._explorer import Explorer, choice, floats, packed, whole

AXES = ("learning_rate", "units", "look_back", "epochs")
ALL, BOTH = "all seeds", "2013 and 2014"
YEARS = {"2013": FIRST_YEAR, "2014": SECOND_YEAR, BOTH: [*FIRST_YEAR, *SECOND_YEAR]}


class Survey(NamedTuple):
    """Settings that were tried, the one with the least mean error over all seeds and folds first: `settings`, a list
    of dicts; `errors` (settings, seeds, folds), MAE in °C; `forecasts` (settings, seeds, days) in °C, from 1 July 2014
    on."""

    settings: list
    errors: np.ndarray
    forecasts: np.ndarray

    def means(self, seeds, folds):
        """The mean error of every setting over some seeds and folds (lists of places): (settings,)."""
        return self.errors[:, seeds][:, :, folds].mean(axis=(1, 2))

    def standing(self, place, seeds, folds):
        """Of the setting at a place, from 0: its mean error over some seeds and folds, how far it lies below the median
        of all settings, both in °C, and its rank, from 1."""
        means = self.means(seeds, folds)
        return float(means[place]), float(np.median(means) - means[place]), int(1 + (means < means[place]).sum())


@cache
def survey():
    """The recorded survey. StudyError where it is not recorded."""
    rows = {}
    for row in SURVEY.recorded():
        setting = asked(row)
        del setting["seed"]
        rows.setdefault(tuple(setting.items()), []).append(row)
    errors, forecasts = (
        np.array([[row[name] for row in each] for each in rows.values()]) for name in ("folds", "forecast")
    )
    order = errors.mean(axis=(1, 2)).argsort(kind="stable")
    settings = [dict(setting) for setting in rows]
    return Survey([settings[k] for k in order], errors[order], forecasts[order])


def _weather():
    """From the day before the first forecast on, what was measured (1 + days,); and of each fold the error in °C of
    "as today"."""
    temperature = load_weather()["temp_max"]
    days = survey().forecasts.shape[2]
    change = np.abs(np.diff(temperature))
    today = [change[start - 1 : end - 1].mean() for start, end in zip(EDGES, EDGES[1:])]
    return temperature[EDGES[-2] - 1 : EDGES[-2] + days], today


class TuningExplorer(Explorer, front="tuning"):
    """The recorded survey of an LSTM's settings as a map: each point a setting, its colour the error, its size how much
    its seeds differ. Of the one that is selected every seed on every fold, and its forecasts; of the winner by some
    seeds on some days, where it stands by others. Notebook 10.

    Parameters
    ----------
    **state : `x`, `y`, `rank`, `beside`, `by`, `year`

    State, to be read, set and linked: what goes across and up, `x` and `y`, two of look_back, units, learning_rate and
    epochs (one that is given to both: the other takes what was there before); `rank`, the selected setting's among all
    by its mean error over all seeds and folds, 1 the best; `beside`, that of another that is kept to compare, 0 for
    none; the winner is chosen `by` "all seeds", or "seed 0" … "seed 4", in the `year` "2013", "2014" or "2013 and
    2014".

    `setting` is the selected one, `errors` its own (seeds, folds), `forecasts` (seeds, days), both in °C. `winner` is
    the chosen one's rank as above, `standings` what it comes to by what it was chosen, and by what it was not.

    Raises TraitError for a setting or a choice that is not there.

    >>> explorer = TuningExplorer(by="seed 0", year="2013")
    >>> explorer.errors.shape, explorer.forecasts.shape, list(explorer.standings)
    ((5, 4), (5, 60), ['seed 0 in 2013', 'other seeds in 2013', 'all seeds in 2014'])
    """

    x = choice(AXES, "what goes across")
    y = choice((AXES[1], AXES[0], *AXES[2:]), "what goes up")
    rank = whole(1, "rank of the selected setting", least=1)
    beside = whole(0, "rank of the setting kept beside it, 0 for none")
    by = choice((ALL, *(f"seed {seed}" for seed in SURVEY.seeds)), "by which errors a winner is chosen")
    year = choice((BOTH, "2013", "2014"), "in which")
    table = traitlets.Dict().tag(sync=True)  # the settings, and what was measured
    numbers = floats()  # errors (settings, seeds, folds)
    lines = floats()  # forecasts (settings, seeds, days)

    def __init__(self, **state):
        self.survey = survey()
        measured, today = _weather()
        table = {
            "settings": self.survey.settings, "seeds": len(SURVEY.seeds), "folds": FOLDS, "years": YEARS,
            "axes": AXES, "first": "2014-07-01", "measured": measured.tolist(), "today": np.round(today, 5).tolist(),
        }  # fmt: skip
        numbers, lines = packed(self.survey.errors), packed(self.survey.forecasts)
        super().__init__(table=table, numbers=numbers, lines=lines, **state)

    @property
    def setting(self):
        """The selected setting: a dict."""
        return self.survey.settings[self.rank - 1]

    @property
    def errors(self):
        """MAE of the selected setting, in °C: (seeds, folds)."""
        return self.survey.errors[self.rank - 1]

    @property
    def forecasts(self):
        """Those of the selected setting, in °C, from 1 July 2014 on: (seeds, days)."""
        return self.survey.forecasts[self.rank - 1]

    @property
    def winner(self):
        """The rank by all seeds and folds of the setting that is chosen, from 1."""
        seeds, _ = self._seeds()
        return 1 + int(self.survey.means(seeds, YEARS[self.year]).argmin())

    @property
    def standings(self):
        """What the winner comes to by what it was chosen, then by other seeds and on the other year, where there are
        such: a dict of words → (error in °C, how far below the median setting's in °C, rank from 1)."""
        seeds, others = self._seeds()
        looks = {f"{self.by} in {self.year}": (seeds, YEARS[self.year])}
        if others:
            looks[f"other seeds in {self.year}"] = others, YEARS[self.year]
        if self.year != BOTH:
            other = "2014" if self.year == "2013" else "2013"
            looks[f"{ALL} in {other}"] = sorted(seeds + others), YEARS[other]
        return {words: self.survey.standing(self.winner - 1, *look) for words, look in looks.items()}

    def _seeds(self):
        """By which a winner is chosen, and the others."""
        every = list(range(len(SURVEY.seeds)))
        seeds = every if self.by == ALL else [every[int(self.by.removeprefix("seed "))]]
        return seeds, [seed for seed in every if seed not in seeds]

    @traitlets.observe("x", "y")
    def _apart(self, change):
        if self.x == self.y:
            before = change.old or next(name for name in AXES if name != change.new)  # None while it is made
            setattr(self, "y" if change.name == "x" else "x", before)

    @traitlets.validate("rank", "beside")
    def _there(self, proposal):
        most = len(survey().settings)
        if proposal.value > most:
            raise traitlets.TraitError(
                f"{proposal.trait.name} is {proposal.value}; {most} at most is needed: so many settings were tried"
            )
        return proposal.value
