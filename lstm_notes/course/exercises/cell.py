"""Exercises of notebook 02: a step of your own, the parameters counted, a cell that counts."""

import itertools

import numpy as np

from ...cell import lstm_forward, sigmoid
from ...weights import LSTMWeights
from ._exercise import Exercise, Wrong, close, compare, numbers, parts

NAMES = {"f": "forget gate", "i": "input gate", "C": "candidate", "o": "output gate"}

# ---------------------------------------------------------------------------------------------------------------
# 2.1


def my_step(x_t, h, c, weights):
    hx = np.concatenate([h, x_t], axis=1)
    f = sigmoid(hx @ weights.W_f.T + weights.b_f)
    i = sigmoid(hx @ weights.W_i.T + weights.b_i)
    candidate = np.tanh(hx @ weights.W_C.T + weights.b_C)
    o = sigmoid(hx @ weights.W_o.T + weights.b_o)
    C_t = f * c + i * candidate
    return o * np.tanh(C_t), C_t


def _finish(c, f, i, C, o):
    """h and C from gates that may be wrong."""
    c = f * c + i * C
    return o * np.tanh(c), c


def _wrong_steps(x_t, h, c, weights):
    """Pairs of words and (h, C): what the usual mistakes give."""

    def sums(hx, bias=True):
        return {k: hx @ getattr(weights, f"W_{k}").T + bias * getattr(weights, f"b_{k}") for k in NAMES}

    def squash(z):
        return {k: np.tanh(z[k]) if k == "C" else sigmoid(z[k]) for k in z}

    z = sums(np.concatenate([h, x_t], axis=1))
    gates = squash(z)
    for k in "fio":
        words = f"your {NAMES[k]} uses tanh: its values reach below 0, and a gate lies between 0 and 1"
        yield words, _finish(c, **gates | {k: np.tanh(z[k])})
    words = "your candidate uses σ: its values stay above 0, so that nothing negative could be written"
    yield words, _finish(c, **gates | {"C": sigmoid(z["C"])})
    for a, b in itertools.combinations("fiCo", 2):
        words = f"W_{a}, b_{a} and W_{b}, b_{b} are swapped"
        if a + b == "fi":  # which is the same as f · C̃ + i · C
            words = "f and i have changed places: f multiplies the candidate instead of the old memory, or " + words
        yield words, _finish(c, **squash(z | {a: z[b], b: z[a]}))
    for a, b in itertools.permutations("fiCo", 2):
        yield f"your {NAMES[a]} is made with W_{b}, b_{b}; it has its own", _finish(c, **squash(z | {a: z[b]}))
        other_bias = z[a] - getattr(weights, f"b_{a}") + getattr(weights, f"b_{b}")
        yield f"your {NAMES[a]} adds b_{b}; it has its own bias", _finish(c, **squash(z | {a: other_bias}))
    yield "the biases b_f, b_i, b_C, b_o are left out", _finish(c, **squash(sums(np.concatenate([h, x_t], 1), False)))
    turned = squash(sums(np.concatenate([x_t, h], axis=1)))
    yield "[x, h] stands where [h, x] is needed: the first columns of each W belong to h", _finish(c, **turned)
    f, i, g, o = (gates[k] for k in "fiCo")
    for words, memory in (
        ("the old memory is not multiplied by f", c + i * g),
        ("the candidate is not multiplied by i", f * c + g),
        ("C is not f · C + i · C̃: you multiply the two parts, or leave the old memory out", i * g),
    ):
        yield words, (o * np.tanh(memory), memory)
    memory = f * c + i * g
    for words, shown in (
        ("h lacks the tanh: it is o · tanh(C), not o · C", o * memory),
        ("h lacks the output gate: it is o · tanh(C), not tanh(C)", np.tanh(memory)),
        ("h is made of the old C; it shows the new one", o * np.tanh(c)),
        ("h is tanh(o · C); the tanh comes before the output gate: o · tanh(C)", np.tanh(o * memory)),
        ("h is o · σ(C); it is o · tanh(C)", o * sigmoid(memory)),
    ):
        yield words, (shown, memory)
    yield "h and C are swapped: return h first, then C", (memory, o * np.tanh(memory))


def _check_step(ask):
    rng = np.random.default_rng(21)
    weights = LSTMWeights.initial(features=2, units=3, seed=3, dtype="float64")
    weights.array[:] += 0.5 * rng.normal(size=weights.array.shape)
    x_t, (h, c) = rng.normal(size=(5, 2)), rng.normal(size=(2, 5, 3))
    result = ask(x_t, h, c, weights)
    if isinstance(result, tuple) and len(result) == 3:  # lstm_step gives the gates as well
        result = result[:2]
    came_h, came_c = parts(result, "h", "C")
    for words, (wrong_h, wrong_c) in _wrong_steps(x_t, h, c, weights):
        if close(came_h, wrong_h) and close(came_c, wrong_c):
            raise Wrong(words)
    needed_h, needed_c = my_step(x_t, h, c, weights)
    compare("C", came_c, needed_c, ("batch", "units"))
    compare("h", came_h, needed_h, ("batch", "units"))
    return "your step is the cell's, for a batch of 5 windows."


step = Exercise(
    "2.1",
    _check_step,
    (
        "the seven lines stand in the section “The same equations for many units”: [h, x], four gates, C, h.",
        "hx = np.concatenate([h, x_t], axis=1); each gate is a squashed hx @ W.T + b, tanh for the candidate alone.",
    ),
    my_step,
)

