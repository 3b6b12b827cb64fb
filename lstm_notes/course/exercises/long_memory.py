"""Exercises of notebook 05b: a forget bias for a memory, an adder by hand, a gradient that lives for 50 days."""

import numpy as np

from ...cell import lstm_forward
from ...network import NetworkWeights, mse, network_forward
from ...studies import adding
from ...variants import lstm_gradient_norms
from ...weights import LSTMWeights
from ._exercise import Exercise, Wrong, close, numbers

# ---------------------------------------------------------------------------------------------------------------
# 5b.1


def my_forget_bias(steps, left):
    f = left ** (1 / steps)
    return np.log(f / (1 - f))


def _wrong_biases(steps, left):
    f = left ** (1 / steps)
    yield "that is the forget gate itself, f; the bias b with σ(b) = f is needed", f
    yield "the sign is wrong: σ grows with b, and a gate near 1 has a large positive bias", np.log((1 - f) / f)
    yield (
        "that leaves the share after one step, not after all of them: f is the steps-th root",
        np.log(left / (1 - left)),
    )
    yield "f is not left / steps: the gate multiplies at each step, so take the root", _logit(left / steps)
    yield "f is not 1 − 1 / steps: that leaves 1/e after so many steps, whatever was asked for", _logit(1 - 1 / steps)
    yield "that is log(f); σ is undone by log(f / (1 − f))", np.log(f)


def _logit(f):
    return np.log(f / (1 - f))


def _check_bias(ask):
    cases = [(50, 0.5), (100, 0.9), (400, 0.5)]
    came = [numbers("b", ask(*case)) for case in cases]
    if any(b.ndim for b in came):
        raise Wrong(f"an array of shape {came[0].shape} came back; one number is needed")
    needed = [my_forget_bias(*case) for case in cases]
    if all(map(close, came, needed)):
        return (
            "after 50, 100 and 400 steps there is left what was asked for: biases of "
            + ", ".join(f"{b:.1f}" for b in needed)
            + "."
        )
    for wrong in zip(*(_wrong_biases(*case) for case in cases)):
        if all(close(b, mistaken) for b, (_, mistaken) in zip(came, wrong)):
            raise Wrong(wrong[0][0])
    for (steps, left), b in zip(cases, came):
        after = float((1 / (1 + np.exp(-b))) ** steps)
        if not abs(after - left) < 1e-4:
            raise Wrong(f"with b = {b:.3g} there is {after:.2g} left after {steps} steps; {left} was asked for")
    raise Wrong("b is near, but not exact to five digits")


bias = Exercise(
    "5b.1",
    _check_bias,
    (
        "with inputs of 0 the memory is multiplied by f = σ(b) at each step: f to the power of steps is what is left.",
        "f = left ** (1 / steps), and σ is undone by log(f / (1 − f)).",
    ),
    my_forget_bias,
)

# ---------------------------------------------------------------------------------------------------------------
# 5b.2


def my_adder():
    network = NetworkWeights(features=2, units=1, outputs=1)  # all weights 0
    lstm = network.lstm
    lstm.b_f[:] = 15  # keeps
    lstm.W_i[:, 2], lstm.b_i[:] = 40, -20  # writes on a mark alone
    lstm.W_C[:, 1] = 0.1  # tanh(v / 10) is v / 10, nearly
    lstm.b_o[:] = 20  # shows all of it
    network.head_kernel[:] = 10
    return network


def _check_adder(ask):
    network = ask()
    if not isinstance(network, NetworkWeights):
        raise Wrong(f"a {type(network).__name__} came back; return a NetworkWeights")
    sizes = network.lstm.features, network.lstm.units, len(network.head_bias)
    if (sizes[0], sizes[2]) != (2, 1):
        raise Wrong(
            f"features={sizes[0]}, outputs={sizes[2]} came; a step has 2 numbers, a value and a mark, and the sum is 1"
        )
    losses = {}
    for look_back in (10, 100, 400):
        X, y = adding(200, look_back, np.random.default_rng(look_back))
        forecast, trace = network_forward(X, network)
        losses[look_back] = loss = mse(forecast, y)
        if not loss <= 0.001:
            _blame(look_back, X, y, trace, loss)
    most = max(losses.values())
    return f"windows of 10, 100 and 400 steps, {network.vector.size} numbers, no training: MSE at most {most:.1g}."


def _blame(look_back, X, y, trace, loss):
    start = f"windows of {look_back} steps are added with an MSE of {loss:.2g}: "
    marked = X[..., 1] == 1
    c = trace.c[:, -1]
    # The unit that comes nearest to the sum is the one that is spoken of.
    likeness = [abs(np.corrcoef(c[:, k], y[:, 0])[0, 1]) if np.ptp(c[:, k]) > 1e-9 else 0 for k in range(c.shape[1])]
    unit = int(np.argmax(likeness))
    i, f, o = (gate[..., unit] for gate in (trace.i, trace.f, trace.o))
    if i[~marked].max() > 0.001:
        raise Wrong(
            f"{start}where no mark is, the input gate of unit {unit} is at up to {i[~marked].max():.2g}, so other "
            "values are written, too"
        )
    if i[marked].min() < 0.9:
        raise Wrong(f"{start}on a mark the input gate of unit {unit} is only at {i[marked].min():.2f}")
    if f.min() < 0.9999:
        raise Wrong(
            f"{start}the forget gate of unit {unit} is at {f.min():.4f}, and {f.min():.4f} to the power of {look_back} "
            f"is {f.min() ** look_back:.2g}"
        )
    if likeness[unit] < 0.999:
        raise Wrong(f"{start}the gates are right, but C at the end is not the sum: look at what is written (W_C, tanh)")
    if o[:, -1].min() < 0.9:
        raise Wrong(f"{start}C has the sum, but at the last step the output gate shows only {o[:, -1].min():.2f} of it")
    raise Wrong(f"{start}C has the sum; look at the head: what undoes the factor that was written with?")


adder = Exercise(
    "5b.2",
    _check_adder,
    (
        "the memory of 4.3 replaced what it had; this one adds: nothing lets go on a mark.",
        "one unit: b_f = 15; W_i's column of the mark 40 with b_i = −20; W_C's column of the value 0.1; b_o = 20; and "
        "the head multiplies by 10.",
    ),
    my_adder,
)

# ---------------------------------------------------------------------------------------------------------------
# 5b.3


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
            f"what is written a day, |i ⊙ C̃|, is {written:.3f} on average: a cell that writes nothing keeps nothing"
        )
    moved = lstm_forward(np.stack(series) + np.eye(50)[None, :, :1], weights).h[:, -1] - trace.h[:, -1]
    if np.abs(moved).max() < 1e-3:
        raise Wrong("the last h does not notice the first day at all: its input has to be seen and its memory be shown")
    return f"of the gradient {low:.2f} to {high:.2f} reaches the first of 50 days, and the cell still writes and shows."


alive = Exercise(
    "5b.3",
    _check_alive,
    (
        "the direct way back is f¹ · f² · …; how near 1 has f to be for fifty factors to leave a half?",
        "start from LSTMWeights.initial, raise b_f; if the gradient then grows, make the recurrent kernel smaller.",
    ),
    my_weights,
)
