"""On which series is an LSTM worth it? Contests on weather, on a nonlinear law with more and more noise, and on prices,
as they are recorded. Taught in notebook 06b_worth_it."""

import numpy as np

from ..data import CITIES, load_prices, load_weather, mackey_glass
from ..evaluation import conformal_margin, coverage, moving_margin, winkler
from ..rivals import Climatology, LinearAutoregression, drift, persistence, seasonal_naive
from ..windows import make_windows, split_by_time
from .contest import RIVALS, contest, of_one_day, trained
from .record import Study

LOOK_BACK = 30
YEAR = 365.25
COLUMNS = ("temp_max", "temp_min", "precipitation", "wind")


def weather_columns(target, inputs, city="Seattle"):
    """A city's weather as (time, features), of which the first is to be forecast: the "one column" of `target`, or
    "all columns", which has the other three and sine and cosine of the time of year beside it.

    >>> weather_columns("wind", "one column").shape, weather_columns("wind", "all columns").shape
    ((1461, 1), (1461, 6))
    """
    if target not in COLUMNS or inputs not in ("one column", "all columns"):
        raise ValueError(
            f'target is {target!r} and inputs {inputs!r}; one of {COLUMNS} and "one column" or "all columns" are needed'
        )
    weather = load_weather(city)
    names = [target, *(name for name in COLUMNS if name != target)]
    turn = 2 * np.pi * np.arange(len(weather)) / YEAR
    columns = [*(weather[name] for name in names), np.sin(turn), np.cos(turn)]
    return np.column_stack(columns[:1] if inputs == "one column" else columns)


def weather_contest(target, inputs, ahead, year, seeds, city="Seattle"):
    """A Contest on a column of a city's weather for the day `ahead` days on: trained on all days before the year before
    `year`, every choice made on the year before `year`, judged on `year`, 2014 or 2015."""
    series = weather_columns(target, inputs, city)
    if year == 2014:
        series = series[:-365]
    split = of_one_day(split_by_time(series, LOOK_BACK, ahead, validation=365, test=365), ahead)
    known = series[split.train.days]
    usual = Climatology(YEAR).fit(known[:, 0])
    asked = split.test.first + ahead - 1
    free = {
        "persistence": split.test.X[:, -1, :1],
        "drift": drift(split.test.X[:, :, :1], ahead)[:, -1:],
        "a year ago": seasonal_naive(series[:, 0], asked, 365),
        "climatology": usual.predict(asked),
    }
    return contest(split, known, free, seeds=seeds)


def mackey_glass_contest(noise, seed, seeds):
    """A Contest on 1,000 days of the Mackey–Glass series of `seed`, with noise of that standard deviation: 200 days for
    validation, 200 for the test."""
    series = mackey_glass(1000, noise=noise, seed=seed)
    split = split_by_time(series, LOOK_BACK, validation=200, test=200)
    return contest(split, series[split.train.days], {"persistence": persistence(split.test.X)}, seeds=seeds)


def price_contest(company, seeds):
    """A Contest on a company's monthly log returns, log of the price over that of the month before: a year goes in, 24
    months are for validation, 25 for the test. "As today" is a return of 0, "the mean" that of the training months."""
    returns = np.diff(np.log(load_prices()[company]))
    split = split_by_time(returns, 12, validation=24, test=25)
    known = returns[split.train.days]
    free = {"as today": np.zeros_like(split.test.y), "the mean": np.full_like(split.test.y, known.mean())}
    return contest(split, known, free, seeds=seeds)


