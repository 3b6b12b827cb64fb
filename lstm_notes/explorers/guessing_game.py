"""The guessing game: forecast the next days by hand, against persistence. Notebook 01."""

import math

import numpy as np
import traitlets

from .. import _checks
from ..pictures.svg import Axes, Drawing, format_number
from ._explorer import LARGEST, Explorer, floats, packed, whole

ROUNDS = 5
LEFT, TODAY, RIGHT, TOP, HEIGHT = 60, 370, 620, 84, 300  # of the picture: the days to come have more room
COLUMNS = {"round": 666, "you": 742, "persistence": 832}  # of the scores beside it


class GuessingGame(Explorer, front="guessing_game"):
    """You forecast the next days of a hidden place in a series, and see your error beside persistence's. Notebook 01.

    Parameters
    ----------
    series : array (time,) of finite numbers up to a million, history + days of them at least
    dates : of the days, (time,) texts or dates, shown once a round is compared; left out: "days 12–16"
    unit : of the series
    days, history : days to forecast, and days shown before them
    seed : draws the places. No two of them share a day, so that none gives another's truth away; a short series has
        room for fewer than five.

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
    places = floats()  # (rounds, history + days), what is shown and what is asked for
    about = traitlets.Dict().tag(sync=True)

    def __init__(self, series, dates=None, *, unit="°C", days=5, history=30, seed=0, **state):
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
        # What the browser gets is float32; both sides read it as the decimal number it was.
        self._places = [[float(f"{np.float32(v):.7g}") for v in series[k : k + span]] for k in first]
        low, high = float(series.min()), float(series.max())
        spread = max(high - low, 1e-6 * max(abs(low), abs(high)), 1e-9)
        digits = min(max(-math.floor(math.log10(spread / 100)), 0), 9)
        self._scales = [_scales(place, self.history, spread / 10, digits) for place in self._places]
        ends = _levels(low, high, spread)
        about = {"days": self.days, "history": self.history, "unit": unit, "digits": digits, "seed": seed,
                 "spans": [_span(dates, k + self.history, self.days) for k in first], "scales": self._scales,
                 "low": ends[0], "high": ends[-1]}  # fmt: skip
        start = {"guesses": self._start(), "compared": [False] * len(first)}
        super().__init__(places=packed(self._places), about=about, **start | state)

    def _start(self):
        return [[place[self.history - 1]] * self.days for place in self._places]

    @property
    def truth(self):
        """What was measured on the present round's days, (days,) numbers: no peeping."""
        return self._places[self.round][self.history :]

    @property
    def scores(self):
        """For each round your and persistence's mean absolute error, a pair; None where it is not compared yet."""
        return [
            (_mean_error(guess, place[self.history :]), _mean_error(start, place[self.history :])) if open_ else None
            for place, guess, start, open_ in zip(self._places, self.guesses, self._start(), self.compared)
        ]

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
        """Go to the next place; after the last one nothing moves. Returns self."""
        self.round = min(self.round + 1, len(self._places) - 1)
        return self

    def reset(self):
        """Begin again, with the same places; returns self."""
        with self.hold_trait_notifications():
            self.round, self.guesses, self.compared = 0, self._start(), [False] * len(self._places)
        return self

    @traitlets.validate("round")
    def _there(self, proposal):
        if proposal["value"] >= len(self._places):
            raise traitlets.TraitError(f"round is {proposal['value']}; the rounds are 0 … {len(self._places) - 1}")
        return proposal["value"]

    @traitlets.validate("guesses", "compared")
    def _one_for_each(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        if len(value) != len(self._places):
            raise traitlets.TraitError(f"{name} has {len(value)} entries; one for each of {len(self._places)} rounds")
        for each in value if name == "guesses" else []:
            if len(each) != self.days:
                raise traitlets.TraitError(f"guesses has {len(each)} numbers for a round; {self.days} are needed")
            if not all(abs(number) <= LARGEST for number in each):
                raise traitlets.TraitError(
                    f"guesses has {each}; numbers between −{LARGEST:g} and {LARGEST:g} are needed"
                )
        return value

    def drawing(self):
        """The days before, your forecast and persistence's, the truth once it is open, and the scores."""
        about, at, rounds = self.about, self.round, len(self._places)
        past, open_ = self._places[at][: self.history], self.compared[at]
        low, high, ticks = self._scales[at][open_]
        d = Drawing(900, 470, "The guessing game")
        where = about["spans"][at] if open_ else "a hidden place"
        d.text(LEFT, 22, f"round {at + 1} of {rounds}: {where}", bold=True, anchor="start", part="headline")
        asked = f"the next {self.days} days" if self.days > 1 else "the next day"
        said = self._said(at) if open_ else f"What will {asked} be?"
        d.text(LEFT, 48, said, size=15, anchor="start", part="said")
        d.text(LEFT, TOP - 12, about["unit"], size=14, anchor="start")

        def height(value):
            return min(max((value - low) / (high - low), 0), 1)

        days = [(1 - self.history, f"−{self.history - 1}")] if self.history > 4 else []
        ticks = [(k / 5, words) for k, words in enumerate(ticks)]
        before = d.axes(LEFT, TOP, TODAY - LEFT, HEIGHT, (0.5 - self.history, 0), (0, 1), yticks=ticks, part="before",
                        xticks=[*days, (0, "today")])  # fmt: skip
        days = [(k, f"+{k}") for k in range(1, self.days + 1) if self.days < 9 or k == self.days]
        after = d.axes(TODAY, TOP, RIGHT - TODAY, HEIGHT, (0, self.days + 0.5), (0, 1), xticks=days, part="after")
        d.curve(before, range(1 - self.history, 1), map(height, past), "truth", part="past", width=1.8)
        d.dot(TODAY, before.y(height(past[-1])), "truth", part="today")
        future = range(self.days + 1)
        d.curve(after, future, [height(past[-1])] * (self.days + 1), "persistence", part="persistence")
        truth = self.truth if open_ else []
        d.curve(after, future, map(height, [past[-1], *truth]) if open_ else [], "truth", part="truth")
        d.curve(after, future, map(height, [past[-1], *self.guesses[at]]), "LSTM", part="guess")
        for k in range(self.days):
            place = after.x(k + 1)
            d.dot(place, after.y(height(truth[k]) if open_ else 0), "truth", part=f"truth-{k}")
            d.dot(place, after.y(height(self.guesses[at][k])), "LSTM", part=f"guess-{k}", radius=7)
            if not open_:
                d.hide(f"truth-{k}")
        d.text((LEFT + RIGHT) / 2, TOP + HEIGHT + 38, "day", size=14)
        page = Axes(0, 0, d.width, d.height, (0, d.width), (d.height, 0))
        for x, look, words in ((60, "truth", "measured"), (220, "LSTM", "your forecast"),
                               (410, "persistence", "persistence: as today")):  # fmt: skip
            d.curve(page, (x, x + 34), (450, 450), look)
            d.text(x + 44, 450, words, size=15, look=look, anchor="start")
        self._draw_scores(d)
        d.description = self._words(past)
        return d

    def _draw_scores(self, d):
        digits, scores = self.about["digits"] + 1, self.scores
        middle = (COLUMNS["you"] + COLUMNS["persistence"]) / 2
        d.text(middle, TOP - 12, f"mean error, {self.about['unit']}", size=15)
        for name, x in COLUMNS.items():
            look = {"you": "LSTM", "persistence": "persistence"}.get(name)
            d.text(x, TOP + 18, name, size=15, bold=True, look=look)
        for k, pair in enumerate(scores):
            y = TOP + 52 + 30 * k
            mark = "▶ " if k == self.round else ""
            d.text(COLUMNS["round"] + 8, y, f"{mark}{k + 1}", size=15, anchor="end", part=f"round-{k}")
            for name, words in zip(("you", "persistence"), _marked(pair, digits)):
                d.text(COLUMNS[name] + 28, y, words, size=15, anchor="end", part=f"{name}-{k}")
        y = TOP + 66 + 30 * len(scores)
        d.text(COLUMNS["round"] + 8, y, "mean", size=15, bold=True, anchor="end")
        for name, words in zip(("you", "persistence"), _marked(self._means(), digits)):
            d.text(COLUMNS[name] + 28, y, words, size=15, bold=True, anchor="end", part=f"mean-{name}")
        d.text(middle - 22, y + 34, self._won(), size=15, part="won")

    def _means(self):
        """Your and persistence's mean error over the rounds that are compared."""
        pairs = [pair for pair in self.scores if pair]
        return tuple(sum(column) / len(pairs) for column in zip(*pairs)) or None

    def _won(self):
        pairs = [pair for pair in self.scores if pair]
        if not pairs:
            return "no round compared yet"
        return f"you are closer in {sum(you < other for you, other in pairs)} of {len(pairs)}"

    def _said(self, at):
        digits, unit = self.about["digits"] + 1, self.about["unit"]
        you, other = self.scores[at]
        verdict = "you are closer" if you < other else "persistence is closer" if other < you else "level"
        you, other = format_number(you, digits), format_number(other, digits)
        return f"you are off by {you} {unit} on average, persistence by {other}: {verdict}"

    def _words(self, past):
        digits, unit, at = self.about["digits"], self.about["unit"], self.round

        def listed(values):
            return ", ".join(format_number(value, digits) for value in values)

        words = (
            f"The guessing game, round {at + 1} of {len(self._places)}. {self.history} measured days between "
            f"{format_number(min(past), digits)} and {format_number(max(past), digits)} {unit}, the last of them "
            f"{format_number(past[-1], digits)}. Your forecast for the next {self.days}: {listed(self.guesses[at])}; "
            f"persistence says {format_number(past[-1], digits)} for each. "
        )
        if self.compared[at]:
            words += f"Measured on {self.about['spans'][at]}: {listed(self.truth)}; {self._said(at)}. "
        else:
            words += "What was measured is not shown yet. "
        if means := self._means():
            you, other = (format_number(mean, digits + 1) for mean in means)
            words += f"Over the rounds compared you are off by {you} {unit} and persistence by {other}; {self._won()}."
        return words.strip()


def _mean_error(guess, truth):
    return sum(abs(a - b) for a, b in zip(guess, truth)) / len(truth)


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


def _levels(low, high, spread):
    """Six round values, evenly spread, from below `low` to above `high`."""
    power = 10.0 ** math.floor(math.log10(spread / 5))
    for step in (power * size for size in (1, 2, 2.5, 4, 5, 8, 10, 20)):
        first = math.floor(low / step)
        if (first + 5) * step >= high:
            break
    return [round((first + k) * step, 12) for k in range(6)]


def _scales(place, history, least, digits):
    """Two scales of a round, each the values at the picture's edges and its ticks in words: while the truth is hidden,
    when nothing may hint at it, and once it is open."""
    past = place[:history]
    margin = max((max(past) - min(past)) / 2, least)
    ends = [min(past) - margin, max(past) + margin]
    scales = []
    for held in (ends, [*ends, *place]):
        levels = _levels(min(held), max(held), max(held) - min(held))
        fine = 0 if all(level == round(level) for level in levels) else digits
        scales.append([levels[0], levels[-1], [format_number(level, fine) for level in levels]])
    return scales


def _marked(pair, digits):
    """Two errors in words, the smaller with a mark."""
    if pair is None:
        return "–", "–"
    return tuple(("✓ " if one < other else "") + format_number(one, digits) for one, other in (pair, pair[::-1]))
