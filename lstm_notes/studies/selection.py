"""How much of what a search finds is luck? Taught in notebook 10_tuning.

All of it reads one array: `errors` (settings, seeds, folds), the error of each setting with each seed on each fold.

    errors → variance_split: how much of their spread is settings, how much seeds
    errors → searches: who chooses the best of so many by one error, what does the next error say?
"""

import itertools

import numpy as np

from .. import _checks

PARTS = ("settings", "settings × folds", "seeds", "rest")
DRAWS = 1000  # of the settings, for an interval of a share
RECORDS, SEARCHES = 200, 40  # drawn of them for an interval of a search, and searches in each


def variance_split(errors):
    """How much of the spread of errors is due to what: the variance of each part, in the errors' unit squared.

    An error is taken as a sum: a constant of the fold, plus what the setting adds everywhere ("settings") and in this
    fold alone ("settings × folds"), plus what the seed adds in all folds of this setting ("seeds"), plus the "rest",
    this seed in this fold. Folds differ for everyone, and their constants are left out. Estimates are those of the
    analysis of variance for balanced data, seeds nested in settings: mean squares, solved for the variances (Searle,
    Casella and McCulloch 1992, Variance Components, chapter 4). Being unbiased, they can come out a little below 0.

    Parameters
    ----------
    errors : array (…, settings, seeds, folds), at least two of each

    Returns a dict of "settings", "settings × folds", "seeds", "rest" → float, or array (…).

    >>> rng = np.random.default_rng(0)
    >>> settings, seeds = 3 * rng.normal(size=(4000, 1, 1)), 2 * rng.normal(size=(4000, 5, 1))
    >>> found = variance_split(settings + seeds + rng.normal(size=(4000, 5, 4)))
    >>> [f"{name} {abs(value):.0f}" for name, value in found.items()]
    ['settings 9', 'settings × folds 0', 'seeds 4', 'rest 1']
    """
    errors = _errors(errors)
    return _solved(_mean_squares(errors), *errors.shape[-2:])


def _mean_squares(errors):
    """Of settings, of settings × folds, of seeds, and of the rest: arrays (…)."""
    settings, seeds, folds = errors.shape[-3:]
    # Sums of squares of the array's own contrasts; a mean keeps its axis.
    fold = errors.mean(axis=(-3, -2), keepdims=True)
    setting = errors.mean(axis=(-2, -1), keepdims=True)
    everything = errors.mean(axis=(-3, -2, -1), keepdims=True)
    run, cell = errors.mean(axis=-1, keepdims=True), errors.mean(axis=-2, keepdims=True)

    def mean_square(contrast, times, freedom):
        return times * (contrast**2).sum(axis=(-3, -2, -1)) / freedom

    return (
        mean_square(setting - everything, seeds * folds, settings - 1),
        mean_square(cell - setting - fold + everything, seeds, (settings - 1) * (folds - 1)),
        mean_square(run - setting, folds, settings * (seeds - 1)),
        mean_square(errors - run - cell + setting, 1, settings * (seeds - 1) * (folds - 1)),
    )


def _solved(mean_squares, seeds, folds):
    """The variances of PARTS from their mean squares."""
    of_settings, of_cells, of_seeds, rest = mean_squares
    found = (
        (of_settings - of_seeds - of_cells + rest) / (seeds * folds),
        (of_cells - rest) / seeds,
        (of_seeds - rest) / folds,
        rest,
    )
    return {name: value if value.ndim else float(value) for name, value in zip(PARTS, found)}


def split_intervals(errors, seed=0):
    """The shares of `variance_split`, each with an interval: a dict of part → (share, low, high).

    `errors` (settings, seeds, folds). Settings are drawn again, with all their seeds and folds, 1,000 times; the
    interval holds the middle 95% of the shares. Draws with replacement lie closer together than what they are drawn
    from, by (n - 1) / n in their squares; the mean squares between settings are put right by that. It speaks of other
    settings from the same space, not of other folds, and is rough for few settings: of 16 such intervals hold the truth
    in about 90 of 100 cases, of 9 in about 85 (simulated).
    """
    errors = _errors(errors)
    count, *sizes = errors.shape
    drawn = np.random.default_rng(seed).integers(count, size=(DRAWS, count))
    of_settings, of_cells, *inside = _mean_squares(errors[drawn])
    more = count / (count - 1)
    split, again = variance_split(errors), _solved((more * of_settings, more * of_cells, *inside), *sizes)
    total, totals = sum(split.values()), sum(again.values())
    return {name: (split[name] / total, *np.quantile(again[name] / totals, [0.025, 0.975])) for name in PARTS}