def run_coverage(noise, seed):
    """Does early stopping spoil an interval? The share of 200 later days of a Mackey–Glass series that a 90%
    margin holds, made from the validation days, on which the LSTM's epoch was chosen, or from 200 days that chose
    nothing; for an LSTM of 32 units, and for a linear autoregression that chose nothing by either.

    Returns a dict of four floats, "LSTM validation", "LSTM unused", "linear AR validation", "linear AR unused".
    """
    series = mackey_glass(1200, noise=noise, seed=seed)
    split = split_by_time(series[:1000], LOOK_BACK, validation=200, test=200)
    X, y = make_windows(series[1000 - LOOK_BACK :], LOOK_BACK)
    lstm = trained(split, series, seed)
    found = {}
    for name, model in (("LSTM", lstm), ("linear AR", LinearAutoregression().fit(*split.train))):
        for days, part in (("validation", split.validation), ("unused", split.test)):
            margin = conformal_margin(part.y - model.predict(part.X))
            found[f"{name} {days}"] = coverage(model.predict(X), margin, y).item()
    return found


def run_moving(city, year, seed):
    """Does an interval that moves along hold in each season? For an LSTM of 32 units on the highest temperature alone,
    trained and stopped on the years before `year`: a 90% margin made of the year before, and one of the last 30 days.

    Returns a dict of "year before" and "last 30 days", each a list of the shares held in the four quarters of the year
    (91 days each), and their Winkler "score"s in °C.
    """
    series = load_weather(city)["temp_max"]
    if year == 2014:
        series = series[:-365]
    split = split_by_time(series, LOOK_BACK, validation=365, test=365)
    model = trained(split, series, seed)
    before, misses = (part.y - model.predict(part.X) for part in (split.validation, split.test))
    margins = {
        "year before": np.full(misses.shape, conformal_margin(before)),
        "last 30 days": moving_margin(np.concatenate([before[-30:], misses]), days=30),
    }
    found = {}
    for name, margin in margins.items():
        held = np.abs(misses) <= margin
        found[name] = [float(held[day : day + 91].mean()) for day in range(0, 364, 91)]
        found[f"{name} score"] = winkler(-margin, margin, misses)
    return found


def run_weather(target, inputs, ahead, year, seed, city="Seattle"):
    """A row: twenty networks, of the seeds from `seed` on."""
    found = weather_contest(target, inputs, ahead, year, range(seed, seed + 20), city)
    return found.row() | found.by_day(("LSTM", *RIVALS, "persistence"))


def run_mackey_glass(noise, seed):
    """A row: the series of `seed`, and four networks; over five rows twenty."""
    return mackey_glass_contest(noise, seed, range(4 * seed, 4 * seed + 4)).row()


def run_prices(company, seed):
    """A row: twenty networks, of the seeds from `seed` on."""
    found = price_contest(company, range(seed, seed + 20))
    return found.row() | found.by_day(("LSTM", *RIVALS, "as today"))


# A third digit, which is all that is recorded of a day, may turn over.
ROUGH = {f"{method} by day": 0.01 for method in ("LSTM", *RIVALS, "persistence", "as today")}
ASKED = [
    {"target": target, "inputs": inputs, "ahead": ahead, "year": year}
    for target, inputs, ahead in (
        ("temp_max", "one column", 1),
        ("temp_max", "all columns", 1),
        ("temp_min", "all columns", 1),
        ("wind", "all columns", 1),
        ("temp_max", "all columns", 7),
    )
    for year in (2014, 2015)
]
WEATHER = Study("weather_columns", run_weather, settings=ASKED, seeds=[0], version=2, varies=ROUGH)
MACKEY_GLASS = Study(
    "mackey_glass",
    run_mackey_glass,
    settings=[{"noise": noise} for noise in (0.02, 0.2, 0.1, 0.05)],
    seeds=range(5),
    version=2,
)
PRICES = Study(
    "prices",
    run_prices,
    settings=[{"company": name} for name in ("AAPL", "AMZN", "IBM", "MSFT")],
    seeds=[0],
    version=2,
    varies=ROUGH,
)
COVERAGE = Study("coverage", run_coverage, settings=[{"noise": 0.02}], seeds=range(20))
MOVING = Study(
    "moving",
    run_moving,
    settings=[{"city": city, "year": year} for city in CITIES for year in (2014, 2015)],
    seeds=range(20),
    varies={"year before": 0.02, "last 30 days": 0.02},  # a day at the edge may fall to either side
)
