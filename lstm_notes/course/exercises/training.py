"""Exercises of notebook 05: a clipped update, one step back through time, a gradient that lives for 50 days."""

import numpy as np

from ...cell import lstm_backward, lstm_forward
from ...variants import lstm_gradient_norms
from ...weights import LSTMWeights
from ._exercise import Exercise, Wrong, close, compare, numbers, parts

# ---------------------------------------------------------------------------------------------------------------
# 5.1


def my_update(weights, gradients, learning_rate, limit):
    norm = np.sqrt(sum((gradient**2).sum() for gradient in gradients))
    factor = min(1, limit / norm)
    return [w - learning_rate * factor * gradient for w, gradient in zip(weights, gradients)]


def _wrong_updates(weights, gradients, rate, limit):
    """Pairs of words and the new weights that a mistake gives."""
    flat = np.concatenate([gradient.ravel() for gradient in gradients])
    norm = np.linalg.norm(flat)

    def moved(factors, sign=-1):
        return [w + sign * rate * factor * gradient for w, factor, gradient in zip(weights, factors, gradients)]

    own = [min(1, limit / np.linalg.norm(gradient)) for gradient in gradients]
    yield "the gradient is added: the weights go uphill; subtract it", moved([min(1, limit / norm)] * 2, +1)
    yield "nothing is clipped", moved([1, 1])
    yield "each array is clipped by its own length (Keras's clipnorm); the length of all together is needed", moved(own)
    yield "a short gradient is made longer: clip only where it is longer than the limit", moved([limit / norm] * 2)
    cut = [w - rate * np.clip(gradient, -limit, limit) for w, gradient in zip(weights, gradients)]
    yield "each number is cut off at the limit, which turns the gradient; shorten all by one factor", cut
    step = min(1, limit / (rate * norm))
    yield "the step is clipped, learning rate included; clip the gradient, then multiply", moved([step] * 2)
    square = min(1, limit / norm**2)
    yield "the length lacks its square root", moved([square] * 2)
    for words, length in (("the largest number", np.abs(flat).max()), ("the sum of sizes", np.abs(flat).sum())):
        yield f"the length is not {words} but the root of the sum of squares", moved([min(1, limit / length)] * 2)
    plain = [w - min(1, limit / norm) * gradient for w, gradient in zip(weights, gradients)]
    yield "the learning rate is missing", plain
    yield (
        "that is the change alone; the new weights are needed",
        [a - w for a, w in zip(moved([min(1, limit / norm)] * 2), weights)],
    )


def _check_update(ask):
    rng = np.random.default_rng(51)
    weights, gradients = ([rng.normal(size=size) for size in ((2, 3), (4,))] for _ in range(2))
    cases = [[0.5, 1.0], [0.5, 100.0]]  # longer than the limit, and shorter
    came = []
    for case in cases:
        result = ask(weights, gradients, *case)
        if not isinstance(result, (list, tuple)) or len(result) != 2:
            raise Wrong(f"a {type(result).__name__} came back; a list of two arrays is needed, one for each of weights")
        came.append([numbers(f"new weights {k}", array) for k, array in enumerate(result)])
    needed = [my_update(weights, gradients, *case) for case in cases]
    options = zip(*(_wrong_updates(weights, gradients, *case) for case in cases))
    for wrong in options:
        words = wrong[0][0]
        same = [all(map(close, mine, theirs)) for mine, (_, theirs) in zip(came, wrong)]
        right = [all(map(close, mine, theirs)) for mine, theirs in zip(came, needed)]
        if all(same) and not all(right):
            raise Wrong(words)
    for case, mine, theirs in zip(cases, came, needed):
        for k, (a, b) in enumerate(zip(mine, theirs)):
            compare(f"new weights {k} (limit {case[1]:g})", a, b, ("rows", "columns")[: b.ndim])
    return "a long gradient is shortened as a whole, a short one is left alone, and the step goes downhill."


