"""Exercises of notebook 04: parameters for any window, a shared weight's gradient, one memory for all lengths."""

import numpy as np

from ...cell import lstm_backward, lstm_forward
from ...studies import marked_values
from ...weights import LSTMWeights
from ._exercise import Exercise, Wrong, compare, mistakes, numbers, together, whole

# ---------------------------------------------------------------------------------------------------------------
# 4.1


def my_count(look_back, units, shared):
    cell = 4 * units * (units + 1 + 1)  # h, one feature, the bias
    head = units + 1
    return (cell if shared else look_back * cell) + head


def _made_count(t, u, shared, cells=None, heads=False, head=True, head_bias=1, biases=1, h=1, blocks=4, x=1):
    """The count for t steps and u units, with the parts that a mistake may change; `cells` says how many there are."""
    times = {"t": t, "1": 1, "turned": t if shared else 1, None: 1 if shared else t}[cells]
    cell = times * blocks * u * (h * u + (t if x == "t" else x) + biases)
    return cell + ((times if heads else 1) * (u + head_bias) if head else 0)


_KINDS = {
    "cells": {
        "shared weights do not grow with look_back: the same cell is used at every step": "t",
        "separate weights need a cell for each step: the count has to grow with look_back": "1",
        "shared and separate are swapped": "turned",
    },
    "heads": {"the head is there once, also with separate weights: it reads the last step alone": True},
    "head": {"the count forgets the head: units weights and a bias": False},
    "head_bias": {"the count forgets the head's bias": 0},
    "biases": {"the count forgets the biases of the gates": 0},
    "h": {"the count forgets the recurrent kernel: each gate sees h, too": 0},
    "blocks": {"the count has one block; there are four: i, f, C, o": 1},
    "x": {"a step reads one number: look_back is not the number of features": "t"},
}


def _check_count(ask):
    cases = [(14, 16, True), (14, 16, False), (1, 4, True), (30, 4, False), (500, 4, True)]
    came = [whole("the count", ask(*case)) for case in cases]
    needed = [my_count(*case) for case in cases]
    if came == needed:
        return (
            f"look_back 14, 16 units: {needed[0]:,} shared, {needed[1]:,} separate; 500 days of 4 units: {needed[4]}."
        )
    for words, wrong in mistakes(lambda **changed: [_made_count(*case, **changed) for case in cases], **_KINDS):
        if came == wrong:
            raise Wrong(words)
    k = next(k for k in range(len(cases)) if came[k] != needed[k])
    look_back, units, shared = cases[k]
    raise Wrong(
        f"look_back={look_back}, units={units}, {'shared' if shared else 'separate'} weights are {needed[k]:,} "
        f"parameters; your count is {came[k]:,.0f}"
    )


count = Exercise(
    "4.1",
    _check_count,
    (
        "the cell's count stands in notebook 2; how many cells are there in each case, and how many heads?",
        "4 · units · (units + 2) for a cell on one feature, once or look_back times; units + 1 for the head, once.",
    ),
    my_count,
)

# ---------------------------------------------------------------------------------------------------------------
# 4.2


def my_gradient(trace, z):
    windows, steps, units = trace.h.shape
    z_f = z[:, :, units : 2 * units]
    h_before = np.concatenate([trace.h0[:, None], trace.h[:, :-1]], axis=1)
    hx = np.concatenate([h_before, trace.x], axis=2)
    return sum(z_f[:, t].T @ hx[:, t] for t in range(steps))


def _check_gradient(ask):
    rng = np.random.default_rng(42)
    weights = LSTMWeights.initial(features=2, units=3, seed=4, dtype="float64")
    h0, c0 = 0.5 * rng.normal(size=(2, 4, 3))
    trace = lstm_forward(rng.normal(size=(4, 5, 2)), weights, h0, c0)
    gradients = lstm_backward(trace, rng.normal(size=(4, 5, 3)))
    came, needed = numbers("the gradient", ask(trace, gradients.z)), gradients.weights.W_f
    before = np.concatenate([trace.h0[:, None], trace.h[:, :-1]], axis=1)
    zeros = np.concatenate([0 * trace.h0[:, None], trace.h[:, :-1]], axis=1)
    blocks = dict(zip("ifCo", np.split(gradients.z, 4, axis=2)))

    def make(z="f", h=before, order="hx", steps=lambda parts: parts.sum(axis=0), windows=1):
        hx = np.concatenate([h, trace.x] if order == "hx" else [trace.x, h], axis=2)
        return steps(np.einsum("btu,btk->tuk", blocks[z], hx) / windows)  # of (time, units, units + features)

    kinds = {
        "steps": {
            "the gradient is the mean over steps; the sum is needed: every use counts": lambda p: p.mean(axis=0),
            "only the last step's part came; all steps use the weight": lambda p: p[-1],
            "only the first step's part came; all steps use the weight": lambda p: p[0],
            "the last step's part is missing": lambda p: p[:-1].sum(axis=0),
            "the first step's part is missing: it has an h as well, trace.h0": lambda p: p[1:].sum(axis=0),
            "the parts of the steps came one by one; add them up over time": lambda p: p,
        },
        "windows": {"the gradient is the mean over windows; the sum is needed: the loss's own mean is in z already": 4},
        "h": {
            "h_t stands where h_{t−1} is needed: a step sees the h before it": trace.h,
            "the first step's h is taken as 0; here it is trace.h0": zeros,
        },
        "order": {"[x, h] stands where [h, x] is needed": "xh"},
        "z": {
            f"that is the gradient of W_{k}: the blocks of z stand in the order i, f, C, o": k
            for k in blocks
            if k != "f"
        },
    }
    alone = [
        ("only the part of x came; W_f has columns for h as well", needed[:, 3:]),
        ("only the part of h came; W_f has columns for x as well", needed[:, :3]),
    ]
    compare("the gradient", came, needed, ("units", "units + features"), [*mistakes(make, **kinds), *alone])
    return "4 windows, 5 steps, one sum: (3, 5), as lstm_backward has it."


