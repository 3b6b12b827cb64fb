"""Exercises of notebook 02: a step of your own, the parameters counted, a cell that counts."""

import itertools

import numpy as np

from ...cell import lstm_forward, lstm_step, sigmoid
from ...cell import step as cell_step
from ...weights import LSTMWeights
from ._exercise import Exercise, Wrong, close, compare, mistakes, parts, together, whole

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


def _wrong_steps(x_t, h, c, weights):
    """Pairs of words and (h, C): what the usual mistakes give, one of them or two."""

    def make(order="hx", bias=True, memory="", shown="", back="", swap="", **gates):
        hx = np.concatenate([h, x_t] if order == "hx" else [x_t, h], axis=1)
        made = {}
        for k in NAMES:
            squash, W, b = gates.get(k, ("", k, k))
            W, b = (swap[1 - swap.index(name)] if name in swap else name for name in (W, b))
            z = hx @ getattr(weights, f"W_{W}").T + bias * getattr(weights, f"b_{b}")
            made[k] = (np.tanh if (k == "C") != (squash == "other") else sigmoid)(z)
        f, i, g, o = (made[k] for k in "fiCo")
        new = {"": f * c + i * g, "no f": c + i * g, "no i": f * c + g, "i g": i * g}[memory]
        out = {
            "": o * np.tanh(new),
            "no tanh": o * new,
            "no o": np.tanh(new),
            "old": o * np.tanh(c),
            "tanh last": np.tanh(o * new),
            "σ": o * sigmoid(new),
        }[shown]
        return (new, out) if back == "turned" else (out, new)

    kinds = {"order": {}, "bias": {}, "swap": {}} | {k: {} for k in NAMES}
    for k in "fio":
        words = f"your {NAMES[k]} uses tanh: its values reach below 0, and a gate lies between 0 and 1"
        kinds[k][words] = ("other", k, k)
    words = "your candidate uses σ: its values stay above 0, so that nothing negative could be written"
    kinds["C"][words] = ("other", "C", "C")
    for a, b in itertools.combinations("fiCo", 2):
        words = f"W_{a}, b_{a} and W_{b}, b_{b} are swapped"
        if a + b == "fi":  # which is the same as f ⊙ C̃ + i ⊙ C
            words = "f and i have changed places: f multiplies the candidate instead of the old memory, or " + words
        if a + b == "iC":  # which is the same as tanh in i and σ in C̃
            words += ", or tanh and σ: σ makes the input gate, tanh the candidate"
        kinds["swap"][words] = a + b
    for a, b in itertools.permutations("fiCo", 2):
        kinds[a][f"your {NAMES[a]} is made with W_{b}, b_{b}; it has its own"] = ("", b, b)
        kinds[a][f"your {NAMES[a]} adds b_{b}; it has its own bias"] = ("", a, b)
    kinds["bias"]["the biases b_f, b_i, b_C, b_o are left out"] = False
    kinds["order"]["[x, h] stands where [h, x] is needed: the first columns of each W belong to h"] = "xh"
    kinds["memory"] = {
        "the old memory is not multiplied by f": "no f",
        "the candidate is not multiplied by i": "no i",
        "C is not f ⊙ C + i ⊙ C̃: you multiply the two parts, or leave the old memory out": "i g",
    }
    kinds["shown"] = {
        "h lacks the tanh: it is o ⊙ tanh(C), not o ⊙ C": "no tanh",
        "h lacks the output gate: it is o ⊙ tanh(C), not tanh(C)": "no o",
        "h is made of the old C; it shows the new one": "old",
        "h is tanh(o ⊙ C); the tanh comes before the output gate: o ⊙ tanh(C)": "tanh last",
        "h is o ⊙ σ(C); it is o ⊙ tanh(C)": "σ",
    }
    kinds["back"] = {"h and C are swapped: return h first, then C": "turned"}
    return mistakes(make, **kinds)


def _check_step(ask):
    rng = np.random.default_rng(21)
    weights = LSTMWeights.initial(features=2, units=3, seed=3, dtype="float64")
    weights.array[:] += 0.5 * rng.normal(size=weights.array.shape)
    x_t, (h, c) = rng.normal(size=(5, 2)), rng.normal(size=(2, 5, 3))
    result = ask(x_t, h, c, weights, without=(lstm_step, lstm_forward, cell_step))
    came_h, came_c = parts(result, "h", "C")
    needed_h, needed_c = my_step(x_t, h, c, weights)
    if not (close(came_h, needed_h) and close(came_c, needed_c)):
        for words, (wrong_h, wrong_c) in _wrong_steps(x_t, h, c, weights):
            if close(came_h, wrong_h) and close(came_c, wrong_c):
                raise Wrong(words)
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


def _made_count(d, u, n, h=1, x=1, biases=1, blocks=4, head=True, head_bias=1, head_x=0):
    """The count of d features, u units and n outputs, with the parts that a mistake may change."""
    cell = blocks * u * (h * u + x * d + biases)
    return cell + (((u + head_x * d) * n + head_bias * n) if head else 0)


_KINDS = {
    "biases": {
        "the count forgets the biases of the four gates": 0,
        "the count has two biases a gate, as PyTorch does": 2,
    },
    "head_bias": {"the count forgets the head's bias: one for each output": 0},
    "head": {"the count forgets the head: a matrix (units, outputs) and a bias": False},
    "h": {"the count forgets the recurrent kernel: each gate sees h, too": 0},
    "x": {"the count forgets the kernel: each gate sees x, too": 0},
    "blocks": {
        "the count has one block; there are four: i, f, C, o": 1,
        "the count has three blocks; the candidate has weights, too": 3,
    },
    "head_x": {"the head reads h alone; yours reads x as well": 1},
}


def _check_count(ask):
    cases = np.array([(1, 4, 1), (2, 3, 1), (1, 32, 7), (5, 16, 2)])
    came = np.array([whole("the count", ask(*map(int, case))) for case in cases])
    needed = np.array([my_count(*case) for case in cases])
    if (came == needed).all():
        return f"4 units on 1 feature with 1 output: {needed[0]}; and so for three other networks."
    for words, wrong in mistakes(lambda **changed: [_made_count(*case, **changed) for case in cases], **_KINDS):
        if (came == wrong).all():
            raise Wrong(words)
    if (came == [4 * d * (u + d + 1) + u * n + n for d, u, n in cases]).all():
        raise Wrong("features and units are swapped: a gate has units rows")
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
    written, faults = i * g, []
    if f.min() < 0.99:
        faults += [f"the forget gate is at {f.min():.2f}, so what was counted fades; a counter has to keep all of it"]
    if np.abs(written[~one]).max() > 0.002:
        faults += [f"on a 0 the cell still writes {written[~one][0]:.2f}: the input gate has to be shut where x is 0"]
    if np.abs(written[one] - 1).max() > 0.003:
        candidate, gate = "the candidate is not near 1", "the input gate is not open where x is 1"
        because = gate if g[one].min() >= 0.99 else candidate if i[one].min() >= 0.99 else f"{candidate}, and {gate}"
        faults += [f"a 1 is counted as {written[one].min():.2f}: {because}"]
    raise Wrong(
        together(faults or [f"C of unit 0 is off by {off.max():.2f} after 30 steps: small errors in the gates add up"])
    )


counter = Exercise(
    "2.3",
    _check_counter,
    (
        "three things have to hold: all is kept, on a 1 one is written, on a 0 nothing. Which gate sees to which?",
        "b_f large; b_C large, so that C̃ is 1; W_i's column of x and b_i so that i = σ(w · x + b) is 0 or 1.",
    ),
    my_counter,
)
