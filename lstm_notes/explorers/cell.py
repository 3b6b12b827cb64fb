"""The cell: one unit, one feature, every number of a step to be dragged. Notebook 02."""

import numpy as np
import traitlets

from ..cell import lstm_forward, sigmoid
from ..pictures import diagrams
from ..pictures.palette import LOOK
from ..pictures.svg import format_number
from ..weights import LSTMWeights
from ._explorer import Explorer, choice, nice_limit, number

# A sentence; x, h and C to begin with; and the weights (on h, on x, bias) of each gate, where C is the candidate.
PRESETS = {
    "worked by hand": (
        "The numbers of the step that is worked by hand in notebook 02.",
        (0.5, 0.2, 1.0),
        {"f": (0.4, 0.8, 1.0), "i": (0.3, 0.6, 0.0), "C": (0.5, -0.9, 0.1), "o": (-0.2, 0.7, 0.0)},
    ),
    "remember": (
        "f ≈ 1 keeps, i ≈ 0 writes nothing: C stays, whatever x is.",
        (0.5, 0.0, 1.0),
        {"f": (0.0, 0.0, 6.0), "i": (0.0, 0.0, -6.0), "C": (0.0, 1.0, 0.0), "o": (0.0, 0.0, 0.0)},
    ),
    "erase": (
        "f ≈ 0 keeps nothing, i ≈ 0 writes nothing: one step, and C is gone.",
        (0.5, 0.0, 1.0),
        {"f": (0.0, 0.0, -6.0), "i": (0.0, 0.0, -6.0), "C": (0.0, 1.0, 0.0), "o": (0.0, 0.0, 0.0)},
    ),
    "write": (
        "f ≈ 0 and i ≈ 1: C becomes the candidate, tanh of 2x. Drag x.",
        (0.5, 0.0, 1.0),
        {"f": (0.0, 0.0, -6.0), "i": (0.0, 0.0, 6.0), "C": (0.0, 2.0, 0.0), "o": (0.0, 0.0, 0.0)},
    ),
    "read out": (
        "C is kept, and o opens with x: below 0 the memory is hidden, above 0 it shows in h.",
        (0.5, 0.0, 1.0),
        {"f": (0.0, 0.0, 6.0), "i": (0.0, 0.0, -6.0), "C": (0.0, 0.0, 0.0), "o": (0.0, 6.0, 0.0)},
    ),
    "latch": (
        "C is kept; i opens only for x above 1, and each such step adds about 1. Step with x at 0, at 2, at 0 again.",
        (0.0, 0.0, 0.0),
        {"f": (0.0, 0.0, 6.0), "i": (0.0, 12.0, -12.0), "C": (0.0, 0.0, 6.0), "o": (0.0, 0.0, 6.0)},
    ),
}
BY_HAND, ON = PRESETS["worked by hand"][2], (" on h", " on x", ", its bias")
# Where a point's symbol stands beside it, so that points close together keep theirs apart.
MARKS = {"f": (0, -16), "i": (-13, -5), "o": (14, 6), "g": (-15, -4), "C": (15, 6)}
LETTERS = {"f": "f", "i": "i", "g": "C", "o": "o"}  # the weights' letter of each gate


