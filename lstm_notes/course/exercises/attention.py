"""Exercises of notebook 11: attention in three lines, two directions, a model with a leak."""

import numpy as np

from ...causality import days_ahead, influence
from ...cell import lstm_forward
from ...variants import bidirectional_forward, dot_product_attention
from ...weights import LSTMWeights
from ._exercise import Exercise, Wrong, close, named, numbers

# ---------------------------------------------------------------------------------------------------------------
# 11.1


def my_attention(query, keys, values):
    scores = keys @ query / np.sqrt(len(query))
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values


def _check_attention(ask):
    rng = np.random.default_rng(111)
    query, keys, values = rng.normal(size=5), rng.normal(size=(7, 5)), rng.normal(size=(7, 3))
    came = numbers("the output", ask(query, keys, values))
    trace = dot_product_attention(query[None, None], keys[None], values[None])
    needed, weights = trace.output[0, 0], trace.weights[0, 0]
    if came.shape != needed.shape:
        if came.shape == weights.shape and close(came, weights):
            raise Wrong("these are the weights; the output is their mixture of the values, weights @ values")
        raise Wrong(f"the output has shape {came.shape}; (3,) is needed, the width of a value")
    raw = keys @ query
    scores = raw / np.sqrt(5)
    mistakes = [
        ("the scores are not divided by √size", _mixed(raw, values)),
        ("the scores are divided by size; its root is needed", _mixed(raw / 5, values)),
        ("the weights are not divided by their sum, so they do not sum to 1", np.exp(scores) @ values),
        ("the scores themselves are used as weights; softmax has to come between", scores @ values),
        ("that is the plain mean of the values: do the scores reach the weights?", values.mean(axis=0)),
        ("that is one value alone; all have a share", values[scores.argmax()]),
    ]
    if close(came, needed):
        large = numbers("the output", ask(1e4 * query, keys, values))
        if not np.isfinite(large).all():
            raise Wrong("with large scores np.exp overflows: subtract the largest score before, which changes no share")
        return f"7 values mixed with weights from {weights.min():.2f} to {weights.max():.2f}, safe for large scores."
    named(came, mistakes)
    raise Wrong(f"the output begins with {needed[0]:.4f} here; {came[0]:.4f} came")


def _mixed(scores, values):
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values


by_hand = Exercise(
    "11.1",
    _check_attention,
    (
        "one score a day: the dot product of its key with the query, over √size; then softmax; then a weighted mean.",
        "scores = keys @ query / np.sqrt(len(query)); weights = np.exp(scores - scores.max()), over their sum; @ "
        "values.",
    ),
    my_attention,
)

# ---------------------------------------------------------------------------------------------------------------
# 11.2


def my_two_directions(x, forward, backward):
    on = lstm_forward(x, forward).h
    back = lstm_forward(x[:, ::-1], backward).h[:, ::-1]
    return np.concatenate([on, back], axis=2)


def _check_two_directions(ask):
    rng = np.random.default_rng(112)
    x = rng.normal(size=(4, 6, 2))
    forward, backward = (LSTMWeights.initial(2, 3, seed, "float64") for seed in (1, 2))
    came = numbers("h", ask(x, forward, backward, without=(bidirectional_forward,)))
    needed = bidirectional_forward(x, forward, backward).h
    if came.shape != needed.shape:
        raise Wrong(f"h has shape {came.shape}; (4, 6, 6) is needed: of each day both cells' units, side by side")
    on, back = needed[:, :, :3], needed[:, :, 3:]
    same = lstm_forward(x, backward).h
    mistakes = [
        (
            "the second h is not turned back: its first row belongs to the last day",
            np.concatenate([on, back[:, ::-1]], 2),
        ),
        ("the second cell reads on as well: turn its window round", np.concatenate([on, same], 2)),
        (
            "the second cell reads on, and its h is turned round; it is the window that has to be",
            np.concatenate([on, same[:, ::-1]], 2),
        ),
        ("the two have changed places: what reads on comes first", np.concatenate([back, on], 2)),
        (
            "both directions have the first cell's weights; the second has its own",
            np.concatenate([on, lstm_forward(x[:, ::-1], forward).h[:, ::-1]], 2),
        ),
    ]
    if close(came, needed):
        return "4 windows, 6 days, 6 numbers a day: 3 know the days before, 3 the days after."
    named(came, mistakes)
    raise Wrong("h differs from what two cells give; at which day does the second one begin to read?")


two_directions = Exercise(
    "11.2",
    _check_two_directions,
    (
        "what does the second cell see if you hand it x[:, ::-1]? and to which day does the first row of its h belong?",
        "lstm_forward(x[:, ::-1], backward).h[:, ::-1], beside lstm_forward(x, forward).h, on the last axis.",
    ),
    my_two_directions,
)

# ---------------------------------------------------------------------------------------------------------------
# 11.3

DAYS, LEAK = 12, 2


def my_leak(x):
    total = np.cumsum(x[:, :, 0], axis=1)
    later = np.pad(x[:, :, 0], ((0, 0), (0, 2)))
    return total + later[:, 1:-1] + later[:, 2:]


def _check_leak(ask):
    x = np.random.default_rng(113).normal(size=(20, DAYS, 1))
    shape = numbers("the output", ask(x)).shape
    if shape not in ((20, DAYS), (20, DAYS, 1)):
        raise Wrong(f"the output has shape {shape}; (batch, time) is needed, here (20, {DAYS})")
    found = influence(lambda x: numbers("the output", ask(x)), x)
    if not found.any():
        raise Wrong("no day moves any output: is the output made from x?")
    ahead = days_ahead(found)
    if ahead < LEAK:
        sees = "no day after it" if ahead <= 0 else f"{ahead} day ahead"
        raise Wrong(f"an output sees {sees}; exactly {LEAK} are asked for")
    if ahead > LEAK:
        raise Wrong(f"some output sees {ahead} days ahead; exactly {LEAK} are asked for")
    inner = np.arange(DAYS - LEAK)
    for more in (1, 2):
        if not found[inner, inner + more].all():
            day = int(np.flatnonzero(found[inner, inner + more] == 0)[0])
            raise Wrong(
                f"the output of day {day} does not see day {day + more}; two days ahead are asked for, where they are"
            )
    before = np.tri(DAYS, dtype=bool)
    if not found[before].all():
        output, day = (int(each) for each in np.argwhere(before & (found == 0))[0])
        raise Wrong(
            f"the output of day {output} does not see day {day}; all days before are asked for, and the day itself"
        )
    return f"each output sees two days ahead and all before: {int((found > 0).sum())} of {DAYS * DAYS} fields moved."


leak = Exercise(
    "11.3",
    _check_leak,
    (
        "a sum of all days so far sees all before; add something that is made from the next two days.",
        "np.cumsum(x[:, :, 0], axis=1), plus x moved by one day and by two; np.pad(…, ((0, 0), (0, 2))) fills the end.",
    ),
    my_leak,
)
