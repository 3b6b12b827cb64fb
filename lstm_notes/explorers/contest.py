"""A contest: the LSTM beside a rival, the ratio of their errors with its interval, and the days it comes from. 06c.

    recorded studies → contests(), every method's error day by day → the front end: the stretch at hand, its interval

The interval of the whole is the recorded one; that of a stretch is made in the front end, with the draws of `compare`.
"""

from functools import cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import traitlets

from ..data import load_employment, load_passengers, load_prices, load_weather
from ..evaluation import block_length, block_reach, compare
from ..studies import free_errors, many_series_errors, passengers_rivals, recorded
from ._explorer import Explorer, whole

COLUMNS = {
    "temp_max": ("highest temperature", "°C"),
    "temp_min": ("lowest temperature", "°C"),
    "wind": ("wind", "m/s"),
    "precipitation": ("precipitation", "mm"),
}
LARGEST = 36**3 - 1  # of the numbers that three letters hold
FEWEST = 3  # blocks of which an interval is made


class Days(NamedTuple):
    """A contest day by day: `errors`, method → mean absolute error of each day over its networks (days,), the LSTM's
    first; `dates` (days,), datetime64[D] or [M]; the `unit`; how many days `ahead` was forecast; `against`, rival →
    [ratio, low, high, detectable] of the whole; the `other` contest, with other days and all else alike, or ""."""

    dates: np.ndarray
    errors: dict
    unit: str
    against: dict
    ahead: int = 1
    other: str = ""

    def compared(self, rival, first, last):
        """What `compare` says of the days first … last - 1, LSTM against `rival`; drawn in blocks of twice the days
        ahead at least, since only the last of these was asked for."""
        own, its = (self.errors[name][first:last] for name in ("LSTM", rival))
        return compare(own, its, np.zeros(len(own)), block=block_length(len(own), self.ahead))

    @property
    def fewest(self):
        """Days in the shortest stretch that has an interval."""
        return next(days for days in range(1, len(self.dates)) if days // block_length(days, self.ahead) >= FEWEST)

    def verdicts(self, rival, length):
        """The verdict on each stretch of so many days, from the first to the last: (days - length + 1,) texts."""
        starts = range(len(self.dates) - length + 1)
        return np.array([self.compared(rival, start, start + length).verdict for start in starts])


@cache
def contests():
    """All contests that are recorded day by day: a dict of name → Days. What stands before the colon is a group."""
    seattle, new_york = _weather("weather_columns", "Seattle"), _weather("new_york", "New York")
    return seattle | new_york | _prices() | _jobs() | _passengers()


def _weather(study, city):
    """Of a study of weather_contest; the days tested are the last up to the end of the row's year."""
    dates = load_weather(city)["date"]
    rows = {}
    for row in recorded(study):
        what, unit = COLUMNS[row["target"]]
        ahead = f", day {row['ahead']}" if row["ahead"] > 1 else ""
        rows[row["year"], f"{city}: {what}, {row['inputs']}{ahead}, "] = row, unit
    found = {}
    for (year, name), (row, unit) in rows.items():
        errors, against = _by_day(row)
        end = np.searchsorted(dates, np.datetime64(f"{year + 1}-01-01"))
        days = dates[end - len(errors["LSTM"]) : end]
        other = next((f"{name}{each}" for each, same in rows if same == name and each != year), "")
        found[f"{name}{year}"] = Days(days, errors, unit, against, row["ahead"], other)
    return found


def _prices():
    months = load_prices()["date"].astype("datetime64[M]")
    found = {}
    for row in recorded("prices"):
        errors, against = _by_day(row)
        found[f"Prices: {row['company']}, log return"] = Days(months[-len(errors["LSTM"]) :], errors, "", against)
    return found


def _by_day(row):
    """Of a recorded row every method's errors, and what the LSTM came to against each."""
    errors = {name.removesuffix(" by day"): np.array(row[name]) for name in row if name.endswith(" by day")}
    return errors, {rival: row[f"LSTM against {rival}"] for rival in errors if rival != "LSTM"}


def _jobs():
    """One LSTM for all branches, in units of a branch's mean growth."""
    table = recorded("many_series")
    errors = {
        "LSTM": table.where(method="LSTM", share="one for all")["by month"].mean(axis=0),
        "LSTM, one for each": table.where(method="LSTM", share="one for each")["by month"].mean(axis=0),
        "MLP, one for all": table.where(method="MLP", share="one for all")["by month"].mean(axis=0),
    }
    for share in ("one for each", "one for all"):
        errors[f"linear AR, {share}"] = many_series_errors("linear AR", share, seed=0)
    errors |= free_errors()
    months = load_employment()["date"].astype("datetime64[M]")[-len(errors["LSTM"]) :]
    return {"Jobs: one LSTM for fifteen branches": Days(months, errors, "mean growths", _whole(errors))}


def _passengers():
    table, passengers = recorded("airline"), load_passengers()
    free, found = passengers_rivals(), {}
    for setup in ("levels", "growth"):
        forecasts = table.where(setup=setup)["forecast"]
        truth = passengers["passengers"][-forecasts.shape[1] :]
        errors = {"LSTM": np.abs(forecasts - truth).mean(axis=0)}
        errors |= {rival: np.abs(forecast - truth) for rival, forecast in free.items()}
        months = passengers["date"].astype("datetime64[M]")[-len(truth) :]
        found[f"Passengers: asked for {setup}"] = Days(months, errors, "thousand", _whole(errors))
    return found


def _whole(errors):
    """What the LSTM comes to against each rival, as a row of a contest has it."""
    days = len(errors["LSTM"])
    bare = Days(np.arange(days), errors, "", {})
    found = {rival: bare.compared(rival, 0, days) for rival in errors if rival != "LSTM"}
    return {rival: [each.ratio, each.low, each.high, each.detectable] for rival, each in found.items()}


class ContestExplorer(Explorer, front="contest"):
    """A recorded contest and a rival: both mean errors, their ratio with its interval, day by day who was nearer, and a
    stretch of these days, to be dragged, with an interval of its own. Notebook 06c.

    Parameters
    ----------
    **state : `contest`, `rival`, `start`, `length`

    State, to be read, set and linked: `contest`, one of `names`; `rival`, one of `rivals`; the stretch, `length` days
    (months, where the contest has such) from day `start` on, counted from 0. Another contest keeps the rival and the
    stretch if it has them (from the menu: the stretch if it has as many days); otherwise it takes its first rival, or
    all its days. Where no `length` is given it is a quarter of the days, or as many as an interval needs. `looked`
    stretches were looked at in the browser, and in `beside` of them the interval lay beside 1.

    `days` are the contest's Days, `errors` those of the stretch, and `comparison` is what `compare` says of it.

    Raises TraitError for a contest, a rival or days that are not there.

    >>> explorer = ContestExplorer(contest="Jobs: one LSTM for fifteen branches", rival="no growth", start=12)
    >>> explorer.comparison.verdict, explorer.errors["LSTM"].shape, str(explorer.days.dates[12])
    ('better', (15,), '2014-01')
    """

    contest = traitlets.Unicode(help="the contest, by its name").tag(sync=True, moved=True)
    rival = traitlets.Unicode(help="what the LSTM is held against").tag(sync=True, moved=True)
    start = whole(0, "first day of the stretch, from 0")
    length = whole(1, "days in the stretch", least=1)
    looked = traitlets.Int(0, help="stretches looked at").tag(sync=True)
    beside = traitlets.Int(0, help="of them, how many with an interval beside 1").tag(sync=True)
    table = traitlets.Dict().tag(sync=True)  # of each contest what is no number of a day
    numbers = traitlets.Unicode().tag(sync=True)  # every error, in three letters
    draws = traitlets.Dict().tag(sync=True)  # what compare draws with

    def __init__(self, **state):
        names = self.names = list(contests())
        state.setdefault("contest", names[0])
        shown = contests().get(state["contest"])
        if shown:
            state.setdefault("rival", next(iter(shown.against)))
            begin = state.setdefault("start", 0)
            if isinstance(begin, int):
                quarter = max(len(shown.dates) // 4, shown.fewest)
                state.setdefault("length", max(min(quarter, len(shown.dates) - begin), 1))
        table, numbers = as_text(contests())
        super().__init__(table=table, numbers=numbers, draws=_draws(), **state)
        self.observe(self._another, "contest")

    @property
    def days(self):
        """The contest as Days."""
        return contests()[self.contest]

    @property
    def rivals(self):
        """The rivals of the contest."""
        return list(self.days.against)

    @property
    def errors(self):
        """Of the LSTM and the rival, the absolute error of each day of the stretch: a dict of name → (length,)."""
        part = slice(self.start, self.start + self.length)
        return {name: self.days.errors[name][part] for name in ("LSTM", self.rival)}

    @property
    def comparison(self):
        """The Comparison of the stretch, by `compare`. ValueError where it is too short for an interval."""
        return self.days.compared(self.rival, self.start, self.start + self.length)

    def _another(self, change):
        if self.rival not in self.days.against:
            self.rival = self.rivals[0]
        if self.start + self.length > len(self.days.dates):
            with self.hold_trait_notifications():
                self.start, self.length = 0, len(self.days.dates)

    @traitlets.validate("contest")
    def _known(self, proposal):
        if proposal.value not in contests():
            raise traitlets.TraitError(f"contest is {proposal.value!r}; one of {', '.join(contests())} is needed")
        return proposal.value

    @traitlets.validate("rival")
    def _there(self, proposal):
        if proposal.value not in self.days.against:
            raise traitlets.TraitError(f"rival is {proposal.value!r}; one of {', '.join(self.rivals)} is needed")
        return proposal.value

    @traitlets.validate("start", "length")
    def _inside(self, proposal):
        asked = {"start": self.start, "length": self.length, proposal.trait.name: proposal.value}
        if sum(asked.values()) > len(self.days.dates):
            raise traitlets.TraitError(
                f"start={asked['start']} and length={asked['length']} end at day {sum(asked.values())}; "
                f"the contest has {len(self.days.dates)}"
            )
        return proposal.value


def as_text(found):
    """Contests for the front end: a table, and the errors of all methods and days as one text. A number takes three
    letters, in base 36, of which the largest error of a contest is the largest; `from` is where a contest begins."""
    table, texts, begin = {}, [], 0
    for name, days in found.items():
        errors = np.array([days.errors[method] for method in ("LSTM", *days.against)])
        step = errors.max() / LARGEST
        texts += [np.base_repr(number, 36).zfill(3) for number in np.round(errors / step).astype(int).ravel()]
        table[name] = {
            "first": str(days.dates[0]), "months": days.dates.dtype == "datetime64[M]", "days": len(days.dates),
            "unit": days.unit, "ahead": days.ahead, "other": days.other, "against": days.against,
            "step": float(step), "from": begin,
        }  # fmt: skip
        begin += errors.size
    return table, "".join(texts)


def _draws():
    """What `compare` draws with: the state of its generator, and for each number of blocks how far its ends are taken
    out, in standard errors, and the share of the draws beyond each end."""
    state = np.random.default_rng(0).bit_generator.state["state"]  # numbers too large for JavaScript's usual ones
    longest = max(len(each.dates) for each in contests().values())
    most = int(longest ** (2 / 3) / 2) + 2  # more than there are blocks
    reaches = {blocks: block_reach(blocks) for blocks in range(FEWEST, most)}
    return {
        "state": {name: str(value) for name, value in state.items()},
        "reach": {str(blocks): [reach, NormalDist().cdf(-reach)] for blocks, reach in reaches.items()},
    }
