"""Shared weights: one W at every step of every window, and the gradient as the sum of its parts. Notebook 04."""

import itertools
import math

import numpy as np
import traitlets

from .. import _checks
from ..network import NetworkWeights, loss_and_gradient, network_forward
from ..pictures.palette import LOOK
from ..pictures.svg import Drawing, format_number, subscript
from ..training import SGD, train_steps
from ._explorer import Explorer, axis_limits, choice, floats, nice_limit, packed, whole

GATES = "ifgo"  # the blocks of W's rows; g is the candidate
WINDOWS, STEPS, UNITS, UPDATES = 4, 6, 4, 200  # the most that can be read
RIGHT = 905  # where the grid ends


class SharedWeightsExplorer(Explorer, front="shared_weights"):
    """The one W of a small network in training, and what each step of each window adds to a number's gradient.
    Notebook 04.

    Parameters
    ----------
    X : array (windows, look_back, 1), scaled values; at most 4 windows of 6 steps
    y : array (windows, 1), scaled targets
    units : 1 to 4
    seed : of the start weights, as NetworkWeights.initial takes it
    updates : updates that are recorded, 1 to 200; each is one step of SGD on the gradient of all windows together
    learning_rate : of SGD
    **state : any of the traits below

    State, to be read, set and linked: `update` (k of W_k, from 0), `window` (from 0), `step` (t, from 1), and the
    number of W that is at hand: a row, `gate` ("i", "f", "g", "o"; g is the candidate) and `unit` (from 0), and what
    it is multiplied by, `on` ("x", "bias", "h0" for h_{t-1} of unit 0, and so on).

    Raises TypeError and ValueError for other arrays and sizes, FloatingPointError where the training diverges, and
    traitlets.TraitError for a state that is not there.

    >>> X, y = np.array([[[0.5], [1.0]], [[1.0], [-0.5]]]), np.array([[-0.5], [0.0]])
    >>> shared = SharedWeightsExplorer(X, y, updates=3, update=3, gate="f", on="x")
    >>> shared.parts.shape
    (2, 2)
    >>> bool(np.isclose(shared.parts.sum(), shared.gradient))
    True
    """

    update = whole(0, "k of W_k: how many updates there have been")
    window = whole(0, "window, from 0")
    step = whole(1, "step t, from 1", least=1)
    gate = choice(("g", "i", "f", "o"), "gate whose row is at hand")
    unit = whole(0, "unit whose row is at hand, from 0")
    on = choice(("x", "bias", *(f"h{unit}" for unit in range(UNITS))), "what the number is multiplied by")
    sizes = traitlets.Dict().tag(sync=True)
    data = floats()

    def __init__(self, X, y, *, units=2, seed=0, updates=40, learning_rate=0.3, **state):
        X, y = (
            _checks.finite(name, _checks.numbers(name, value)).astype("float64") for name, value in (("X", X), ("y", y))
        )
        windows, steps, features = _checks.axes("X", X, "windows", "look_back", "features").shape
        if features != 1:
            raise ValueError(f"X has {features} features; one is needed")
        for name, value, most in (
            ("windows (the first axis of X)", windows, WINDOWS),
            ("look_back (the second axis of X)", steps, STEPS),
            ("units", units, UNITS),
            ("updates", updates, UPDATES),
        ):
            if _checks.whole(name, value) > most:
                raise ValueError(f"{name} is {value}; at most {most} is needed")
        _checks.shape("y", y, (windows, 1), ("windows", "1"))
        self.learning_rate = _checks.positive("learning_rate", learning_rate)
        self.windows, self.steps, self.units, self.updates = windows, steps, int(units), int(updates)
        self._record(X, y, _checks.whole("seed", seed, least=0))
        sizes = {
            "windows": windows, "steps": steps, "units": self.units, "updates": self.updates, "scales": self._scales,
            "rate": f"{self.learning_rate:g}", "limits": self._limits,
        }  # fmt: skip
        data = packed(self._W, self._z, self._inputs, self._losses)
        super().__init__(sizes=sizes, data=data, **state)

    def _record(self, X, y, seed):
        """Train, and keep of each k: W_k, every step's z and [h, x, 1], the gradient of W, and the loss."""
        network, kept = NetworkWeights.initial(1, self.units, 1, seed), []
        all_windows = itertools.repeat((X, y), self.updates + 1)
        with np.errstate(all="ignore"):
            for loss, gradient in train_steps(loss_and_gradient, network, all_windows, SGD(self.learning_rate)):
                inputs = network_forward(X, network)[1].inputs[:-1].transpose(2, 0, 1)
                kept.append((network.lstm.array.copy(), gradient.through_time.z, inputs, gradient.lstm.array, loss))
        self._W, self._z, self._inputs, self._gradient, self._losses = (np.array(each) for each in zip(*kept))
        sizes = [np.abs(each).max() for each in (self._W, self._z, self._losses)]
        if not all(size < 1e30 for size in sizes):
            raise FloatingPointError(
                f"training diverges with learning_rate={self.learning_rate:g}: a lower one, or values of X and y "
                "nearer to 0, is needed"
            )
        # A number's parts are shown times a power of ten that gives the largest of them a digit before the point.
        most = np.array(
            [np.abs(np.einsum("btr,btc->btrc", *each)).max(axis=(0, 1)) for each in zip(self._z, self._inputs)]
        )
        self._scales = [[_scale(part) for part in row] for row in most.max(axis=0)]
        self._limits = [
            [axis_limits(self._W[:, r, c], 0.001) for c in range(self.units + 2)] for r in range(4 * self.units)
        ]

    @traitlets.validate("update", "window", "step", "unit")
    def _there(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        least = 1 if name == "step" else 0
        most = {"update": self.updates, "window": self.windows - 1, "step": self.steps, "unit": self.units - 1}[name]
        if not least <= value <= most:
            raise traitlets.TraitError(f"{name} is {value}; {least} to {most} is needed")
        return value

    @traitlets.validate("on")
    def _column(self, proposal):
        on = proposal["value"]
        if on[0] == "h" and int(on[1:]) >= self.units:
            raise traitlets.TraitError(f"on is {on!r}; with {self.units} units at most 'h{self.units - 1}' is needed")
        return on

    @property
    def _at(self):
        column = self.units if self.on == "x" else self.units + 1 if self.on == "bias" else int(self.on[1:])
        return GATES.index(self.gate) * self.units + self.unit, column

    @property
    def parts(self):
        """What each step of each window adds to the gradient of the number at hand: (windows, steps), float64."""
        row, column = self._at
        return self._z[self.update, :, :, row] * self._inputs[self.update, :, :, column]

    @property
    def gradient(self):
        """The gradient of the number at hand as network_backward gives it, for all windows together: a float."""
        return self._gradient[self.update][self._at].item()

    @property
    def value(self):
        """The number at hand in W_k, a float."""
        return self._W[self.update][self._at].item()

    def drawing(self):
        """W_k, the grid of windows and steps with the parts of one number's gradient, the sums, and the updates."""
        k, t, (row, column) = self.update, self.step, self._at
        scale = self._scales[row][column]
        name, times = _name(self.gate, self.unit, self.on), _times(scale)
        parts, sums, total = scale * self.parts, scale * self.parts.sum(axis=1), scale * self.parts.sum()
        Wk = f"W{subscript(k)}"
        d = Drawing(920, 600, "One W at every step of every window")

        # The one W, on the left.
        units, high = self.units, 20 if self.units > 2 else 27
        middle = [86 + high * (r + 0.5) + 6 * (r // units) for r in range(4 * units)]
        columns = [52 + 54 * (c + 0.5) for c in range(units + 2)]
        edge = 52 + 54 * (units + 2)
        d.text(52, 20, f"the one {Wk}", look="W", bold=True, anchor="start", part="title")
        d.text((columns[0] + columns[units - 1]) / 2, 50, "on hₜ₋₁ of", look="h", size=14)
        for unit in range(units):
            d.text(columns[unit], 72, f"unit {unit}", look="h", size=13)
        d.text(columns[-2], 72, "on xₜ", look="x", size=14)
        d.text(columns[-1], 72, "bias", size=14)
        for block, gate in enumerate(GATES):
            top, bottom = middle[block * units] - high / 2, middle[(block + 1) * units - 1] + high / 2
            d.box((52 + edge) / 2, (top + bottom) / 2, edge - 52, bottom - top, gate, radius=4,
                  part=f"block-{gate}")  # fmt: skip
            d.text(18, (top + bottom) / 2, LOOK[gate].symbol, look=gate, bold=True, size=18)
        for r, y in enumerate(middle):
            d.text(40, y, f"{r % units}", size=13)
            for c, x in enumerate(columns):
                d.text(x, y, _short(self._W[k, r, c], 3), size=13, part=f"W-{r}-{c}")
        d.arrow(*_frame(columns[column], middle[row], 52, high - 4), head=False, part="mark-number")

        # The grid: the same W in each cell.
        left = edge + 40
        pitch = min((RIGHT - 90 - left) / self.steps, 100)
        width, sum_x = pitch - 15, left + pitch * self.steps + 40
        places = [left + pitch * (s + 0.5) for s in range(self.steps)]
        rows = [129 + 84 * b for b in range(self.windows)]
        d.text(left, 20, f"… is {Wk} at every step of every window", look="W", bold=True, anchor="start", part="same")
        d.text(left, 44, f"parts of the gradient of {name}{times}", size=14, anchor="start", part="what")
        for s, x in enumerate(places):
            d.text(x, 68, f"step {s + 1}", size=14)
        d.text(sum_x, 68, "sum", size=14)
        trunk, size = left - 26, np.abs(parts).max()
        for b, y in enumerate(rows):
            d.text(left + 7, y - 39, f"window {b}", size=14, bold=True, look="window", anchor="start")
            d.arrow((edge + 2, rows[0]), (trunk, rows[0]), (trunk, y), (left + 6, y), look="W",
                    dashed=True)  # fmt: skip
            for s, x in enumerate(places):
                if s:
                    d.arrow((x - pitch / 2 - 6.5, y), (x - pitch / 2 + 7, y), look="h")
                d.box(x, y, width, 54, "W", part=f"cell-{b}-{s}")
                d.text(x, y - 14, f"by {Wk}", size=13, look="W", bold=True, part=f"same-{b}-{s}")
                d.text(x, y + 4, _short(parts[b, s]), size=14, part=f"part-{b}-{s}")
                bar = _bar(parts[b, s], size, width)
                d.bar(x + min(bar, 0), y + 16, abs(bar), 6, "W", part=f"bar-{b}-{s}")
            d.text(sum_x - 41, y, "=", size=15)
            d.box(sum_x, y, 64, 36, None, part=f"sum-{b}")
            d.text(sum_x, y, _short(sums[b]), size=15, part=f"sum-{b}-words")
        d.arrow(*_frame(places[t - 1], rows[self.window], width + 8, 62), head=False, part="mark-cell")
        y = rows[-1] + 64
        if sum_x > 700:
            d.text(sum_x - 41, y, "gradient of the number = sum of all parts =", anchor="end", size=14)
        else:
            d.text(sum_x + 41, y, "= sum of all parts = gradient of the number", anchor="start", size=14)
        d.box(sum_x, y, 70, 38, "W", part="total")
        d.text(sum_x, y, _short(total), size=16, bold=True, part="total-words")

        # Below: the number and the loss by updates on the left, the arithmetic on the right.
        lines_top, curves_top = y + 47, middle[-1] + high / 2 + 42
        if left < 400:  # the grid stands above the curves, too
            curves_top = lines_top = max(lines_top, curves_top)
        d.height = round(max(lines_top + 160, curves_top + 162))
        low, most = self._limits[row][column]
        updates = range(self.updates + 1)
        ticks = [(v, _tick(v)) for v in (low, low + (most - low) / 2, low + (most - low) * 2 / 2)]
        curve = d.axes(62, curves_top, 132, 112, (0, self.updates), (low, most), xticks=(0, self.updates), yticks=ticks,
                       xlabel="update k", part="values")  # fmt: skip
        d.text(10, curves_top - 16, "the number in W₀, W₁, …", size=14, anchor="start")
        d.curve(curve, updates, self._W[:, row, column], "W", part="value-curve")
        d.dot(curve.x(k), curve.y(self.value), "W", part="value-dot")
        loss_size = nice_limit(self._losses, 1e-6)
        ticks = [(v, f"{v:g}" if v < 1e5 else format_number(v)) for v in (0, loss_size / 2, loss_size)]
        loss = d.axes(262, curves_top, 132, 112, (0, self.updates), (0, loss_size), xticks=(0, self.updates),
                      yticks=ticks, xlabel="update k", part="losses")  # fmt: skip
        d.text(238, curves_top - 16, "loss of all windows", size=14, anchor="start")
        d.curve(loss, updates, self._losses, "x", part="loss-curve")
        d.dot(loss.x(k), loss.y(self._losses[k]), "x", part="loss-dot")
        for line, words in enumerate(self._lines(parts, sums, total, scale)):
            d.text(
                max(left, 430),
                lines_top - 8 + 29 * line,
                words,
                size=14,
                anchor="start",
                bold=line in (0, 4),
                part=f"line-{line}",
            )

        listed = "; ".join(f"window {b}: {_added(each)} = {_short(sums[b])}" for b, each in enumerate(parts))
        d.description = (
            f"One W at every step of every window. On the left {Wk}, {self._W[k].size} numbers; {name} is "
            f"{_short(self.value, 3)}. On the right a grid of {self.windows} windows and {self.steps} steps: in every "
            f"cell stands the same {Wk}, with its part of that number's gradient{times}. {listed}. All "
            f"parts add up to the gradient, {_short(total)}. Below, the number and the loss over {self.updates} "
            f"updates: at update {k} the loss is {format_number(self._losses[k], 3)}."
        )
        return d

    def _lines(self, parts, sums, total, scale):
        """The arithmetic of the chosen part, the sums and the update, in words."""
        k, b, t, (row, column) = self.update, self.window, self.step, self._at
        z, value = scale * self._z[k, b, t - 1, row], self._inputs[k, b, t - 1, column]
        met = {"x": f"x{subscript(t)}", "bias": "1"}.get(self.on, f"h{subscript(t - 1)}")
        lines = [
            f"window {b}, step {t}: part = δ{subscript(t)} · {met}",
            f"= {_short(z)} · {_short(value, 3)} = {_short(parts[b, t - 1])}",
            f"window {b}: {_added(parts[b])} = {_short(sums[b])}",
            f"all windows: {_added(sums)} = {_short(total)}",
        ]
        if k == self.updates:
            return [*lines, f"W{subscript(k)} is the last:", "no update follows, these weights predict."]
        rate = f"{self.learning_rate:g}"
        by = f" / {scale:.0f}" if scale > 1 else ""
        after = self._W[k + 1, row, column].item()
        change = _added([self.value, after - self.value], 5)
        return [
            *lines,
            f"update: W{subscript(k + 1)} = W{subscript(k)} − {rate} · gradient{by}",
            f"= {change} = {_short(after, 5)}",
        ]


# ---------------------------------------------------------------------------------------------------------------
# Words and places, as in shared_weights.js.


def _short(value, digits=2):
    """At most seven characters: fewer digits after the point for larger numbers."""
    size = abs(value)
    return format_number(value, digits if size < 10 else digits - 1 if size < 100 else 0)


def _added(values, digits=2):
    words = [_short(value, digits) for value in values]
    return words[0] + "".join(f" − {word[1:]}" if word[0] == "−" else f" + {word}" for word in words[1:])


def _name(gate, unit, on):
    column = {"x": "on xₜ", "bias": "bias"}.get(on, f"on hₜ₋₁ of unit {on[1:]}")
    return f"{LOOK[gate].symbol}, unit {unit}, {column}"


def _times(scale):
    return f", × {scale:.0f}" if scale > 1 else ""


def _scale(part):
    return float(10.0 ** min(max(-math.floor(math.log10(part)), 0), 9)) if part > 0 else 1.0


def _bar(part, size, width):
    """How far a part's bar reaches from the middle of its cell, with its sign."""
    return part / size * (width / 2 - 5) if size > 0 else 0.0


def _frame(x, y, w, h):
    left, top, right, bottom = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    return (left, top), (right, top), (right, bottom), (left, bottom), (left, top - 1.1)


def _tick(value):
    return f"{value:.0f}".replace("-", "−") if value == int(value) else format_number(value, 3)