update = Exercise(
    "5.1",
    _check_update,
    (
        "the length is that of all numbers of both arrays together: the root of the sum of all squares.",
        "factor = min(1, limit / norm), the same for both arrays; new = w - learning_rate * factor * gradient.",
    ),
    my_update,
)

# ---------------------------------------------------------------------------------------------------------------
# 5.2


def my_step_back(dh, dc, c_before, i, f, g, o):
    tanh_c = np.tanh(f * c_before + i * g)
    dc = dc + dh * o * (1 - tanh_c**2)
    dz_i = dc * g * i * (1 - i)
    dz_f = dc * c_before * f * (1 - f)
    dz_C = dc * i * (1 - g**2)
    dz_o = dh * tanh_c * o * (1 - o)
    return np.concatenate([dz_i, dz_f, dz_C, dz_o], axis=1), dc * f


def _wrong_steps_back(dh, dc, c_before, i, f, g, o):
    """Triples of words, dz and dc before the step."""
    c = f * c_before + i * g
    tanh_c, incoming = np.tanh(c), dc

    def back(total, i_=g * i * (1 - i), f_=c_before * f * (1 - f), g_=i * (1 - g**2), o_=None, order="ifCo"):
        o_ = tanh_c * o * (1 - o) if o_ is None else o_
        blocks = {"i": total * i_, "f": total * f_, "C": total * g_, "o": dh * o_}
        return np.concatenate([blocks[k] for k in order], axis=1), total * f

    total = dc + dh * o * (1 - tanh_c**2)
    yield "dC lacks its way through h: add dh · o · (1 − tanh²C)", *back(incoming)
    yield "dC lacks what comes from the next step: add the dc that came in", *back(dh * o * (1 - tanh_c**2))
    yield "the slope of tanh is 1 − tanh²C; yours is tanh C", *back(dc + dh * o * tanh_c)
    yield "the slope of tanh(C) is missing in dC: 1 − tanh²C", *back(dc + dh * o)
    yield "the slope is taken at C itself, 1 − C²; tanh²C is needed", *back(dc + dh * o * (1 - c**2))
    yield "dC lacks the output gate: dh · o · (1 − tanh²C)", *back(dc + dh * (1 - tanh_c**2))
    yield "dz_i lacks the slope of its σ, i (1 − i)", *back(total, i_=g)
    yield "dz_f lacks the slope of its σ, f (1 − f)", *back(total, f_=c_before)
    yield "dz_C lacks the slope of its tanh, 1 − g²", *back(total, g_=i)
    yield "dz_o lacks the slope of its σ, o (1 − o)", *back(total, o_=tanh_c)
    yield "the candidate goes through tanh: its slope is 1 − g², not g (1 − g)", *back(total, g_=i * g * (1 - g))
    yield "f multiplied the old memory: dz_f needs c_before, not the new C", *back(total, f_=c * f * (1 - f))
    yield "o multiplied tanh(C): dz_o needs tanh(C), not C", *back(total, o_=c * o * (1 - o))
    wrong_o = np.concatenate([np.split(back(total)[0], 4, 1)[k] for k in range(3)] + [total * tanh_c * o * (1 - o)], 1)
    yield "o acts on h: dz_o is made of dh, not of dC", wrong_o, total * f
    for order in ("fiCo", "ifoC", "fioC", "iCfo", "iofC"):
        yield f"the blocks of dz stand in the order {', '.join(order)}; i, f, C, o is needed", *back(total, order=order)
    dz, _ = back(total)
    yield "what goes to the step before is dC · f; yours lacks the f", dz, total
    yield "what goes to the step before is dC · f; yours has i", dz, total * i
    yield "what goes to the step before is the whole dC · f; yours has only the dc that came in", dz, incoming * f