class CellExplorer(Explorer, front="cell"):
    """One step of the smallest LSTM, live: drag x_t, h_{t-1}, C_{t-1} and each gate's weights and bias. Notebook 02.

    State, to be read, set and linked: `x`, `h`, `C` (before the step), the weights `W_fh` (of f, on h), `W_fx` (on x),
    `b_f`, and so on for i, C, o; `gate`, whose weights are at hand; `path`, the pairs [h, C] since the last reset.

    >>> cell = CellExplorer(x=0.5, h=0.2, C=1.0)
    >>> round(cell.result["C"], 4)                                                       # as in notebook 02
    0.6703
    >>> cell.preset("remember").step().path[-1][1] > 0.99
    True
    """

    x = number(0.5, "input x_t")
    h = number(0.2, "hidden state h_{t-1}")
    C = number(1.0, "cell state C_{t-1}")
    gate = choice(tuple(LETTERS), "gate whose weights are at hand")
    path = traitlets.List(traitlets.List(traitlets.Float(), minlen=2, maxlen=2)).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    W_fh, W_fx, b_f = (number(value, f"weight of f{on}") for value, on in zip(BY_HAND["f"], ON))
    W_ih, W_ix, b_i = (number(value, f"weight of i{on}") for value, on in zip(BY_HAND["i"], ON))
    W_Ch, W_Cx, b_C = (number(value, f"weight of C̃{on}") for value, on in zip(BY_HAND["C"], ON))
    W_oh, W_ox, b_o = (number(value, f"weight of o{on}") for value, on in zip(BY_HAND["o"], ON))

    def __init__(self, **state):
        super().__init__(presets={name: [words, _values(*rest)] for name, (words, *rest) in PRESETS.items()}, **state)

    @property
    def weights(self):
        """The present weights, as LSTMWeights of one unit and one feature, float64."""
        rows = [[getattr(self, name.format(letter)) for letter in "ifCo"] for name in ("W_{}x", "W_{}h", "b_{}")]
        kernel, recurrent_kernel, bias = np.array(rows)
        return LSTMWeights(kernel[None], recurrent_kernel[None], bias)

    @property
    def _trace(self):
        return lstm_forward(np.full((1, 1, 1), self.x), self.weights, np.full((1, 1), self.h), np.full((1, 1), self.C))

    @property
    def result(self):
        """What the step gives: a dict of `f`, `i`, `g` (the candidate), `o`, `C`, `h`."""
        trace = self._trace
        return {name: getattr(trace, name.lower()).item() for name in ("f", "i", "g", "o", "C", "h")}

    def step(self):
        """Hand h_t and C_t to the next step, as the Step button does; returns self."""
        result = self.result
        path = [*(self.path or [[self.h, self.C]]), [result["h"], result["C"]]]
        with self.hold_trait_notifications():
            self.h, self.C, self.path = result["h"], result["C"], path
        return self

    def preset(self, name):
        """Take over the numbers of one of the presets and begin anew; returns self."""
        if name not in PRESETS:
            raise ValueError(f"name is {name!r}; one of {', '.join(PRESETS)} is needed")
        with self.hold_trait_notifications():
            for key, value in _values(*PRESETS[name][1:]).items():
                setattr(self, key, value)
            self.path = []
        return self

    @traitlets.observe("h", "C")
    def _begin_anew(self, change):
        if self.path and self.path[-1] != [self.h, self.C]:
            self.path = []

    def drawing(self):
        """The cell with its numbers, σ and tanh with the gates' points, and the way of C and h."""
        trace, result = self._trace, self.result
        d = diagrams.cell_structure(trace)
        d.title, d.height = "The cell, one step", 720
        z = trace.inputs[0, :, 0] @ trace.weights.array.T
        z = dict(zip("ifgo", z))
        at = np.linspace(-6, 6, 97)
        sigma = d.axes(60, 490, 230, 160, (-6, 6), (0, 1), xticks=(-6, 0, 6), yticks=(0, 0.5, 1), xlabel="z",
                       ylabel="σ(z)", part="sigma")  # fmt: skip
        d.curve(sigma, at, sigmoid(at), "x", width=1.5)
        tanh = d.axes(370, 490, 230, 160, (-6, 6), (-1, 1), xticks=(-6, 0, 6), yticks=(-1, 0, 1), xlabel="z, or C",
                      ylabel="tanh(z), and tanh(C)", part="tanh")  # fmt: skip
        d.curve(tanh, at, np.tanh(at), "x", width=1.5)
        for name in ("f", "i", "o"):
            place = np.clip(z[name], -6, 6)
            d.dot(sigma.x(place), sigma.y(result[name]), name, part=f"dot-{name}")
            dx, dy = MARKS[name]
            at = sigma.x(place) + dx, sigma.y(result[name]) + dy
            d.text(*at, name, look=name, bold=True, size=15, part=f"mark-{name}")
        for name, value, shown in (("g", z["g"], result["g"]), ("C", result["C"], np.tanh(result["C"]))):
            place, (dx, dy) = np.clip(value, -6, 6), MARKS[name]
            d.dot(tanh.x(place), tanh.y(shown), name, part=f"dot-{name}")
            at = tanh.x(place) + dx, tanh.y(shown) + dy
            d.text(*at, LOOK[name].symbol, look=name, bold=True, size=15, part=f"mark-{name}")
        states = np.array(self.path or [[self.h, self.C]])
        size, last = nice_limit(states), max(20, len(states) - 1)
        path = d.axes(680, 490, 220, 160, (0, last), (-size, size), xticks=(0, last / 2, last), yticks=(-size, 0, size),
                      xlabel="steps", ylabel="C and h, step by step", part="path")  # fmt: skip
        for column, name in ((1, "C"), (0, "h")):
            d.curve(path, range(len(states)), states[:, column], name, part=f"path-{name}")
            d.dot(path.x(len(states) - 1), path.y(states[-1, column]), name, part=f"end-{name}")
        listed = ", ".join(
            f"{'C̃' if name == 'g' else name} = {format_number(result[name])}" for name in ("f", "i", "g", "o")
        )
        d.description += f" Below, the same numbers on the curves of σ and tanh: {listed}."
        if self.path:
            steps = len(self.path) - 1
            d.description += (
                f" After {steps} steps C went from {format_number(states[0, 1])} to {format_number(states[-1, 1])}."
            )
        return d


def _values(begin, weights):
    """A preset's numbers by the traits' names."""
    names = ("W_{}h", "W_{}x", "b_{}")
    values = {name.format(letter): value for letter, three in weights.items() for name, value in zip(names, three)}
    return dict(zip("xhC", begin)) | values
