"""Exercises of notebook 04: parameters for any window, a shared weight's gradient, one memory for all lengths."""

import numpy as np

from ...cell import lstm_backward, lstm_forward
from ...studies import marked_values
from ...weights import LSTMWeights
from ._exercise import Exercise, Wrong, compare, numbers

# ---------------------------------------------------------------------------------------------------------------
# 4.1


def my_count(look_back, units, shared):
    cell = 4 * units * (units + 1 + 1)  # h, one feature, the bias
    head = units + 1
    return (cell if shared else look_back * cell) + head


# Wrong counts, for t steps, u units and `cells` the number of cells that is right.
_WRONG_COUNTS = {
    "shared weights do not grow with look_back: the same cell is used at every step": (
        lambda t, u, cells: t * 4 * u * (u + 2) + u + 1
    ),
    "separate weights need a cell for each step: the count has to grow with look_back": (
        lambda t, u, cells: 4 * u * (u + 2) + u + 1
    ),
    "shared and separate are swapped": lambda t, u, cells: t // cells * 4 * u * (u + 2) + u + 1,
    "the head is there once, also with separate weights: it reads the last step alone": (
        lambda t, u, cells: cells * (4 * u * (u + 2) + u + 1)
    ),
    "the count forgets the head: units weights and a bias": lambda t, u, cells: cells * 4 * u * (u + 2),
    "the count forgets the head's bias": lambda t, u, cells: cells * 4 * u * (u + 2) + u,
    "the count forgets the biases of the gates": lambda t, u, cells: cells * 4 * u * (u + 1) + u + 1,
    "the count forgets the recurrent kernel: each gate sees h, too": lambda t, u, cells: cells * 8 * u + u + 1,
    "the count has one block; there are four: i, f, C, o": lambda t, u, cells: cells * u * (u + 2) + u + 1,
    "a step reads one number: look_back is not the number of features": (
        lambda t, u, cells: cells * 4 * u * (u + t + 1) + u + 1
    ),
}


def _check_count(ask):
    cases = [(14, 16, True), (14, 16, False), (1, 4, True), (30, 4, False), (500, 4, True)]
    came = [float(numbers("the count", ask(*case)).reshape(-1)[0]) for case in cases]
    needed = [my_count(*case) for case in cases]
    if came == needed:
        return (
            f"look_back 14, 16 units: {needed[0]:,} shared, {needed[1]:,} separate; 500 days of 4 units: {needed[4]}."
        )
    for words, wrong in _WRONG_COUNTS.items():
        if came == [wrong(t, u, 1 if shared else t) for t, u, shared in cases]:
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

    def parts(z=blocks["f"], h=before, x=trace.x):
        """(time, units, units + features): each step's part of the gradient."""
        return np.einsum("btu,btk->tuk", z, np.concatenate([h, x], axis=2))

    mistakes = [
        ("the gradient is the mean over steps; the sum is needed: every use counts", parts().mean(axis=0)),
        ("the gradient is the mean over windows; the sum is needed: the loss's own mean is in z already", needed / 4),
        ("the gradient is a mean over windows and steps; the sum is needed", needed / 20),
        ("only the last step's part came; all steps use the weight", parts()[-1]),
        ("only the first step's part came; all steps use the weight", parts()[0]),
        ("the last step's part is missing", parts()[:-1].sum(axis=0)),
        ("the first step's part is missing: it has an h as well, trace.h0", parts()[1:].sum(axis=0)),
        ("h_t stands where h_{t−1} is needed: a step sees the h before it", parts(h=trace.h).sum(axis=0)),
        ("the first step's h is taken as 0; here it is trace.h0", parts(h=zeros).sum(axis=0)),
        ("[x, h] stands where [h, x] is needed", np.roll(needed, 2, axis=1)),
        *(
            (f"that is the gradient of W_{k}: the blocks of z stand in the order i, f, C, o", parts(z).sum(axis=0))
            for k, z in blocks.items()
            if k != "f"
        ),
        ("only the part of x came; W_f has columns for h as well", needed[:, 3:]),
        ("only the part of h came; W_f has columns for x as well", needed[:, :3]),
        ("the parts of the steps came one by one; add them up over time", parts()),
    ]  # fmt: skip
    compare("the gradient", came, needed, ("units", "units + features"), mistakes)
    return "4 windows, 5 steps, one sum: (3, 5), as lstm_backward has it."


gradient = Exercise(
    "4.2",
    _check_gradient,
    (
        "z_f of a step is the second block of z; the sum it belongs to was W_f · [h_{t−1}, x_t] + b_f.",
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
            _blame(look_back, X, trace, off)
    return f"windows of 5, 10 and 200 days, marks anywhere: recalled within 0.05 by {weights.array.size} numbers."


def _blame(look_back, X, trace, off):
    marked = X[:, :, 1] == 1
    f, i = trace.f[:, :, 0], trace.i[:, :, 0]
    start = f"windows of {look_back} days are recalled with errors up to {off:.2g}: "
    after = marked.cumsum(axis=1) * ~marked == 1
    if i[~marked].max() > 0.01:
        raise Wrong(
            f"{start}on days without a mark the input gate is at up to {i[~marked].max():.2f}, so they are written, too"
        )
    if i[marked].min() < 0.9:
        raise Wrong(f"{start}on the marked day the input gate is only at {i[marked].min():.2f}")
    if after.any() and f[after].min() < 0.999:
        raise Wrong(f"{start}after the mark the forget gate is at {f[after].min():.3f}, so what was written fades")
    raise Wrong(
        f"{start}the gates are as they should be; look at what is written (tanh bends large values) and at the number "
        "that C is multiplied by"
    )


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