def _check_step_back(ask):
    rng = np.random.default_rng(52)
    weights = LSTMWeights.initial(features=2, units=3, seed=6, dtype="float64")
    h0, c0 = rng.normal(size=(2, 4, 3))
    trace = lstm_forward(rng.normal(size=(4, 1, 2)), weights, h0, c0)
    dh, dc = rng.normal(size=(2, 4, 3))
    gates = (trace.i[:, 0], trace.f[:, 0], trace.g[:, 0], trace.o[:, 0])
    came_z, came_c = parts(ask(dh, dc, c0, *gates), "dz", "dc_before")
    for words, wrong_z, wrong_c in _wrong_steps_back(dh, dc, c0, *gates):
        if close(came_z, wrong_z) and close(came_c, wrong_c):
            raise Wrong(words)
    gradients = lstm_backward(trace, dh[:, None], dc)
    for k, name in enumerate(("dz_i", "dz_f", "dz_C", "dz_o")):
        if came_z.shape == (4, 12):
            compare(name, came_z[:, 3 * k : 3 * k + 3], gradients.z[:, 0, 3 * k : 3 * k + 3], ("batch", "units"))
    compare("dz", came_z, gradients.z[:, 0], ("batch", "4·units"))
    compare("dc_before", came_c, gradients.c0, ("batch", "units"))
    return "dz (4, 12) and dC for the step before (4, 3), as lstm_backward has them."


step_back = Exercise(
    "5.2",
    _check_step_back,
    (
        "first the whole dC: what came in, and what comes through h = o · tanh(C). Then one line for each gate.",
        "each line of the table in “Step 2” is one line of code; C itself is f · c_before + i · g.",
    ),
    my_step_back,
)

# ---------------------------------------------------------------------------------------------------------------
# 5.3


def my_weights():
    weights = LSTMWeights.initial(features=1, units=16, seed=0, dtype="float64")
    weights.b_f[:] = 6  # keeps 0.9975 of the memory a day
    weights.recurrent_kernel[:] *= 0.1  # the way through h and the gates adds little
    return weights


def _check_alive(ask):
    weights = ask()
    if not isinstance(weights, LSTMWeights):
        raise Wrong(f"a {type(weights).__name__} came back; return an LSTMWeights")
    if weights.features != 1 or weights.units < 4:
        raise Wrong(
            f"features={weights.features}, units={weights.units} came; 1 feature and at least 4 units are needed"
        )
    series = [np.random.default_rng(seed).normal(size=(50, 1)) for seed in range(3)]
    arrives = [float(lstm_gradient_norms(x, weights)[0]) for x in series]
    low, high = min(arrives), max(arrives)
    trace = lstm_forward(np.stack(series), weights)
    f, written = trace.f.mean(), np.abs(trace.i * trace.g).mean()
    if not low >= 0.5:
        raise Wrong(
            f"the gradient vanishes: {low:.1e} of it reaches the first day; f is {f:.2f} on average, and {f:.2f}⁵⁰ is "
            f"{f**50:.1e}"
        )
    if not high <= 2:
        raise Wrong(
            f"the gradient grows to {high:.1e} times its size; f cannot do that, so it comes by the way through h and "
            "the gates, which is as strong as the recurrent kernel"
        )
    if written < 0.02:
        raise Wrong(
            f"what is written a day, |i · C̃|, is {written:.3f} on average: a cell that writes nothing keeps nothing"
        )
    moved = lstm_forward(np.stack(series) + np.eye(50)[None, :, :1], weights).h[:, -1] - trace.h[:, -1]
    if np.abs(moved).max() < 1e-3:
        raise Wrong("the last h does not notice the first day at all: its input has to be seen and its memory be shown")
    return f"of the gradient {low:.2f} to {high:.2f} reaches the first of 50 days, and the cell still writes and shows."


alive = Exercise(
    "5.3",
    _check_alive,
    (
        "the direct way back is f¹ · f² · …; how near 1 has f to be for fifty factors to leave a half?",
        "start from LSTMWeights.initial, raise b_f; if the gradient then grows, make the recurrent kernel smaller.",
    ),
    my_weights,
)
