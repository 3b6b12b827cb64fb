"""What a reader waits for, measured side by side in one run: NumPy, Keras and, where it is installed, PyTorch.

First every side computes the same thing and the largest differences are printed; only then is anything timed. Sides
take turns, so that a busy moment of the machine hits all of them. A goal is for the median over the sizes.
"""

import importlib.metadata
import importlib.util
import platform
import subprocess
import sys
import time

import numpy as np

from lstm_notes import Adam, NetworkWeights, load_keras, loss_and_gradient, lstm_backward, lstm_forward
from tools import browser, drag

BATCH = 32
SIZES = [(look_back, units) for look_back in (3, 14, 30) for units in (8, 32, 64)]
METHODS = {"forward": "forward", "forward + BPTT": "backward", "training step": "train"}
KINDS = tuple(METHODS)
KERAS_STEPS = 50  # a call of `fit` is timed over so many steps, as a reader's is


def main():
    keras = load_keras()
    torch = None
    if importlib.util.find_spec("torch"):
        import torch
    names = ["numpy", "keras", "tensorflow", *(["torch"] if torch else [])]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    print(f"Python {platform.python_version()}, {versions}")
    if torch is None:
        print("PyTorch is an extra and not installed: its columns are left out (pip install torch).")

    sides = [Numpy, Keras, *([Torch] if torch else [])]
    modules = {"keras": keras, "torch": torch}
    print("\nLargest differences over all sizes below (goals 1e-6; 2e-6 of the largest entry; Keras 1e-4):")
    for other in sides[1:]:
        print(f"  NumPy and {other.__name__:<6}", agreement(other, modules))

    print(f"\nMedian ms, batch {BATCH}, 1 feature, float32:")
    header = f"{'look_back':>9} {'units':>5}"
    print(f"{'':15}" + "".join(f" | {kind:^{10 * len(sides) - 1}}" for kind in KINDS))
    print(header + (" | " + " ".join(f"{side.__name__:>9}" for side in sides)) * len(KINDS))
    ratios = {(kind, side.__name__): [] for kind in KINDS for side in sides[1:]}
    for look_back, units in SIZES:
        built = [side(look_back, units, **modules) for side in sides]
        times = {kind: medians(built, kind) for kind in KINDS}
        cells = " | ".join(" ".join(f"{ms:9.3f}" for ms in times[kind]) for kind in KINDS)
        print(f"{look_back:9} {units:5} | {cells}", flush=True)
        for kind in KINDS:
            for side, ms in zip(sides[1:], times[kind][1:]):
                ratios[kind, side.__name__].append(ms / times[kind][0])

    goals = {("forward", "Keras"): 3, ("training step", "Keras"): 5, ("training step", "Torch"): 1}
    print("\nNumPy is … times as fast (median over the sizes, worst size):")
    for (kind, side), values in ratios.items():
        goal = f"  goal {goals[kind, side]}" if (kind, side) in goals else ""
        print(f"  {kind:<15} against {side:<6} {np.median(values):5.1f}  worst {min(values):5.1f}{goal}")
    large(sides, modules)
    fresh_processes()
    if browser.find():
        drag.report()
    else:
        print(f"\nThe explorers are left out: {browser.ADVICE}.")


# ---------------------------------------------------------------------------------------------------------------
# The three sides: the same network, the same numbers.


class Numpy:
    def __init__(self, look_back, units, batch=BATCH, **modules):
        rng = np.random.default_rng(0)
        self.weights = NetworkWeights.initial(1, units, 1, seed=0, dtype="float32")
        self.weights.lstm.bias[:] += rng.normal(0, 0.3, 4 * units)
        self.x = rng.normal(size=(batch, look_back, 1)).astype("float32")
        self.y = rng.normal(size=(batch, 1)).astype("float32")
        self.dh = rng.normal(size=(batch, look_back, units)).astype("float32")
        self.optimizer = Adam(0.001)

    steps = 1

    def forward(self):
        return lstm_forward(self.x, self.weights.lstm).h

    def backward(self):
        gradients = lstm_backward(lstm_forward(self.x, self.weights.lstm), self.dh)
        return [gradients.kernel, gradients.recurrent_kernel, gradients.bias, gradients.x]

    def train(self):
        loss, gradient = loss_and_gradient(self.x, self.y, self.weights)
        self.optimizer.update(self.weights.vector, gradient.vector)
        return loss


