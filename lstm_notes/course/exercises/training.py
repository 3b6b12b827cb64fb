"""Exercises of notebook 05: a clipped update, one step back through time, which part explodes."""

import numpy as np

from ...cell import lstm_backward, lstm_forward
from ...network import NetworkWeights, loss_and_gradient
from ...studies import head_curvature, recorded, training_days
from ...training import SGD, batches, train_steps
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
    yield "dC lacks its way through h: add dh ⊙ o ⊙ (1 − tanh²C)", *back(incoming)
    yield "dC lacks what comes from the next step: add the dc that came in", *back(dh * o * (1 - tanh_c**2))
    yield "the slope of tanh is 1 − tanh²C; yours is tanh C", *back(dc + dh * o * tanh_c)
    yield "the slope of tanh(C) is missing in dC: 1 − tanh²C", *back(dc + dh * o)
    yield "the slope is taken at C itself, 1 − C²; tanh²C is needed", *back(dc + dh * o * (1 - c**2))
    yield "dC lacks the output gate: dh ⊙ o ⊙ (1 − tanh²C)", *back(dc + dh * (1 - tanh_c**2))
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
    yield "what goes to the step before is dC ⊙ f; yours lacks the f", dz, total
    yield "what goes to the step before is dC ⊙ f; yours has i", dz, total * i
    yield "what goes to the step before is the whole dC ⊙ f; yours has only the dc that came in", dz, incoming * f


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
        "first the whole dC: what came in, and what comes through h = o ⊙ tanh(C). Then one line for each gate.",
        "each line of the table in “Step 2” is one line of code; C itself is f ⊙ c_before + i ⊙ g.",
    ),
    my_step_back,
)

# ---------------------------------------------------------------------------------------------------------------
# 5.3


def my_slope(x, y, weights, trained):
    loss, gradient = loss_and_gradient(x, y, weights)
    if trained == "head":
        gradient.lstm.array[:] = 0
    if trained == "cell":
        gradient.head_kernel[:], gradient.head_bias[:] = 0, 0
    return loss, gradient


TRAINED = {"both": (True, True), "head": (False, True), "cell": (True, False)}  # whether cell and head move


def _check_slope(ask):
    X, y = training_days()
    weights = NetworkWeights.initial(features=1, units=32, outputs=1, seed=0)
    weights.lstm.b_f[:] = 5
    for trained, moves in TRAINED.items():
        _compare_slopes(ask(X[:32], y[:32], weights, trained), X[:32], y[:32], weights, trained, moves)
    ends = {trained: _train(ask, X, y, weights.copy(), trained) for trained in ("head", "cell")}
    words = {trained: "diverges" if not loss < 100 else f"ends below {_above(loss)}" for trained, loss in ends.items()}
    curvature, study = head_curvature(X, weights), recorded("divergence")
    counts = [study.where(arm=f"b_f = 5, {part} alone")["diverged"].sum() for part in ("head", "cell")]
    return (
        f"two epochs with the head alone: the loss {words['head']}; with the cell alone, through all 30 days: it "
        f"{words['cell']}. At the start the head's curvature is {curvature:.0f}, and on the head alone SGD is stable "
        f"below a rate of 2 / {curvature:.0f}. Recorded, of 20 seeds there diverge: with the head alone {counts[0]}, "
        f"with the cell alone {counts[1]}."
    )


def _above(loss):
    """A round number above `loss`, the same on every machine."""
    return next(limit for limit in (0.5, 1, 2, 5, 10, 20, 50, 100) if loss < limit)


def _compare_slopes(came, x, y, weights, trained, moves):
    """Nothing where `came` is the loss, and the gradient of what is trained alone."""
    if not isinstance(came, tuple) or len(came) != 2 or not isinstance(came[1], NetworkWeights):
        raise Wrong("return two things, as loss_and_gradient gives them: the loss and the gradient")
    loss, gradient = loss_and_gradient(x, y, weights)
    start = f'with trained="{trained}" '
    if not close(numbers("the loss", came[0]), loss):
        raise Wrong(
            f"{start}the loss is {came[0]:.3g}; it is that of loss_and_gradient, {loss:.3g}, whatever is frozen"
        )
    names = ("kernel", "recurrent_kernel", "bias", "head_kernel", "head_bias")
    for name, mine, whole, moving in zip(names, came[1].arrays(), gradient.arrays(), 3 * moves[:1] + 2 * moves[1:]):
        if moving and not mine.any():
            raise Wrong(f"{start}the gradient of {name} is 0; that part is to be trained")
        if not moving and mine.any():
            raise Wrong(f"{start}the gradient of {name} is not 0; that part is to stay as it is")
        compare(f"the gradient of {name}", mine, whole if moving else 0 * whole, ("rows", "columns")[: whole.ndim])


def _train(ask, X, y, weights, trained, epochs=2):
    """The last epoch's loss, or infinity, of SGD at a rate of 0.5 with the reader's slopes."""
    rng = np.random.default_rng([0, 1])
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            order = batches(rng.permutation(len(X)), batch_size=32)
            windows = ((X[each], y[each]) for each in order)
            steps = train_steps(lambda *batch: ask.answer(*batch, trained), weights, windows, SGD(0.5))
            losses = [loss for loss, _ in steps]
            if not np.isfinite(losses).all():
                return np.inf
    return float(np.mean(losses))


slope = Exercise(
    "5.3",
    _check_slope,
    (
        "loss_and_gradient has it all; what stays as it is has a gradient of 0, and the loss does not change.",
        "gradient.lstm.array[:] = 0 freezes the cell, gradient.head_kernel[:] = 0 and head_bias the head.",
    ),
    my_slope,
)
