"""The guessing game: forecast the next days by hand, against persistence. Notebook 01."""

import numpy as np
import traitlets

from .. import _checks
from ._explorer import LARGEST, Explorer, whole

ROUNDS = 5


class GuessingGame(Explorer, front="guessing_game"):
    """You forecast the next days of a hidden stretch of a series, and see your error beside persistence's. Notebook 01.

    Parameters
    ----------
    series : array (time,) of finite numbers up to a million, history + days of them at least
    dates : of the days, (time,) texts or dates, shown once a round is compared; left out: "days 12–16"
    unit, what : of the series: its unit, and in words what was measured, and where
    days, history : days to forecast, and days shown before them
    seed : draws the stretches. No two of them share a day, so that none gives another's truth away; a short series
        has room for fewer than five.

    State, to be read, set and linked: `round` (from 0), `guesses` (for each round a list of `days` numbers, at first
    persistence), `compared` (for each round whether its truth is open). `scores` and `truth` follow from it.

    Raises ValueError and TypeError for other arguments, TraitError for another state.

    >>> game = GuessingGame(np.arange(200.0), days=2, history=3)
    >>> today = game.guesses[0][0]
    >>> game.guess([today + 1, today + 4]).compare().scores[0]          # the series rises by 1 a day
    (1.0, 1.5)
    >>> game.next().round
    1
    """

    round = whole(0, "round, counted from 0")
    guesses = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True, moved=True)
    compared = traitlets.List(traitlets.Bool()).tag(sync=True, moved=True)
    places = traitlets.List().tag(sync=True)  # of each round history + days numbers: what is shown, what is asked for
    about = traitlets.Dict().tag(sync=True)

    def __init__(self, series, dates=None, *, unit="°C", what="", days=5, history=30, seed=0, **state):
        series = _checks.finite("series", _checks.axes("series", _checks.numbers("series", series), "time"))
        self.days, self.history = _checks.whole("days", days), _checks.whole("history", history)
        seed, span = _checks.whole("seed", seed, least=0), self.days + self.history
        if len(series) < span:
            raise ValueError(f"series has {len(series)} values; history={history} and days={days} need at least {span}")
        if np.abs(series).max() > LARGEST:
            raise ValueError(f"series goes up to {np.abs(series).max():g} in size; at most {LARGEST:g} is needed")
        if dates is not None and len(dates) != len(series):
            raise ValueError(f"dates has {len(dates)} entries; one for each of the {len(series)} days is needed")
        first = _places(len(series), span, seed)
        # A float32 is taken as the decimal number that it is written as.
        places = [[float(str(value)) for value in series[k : k + span]] for k in first]
        about = {"days": self.days, "history": self.history, "unit": unit, "what": what, "seed": seed,
                 "spans": [_span(dates, k + self.history, self.days) for k in first],
                 "low": float(series.min()), "high": float(series.max())}  # fmt: skip
        start = {"guesses": self._start(places), "compared": [False] * len(first)}
        super().__init__(places=places, about=about, **start | state)

    def _start(self, places):
        return [[place[self.history - 1]] * self.days for place in places]

    @property
    def truth(self):
        """What was measured on the present round's days, (days,) numbers: no peeping."""
        return self.places[self.round][self.history :]

    @property
    def scores(self):
        """For each round your and persistence's mean absolute error, a pair; None where it is not compared yet."""
        return [pair and tuple(map(float, pair)) for pair in self.ask("scores")]

    def guess(self, values):
        """Forecast `values` (days,) for the present round; returns self."""
        values = [float(value) for value in values]
        self.guesses = [values if k == self.round else each for k, each in enumerate(self.guesses)]
        return self

    def compare(self):
        """Open the present round's truth, as the button does; returns self."""
        self.compared = [open_ or k == self.round for k, open_ in enumerate(self.compared)]
        return self

    def next(self):
        """Go to the next stretch; after the last one nothing moves. Returns self."""
        self.round = min(self.round + 1, len(self.places) - 1)
        return self

    def reset(self):
        """Begin again, with the same stretches; returns self."""
        with self.hold_trait_notifications():
            self.round, self.guesses, self.compared = 0, self._start(self.places), [False] * len(self.places)
        return self

    @traitlets.validate("round")
    def _there(self, proposal):
        if proposal["value"] >= len(self.places):
            raise traitlets.TraitError(f"round is {proposal['value']}; the rounds are 0 … {len(self.places) - 1}")
        return proposal["value"]

    @traitlets.validate("guesses", "compared")
    def _one_for_each(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        if len(value) != len(self.places):
            raise traitlets.TraitError(f"{name} has {len(value)} entries; one for each of {len(self.places)} rounds")
        for each in value if name == "guesses" else []:
            if len(each) != self.days:
                raise traitlets.TraitError(f"guesses has {len(each)} numbers for a round; {self.days} are needed")
            if not all(abs(number) <= LARGEST for number in each):
                raise traitlets.TraitError(
                    f"guesses has {each}; numbers between −{LARGEST:g} and {LARGEST:g} are needed"
                )
        return value


def _places(time, span, seed):
    """Where each round begins: ROUNDS of them, or as many as there is room for, in any order, none sharing a day."""
    rounds = min(ROUNDS, time // span)
    rng = np.random.default_rng(seed)
    between = np.sort(rng.integers(0, time - rounds * span + 1, rounds))
    return [int(k) for k in rng.permutation(between + span * np.arange(rounds))]


def _span(dates, first, days):
    if dates is None:
        return f"days {first + 1}–{first + days}" if days > 1 else f"day {first + 1}"
    return str(dates[first]) + (f" to {dates[first + days - 1]}" if days > 1 else "")