class Keras:
    steps = KERAS_STEPS

    def __init__(self, look_back, units, keras, batch=BATCH, **modules):
        import tensorflow as tf

        start = Numpy(look_back, units, batch)
        layer = keras.layers.LSTM(units, return_sequences=True)
        start.weights.lstm.to_keras(layer)
        self.x, dh = tf.constant(start.x), tf.constant(start.dh)
        self.compiled = tf.function(layer)

        @tf.function
        def backward(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = tf.reduce_sum(layer(x) * dh)
            return tape.gradient(loss, [*(v.value for v in layer.trainable_variables), x])

        self.backward_compiled = backward
        self.model = keras.Sequential([keras.Input((look_back, 1)), keras.layers.LSTM(units), keras.layers.Dense(1)])
        self.model.set_weights(start.weights.arrays())
        self.model.compile(keras.optimizers.Adam(0.001), "mse")
        self.many = np.tile(start.x, (KERAS_STEPS, 1, 1)), np.tile(start.y, (KERAS_STEPS, 1))
        self.one = start.x, start.y

    def forward(self):
        return self.compiled(self.x).numpy()

    def backward(self):
        return [gradient.numpy() for gradient in self.backward_compiled(self.x)]

    def train(self, once=False):
        x, y = self.one if once else self.many
        return self.model.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0).history["loss"][0]


class Torch:
    steps = 1

    def __init__(self, look_back, units, torch, batch=BATCH, **modules):
        start = Numpy(look_back, units, batch)
        self.torch = torch
        self.lstm = start.weights.lstm.to_torch(torch.nn.LSTM(1, units, batch_first=True))
        self.head = torch.nn.Linear(units, 1)
        self.head.weight.data.copy_(torch.tensor(start.weights.head_kernel.T.copy()))
        self.head.bias.data.copy_(torch.tensor(start.weights.head_bias.copy()))
        self.x, self.y, self.dh = (torch.tensor(array) for array in (start.x, start.y, start.dh))
        self.x.requires_grad_()
        self.lstm.bias_hh_l0.requires_grad_(False)  # PyTorch's second bias would make every step of b twice as long
        self.parameters = [*self.lstm.parameters(), *self.head.parameters()]
        self.optimizer = torch.optim.Adam(self.parameters, 0.001, eps=1e-7)

    def forward(self):
        with self.torch.no_grad():
            return self.lstm(self.x)[0].numpy()

    def backward(self):
        self.x.grad = None
        self.optimizer.zero_grad()
        self.lstm(self.x)[0].backward(self.dh)
        lstm = self.lstm
        return [
            g.numpy() for g in (lstm.weight_ih_l0.grad.T, lstm.weight_hh_l0.grad.T, lstm.bias_ih_l0.grad, self.x.grad)
        ]

    def train(self):
        self.optimizer.zero_grad()
        loss = ((self.head(self.lstm(self.x.detach())[0][:, -1]) - self.y) ** 2).mean()
        loss.backward()
        self.optimizer.step()
        return loss.item()


def agreement(Other, modules):
    """The largest differences over all sizes, as text; ends the benchmark where the sides part ways."""
    worst = {"outputs": 0.0, "gradients": 0.0, "losses of 5 steps": 0.0}
    for look_back, units in SIZES:
        ours, theirs = Numpy(look_back, units), Other(look_back, units, **modules)
        worst["outputs"] = max(worst["outputs"], np.abs(ours.forward() - theirs.forward()).max())
        for a, b in zip(ours.backward(), theirs.backward()):
            worst["gradients"] = max(worst["gradients"], np.abs(a - b).max() / np.abs(b).max())
        once = {"once": True} if Other is Keras else {}
        for _ in range(5):
            a, b = ours.train(), theirs.train(**once)
            worst["losses of 5 steps"] = max(worst["losses of 5 steps"], abs(a / b - 1))
    text = ", ".join(f"{name} {value:.1e}" for name, value in worst.items())
    losses = 1e-4 if Other is Keras else 1e-3  # PyTorch's Adam corrects √v before it adds ε
    if not (worst["outputs"] <= 1e-6 and worst["gradients"] <= 2e-6 and worst["losses of 5 steps"] <= losses):
        sys.exit(f"The sides do not compute the same, so there is nothing to time: {text}")
    return text


