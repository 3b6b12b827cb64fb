"""Exercises of notebook 06c: what an interval says, a margin, a win that is luck."""

import numpy as np

from ...evaluation import compare, conformal_margin
from ._exercise import Exercise, Open, Wrong, close, named, numbers

# ---------------------------------------------------------------------------------------------------------------
# 6c.1


def my_verdicts(low, high):
    return ["better" if b < 1 else "worse" if a > 1 else "not told apart" for a, b in zip(low, high)]


def _check_verdicts(ask):
    low, high = np.array([0.71, 1.02, 0.93, 0.8, 1.1]), np.array([0.99, 1.3, 1.04, 0.95, 1.6])
    came = ask(low, high)
    if came is None or came is ...:
        raise Open
    came, needed = [str(each) for each in np.ravel(np.asarray(came, dtype=object))], my_verdicts(low, high)
    if len(came) != len(needed):
        raise Wrong(f"{len(came)} words came for {len(needed)} contests")
    for word in came:
        if word not in ("better", "worse", "not told apart"):
            raise Wrong(f'{word!r} came; "better", "worse" and "not told apart" are the words')
    if came == [{"better": "worse", "worse": "better"}.get(word, word) for word in needed]:
        raise Wrong(
            "the other way round: the ratio is the LSTM's error over the rival's, so below 1 the LSTM is better"
        )
    for a, b, word, right in zip(low, high, came, needed):
        if word != right:
            raise Wrong(f"[{a}, {b}] is {right!r}, for {_where(a, b)}; you say {word!r}")
    return f"{needed.count('not told apart')} of {len(needed)} contests cannot be decided."


def _where(low, high):
    return "all of it lies below 1" if high < 1 else "all of it lies above 1" if low > 1 else "1 lies in it"


verdicts = Exercise(
    "6c.1",
    _check_verdicts,
    (
        "where is 1, at which both err alike: above the interval, below it, or in it?",
        "high < 1 is better, low > 1 is worse, and all else is not told apart.",
    ),
    my_verdicts,
)

# ---------------------------------------------------------------------------------------------------------------
# 6c.2


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
        ("those are the residuals with their signs; sort their sizes", np.sort(residuals)[45]),
        ("Python counts from 0: the one in place k is [k - 1]", sizes[46]),
        ("you took ⌈n · share⌉ or one place less; it is place ⌈(n + 1) · share⌉, for n is finite", sizes[44]),
        (
            "the plain quantile holds a little less than it promises; take place ⌈(n + 1) · share⌉",
            np.quantile(sizes, share),
        ),
        ("that is a share of the largest; sort, and count", share * sizes[-1]),
        (
            "1.645 standard deviations would be right for a normal distribution; sort, and count",
            1.645 * residuals.std(),
        ),
    ]
    if close(came, needed):
        return f"forecast ± {needed:.2f}, whatever the distribution."
    named(came, mistakes)
    raise Wrong(f"of 50 residuals the margin is {needed:.3f}; {float(came):.3f} came")


margin = Exercise(
    "6c.2",
    _check_margin,
    (
        "how many of the sizes have to lie inside? One more day is to come, so count n + 1.",
        "np.sort(np.abs(residuals)), and of it the place k = ⌈(n + 1) · share⌉, which is [k - 1].",
    ),
    my_margin,
)

# ---------------------------------------------------------------------------------------------------------------
# 6c.3


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
    "6c.3",
    _check_lucky_seed,
    (
        'two equally good forecasts are told apart in about one seed of twenty, half of those as "better". Try many.',
        'for seed in range(1000): draw both as in the task, ask compare(…).verdict, return the first that is "better".',
    ),
    my_lucky_seed,
)