gradient = Exercise(
    "4.2",
    _check_gradient,
    (
        "z_f of a step is the second block of z; the sum it belongs to was W_f [h_{t−1}, x_t] + b_f.",
        "a step's part is z_f[:, t].T @ [h_{t−1}, x_t], (units, units + features); before the first step, trace.h0.",
    ),
    my_gradient,
)

# ---------------------------------------------------------------------------------------------------------------
# 4.3


def my_memory():
    memory = LSTMWeights(np.zeros((2, 4)), np.zeros((1, 4)), np.zeros(4))
    memory.W_i[:, 2], memory.b_i[:] = 80, -40  # open on the mark alone
    memory.W_f[:, 2], memory.b_f[:] = -80, 40  # keeps, and lets go of the old on the mark
    memory.W_C[:, 1] = 0.1  # tanh(v / 10) is v / 10, nearly
    return memory, 10.0


def _check_memory(ask):
    result = ask()
    if not isinstance(result, tuple) or len(result) != 2 or not isinstance(result[0], LSTMWeights):
        raise Wrong("return two things: an LSTMWeights and the number that C of unit 0 is multiplied by")
    weights, scale = result[0], numbers("the second thing", result[1])
    if weights.features != 2:
        raise Wrong(f"your cell reads {weights.features} features; a day has 2, a value and a mark")
    if scale.ndim:
        raise Wrong(f"the second thing has shape {scale.shape}; one number is needed")
    worst = 0
    for look_back, positions in ((5, range(5)), (10, range(5, 10)), (200, range(20))):
        X, y = marked_values(100, look_back, positions, seed=look_back)
        trace = lstm_forward(X, weights)
        off = np.abs(scale * trace.c[:, -1, 0] - y[:, 0]).max()
        worst = max(worst, off)
        if not off <= 0.05:
            _blame(look_back, X, y, trace, scale, off)
    return f"windows of 5, 10 and 200 days, marks anywhere: recalled within 0.05 by {weights.array.size} numbers."


def _blame(look_back, X, y, trace, scale, off):
    marked = X[:, :, 1] == 1
    f, i, g = trace.f[:, :, 0], trace.i[:, :, 0], trace.g[:, :, 0]
    after = marked.cumsum(axis=1) * ~marked == 1
    values, faults = y[:, 0], []
    lost = np.abs(scale * (i * g)[marked] - values).max() > 0.05  # on the marked day already
    if i[~marked].max() > 0.01:
        faults += [
            f"on days without a mark the input gate is at up to {i[~marked].max():.2f}, so they are written, too"
        ]
    if lost and i[marked].min() < 0.9:
        faults += [f"on the marked day the input gate is only at {i[marked].min():.2f}"]
    if after.any() and f[after].min() < 0.999:
        faults += [f"after the mark the forget gate is at {f[after].min():.3f}, so what was written fades"]
    value = "look at what is written (tanh bends large values) and at the number that C is multiplied by"
    if lost and np.abs(scale * g[marked] - values).max() > 0.05:
        faults += [value]
    if faults in ([], [value]):
        faults = [f"the gates are as they should be; {value}"]
    raise Wrong(f"windows of {look_back} days are recalled with errors up to {off:.2g}: {together(faults)}")


memory = Exercise(
    "4.3",
    _check_memory,
    (
        "the counter of 2.3 wrote where x was 1; here the mark says when to write, and the value says what.",
        "W_i's column of the mark 80 with b_i = −40; b_f = 40; W_C's column of the value small, since tanh(v / 10) is "
        "nearly v / 10, and the number that undoes it.",
    ),
    my_memory,
)
