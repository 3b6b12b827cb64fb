"""The cell: one unit, one feature, every number of a step to be dragged. Notebook 02."""

import numpy as np
import traitlets

from ..cell import lstm_step
from ..weights import LSTMWeights
from ._explorer import Explorer, choice, number

# A sentence; the gate that it is about; x, h and C to begin with; and the weights (on h, on x, bias) of each gate, C
# being the candidate.
PRESETS = {
    "worked by hand": (
        "f keeps most of C, and i · C̃ joins it. Notebook 02 works it out by hand.",
        "f",
        (0.5, 0.2, 1.0),
        {"f": (0.4, 0.8, 1.0), "i": (0.3, 0.6, 0.0), "C": (0.5, -0.9, 0.1), "o": (-0.2, 0.7, 0.0)},
    ),
    "remember": (
        "f ≈ 1 keeps, i ≈ 0 writes nothing: C stays.",
        "f",
        (0.5, 0.0, 1.0),
        {"f": (0.0, 0.0, 6.0), "i": (0.0, 0.0, -6.0), "C": (0.0, 1.0, 0.0), "o": (0.0, 0.0, 0.0)},
    ),
    "erase": (
        "f ≈ 0 and i ≈ 0: one step, and C is gone.",
        "f",
        (0.5, 0.0, 1.0),
        {"f": (0.0, 0.0, -6.0), "i": (0.0, 0.0, -6.0), "C": (0.0, 1.0, 0.0), "o": (0.0, 0.0, 0.0)},
    ),
    "write": (
        "f ≈ 0, i ≈ 1: C becomes the candidate. Drag x.",
        "g",
        (0.5, 0.0, 1.0),
        {"f": (0.0, 0.0, -6.0), "i": (0.0, 0.0, 6.0), "C": (0.0, 2.0, 0.0), "o": (0.0, 0.0, 0.0)},
    ),
    "read out": (
        "C is kept; only above x = 0 does h show it. Drag x.",
        "o",
        (0.5, 0.0, 1.0),
        {"f": (0.0, 0.0, 6.0), "i": (0.0, 0.0, -6.0), "C": (0.0, 0.0, 0.0), "o": (0.0, 6.0, 0.0)},
    ),
    "latch": (
        "i opens only for x above 1. Step with x at 0, 2, 0.",
        "i",
        (0.0, 0.0, 0.0),
        {"f": (0.0, 0.0, 6.0), "i": (0.0, 12.0, -12.0), "C": (0.0, 0.0, 6.0), "o": (0.0, 0.0, 6.0)},
    ),
}
BY_HAND, ON = PRESETS["worked by hand"][3], (" on h", " on x", ", its bias")


class CellExplorer(Explorer, front="cell"):
    """One step of the smallest LSTM, live: drag x_t, h_{t-1}, C_{t-1}, each gate's weights and bias. C is a line: f
    narrows it, i · C̃ joins it, and o shows its tanh. Notebook 02.

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
    gate = choice(("f", "i", "g", "o"), "gate whose weights are at hand")
    path = traitlets.List(traitlets.List(traitlets.Float(), minlen=2, maxlen=2)).tag(sync=True, moved=True)
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
    def result(self):
        """What the step gives: a dict of `f`, `i`, `g` (the candidate), `o`, `C`, `h`."""
        h, C, gates = lstm_step(*(np.full((1, 1), value) for value in (self.x, self.h, self.C)), self.weights)
        named = {name: getattr(gates, name) for name in ("f", "i", "g", "o")} | {"C": C, "h": h}
        return {name: value.item() for name, value in named.items()}

    def step(self):
        """Hand h_t and C_t to the next step, as the Step button does; returns self."""
        result = self.result
        path = [*(self.path or [[self.h, self.C]]), [result["h"], result["C"]]]
        with self.hold_trait_notifications():
            self.h, self.C, self.path = result["h"], result["C"], path
        return self

    def preset(self, name):
        """Take over the numbers and the gate of one of the presets and begin anew; returns self."""
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


def _values(gate, begin, weights):
    """A preset by the traits' names."""
    names = ("W_{}h", "W_{}x", "b_{}")
    values = {name.format(letter): value for letter, three in weights.items() for name, value in zip(names, three)}
    return {"gate": gate} | dict(zip("xhC", begin)) | values
