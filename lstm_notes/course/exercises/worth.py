"""Exercises of notebook 06b: last year's month and its growth, a margin, a win that is luck."""

import numpy as np

from ...evaluation import compare, conformal_margin
from ._exercise import Exercise, Wrong, close, numbers


def _name(came, mistakes):
    """Say which of the `mistakes`, (value, words) each, the answer is, if it is one."""
    for value, words in mistakes:
        if close(came, value):
            raise Wrong(words)


# ---------------------------------------------------------------------------------------------------------------
# 6b.1


def my_grown(series, season):
    return series[-season] * series[-1] / series[-season - 1]


def _check_grown(ask):
    rng = np.random.default_rng(61)
    series, season = 100 * np.exp(0.01 * np.arange(40) + 0.1 * rng.normal(size=40)), 12
    came = numbers("the forecast", ask(series, season))
    if came.shape not in ((), (1,)):
        raise Wrong(f"the forecast has shape {came.shape}; one number is needed, that of the next month")
    came, needed = came.reshape(()), my_grown(series, season)
    a_year_ago, today, before = series[-season], series[-1], series[-season - 1]
    mistakes = [
        (a_year_ago, "that is as a year ago; it has to grow as much as the month before has"),
        (
            today,
            "that is the last month's value: it was divided by its own; the two months of a growth are a year apart",
        ),
        (before, "that is the last month's own month a year ago: the month to come was series[-season] then"),
        (a_year_ago + today - before, "you added the growth; multiply by it, for the season grows with the level"),
        (a_year_ago * before / today, "the growth is upside down"),
        (before * today / series[-season - 2], "all months are one too early: the month to come was series[-season]"),
    ]
    if close(came, needed):
        return f"{needed:.1f} next month, after {a_year_ago:.1f} a year before."
    _name(came, mistakes)
    raise Wrong(f"for a series that ends with {today:.1f} you forecast {came:.1f}; {needed:.1f} is needed")


grown = Exercise(
    "6b.1",
    _check_grown,
    (
        "how many per cent more were there in the last month than in the same month a year before?",
        "series[-1] / series[-season - 1] is the growth; the month to come was series[-season] a year before.",
    ),
    my_grown,
)

# ---------------------------------------------------------------------------------------------------------------
# 6b.2


def my_margin(residuals, share):
    k = int(np.ceil((len(residuals) + 1) * share))
    return np.sort(np.abs(residuals))[k - 1]


def _check_margin(ask):
    residuals, share = np.random.default_rng(62).standard_t(3, size=50), 0.9
    came, sizes = numbers("the margin", ask(residuals, share)), np.sort(np.abs(residuals))
    if came.shape != ():
        raise Wrong(f"the margin has shape {came.shape}; one number is needed")
    needed = conformal_margin(residuals, share)
    mistakes = [
        (np.sort(residuals)[45], "those are the residuals with their signs; sort their sizes"),
        (sizes[46], "Python counts from 0: the one in place k is [k - 1]"),
        (sizes[44], "you took ⌈n · share⌉ or one place less; it is place ⌈(n + 1) · share⌉, for n is finite"),
        (
            np.quantile(sizes, share),
            "the plain quantile holds a little less than it promises; take place ⌈(n + 1) · share⌉",
        ),
        (share * sizes[-1], "that is a share of the largest; sort, and count"),
        (
            1.645 * residuals.std(),
            "1.645 standard deviations would be right for a normal distribution; sort, and count",
        ),
    ]
    if close(came, needed):
        return f"forecast ± {needed:.2f}, whatever the distribution."
    _name(came, mistakes)
    raise Wrong(f"of 50 residuals the margin is {needed:.3f}; {float(came):.3f} came")


margin = Exercise(
    "6b.2",
    _check_margin,
    (
        "how many of the sizes have to lie inside? One more day is to come, so count n + 1.",
        "np.sort(np.abs(residuals)), and of it the place k = ⌈(n + 1) · share⌉, which is [k - 1].",
    ),
    my_margin,
)

# ---------------------------------------------------------------------------------------------------------------
# 6b.3


def my_lucky_seed():
    for seed in range(1000):
        one, other = np.random.default_rng(seed).standard_normal((2, 365))
        if compare(one, other, np.zeros(365)).verdict == "better":
            return seed


def _check_lucky_seed(ask):
    came = ask()
    if isinstance(came, (bool, np.bool_)) or not isinstance(came, (int, np.integer)) or came < 0:
        raise Wrong(f"{came!r} came; a seed is needed, a whole number from 0 on")
    one, other = np.random.default_rng(came).standard_normal((2, 365))
    found = compare(one, other, np.zeros(365))
    if found.verdict != "better":
        raise Wrong(f"with seed {came} the first forecast is {str(found).split(';')[0]}; look on")
    return (
        f"with seed {came} it is {found}. By their making the two are equally good: you have looked until luck came, "
        "and from one seed alone nobody could tell."
    )


lucky = Exercise(
    "6b.3",
    _check_lucky_seed,
    (
        'two equally good forecasts are told apart in about one seed of twenty, half of those as "better". Try many.',
        'for seed in range(1000): draw both as in the task, ask compare(…).verdict, return the first that is "better".',
    ),
    my_lucky_seed,
)