def medians(sides, kind, rounds=41, calls=10):
    """Median ms of one kind for each side, the sides taking turns."""
    methods = [getattr(side, METHODS[kind]) for side in sides]
    steps = [side.steps if kind == "training step" else 1 for side in sides]
    rounds = 5 if kind == "training step" and len(sides) > 1 else rounds
    seconds = [[] for _ in sides]
    for round_ in range(rounds + 1):
        for call, per, kept in zip(methods, steps, seconds):
            for _ in range(1 if per > 1 else calls):
                start = time.perf_counter()
                call()
                kept.append((time.perf_counter() - start) / per if round_ else np.inf)
    return [1e3 * float(np.median([s for s in kept if np.isfinite(s)])) for kept in seconds]


# ---------------------------------------------------------------------------------------------------------------
# The machine's limit, and what a fresh process costs.


def large(sides, modules):
    """Where the products are large: the sides, and what the forward pass cannot do without."""
    batch, look_back, units = 64, 100, 256
    built = [side(look_back, units, batch=batch, **modules) for side in sides]
    print(f"\nBatch {batch}, look_back {look_back}, {units} units, median ms (goal: BPTT 1.5 times as fast as Keras):")
    for kind in ("forward", "forward + BPTT"):
        times = medians(built, kind, rounds=5, calls=1)
        print(f"  {kind:<15}" + "".join(f" {side.__name__} {ms:6.1f}" for side, ms in zip(sides, times)))

    # One step's parts by themselves, each with the others' arrays in place, and the whole beside them.
    weights = built[0].weights.lstm.array
    hx = np.random.default_rng(0).normal(size=(weights.shape[1], batch)).astype("float32")
    z = (weights @ hx).reshape(4, units, batch)
    square = np.random.default_rng(0).normal(size=(2048, 2048)).astype("float32")
    product = fastest(lambda: weights @ hx)
    exp = fastest(lambda: np.exp(z[:3]))
    tanh = fastest(lambda: np.tanh(z[:2]))
    whole = fastest(built[0].forward, 9) / look_back
    rate = 2 * weights.size * batch / 1e9
    limit = 2 * 2048**3 / 1e9 / fastest(lambda: square @ square, 9)
    least = product + exp + tanh
    print(
        f"  One step of forward: {1e6 * whole:.0f} µs. Its product alone {1e6 * product:.0f}, three blocks of exp",
        end="",
    )
    print(f" {1e6 * exp:.0f}, two of tanh {1e6 * tanh:.0f}: {100 * least / whole:.0f}% of it.")
    print(f"  {rate / whole:.0f} of the {limit:.0f} GFlop/s of a 2048 × 2048 matrix product", end="")
    print(f": {100 * rate / whole / limit:.0f}% (goal 60%; these three alone {100 * rate / least / limit:.0f}%)")


def fastest(call, rounds=200):
    """The fewest seconds of some calls: what the machine can do, when nothing else runs on it."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def fresh_processes():
    """Import time, and the memory of a kernel that trains in NumPy and plots."""
    timed = (
        "import time; start = time.perf_counter(); import numpy; numpy = time.perf_counter() - start; "
        "import lstm_notes; print(time.perf_counter() - start, numpy)"
    )
    seconds = [[float(s) for s in subprocess.check_output([sys.executable, "-c", timed]).split()] for _ in range(7)]
    both, numpy = np.median(seconds, axis=0)
    print(f"\nimport lstm_notes: {both:.2f} s, NumPy's {numpy:.2f} among them (goal 0.3 s)")
    kernel = """
import sys, psutil, ipykernel.kernelapp, ipywidgets
from lstm_notes import NumpyForecaster, load_weather, make_windows
from lstm_notes.pictures import plots
NumpyForecaster().fit(*make_windows(load_weather()["temp_max"] / 10, 30), epochs=2)
plots.lines({"wind": load_weather()["wind"]})
assert "tensorflow" not in sys.modules
print(psutil.Process().memory_info().rss)
"""
    memory = int(subprocess.check_output([sys.executable, "-c", kernel])) / 1e9
    print(f"A kernel that trains in NumPy and plots, without TensorFlow: {memory:.2f} GB (goal 0.3 GB)")


if __name__ == "__main__":
    main()