# ---------------------------------------------------------------------------------------------------------------
# 2.2


def my_count(features, units, outputs):
    gates = 4 * (units * (units + features) + units)
    head = units * outputs + outputs
    return gates + head


# Wrong counts: 4 · units · (units + features + 1) is the cell, u · n + n the head (d features, u units, n outputs).
_WRONG_COUNTS = {
    "the count forgets the biases of the four gates": lambda d, u, n: 4 * u * (u + d) + u * n + n,
    "the count forgets all biases, those of the gates and the head's": lambda d, u, n: 4 * u * (u + d) + u * n,
    "the count forgets the head's bias: one for each output": lambda d, u, n: 4 * u * (u + d + 1) + u * n,
    "the count forgets the head: a matrix (units, outputs) and a bias": lambda d, u, n: 4 * u * (u + d + 1),
    "the count forgets the recurrent kernel: each gate sees h, too": lambda d, u, n: 4 * u * (d + 1) + u * n + n,
    "the count forgets the kernel: each gate sees x, too": lambda d, u, n: 4 * u * (u + 1) + u * n + n,
    "the count has one block; there are four: i, f, C, o": lambda d, u, n: u * (u + d + 1) + u * n + n,
    "the count has three blocks; the candidate has weights, too": lambda d, u, n: 3 * u * (u + d + 1) + u * n + n,
    "the count has two biases a gate, as PyTorch does": lambda d, u, n: 4 * u * (u + d + 2) + u * n + n,
    "the head reads h alone; yours reads x as well": lambda d, u, n: 4 * u * (u + d + 1) + (u + d) * n + n,
    "features and units are swapped: a gate has units rows": lambda d, u, n: 4 * d * (u + d + 1) + u * n + n,
}


def _check_count(ask):
    cases = np.array([(1, 4, 1), (2, 3, 1), (1, 32, 7), (5, 16, 2)])
    came = np.array([float(numbers("the count", ask(*map(int, case))).reshape(-1)[0]) for case in cases])
    needed = np.array([my_count(*case) for case in cases])
    if (came == needed).all():
        return f"4 units on 1 feature with 1 output: {needed[0]}; and so for three other networks."
    for words, wrong in _WRONG_COUNTS.items():
        if (came == [wrong(*case) for case in cases]).all():
            raise Wrong(words)
    first = np.flatnonzero(came != needed)[0]
    d, u, n = cases[first]
    raise Wrong(f"{d} features, {u} units, {n} outputs are {needed[first]} parameters; your count is {came[first]:g}")


count = Exercise(
    "2.2",
    _check_count,
    (
        "an LSTM has four blocks of the same size, and the head is a matrix and a bias.",
        "4 · (units · (units + features) + units) for the LSTM; the head turns units numbers into outputs numbers.",
    ),
    my_count,
)

# ---------------------------------------------------------------------------------------------------------------
# 2.3


def my_counter():
    counter = LSTMWeights(np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4))
    counter.W_i[:, 1], counter.b_i[:] = 80, -40  # i = σ(80 x - 40): shut for x = 0, open for x = 1
    counter.b_f[:] = 40  # keeps all
    counter.b_C[:] = 40  # what is written is 1
    return counter


def _check_counter(ask):
    weights = ask()
    if not isinstance(weights, LSTMWeights):
        raise Wrong(f"a {type(weights).__name__} came back; return an LSTMWeights")
    if weights.features != 1:
        raise Wrong(f"your cell reads {weights.features} features; the series has 1")
    x = np.random.default_rng(23).integers(0, 2, (20, 30, 1)).astype("float64")
    trace = lstm_forward(x, weights)
    f, i, g, C = (getattr(trace, name)[:, :, 0].astype("float64") for name in "figc")
    counted, one = x[:, :, 0].cumsum(axis=1), x[:, :, 0] == 1
    off = np.abs(C - counted)
    if off.max() <= 0.1:
        return (
            "30 steps, 20 windows, and C of unit 0 is never more than 0.1 off: the first ends at "
            f"{C[0, -1]:.1f}, and {counted[0, -1]:.0f} ones went in."
        )
    written = i * g
    if f.min() < 0.99:
        raise Wrong(f"the forget gate is at {f.min():.2f}, so what was counted fades; a counter has to keep all of it")
    if np.abs(written[~one]).max() > 0.002:
        raise Wrong(f"on a 0 the cell still writes {written[~one][0]:.2f}: the input gate has to be shut where x is 0")
    if np.abs(written[one] - 1).max() > 0.003:
        low = written[one].min()
        because = "the candidate is not near 1" if g[one].min() < 0.99 else "the input gate is not open where x is 1"
        raise Wrong(f"a 1 is counted as {low:.2f}: {because}")
    raise Wrong(f"C of unit 0 is off by {off.max():.2f} after 30 steps: small errors in the gates add up")


counter = Exercise(
    "2.3",
    _check_counter,
    (
        "three things have to hold: all is kept, on a 1 one is written, on a 0 nothing. Which gate sees to which?",
        "b_f large; b_C large, so that C̃ is 1; W_i's column of x and b_i so that i = σ(w · x + b) is 0 or 1.",
    ),
    my_counter,
)
