"""Exercises of notebook 10: folds by hand, the winner's curse, a budget of runs."""

import numpy as np

from ._exercise import Exercise, Open, Wrong, close, named, numbers

# ---------------------------------------------------------------------------------------------------------------
# 10.1


def my_folds(edges, look_back):
    return [(np.arange(look_back, start), np.arange(start, end)) for start, end in zip(edges, edges[1:])]


def _check_folds(ask):
    edges, look_back = [20, 28, 37, 45], 6
    came, needed = ask(edges, look_back), my_folds(edges, look_back)
    if came is None or came is ...:
        raise Open
    if not isinstance(came, (list, tuple)) or len(came) != len(needed):
        raise Wrong(f"a list of {len(needed)} pairs is needed, one for each fold: four edges have three folds between")
    for k, (pair, right) in enumerate(zip(came, needed), 1):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise Wrong(f"fold {k}: a pair is needed, the days to learn from and the days to be judged on")
        start, end, before = edges[k - 1], edges[k], edges[k - 2] if k > 1 else look_back
        learnt, judged = numbers("the days to learn from", pair[0]), numbers("the days to be judged on", pair[1])
        named(
            learnt,
            [
                ("days 0, 1, … have no whole window before them; the first target is day look_back", np.arange(start)),
                ("it learns from the days it is judged on", np.arange(look_back, end)),
                ("a fold learns from all days before it, not from the last stretch alone", np.arange(before, start)),
                ("the day before the fold is known, too", np.arange(look_back, start - 1)),
            ]
            if not close(learnt, right[0])
            else [],
        )
        if not close(learnt, right[0]):
            raise Wrong(f"fold {k} learns from the targets {_words(right[0])}; {_words(learnt)} came")
        named(
            judged,
            [
                (
                    "a window may reach back over the edge, for its days are past by then; judge all days of the fold",
                    np.arange(start + look_back, end),
                ),
                ("the next fold's first day was taken along", np.arange(start, end + 1)),
                ("all later days were taken along; a fold ends where the next begins", np.arange(start, edges[-1])),
            ]
            if not close(judged, right[1])
            else [],
        )
        if not close(judged, right[1]):
            raise Wrong(f"fold {k} is judged on the days {_words(right[1])}; {_words(judged)} came")
    return (
        f"three folds learn from {', '.join(str(len(known)) for known, _ in needed)} targets, each from all before it."
    )


def _words(days):
    return f"{days[0]:g} … {days[-1]:g}" if len(days) else "of none"


by_hand = Exercise(
    "10.1",
    _check_folds,
    (
        "fold k goes from edges[k] up to edges[k + 1]; which targets before edges[k] have look_back days before them?",
        "zip(edges, edges[1:]) gives start and end; np.arange(look_back, start) and np.arange(start, end).",
    ),
    my_folds,
)

# ---------------------------------------------------------------------------------------------------------------
# 10.2


def my_curse(errors):
    winner = errors[:, 0].argmin()
    return errors[winner, 1:].mean() - errors[winner, 0]


def _check_curse(ask):
    errors = 2.2 + np.random.default_rng(103).normal(0, 0.1, (64, 5))
    came, needed = numbers("the curse", ask(errors)), my_curse(errors)
    if came.shape != ():
        raise Wrong(f"the curse has shape {came.shape}; one number is needed")
    winner, best = errors[:, 0].argmin(), errors.mean(axis=1).argmin()
    mistakes = [
        ("the other way round: what the other seeds say, minus what was seen", -needed),
        (
            "the seed that chose is among those that judge; take the other four",
            errors[winner].mean() - errors[winner, 0],
        ),
        ("you chose by the mean of all seeds; who chooses has seed 0 alone", errors[best, 1:].mean() - errors[best, 0]),
        (
            "that is the worst setting; the least error wins",
            errors[errors[:, 0].argmax(), 1:].mean() - errors[:, 0].max(),
        ),
        (
            "each seed has its own winner there; judge the one setting that was chosen",
            errors[:, 1:].min(axis=0).mean() - errors[winner, 0],
        ),
        ("that is the mean of all settings; judge the one that was chosen", errors[:, 1:].mean() - errors[winner, 0]),
    ]
    if close(came, needed):
        return f"{needed:.2f} °C of luck, in 64 settings that do not differ at all."
    named(came, mistakes)
    raise Wrong(f"the winner's curse is {needed:.4f} °C here; {float(came):.4f} came")


curse = Exercise(
    "10.2",
    _check_curse,
    (
        "find the row with the least error in column 0; what do the other columns of that row say?",
        "winner = errors[:, 0].argmin(); then the mean of errors[winner, 1:], minus errors[winner, 0].",
    ),
    my_curse,
)

# ---------------------------------------------------------------------------------------------------------------
# 10.3

BUDGET, TRIED, GAMES, BAR = 64, 32, 400, 1.3


def my_choice(run, settings, budget):
    errors = {setting: [run(setting)] for setting in range(settings)}
    for left, more in ((8, 2), (4, 4)):
        best = sorted(errors, key=lambda setting: np.mean(errors[setting]))[:left]
        errors = {setting: errors[setting] + [run(setting) for _ in range(more)] for setting in best}
    return min(errors, key=lambda setting: np.mean(errors[setting]))


def _game(true, rng, asked):
    """A search: `run(setting)` gives what the setting is worth and luck that is twice as large, and is counted."""

    def run(setting):
        if isinstance(setting, bool) or not isinstance(setting, (int, np.integer)) or not 0 <= setting < TRIED:
            raise ValueError(f"setting is {setting!r}; a number from 0 to {TRIED - 1} is needed")
        asked.append(setting)
        return true[setting] + 2 * rng.standard_normal()

    return run


def _check_choice(ask):
    rng, gains = np.random.default_rng(103), []
    for _ in range(GAMES):
        true, asked = rng.standard_normal(TRIED), []
        run = _game(true, rng, asked)
        came = ask(run, TRIED, BUDGET)
        if isinstance(came, (bool, np.bool_)) or not isinstance(came, (int, np.integer)) or not 0 <= came < TRIED:
            raise Wrong(f"{came!r} came; the number of a setting, 0 … {TRIED - 1}, is needed")
        if len(asked) > BUDGET:
            raise Wrong(f"you ran {len(asked)} times; the budget is {BUDGET}")
        gains.append(-true[came])
    words = f"in {GAMES} searches your choice is {np.mean(gains):.2f} better than a typical setting"
    if np.mean(gains) < BAR:
        raise Wrong(
            f"{words}; {BAR} is asked for. One run of each setting gives about 0.9, two runs of each 1.2: spend the "
            "budget where it can still change the choice"
        )
    return f"{words}, on the same {BUDGET} runs that give 1.2 when each setting gets two."


fair = Exercise(
    "10.3",
    _check_choice,
    (
        "one run of each setting leaves half of the budget: which settings deserve a second look?",
        "run all once, keep the best quarter, run those again, keep the best of them by the mean of all their runs, "
        "and so on until the budget is spent.",
    ),
    my_choice,
)