def splits_of_best(errors, best, choosing=2):
    """The shares of `variance_split` among the `best` settings, fairly: some seeds say which those are, and the others
    are taken apart; for each set of `choosing` seeds, since who is good hangs on who is asked.

    `errors` (settings, seeds, folds) → a dict of part → array, a share for each set of choosing seeds.

    >>> luck = np.random.default_rng(0).normal(size=(64, 5, 4))                    # settings that do not differ
    >>> shares = splits_of_best(luck, best=16)
    >>> len(shares["rest"]), bool(shares["rest"].mean() > 0.9)
    (10, True)
    """
    errors, best = _errors(errors), _checks.whole("best", best, 2)
    settings, runs, _ = errors.shape
    if best > settings or not 0 < choosing <= runs - 2:
        raise ValueError(
            f"best is {best} of {settings} settings and choosing {choosing} of {runs} seeds; at most all settings, and "
            f"two seeds that do not choose, are needed"
        )
    found = []
    for who in itertools.combinations(range(runs), choosing):
        good = errors[:, who].mean(axis=(1, 2)).argsort()[:best]
        split = variance_split(np.delete(errors[good], who, axis=1))
        found.append(np.array([*split.values()]) / sum(split.values()))
    return dict(zip(PARTS, np.transpose(found)))


def searches(errors, tried, choose, judge, *, seeds=1, seed=0):
    """What a search of `tried` settings finds that goes by the error on the folds `choose`, and what is left of it on
    the folds `judge`.

    Parameters
    ----------
    errors : array (settings, seeds, folds)
    tried : how many settings a search draws from those of `errors`
    choose, judge : lists of folds
    seeds : how many seeds a setting is chosen by; the others judge it
    seed : of the draws

    Returns a dict of arrays (1 + draws,), means over searches and over who chooses, in the unit of the errors:

    "seen"          the winner's error, as it was seen when it was chosen
    "again"         the same setting on the same folds, by seeds that had no say
    "later"         the same setting on the folds `judge`, by those seeds
    "typical"       by those seeds, the median setting of the search on the folds `choose`
    "typical later" the same on the folds `judge`
    "possible"      the least error on the folds `judge` that any setting of the search has, known in hindsight

    The first of each is the estimate, for searches among all settings; for the others the settings were drawn again,
    so that `interval` gives its interval. The same `seed` draws the same, so that differences keep their pairs.

    >>> luck = np.random.default_rng(0).normal(size=(640, 5, 2))                   # settings that do not differ
    >>> found = searches(luck, 64, [0], [1])
    >>> bool(found["seen"][0] < -2), bool(abs(found["again"][0]) < 0.2), bool(abs(found["later"][0]) < 0.2)
    (True, True, True)
    """
    errors, tried = _errors(errors), _checks.whole("tried", tried)
    settings, runs, folds = errors.shape
    if tried > settings:
        raise ValueError(f"tried is {tried} and errors has {settings} settings; at most as many are needed")
    if not 0 < _checks.whole("seeds", seeds) < runs:
        raise ValueError(f"seeds is {seeds} of {runs}; one at least has to choose, and one to judge")
    if not (choose and judge) or not set(choose) | set(judge) <= set(range(folds)):
        raise ValueError(f"choose is {choose} and judge {judge}; lists of folds, 0 … {folds - 1}, are needed")
    rng = np.random.default_rng(seed)
    resampled = rng.integers(settings, size=(RECORDS, settings))
    resampled = np.concatenate([np.arange(settings)[None], resampled])
    names = ("seen", "again", "later", "typical", "typical later", "possible")
    found = np.zeros((len(resampled), len(names)))
    judged = []  # of each set of seeds that chooses: (seen, again, later) of every setting
    for chosen_by in itertools.combinations(range(runs), seeds):
        others = [run for run in range(runs) if run not in chosen_by]
        parts = ((list(chosen_by), choose), (others, choose), (others, judge))
        judged.append([errors[:, who][:, :, days].mean(axis=(1, 2)) for who, days in parts])
    for number, population in enumerate(resampled):
        # The estimate, which comes first, is a mean over more searches; who tries all settings has one search.
        several = 1 if tried == settings else SEARCHES * (1 if number else 25)
        drawn = population[rng.random((several, settings)).argsort(axis=1)[:, :tried]]
        for of_settings in judged:
            seen, again, later = (each[drawn] for each in of_settings)
            winner = seen.argmin(axis=1)[:, None]
            found[number] += [
                *(np.take_along_axis(each, winner, axis=1).mean() for each in (seen, again, later)),
                *(np.median(each, axis=1).mean() for each in (again, later)),
                later.min(axis=1).mean(),
            ]
    return dict(zip(names, (found / len(judged)).T))


def interval(values):
    """Of what `searches` returns, or a difference of such: the estimate, and the middle 95% of the draws.

    >>> interval(np.array([2.0, 1.0, 1.0, 2.0, 4.0, 4.0]))
    (2.0, 1.0, 4.0)
    """
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return float(values[0]), float(low), float(high)


def _errors(errors):
    errors = _checks.finite("errors", _checks.numbers("errors", errors))
    if errors.ndim < 3 or min(errors.shape[-3:]) < 2:
        raise ValueError(f"errors has shape {errors.shape}; (settings, seeds, folds), two of each at least, is needed")
    return errors
