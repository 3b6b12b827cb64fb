"""Days opened once: twelve sentences about another city, written down before anybody had looked at one of its days.

Seattle's days were looked at many times. New York's weather of the same four years came into this package unread; what
is asked of it, by which rules, and what was expected from Seattle stood here before its rows were run, once. Neither is
changed since. Taught in notebook 06c_how_sure.
"""

import numpy as np

from .contest import verdict
from .record import Study
from .worth import ASKED, ROUGH, run_weather

RULES = """\
Written on 2026-11-30, before the rows were run.
Series: New York's weather, 2012 to 2015. Contests, methods, settings and seeds are those of Seattle's rows.
Measure: the mean absolute error on the test days; a verdict is that of the 95% interval of `compare`.
A sentence has to come true in both test years, where it does not name one."""


def run(target, inputs, ahead, year, seed):
    """A row: that of `weather_columns`, for New York."""
    return run_weather(target, inputs, ahead, year, seed, city="New York")


STUDY = Study("new_york", run, settings=ASKED, seeds=[0], varies=ROUGH)


def verdicts(records, target, inputs, ahead, rival):
    """The LSTM's against a rival on 2014 and on 2015, a list of two."""
    rows = sorted(records.where(target=target, inputs=inputs, ahead=ahead), key=lambda row: row["year"])
    return [verdict(row, f"LSTM against {rival}") for row in rows]


def _on(target, inputs, ahead, rival, allowed, years=slice(None)):
    """A test of records: all verdicts of these years are among those `allowed`."""
    return lambda records: set(verdicts(records, target, inputs, ahead, rival)[years]) <= set(allowed)


def _averaged(records):
    found = records.where(inputs="all columns", ahead=1)["LSTM against LSTM and linear AR"]
    return bool(np.all(found[:, 0] > 1))


ONE, ALL, LEVEL = ("temp_max", "one column", 1), ("temp_max", "all columns", 1), ["not told apart"]
FIRST = slice(1)  # of the two years
# What is expected of New York → a function of records that says whether it came true.
EXPECTED = {
    "One column, highest temperature: LSTM and linear AR are not told apart": _on(*ONE, "linear AR", LEVEL),
    "One column, highest temperature: the LSTM is better than persistence": _on(*ONE, "persistence", ["better"]),
    "All columns, highest temperature: the LSTM is not better than the linear AR": _on(
        *ALL, "linear AR", ["worse", *LEVEL]
    ),
    "The same of 2014, after one year of training: it is worse than the linear AR": _on(
        *ALL, "linear AR", ["worse"], FIRST
    ),
    "All columns, highest temperature: it is not better than boosting in both years": lambda records: (
        verdicts(records, *ALL, "boosting") != ["better", "better"]
    ),
    "The same of 2014: refitted on the validation year, too, the LSTM is better than it was": _on(
        *ALL, "LSTM refitted", ["worse"], FIRST
    ),
    "Lowest temperature: the LSTM is worse than the linear AR": _on(
        "temp_min", "all columns", 1, "linear AR", ["worse"]
    ),
    "Wind: LSTM and linear AR are not told apart": _on("wind", "all columns", 1, "linear AR", LEVEL),
    "Wind: the LSTM is better than persistence": _on("wind", "all columns", 1, "persistence", ["better"]),
    "Seven days ahead: the LSTM is not better than climatology": _on(
        "temp_max", "all columns", 7, "climatology", ["worse", *LEVEL]
    ),
    "All columns, a day ahead: averaged with the linear AR's forecast it errs less, on all three": _averaged,
    "90% intervals made from the year before hold 86 to 94% of the days, in every row": lambda records: bool(
        np.all(np.abs(records["LSTM held"] - 0.9) <= 0.04)
    ),
}
